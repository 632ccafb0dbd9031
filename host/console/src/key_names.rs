//! What the makers of keys called them: who did something, in words that people know.

use std::collections::{BTreeSet, HashMap};

use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quire_records::{Actor, Right};

use crate::{Console, refusal::Refusal, visitor::Visitor};

/// Labels by the id of the key.
#[derive(Debug)]
pub(crate) struct KeyNames(HashMap<String, String>);

impl KeyNames {
    /// All of them, for those who may read everything; others see nobody but themselves.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub(crate) async fn of(console: &Console, visitor: &Visitor) -> Result<Option<Self>, Refusal> {
        if !visitor.may(Right::ReadAll) {
            return Ok(None);
        }
        let keys = console.api.records.list_keys().await?.into_iter();
        let labels = keys.map(|key| (key.id.to_string(), key.label));
        Ok(Some(Self(labels.collect())))
    }

    /// All labels, each once.
    pub(crate) fn labels(&self) -> Vec<String> {
        let labels: BTreeSet<&String> = self.0.values().collect();
        labels.into_iter().cloned().collect()
    }

    /// Who acted: the label if it was a key, with the id when pointed at.
    pub(crate) fn name(&self, actor: &str) -> Markup {
        match self.0.get(actor) {
            Some(label) => html! { span title=(actor) { "key “" (label) "”" } },
            None => html! { (actor) },
        }
    }

    /// The same, leading to all that they did.
    pub(crate) fn link(&self, actor: &str) -> Markup {
        let id = utf8_percent_encode(actor, NON_ALPHANUMERIC);
        html! { a href=(format!("/console/audit?actor={id}")) { (self.name(actor)) } }
    }
}

/// Who acted, for those who may know the keys and for those who see an id.
pub(crate) fn name(names: Option<&KeyNames>, actor: &str) -> Markup {
    names.map_or_else(|| html! { (actor) }, |names| names.name(actor))
}

/// What someone who is signed in is called where the console speaks to them: as the trail calls them.
pub(crate) fn own(actor: &Actor) -> Markup {
    html! {
        @if actor.key == Actor::operator().key { "operator" } @else { "key “" (actor.label) "”" }
    }
}
