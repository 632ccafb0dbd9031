//! What was used of a limit: a bar, and the same in words.

use std::time::Duration;

use maud::{Markup, html};

use quire_model::millis;

use crate::words;

/// A cell of a table. Its label stands before it where the table has no room for columns, and the roles are
/// those that a browser would forget then.
fn meter(label: &str, (used, shown): (u64, &str), (most, of): (u64, &str)) -> Markup {
    html! {
        td.meter role="cell" data-label=(label) {
            meter min="0" max=(most) value=(used) aria-label=(format!("{shown} of {of}")) {}
            span { (shown) " " span.quiet { "of " (of) } }
        }
    }
}

/// Time of a limit in time.
pub(crate) fn time(label: &str, used: Duration, most: Duration) -> Markup {
    meter(
        label,
        (millis(used), &words::duration(used)),
        (millis(most), &words::duration(most)),
    )
}

/// Bytes of a limit in bytes.
pub(crate) fn size(label: &str, used: u64, most: u64) -> Markup {
    meter(
        label,
        (used, &words::bytes(used)),
        (most, &words::bytes(most)),
    )
}

/// How many of a limit.
pub(crate) fn count(label: &str, used: u64, most: u64) -> Markup {
    meter(
        label,
        (used, &words::number(used)),
        (most, &words::number(most)),
    )
}

/// A table of such cells. `first` is the header above what the rows are about, if they are about something.
pub(crate) fn table(of: &str, first: Option<&str>, labels: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(format!("Table of {of}")) {
            table.stack role="table" {
                thead role="rowgroup" { tr role="row" {
                    @if let Some(first) = first { th scope="col" role="columnheader" { (first) } }
                    @for label in labels { th scope="col" role="columnheader" { (label) } }
                } }
                tbody role="rowgroup" { (rows) }
            }
        }
    }
}
