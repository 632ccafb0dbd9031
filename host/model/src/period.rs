//! The days of first receipt that a report is about.

use crate::{CaseSelection, Date};

/// From a first to a last day of receipt, both included; without bounds it is all time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Period {
    /// Whether any day lies outside of it.
    #[must_use]
    pub fn is_bounded(self) -> bool {
        self != Self::default()
    }
}

impl From<&CaseSelection> for Period {
    fn from(selection: &CaseSelection) -> Self {
        Self {
            from: selection.received_from,
            to: selection.received_to,
        }
    }
}
