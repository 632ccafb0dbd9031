//! Text: escaped, its line breaks kept, its direction its own.

use maud::{Markup, html};
use quire_model::Span;

use super::page::{Page, id_of};
use crate::{sanitise::sanitise, text::is_right_to_left};

/// Plain words.
pub(super) fn words(text: &str) -> Markup {
    html! {
        @for (at, line) in sanitise(text).split('\n').enumerate() {
            @if at > 0 { br; }
            (line)
        }
    }
}

/// `dir` for a cell or paragraph that is not read from left to right.
pub(super) fn direction(text: &str) -> Option<&'static str> {
    text.chars().any(is_right_to_left).then_some("auto")
}

/// Spans, with links and references to footnotes.
pub(super) fn spans(page: &mut Page<'_>, spans: &[Span]) -> Markup {
    let worded = page.numbering.worded(page.section, spans);
    html! {
        @for span in &worded {
            (linked(span))
            @if let Some(note) = &span.footnote { (refer(page, note)) }
        }
    }
}

fn linked(span: &Span) -> Markup {
    let text = styled(span);
    match span.href.as_deref().and_then(address) {
        Some(Address::Out(address)) => {
            html! { a href=(sanitise(address)) rel="noopener noreferrer" { (text) } }
        }
        Some(Address::Here(id)) => html! { a href={ "#" (id) } { (text) } },
        None => text,
    }
}

enum Address<'a> {
    Out(&'a str),
    Here(String),
}

/// Only `https:` leaves the document; `worded` has written links within it as `#<section>/<name>`.
fn address(href: &str) -> Option<Address<'_>> {
    if let Some(place) = href.strip_prefix('#') {
        let (section, name) = place.split_once('/')?;
        return Some(Address::Here(id_of(section.parse().ok()?, name)));
    }
    href.starts_with("https:").then_some(Address::Out(href))
}

fn styled(span: &Span) -> Markup {
    let style = span.style;
    let mut text = words(&span.text);
    if span.text.chars().any(is_right_to_left) {
        text = html! { bdi { (text) } };
    }
    if style.code {
        text = html! { code { (text) } };
    }
    if style.underline {
        text = html! { u { (text) } };
    }
    if style.superscript {
        text = html! { sup { (text) } };
    } else if style.subscript {
        text = html! { sub { (text) } };
    }
    if style.italic {
        text = html! { em { (text) } };
    }
    if style.bold {
        text = html! { strong { (text) } };
    }
    text
}

fn refer(page: &mut Page<'_>, note: &str) -> Markup {
    page.notes.push(note.to_owned());
    let number = page.notes.len();
    html! {
        sup.ref {
            a #{ "note-ref-" (number) } href={ "#note-" (number) } role="doc-noteref"
                aria-label={ "Note " (number) } { (number) }
        }
    }
}
