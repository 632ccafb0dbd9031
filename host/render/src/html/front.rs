//! What stands before and after the sections: title, details, notice, contents, colophon.

use maud::{Markup, html};
use quire_model::Document;

use super::{
    page::Entry,
    words::{direction, words},
};

/// Title, subtitle, the details of the cover and the notice.
pub(super) fn header(document: &Document) -> Markup {
    html! {
        header {
            h1 dir=[direction(&document.title)] { (words(&document.title)) }
            @if !document.subtitle.is_empty() {
                p.subtitle dir=[direction(&document.subtitle)] { (words(&document.subtitle)) }
            }
            @if !document.cover.is_empty() {
                dl.cover {
                    @for (label, value) in &document.cover {
                        div {
                            dt { (words(label)) }
                            dd dir=[direction(value)] { (words(value)) }
                        }
                    }
                }
            }
            @if !document.notice.is_empty() {
                div.callout.caution role="note" { p { (words(&document.notice)) } }
            }
        }
    }
}

/// Headings below this level are not listed.
const DEEPEST: u8 = 3;

/// The table of contents; nothing without headings.
pub(super) fn contents(entries: &[Entry]) -> Markup {
    let listed: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.level <= DEEPEST)
        .collect();
    html! {
        @if !listed.is_empty() {
            nav aria-labelledby="contents-title" {
                h2 #contents-title { "Contents" }
                (level(&listed, 1))
            }
        }
    }
}

/// The entries of one level, each with the deeper ones that follow it.
fn level(entries: &[&Entry], depth: u8) -> Markup {
    html! {
        ol {
            @for (first, below) in families(entries, depth) {
                li {
                    a href={ "#" (first.id) } {
                        @if !first.number.is_empty() { span.number { (first.number) } " " }
                        (words(&first.title))
                    }
                    @if !below.is_empty() { (level(below, depth.saturating_add(1))) }
                }
            }
        }
    }
}

/// Each entry with those after it that are deeper than `depth`.
fn families<'a, 'b>(entries: &'b [&'a Entry], depth: u8) -> Vec<(&'a Entry, &'b [&'a Entry])> {
    let mut families = Vec::new();
    let mut rest = entries;
    while let Some((first, after)) = rest.split_first() {
        let deeper = after.iter().take_while(|entry| entry.level > depth).count();
        let (below, others) = after.split_at(deeper);
        families.push((*first, below));
        rest = others;
    }
    families
}

/// Which document this is.
pub(super) fn footer(document: &Document) -> Markup {
    html! {
        footer {
            p {
                "Document " code { (words(&document.id)) } " · as of "
                time datetime=(document.as_of) { (document.as_of) }
                " · " (words(&document.producer))
            }
        }
    }
}
