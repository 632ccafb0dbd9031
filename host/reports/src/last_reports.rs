//! The last reports that were made: tries a version of a module on them, one after the other, and finds one that
//! uses a module.

use std::time::{Duration, Instant};

use quire_model::{Digest, Manifest};
use quire_records::{Records, RecordsError, ReportFilter, ReportRow, State};
use quire_registry::Registry;

use crate::{Backtested, VerifyError, backtest, stored_manifest, stored_report};

/// Most reports that are tried at a time: each takes some tenths of a second.
pub const MOST_BACKTESTED: u32 = 50;

/// How long it may take; what is not tried by then is said. Callers wait for a minute at most.
const PATIENCE: Duration = Duration::from_secs(40);

/// What came of trying a version on reports that were made before.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// The last report first.
    pub tried: Vec<BacktestedReport>,
    /// Reports that there was no time for.
    pub left_out: usize,
}

/// One report, and what came of it.
#[derive(Clone, Debug)]
pub struct BacktestedReport {
    /// The report.
    pub row: ReportRow,
    /// Its sections that the module makes; none if it does not use the module, or was made by a version of Quire
    /// that kept no documents.
    pub sections: Vec<Backtested>,
}

impl Backtest {
    /// How many sections are the same, differ, and cannot be compared.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for one in self.tried.iter().flat_map(|tried| &tried.sections) {
            let [same, differs, unknown] = &mut counts;
            *match &one.found {
                Ok(found) if found.is_clean() => same,
                Ok(_) => differs,
                Err(_) => unknown,
            } += 1;
        }
        counts
    }
}

/// Try a version on the last `reports` that succeeded, at most [`MOST_BACKTESTED`].
///
/// # Errors
///
/// If the records cannot be read, or this machine lacks what loading a module needs.
pub async fn backtest_last(
    registry: &Registry,
    module: &str,
    candidate: Digest,
    reports: u32,
) -> Result<Backtest, VerifyError> {
    let records = registry.records()?;
    let rows = succeeded(records, reports.min(MOST_BACKTESTED)).await?;
    let (began, asked) = (Instant::now(), rows.len());
    let mut tried = Vec::new();
    for row in rows {
        if began.elapsed() > PATIENCE {
            break;
        }
        let stored = match stored_report(registry, &row).await {
            Err(VerifyError::Removed(_)) => None,
            stored => stored?,
        };
        let sections = match stored {
            Some((document, manifest)) => {
                backtest(
                    registry,
                    &manifest.making.colophon,
                    &document,
                    module,
                    candidate,
                )
                .await?
            }
            None => Vec::new(),
        };
        tried.push(BacktestedReport { row, sections });
    }
    let left_out = asked - tried.len();
    Ok(Backtest { tried, left_out })
}

/// The last report of the last `most` that was made with a module, and how; one that lacks a section only if all do.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn last_made_with(
    records: &Records,
    module: &str,
    most: u32,
) -> Result<Option<(ReportRow, Manifest)>, VerifyError> {
    let mut lacking = None;
    for row in succeeded(records, most).await? {
        let manifest = stored_manifest(records, &row.id).await?;
        let Some(manifest) = manifest.filter(|manifest| made_with(manifest, module)) else {
            continue;
        };
        let success = row.success.as_ref();
        if success.is_some_and(|success| success.placeholders.is_empty()) {
            return Ok(Some((row, manifest)));
        }
        lacking = lacking.or(Some((row, manifest)));
    }
    Ok(lacking)
}

/// Whether a report was made with a module.
#[must_use]
pub fn made_with(manifest: &Manifest, module: &str) -> bool {
    let mut components = manifest.making.colophon.recipe.modules.iter();
    components.any(|component| component.module == module)
}

async fn succeeded(records: &Records, most: u32) -> Result<Vec<ReportRow>, RecordsError> {
    let filter = ReportFilter {
        states: vec![State::Succeeded],
        made: true,
        ..ReportFilter::default()
    };
    records.reports(&filter, most).await
}
