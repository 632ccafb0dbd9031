//! Tells the records how versions on trial fared, and says aloud what comes of it.

use quire_model::ReportId;
use quire_records::{Records, RecordsError, Run, Verdict};

use crate::{Assignments, SectionRun, journal::RunEnd};

/// Count the runs of versions on trial. Nothing is written for a module that has none. A report counts
/// as one failure of a version, however often it is tried: else one report on a busy machine would use
/// up all patience with a good version.
pub(crate) async fn tally(
    assignments: &Assignments,
    records: &Records,
    report: &ReportId,
    runs: &[SectionRun],
) {
    let on_trial = |run: &&SectionRun| {
        assignments.of_module(&run.module).on_trial && run.end != RunEnd::HostFailed
    };
    let failed = |run: &SectionRun| matches!(run.end, RunEnd::Failed(_));
    let runs: Vec<&SectionRun> = runs.iter().filter(on_trial).collect();
    let again = runs.iter().any(|run| failed(run)) && is_tried_again(records, report).await;
    for run in runs {
        if failed(run) && again {
            continue;
        }
        let counted = Run {
            digest: run.digest,
            failed: failed(run),
        };
        carry_out(&run.module, records.tally(&run.module, counted).await);
    }
}

/// Say aloud what Quire did by itself to a module.
pub(crate) fn carry_out(module: &str, judged: Result<Option<Verdict>, RecordsError>) {
    match judged {
        Ok(None) => {}
        Ok(Some(verdict)) => {
            tracing::error!(
                module,
                module.digest = %verdict.bad,
                "{} Version {} is used again.",
                verdict.reason,
                verdict.good.short()
            );
            metrics::counter!("quire_module_rollbacks_total", "module" => module.to_owned())
                .increment(1);
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                module,
                error,
                "a run of module {module} could not be counted"
            );
        }
    }
}

/// Whether the report was begun before; not if that cannot be told.
async fn is_tried_again(records: &Records, report: &ReportId) -> bool {
    let row = records.report(report).await.ok().flatten();
    row.is_some_and(|row| row.attempt > 1)
}
