//! What was used of a limit: a bar, and the same in words.

use std::time::Duration;

use maud::{Markup, html};
use quire_model::millis;

use crate::words;

fn meter((used, shown): (u64, &str), (most, of): (u64, &str)) -> Markup {
    html! {
        meter min="0" max=(most) value=(used) aria-label=(format!("{shown} of {of}")) {}
        span { (shown) " " span.quiet { "of " (of) } }
    }
}

/// Time of a limit in time.
pub(crate) fn time(used: Duration, most: Duration) -> Markup {
    meter(
        (millis(used), &words::duration(used)),
        (millis(most), &words::duration(most)),
    )
}

/// Bytes of a limit in bytes.
pub(crate) fn size(used: u64, most: u64) -> Markup {
    meter((used, &words::bytes(used)), (most, &words::bytes(most)))
}

/// How many of a limit.
pub(crate) fn count(used: u64, most: u64) -> Markup {
    meter((used, &words::number(used)), (most, &words::number(most)))
}
