//! Events of the audit trail, as rows.

use maud::{Markup, html};
use quire_records::AuditEvent;

use crate::{
    key_names::KeyNames,
    table::{Set, listing},
    words,
};

const COLUMNS: [(&str, Set); 5] = [
    ("No.", Set::Number),
    ("When", Set::Line),
    ("What", Set::Line),
    ("Who", Set::Free),
    ("Why", Set::Free),
];

/// The last one first, as they come. `objects`: with what each is about.
pub(crate) fn events(events: &[AuditEvent], names: Option<&KeyNames>, objects: bool) -> Markup {
    let rows = events.iter().map(|event| row(event, names, objects));
    listing("audit events", &COLUMNS, rows)
}

fn row(event: &AuditEvent, names: Option<&KeyNames>, objects: bool) -> Vec<Markup> {
    let number = event.sequence;
    vec![
        // Others than those who read the whole trail have no page for one event.
        html! {
            @if names.is_some() { a href=(format!("/console/audit/{number}")) { (number) } } @else { (number) }
        },
        words::exact(event.time),
        html! {
            (event.action)
            // Below each other, so that there is room for why.
            @if objects { br; (object(&event.object)) }
        },
        html! {
            @if let Some(names) = names { (names.link(&event.actor)) } @else { (event.actor) }
            " " span.quiet { (event.role) }
        },
        html! { @if let Some(reason) = &event.reason { div.clamp { (reason) } } },
    ]
}

/// What an event is about, with the way to its page if there is one.
pub(crate) fn object(object: &str) -> Markup {
    let page = match object.split_once(' ') {
        Some(("report", id)) => Some(format!("/console/reports/{id}")),
        Some(("module", name)) => Some(format!("/console/modules/{name}")),
        Some(("definition", name)) => Some(format!("/console/definitions/{name}")),
        _ => None,
    };
    html! {
        @if let Some(page) = page { a href=(page) title=(object) { (short(object)) } } @else { span title=(object) { (short(object)) } }
    }
}

/// Without the middle of a long name: the beginning of a ULID is only the time.
fn short(object: &str) -> String {
    match object.split_once(' ') {
        Some((kind, name)) if name.len() > 24 && name.is_ascii() => {
            let end = name.get(name.len() - 8..).unwrap_or(name);
            format!("{kind} …{end}")
        }
        _ => object.to_owned(),
    }
}
