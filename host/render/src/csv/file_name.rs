//! Names of files that any system takes, whatever a section calls its tables.

use super::{Placed, content::plain};

/// Such as `table-03-reactions.csv`. The number makes it unique.
pub(super) fn of(table: &Placed<'_>) -> String {
    let (kind, number) = table.label.split_once(' ').unwrap_or(("table", "0"));
    let id = plain(&table.table.id);
    let id = if id.is_empty() { "unnamed" } else { &id };
    format!("{}-{number:0>2}-{id}.csv", kind.to_lowercase())
}
