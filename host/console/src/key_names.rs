//! What the makers of keys called them: who did something, in words that people know.

use std::collections::HashMap;

use maud::{Markup, html};
use quire_records::Right;

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

    /// Who acted: the label if it was a key, with the id when pointed at.
    pub(crate) fn name(&self, actor: &str) -> Markup {
        match self.0.get(actor) {
            Some(label) => html! { span title=(actor) { (label) } },
            None => html! { (actor) },
        }
    }
}
