//! What was used of a limit: a bar, and the same in words.

use std::time::Duration;

use maud::{Markup, html};

use quire_model::millis;

use crate::words;

/// A cell of a table.
pub(crate) fn meter(used: u64, most: u64, shown: &str, of: &str) -> Markup {
    html! {
        td.meter {
            meter min="0" max=(most) value=(used) aria-label=(format!("{shown} of {of}")) {}
            span { (shown) " " span.quiet { "of " (of) } }
        }
    }
}

/// Time of a limit in time.
pub(crate) fn time(used: Duration, most: Duration) -> Markup {
    meter(
        millis(used),
        millis(most),
        &words::duration(used),
        &words::duration(most),
    )
}

/// Bytes of a limit in bytes.
pub(crate) fn size(used: u64, most: u64) -> Markup {
    meter(used, most, &words::bytes(used), &words::bytes(most))
}
