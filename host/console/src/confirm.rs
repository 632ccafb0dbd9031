//! The page before a change: what will change, why it is done, and on what state it was decided. The
//! same page says what moved, if someone was quicker.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use quire_records::{AuditEvent, AuditFilter};

use crate::{
    Console,
    event_table::events,
    key_names::{KeyNames, own},
    page::Page,
    refusal::Refusal,
    visitor::Visitor,
    words,
};

/// Events that are shown to whom someone was quicker than.
const MOST_MOVED: u32 = 20;

/// A change that is about to be made.
pub(crate) struct Confirm<'a> {
    /// What is done, as a title: `Activate trend 0.2.0`.
    pub(crate) title: String,
    /// What will be otherwise, in words.
    pub(crate) effect: Markup,
    /// What it is done to, as the audit trail calls it: `module trend`.
    pub(crate) object: String,
    /// The entry of the way around.
    pub(crate) under: &'a str,
    /// Where the form is sent.
    pub(crate) action: String,
    /// The state that the decision is made on.
    pub(crate) revision: u64,
    /// What the form says by itself.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// What is to be filled in beside the reason.
    pub(crate) fields: Markup,
    /// What stands on the button.
    pub(crate) button: &'a str,
    /// Whether what is lost does not come back by itself.
    pub(crate) grave: bool,
    /// Where to go instead.
    pub(crate) back: String,
    /// What does the same elsewhere.
    pub(crate) same: Vec<(&'static str, String)>,
}

/// Why the page is shown again.
pub(crate) enum Again<'a> {
    /// It is not: it is shown for the first time.
    No,
    /// Someone changed the object since. Holds the last event that the visitor had seen.
    Moved(u64),
    /// It cannot be done, or not with what was filled in.
    Wrong(&'a Wrong),
}

/// Why something was not done.
pub(crate) struct Wrong {
    /// As the API would answer.
    pub(crate) status: StatusCode,
    /// In words.
    pub(crate) why: Markup,
    /// The way out, if there is one.
    pub(crate) next: Markup,
}

impl Confirm<'_> {
    /// The page, with the reason that was typed already.
    pub(crate) async fn page(
        &self,
        console: &Console,
        visitor: &Visitor,
        reason: &str,
        again: Again<'_>,
    ) -> Result<Response, Refusal> {
        let of_object = AuditFilter {
            object: Some(self.object.clone()),
            ..AuditFilter::default()
        };
        let trail = console.api.records.audit_newest(&of_object, MOST_MOVED);
        let trail = trail.await?;
        let names = KeyNames::of(console, visitor).await?;
        let seen = trail.first().map_or(0, |event| event.sequence);
        let status = match again {
            Again::No => StatusCode::OK,
            Again::Moved(_) => StatusCode::PRECONDITION_FAILED,
            Again::Wrong(wrong) => wrong.status,
        };
        let said = match again {
            Again::No => html! {},
            Again::Wrong(wrong) => html! { div.said.bad role="alert" { (wrong.why) (wrong.next) } },
            Again::Moved(before) => moved(&trail, before, names.as_ref()),
        };
        let content = html! {
            header.head { h1 { (self.title) } }
            (said)
            div.panel { (self.effect) }
            form.reasoned method="post" action=(self.action) {
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="revision" value=(self.revision);
                input type="hidden" name="seen" value=(seen);
                (self.fields)
                div {
                    label for="reason" { "Why" }
                    textarea #reason name="reason" rows="3" required maxlength="2000"
                        aria-describedby="kept" { (reason) }
                    p #kept.quiet { "Kept in the audit trail, as said by " (own(visitor.actor())) "." }
                }
                div.acts {
                    button.main.danger[self.grave] type="submit" { (self.button) }
                    a.button href=(self.back) { "Cancel" }
                }
            }
            (words::same(&self.same))
        };
        let page = Page::of(&self.title, visitor).under(self.under);
        let mut page = page.whole(&content);
        *page.status_mut() = status;
        Ok(page)
    }
}

fn moved(trail: &[AuditEvent], before: u64, names: Option<&KeyNames>) -> Markup {
    let newer: Vec<AuditEvent> = trail
        .iter()
        .filter(|event| event.sequence > before)
        .cloned()
        .collect();
    html! {
        section.panel.problem role="alert" aria-labelledby="moved" {
            h2 #moved { "It moved since you looked" }
            p { "Nothing was done. Someone changed it first; this is what happened since. Below stands what your change would do now." }
            (events(&newer, names, false))
        }
    }
}
