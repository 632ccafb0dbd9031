//! Tells the records how versions on trial fared, and says aloud what comes of it.

use quire_records::{Records, Run};

use crate::{Assignments, SectionRun, journal::RunEnd};

/// Count the runs of versions on trial. Nothing is written for a module that has none.
pub(crate) async fn tally(assignments: &Assignments, records: &Records, runs: &[SectionRun]) {
    for run in runs {
        if !assignments.of_module(&run.module).on_trial || run.end == RunEnd::HostFailed {
            continue;
        }
        let counted = Run {
            digest: run.digest,
            failed: matches!(run.end, RunEnd::Failed(_)),
            cpu: run.cpu,
            wall: run.wall,
        };
        match records.tally(&run.module, counted).await {
            Ok(None) => {}
            Ok(Some(verdict)) => {
                let module = &verdict.module;
                tracing::error!(
                    module,
                    module.digest = %verdict.bad,
                    "{} Version {} is used again.",
                    verdict.reason,
                    verdict.good.short()
                );
                metrics::counter!("quire_module_rollbacks_total", "module" => module.clone())
                    .increment(1);
            }
            Err(error) => {
                let (module, error) = (&run.module, &error as &dyn std::error::Error);
                tracing::warn!(
                    module,
                    error,
                    "a run of module {module} could not be counted"
                );
            }
        }
    }
}
