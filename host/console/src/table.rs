//! Tables. A listing has its cells beside each other; where there is no room for that, a row is a list of its cells,
//! each with the title of its column. Where rows and columns are what a table says, it scrolls by itself instead.

use maud::{Markup, html};

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// On one line.
    Line,
    /// To the right.
    Number,
    /// Over as many lines as it takes.
    Free,
    /// A bar and words below it.
    Meter,
}

use Set::{Free, Line, Meter, Number};

impl Set {
    const fn class(self) -> Option<&'static str> {
        match self {
            Line => None,
            Number => Some("number"),
            Free => Some("free"),
            Meter => Some("meter"),
        }
    }
}

/// A listing of these things. The first cell of a row says what the row is about. The roles are those that a browser
/// forgets of a table that is drawn as a list.
pub(crate) fn listing(
    of: &str,
    columns: &[(&str, Set)],
    rows: impl IntoIterator<Item = Vec<Markup>>,
) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(format!("Table of {of}")) {
            table.stack role="table" {
                thead role="rowgroup" { tr role="row" {
                    @for (title, set) in columns { th scope="col" role="columnheader" class=[set.class()] { (title) } }
                } }
                tbody role="rowgroup" {
                    @for row in rows {
                        tr role="row" {
                            @for (at, ((title, set), cell)) in columns.iter().zip(row).enumerate() {
                                @if at == 0 { th scope="row" role="rowheader" class=[set.class()] data-label=(title) { (cell) } }
                                @else { td role="cell" class=[set.class()] data-label=(title) { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A table of these things, in a box that can be scrolled by keyboard.
pub(crate) fn scrolling(of: &str, rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(format!("Table of {of}")) {
            table { (rows) }
        }
    }
}
