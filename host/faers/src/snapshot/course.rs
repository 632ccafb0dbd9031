//! Dose and last day of treatment, stored behind the cases.

use serde::{Deserialize, Serialize};

use crate::case::Case;

/// Of one drug entry that has either.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Course {
    /// Which entry, counted through all cases.
    entry: u32,
    dose: String,
    /// YYYYMMDD.
    ended: Option<u32>,
}

impl Course {
    /// Those of all cases.
    pub(super) fn of(cases: &[Case]) -> Vec<Self> {
        let entries = (0u32..).zip(cases.iter().flat_map(|case| &case.drugs));
        entries
            .filter(|(_, drug)| !drug.dose.is_empty() || drug.ended.is_some())
            .map(|(entry, drug)| Self {
                entry,
                dose: drug.dose.clone(),
                ended: drug.ended,
            })
            .collect()
    }

    /// Give them to their entries, in whose order they are.
    pub(super) fn give(courses: Vec<Self>, cases: &mut [Case]) {
        let mut entries = (0u32..).zip(cases.iter_mut().flat_map(|case| &mut case.drugs));
        for course in courses {
            if let Some((_, drug)) = entries.find(|(entry, _)| *entry == course.entry) {
                (drug.dose, drug.ended) = (course.dose, course.ended);
            }
        }
    }
}
