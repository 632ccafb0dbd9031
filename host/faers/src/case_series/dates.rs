//! One day a report, such as that of first receipt.

/// The day of a report that has none.
pub(super) const MISSING: i32 = i32::MIN;

/// A date that a report can have, in days since 1970-01-01.
#[derive(Debug)]
pub(super) struct Dates {
    name: &'static str,
    days: Vec<i32>,
}

impl Dates {
    pub(super) fn new(name: &'static str, days: Vec<i32>) -> Self {
        Self { name, days }
    }

    /// The given rows only.
    pub(super) fn keep(&self, rows: &[u32]) -> Self {
        Self::new(self.name, rows.iter().map(|row| self.day(*row)).collect())
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// [`MISSING`] if the report does not have it.
    pub(super) fn day(&self, row: u32) -> i32 {
        self.days.get(row as usize).copied().unwrap_or(MISSING)
    }

    /// The latest day that any report has.
    pub(super) fn last(&self) -> Option<i32> {
        self.days
            .iter()
            .copied()
            .max()
            .filter(|day| *day != MISSING)
    }

    /// Whether the report has it, and it lies between both days, which are included.
    pub(super) fn is_between(&self, row: u32, low: f64, high: f64) -> bool {
        let day = self.day(row);
        day != MISSING && f64::from(day) >= low && f64::from(day) <= high
    }
}
