//! Footnotes, which a page without an end has after the sections.

use maud::{Markup, html};

use super::{
    page::Page,
    words::{direction, words},
};

/// All notes, each with a way back to its place; nothing if there are none.
pub(super) fn notes(page: &Page<'_>) -> Markup {
    html! {
        @if !page.notes.is_empty() {
            section #notes role="doc-endnotes" aria-labelledby="notes-title" {
                h2 #notes-title { "Notes" }
                ol {
                    @for (at, note) in page.notes.iter().enumerate() {
                        @let number = at + 1;
                        li #{ "note-" (number) } dir=[direction(note)] {
                            (words(note)) " "
                            a.back href={ "#note-ref-" (number) } role="doc-backlink"
                                aria-label={ "Back to note " (number) " in the text" } { "↩" }
                        }
                    }
                }
            }
        }
    }
}
