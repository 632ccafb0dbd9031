//! Runs other versions beside a report that is made already: a shadow, to see what it does otherwise,
//! and the version before the one on trial, to see what that one costs. Their output goes nowhere else.
//! A report never waits for it: when too many wait already, it is skipped and counted.

use quire_model::ReportId;
use quire_modules::ModuleHost;

use crate::{
    Assignments,
    bystander::Bystander,
    journal::{Beside, TrialInput},
    measure::measure,
    shadow::compare_beside,
};

/// Run them, one after another, when those of other reports are done.
pub(crate) async fn run_beside(
    assignments: &Assignments,
    modules: &ModuleHost,
    report: &ReportId,
    inputs: Vec<TrialInput>,
) {
    let Some(records) = assignments.records().filter(|_| !inputs.is_empty()) else {
        return;
    };
    let Some(_turn) = assignments.turn_beside().await else {
        metrics::counter!("quire_shadow_runs_skipped_total").increment(1);
        return;
    };
    let bystander = Bystander {
        records,
        assignments,
        modules,
        report,
    };
    for input in inputs {
        match input.beside {
            Beside::Shadow(candidate) => compare_beside(bystander, &input, candidate).await,
            Beside::Before(before) => measure(bystander, &input, before).await,
        }
    }
}
