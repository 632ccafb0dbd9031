//! Periods at either end that do not hold all their reports.

use quire_sdk::Selection;

use crate::calendar::Step;

/// Why the first or the last period does not hold all its reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partial {
    /// The requested period begins inside the first one.
    pub(crate) begins_inside: bool,
    /// The requested period ends inside the last one.
    pub(crate) ends_inside: bool,
    /// The last one was not over, or not yet held whole, for this document.
    pub(crate) is_open: bool,
}

impl Partial {
    /// Of the periods in which `first` and `last` lie, if the source holds all until `known_until`.
    pub(crate) fn of(
        step: Step,
        (first, last): (i32, i32),
        requested: &Selection,
        known_until: i32,
    ) -> Self {
        let begins = step.first_day(step.period(first));
        let ends = step.last_day(step.period(last));
        let wanted = requested.to.map_or(ends, |to| to.days().min(ends));
        Self {
            begins_inside: requested.from.is_some_and(|from| from.days() > begins),
            ends_inside: wanted < ends,
            is_open: wanted > known_until,
        }
    }

    pub(crate) fn is_last(self) -> bool {
        self.ends_inside || self.is_open
    }
}
