//! One value of a dimension, looked up in its counts.

use crate::Counts;

/// Reports with this value; 0 where no report has it.
#[must_use]
pub fn reports_with(counts: &Counts, value: &str) -> u32 {
    let mut rows = counts.rows.iter();
    rows.find(|row| row.value == value)
        .map_or(0, |row| row.reports)
}
