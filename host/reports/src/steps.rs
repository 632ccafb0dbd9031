//! Counts the steps of one report, passes them on, and keeps how long each took.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use quire_model::Definition;
use quire_records::Progress;

/// How long each stage took (`data`, `background`, `sections`, `pdf`) and each section (`section:trend`).
pub type Timings = BTreeMap<String, Duration>;

/// The steps of one report.
pub(crate) struct Steps<'a> {
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Steps begun so far.
    begun: Mutex<u32>,
    total: u32,
    timings: Mutex<Timings>,
}

impl<'a> Steps<'a> {
    /// Data and pages are a step each, and every section is one.
    pub(crate) fn new(
        definition: &Definition,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> Self {
        let sections = u32::try_from(definition.sections.len()).unwrap_or(u32::MAX - 2);
        Self {
            progress,
            begun: Mutex::new(0),
            total: sections + 2,
            timings: Mutex::default(),
        }
    }

    /// A step begins.
    pub(crate) fn begin(&self, section: &str) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        (self.progress)(Progress {
            section: section.to_owned(),
            done: *begun,
            total: self.total,
        });
        *begun += 1;
    }

    /// A stage or a section took so long.
    pub(crate) fn took(&self, what: &str, time: Duration) {
        let mut timings = self.timings.lock().unwrap_or_else(PoisonError::into_inner);
        timings.insert(what.to_owned(), time);
    }

    /// How long each took.
    pub(crate) fn timings(&self) -> Timings {
        let timings = self.timings.lock().unwrap_or_else(PoisonError::into_inner);
        timings.clone()
    }
}
