//! Runs versions on trial beside a report that is made already, and stores what they do otherwise.
//! Their output goes nowhere else. A report never waits for it: when one is running, the next is
//! skipped and counted.

use std::time::Duration;

use quire_model::{Kind, OutcomeChange, ReportId, SectionDifference};
use quire_modules::{ModuleHost, Output, RunError};
use quire_records::{RunCost, ShadowRun};

use crate::{
    Assignments,
    compare::compare,
    journal::{RunEnd, SectionRun, ShadowInput},
};

/// Run them, one after another, unless others are running.
pub(crate) async fn run_beside(
    assignments: &Assignments,
    modules: &ModuleHost,
    report: &ReportId,
    inputs: Vec<ShadowInput>,
) {
    if inputs.is_empty() {
        return;
    }
    let Some(_permit) = assignments.shadow_permit() else {
        metrics::counter!("quire_shadow_runs_skipped_total").increment(1);
        return;
    };
    for input in inputs {
        run_one(assignments, modules, report, input).await;
    }
}

async fn run_one(
    assignments: &Assignments,
    modules: &ModuleHost,
    report: &ReportId,
    input: ShadowInput,
) {
    let (Some(records), Ok(module)) = (
        assignments.records(),
        assignments.load(modules, input.candidate).await,
    ) else {
        return;
    };
    let (call, series) = (input.call.clone(), input.series.clone());
    let result = match input.spec.kind {
        Kind::Section => modules.render(&module, call, series).await,
        Kind::Narrative => {
            let facts = input.facts.to_vec();
            modules.compose(&module, call, series, facts).await
        }
    };
    if result.as_ref().is_err_and(RunError::is_retryable) {
        // The machine was to blame, which says nothing about the version.
        metrics::counter!("quire_shadow_runs_skipped_total").increment(1);
        return;
    }
    let run = ShadowRun {
        module: input.spec.module.clone(),
        section: input.spec.name.clone(),
        report: report.clone(),
        active: input.run.digest,
        candidate: input.candidate,
        difference: difference(&input, &result),
        active_cost: cost(input.run.cpu, input.run.memory_bytes),
        candidate_cost: result.as_ref().map_or_else(
            |_| RunCost::default(),
            |output| cost(output.cpu, output.memory_bytes as u64),
        ),
    };
    let clean = if run.difference.is_clean() {
        "yes"
    } else {
        "no"
    };
    metrics::counter!("quire_shadow_runs_total", "clean" => clean).increment(1);
    if let Err(error) = records.add_shadow_run(&run).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(report.id = %report, error, "a shadow run of report {report} could not be stored");
    }
}

fn cost(cpu: Duration, memory_bytes: u64) -> RunCost {
    RunCost { cpu, memory_bytes }
}

fn difference(input: &ShadowInput, result: &Result<Output, RunError>) -> SectionDifference {
    match (result, input.run.end) {
        (Ok(output), RunEnd::Made) => compare(
            (&input.blocks, &input.found),
            (&output.blocks, &output.facts),
        ),
        (Err(RunError::NoData(_)), RunEnd::NothingToShow) => SectionDifference::default(),
        (result, _) => {
            let outcome = OutcomeChange {
                active: active_end(&input.run),
                candidate: candidate_end(result),
            };
            SectionDifference {
                outcome: Some(outcome.clone()).filter(|_| outcome.active != outcome.candidate),
                ..SectionDifference::default()
            }
        }
    }
}

fn active_end(run: &SectionRun) -> String {
    match run.end {
        RunEnd::Made => "made".to_owned(),
        RunEnd::NothingToShow => "nothing to show".to_owned(),
        RunEnd::Failed(kind) => kind.slug().to_owned(),
        RunEnd::HostFailed => "not known".to_owned(),
    }
}

fn candidate_end(result: &Result<Output, RunError>) -> String {
    match result {
        Ok(_) => "made".to_owned(),
        Err(RunError::NoData(_)) => "nothing to show".to_owned(),
        Err(error) => error.kind().slug().to_owned(),
    }
}
