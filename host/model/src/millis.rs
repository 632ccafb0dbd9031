//! Durations as they are written down.

use std::time::Duration;

/// Whole milliseconds; what is left of a millisecond is dropped. Beyond 584 million years the longest there is.
#[must_use]
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
