//! Runs a version beside the active one, and stores what it does otherwise.

use quire_model::{Digest, OutcomeChange, SectionDifference};
use quire_modules::{Output, RunError};
use quire_records::{RunCost, ShadowRun};

use crate::{
    bystander::Bystander,
    compare::compare,
    journal::{RunEnd, SectionRun, TrialInput},
};

/// Run it, compare, and store what came of it.
pub(crate) async fn compare_beside(
    bystander: Bystander<'_>,
    input: &TrialInput,
    candidate: Digest,
) {
    let Some(result) = bystander.run(input, candidate).await else {
        return;
    };
    let (report, active) = (bystander.report, &input.run);
    let run = ShadowRun {
        module: input.spec.module.clone(),
        section: input.spec.name.clone(),
        report: report.clone(),
        active: active.digest,
        candidate,
        difference: difference(input, &result),
        active_cost: RunCost {
            cpu: active.cpu,
            memory_bytes: active.memory_bytes,
        },
        candidate_cost: result.as_ref().map_or_else(
            |_| RunCost::default(),
            |output| RunCost {
                cpu: output.cpu,
                memory_bytes: output.memory_bytes as u64,
            },
        ),
    };
    let clean = if run.difference.is_clean() {
        "yes"
    } else {
        "no"
    };
    metrics::counter!("quire_shadow_runs_total", "clean" => clean).increment(1);
    if let Err(error) = bystander.records.add_shadow_run(&run).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(report.id = %report, error, "a shadow run of report {report} could not be stored");
    }
}

fn difference(input: &TrialInput, result: &Result<Output, RunError>) -> SectionDifference {
    if let (Ok(output), RunEnd::Made) = (result, input.run.end) {
        return compare(
            (&input.blocks, &input.found),
            (&output.blocks, &output.facts),
        );
    }
    ended(active_end(&input.run), candidate_end(result))
}

/// What is to be told of two versions that did not both make their section.
fn ended(active: String, candidate: String) -> SectionDifference {
    let outcome = OutcomeChange { active, candidate };
    // A candidate that fails as the active version does has failed all the same.
    let differs = outcome.active != outcome.candidate || outcome.failure().is_some();
    let mut difference = SectionDifference {
        outcome: Some(outcome).filter(|_| differs),
        ..SectionDifference::default()
    };
    difference.places = difference.listed_places();
    difference
}

fn active_end(run: &SectionRun) -> String {
    match run.end {
        RunEnd::Made => OutcomeChange::MADE.to_owned(),
        RunEnd::NothingToShow => OutcomeChange::NOTHING_TO_SHOW.to_owned(),
        RunEnd::Failed(kind) => kind.slug().to_owned(),
        RunEnd::HostFailed => "not known".to_owned(),
    }
}

fn candidate_end(result: &Result<Output, RunError>) -> String {
    match result {
        Ok(_) => OutcomeChange::MADE.to_owned(),
        Err(RunError::NoData(_)) => OutcomeChange::NOTHING_TO_SHOW.to_owned(),
        Err(error) => error.kind().slug().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_that_fails_as_the_active_version_does_has_failed() {
        let told = |active: &str, candidate: &str| ended(active.to_owned(), candidate.to_owned());

        assert!(told("nothing to show", "nothing to show").is_clean());
        for active in ["made", "module-crashed"] {
            let failed = told(active, "module-crashed");
            assert_eq!(failed.failure(), Some("module-crashed"));
        }
        let mended = told("module-crashed", "made");
        assert_eq!(mended.failure(), None);
        assert!(!mended.is_clean() && mended.places.len() == 1);
    }
}
