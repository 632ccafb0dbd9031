//! The days of first receipt that a request is about, where it names any.

use quire_sdk::{Civil, attribute, wit::provenance::Origin};

/// First and last day, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requested {
    pub(crate) from: Option<i32>,
    pub(crate) to: Option<i32>,
}

impl Requested {
    pub(crate) fn of(origin: &Origin) -> Self {
        let day = |name: &str| {
            let text = attribute(&origin.attributes, name)?;
            Civil::parse(text).map(Civil::days)
        };
        Self {
            from: day("received-from"),
            to: day("received-to"),
        }
    }

    pub(crate) fn holds(self, day: i32) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// `from 1 January 2014 to 31 December 2014`; none where every day counts.
    pub(crate) fn words(self) -> Option<String> {
        let long = |day| Civil::from_days(day).long();
        match (self.from, self.to) {
            (None, None) => None,
            (Some(from), None) => Some(format!("from {} on", long(from))),
            (None, Some(to)) => Some(format!("up to {}", long(to))),
            (Some(from), Some(to)) => Some(format!("from {} to {}", long(from), long(to))),
        }
    }
}
