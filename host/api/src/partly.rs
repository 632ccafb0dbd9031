//! Documents that are read in parts: a reader of PDFs asks for hundreds of ranges, which are one download.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use quire_model::ReportId;
use quire_records::KeyId;

/// After a part was written into the trail, further ones of the same download are not for so long.
const ONE_DOWNLOAD: Duration = Duration::from_mins(15);

/// Downloads that are remembered.
const MOST: usize = 10_000;

/// Which downloads have been told of lately. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Partly(Arc<Mutex<HashMap<Download, Instant>>>);

/// A report, its form and who reads it.
type Download = (ReportId, String, KeyId);

impl Partly {
    /// Whether a part of this form belongs to a download that the trail tells of.
    pub(crate) fn is_told(&self, report: &ReportId, form: &str, key: &KeyId) -> bool {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = told.get(&(report.clone(), form.to_owned(), key.clone()));
        at.is_some_and(|at| at.elapsed() < ONE_DOWNLOAD)
    }

    /// The trail tells of it now.
    pub(crate) fn tell(&self, report: &ReportId, form: &str, key: &KeyId) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= MOST {
            told.retain(|_, at| at.elapsed() < ONE_DOWNLOAD);
        }
        // Many at once: then some are told of twice.
        if told.len() < MOST {
            told.insert(
                (report.clone(), form.to_owned(), key.clone()),
                Instant::now(),
            );
        }
    }
}
