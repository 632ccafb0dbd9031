//! The days of first receipt that a report is about.

use quire_model::{CaseSelection, Date};

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
        self.from.is_some() || self.to.is_some()
    }

    /// What openFDA's search says it with; nothing for all time.
    pub(crate) fn search(self) -> Option<String> {
        let day = |day: Option<Date>| {
            day.map_or_else(|| "*".to_owned(), |day| day.strftime("%Y%m%d").to_string())
        };
        self.is_bounded()
            .then(|| format!("receivedate:[{} TO {}]", day(self.from), day(self.to)))
    }

    /// The same for a reader; empty for all time.
    pub(crate) fn words(self) -> String {
        match (self.from, self.to) {
            (None, None) => String::new(),
            (Some(from), None) => format!("from {from}"),
            (None, Some(to)) => format!("until {to}"),
            (Some(from), Some(to)) => format!("from {from} to {to}"),
        }
    }

    /// What equal periods are equal by, as text.
    pub(crate) fn key(self) -> String {
        self.search().unwrap_or_default()
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
