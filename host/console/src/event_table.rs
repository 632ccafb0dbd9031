//! Events of the audit trail, as rows.

use maud::{Markup, html};
use quire_records::AuditEvent;

use crate::{key_names::KeyNames, table::scrolling, words};

/// The last one first, as they come. `objects`: with what each is about.
pub(crate) fn events(events: &[AuditEvent], names: Option<&KeyNames>, objects: bool) -> Markup {
    html! {
        (scrolling("audit events", &html! {
                thead { tr {
                    th scope="col" { "No." }
                    th scope="col" { "When" }
                    th scope="col" { @if objects { "What, and to what" } @else { "What" } }
                    th scope="col" { "Who" }
                    th scope="col" { "Why" }
                } }
                tbody {
                    @for event in events {
                        tr {
                            th.number scope="row" {
                                // Others than those who read the whole trail have no page for one event.
                                @if names.is_some() { a href=(format!("/console/audit/{}", event.sequence)) { (event.sequence) } }
                                @else { (event.sequence) }
                            }
                            td { (words::exact(event.time)) }
                            td {
                                (event.action)
                                // Below each other, so that there is room for why.
                                @if objects { br; (object(&event.object)) }
                            }
                            td {
                                @if let Some(names) = names { (names.name(&event.actor)) } @else { (event.actor) }
                                " " span.quiet { (event.role) }
                            }
                            td.free { (event.reason.as_deref().unwrap_or("–")) }
                        }
                    }
                }
            }))
    }
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
