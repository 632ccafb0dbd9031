//! Tables, which scroll by themselves where they are wider than the page.

use maud::{Markup, html};

/// A table of these things, in a box that can be scrolled by keyboard.
pub(crate) fn scrolling(of: &str, rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(format!("Table of {of}")) {
            table { (rows) }
        }
    }
}
