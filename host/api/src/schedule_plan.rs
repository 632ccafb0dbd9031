//! What a caller says about a schedule: when it runs, and what each run asks for. Read, and found to be usable now.

use quire_jobs::{Cron, Order};
use quire_model::{FieldError, Problem};
use quire_records::{Missed, NewSchedule, Plan, Timestamp};
use quire_registry::Definitions;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::report_items::{BatchItem, faults, pointed, read_item};

/// What is said of a schedule before its first fault.
const WHAT: &str = "the schedule cannot be used";

/// When reports are asked for, and which.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSchedule {
    /// Five fields of cron: minute, hour, day of the month, month, day of the week. At least 15 minutes have to lie
    /// between two runs.
    #[schema(example = "0 6 * * MON", max_length = 100)]
    pub cron: String,
    /// The time zone that they are meant in, by IANA's name. A time that clocks leave out comes as much later as they
    /// leap; of one that comes twice the first counts, but for what is meant for every hour.
    #[serde(default = "utc")]
    #[schema(example = "Europe/Berlin", max_length = 100, default = "UTC")]
    pub time_zone: String,
    /// What becomes of a run that cannot be asked for within ten minutes of its time, since the service was down or took
    /// no reports: `skip` leaves it out, `once` makes up for it, with one run for all that were missed.
    #[serde(default)]
    #[schema(value_type = MissedRuns)]
    pub missed: Missed,
    /// Make no new document where the drug's reports, the modules and the definition are the same as for the last run
    /// that has one: the task is given that document, and says `unchanged`. Not together with `force`.
    #[serde(default)]
    pub only_if_changed: bool,
    /// Let it rest. Runs whose time comes meanwhile are not made up for.
    #[serde(default)]
    pub paused: bool,
    /// What each run asks for. Without `as_of` it is as of the day on which it runs (UTC). Nobody waits for it, so
    /// `batch` makes no difference.
    #[schema(value_type = BatchItem)]
    pub request: Value,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// What becomes of runs whose time has passed.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `quire_records::Missed` to OpenAPI")]
pub(crate) enum MissedRuns {
    /// Nothing: the next is the next one.
    Skip,
    /// One run, for all of them.
    Once,
}

impl PutSchedule {
    /// The schedule that it makes, if it can be used now. A plan that is kept already may rest whatever has become of
    /// what it asks for.
    ///
    /// # Errors
    ///
    /// What cannot be used, pointed at from the body.
    pub fn usable(
        self,
        kept: Option<&Plan>,
        definitions: &Definitions,
        now: Timestamp,
    ) -> Result<NewSchedule, Box<Problem>> {
        let paused = self.paused;
        let plan = Plan {
            cron: self.cron,
            time_zone: self.time_zone,
            missed: self.missed,
            only_if_changed: self.only_if_changed,
            request: self.request,
        };
        let next = match paused && kept == Some(&plan) {
            true => None,
            false => {
                let cron = cron_of(&plan, now)?;
                check_request(&plan, definitions)?;
                cron.after(now).filter(|_| !paused)
            }
        };
        Ok(NewSchedule { plan, paused, next })
    }
}

fn cron_of(plan: &Plan, now: Timestamp) -> Result<Cron, Box<Problem>> {
    Cron::for_new(&plan.cron, &plan.time_zone, now).map_err(|error| {
        let pointer = match error.is_of_zone() {
            true => "/time_zone",
            false => "/cron",
        };
        wrong(pointer, error.to_string())
    })
}

/// What each run asks for can be asked for today.
fn check_request(plan: &Plan, definitions: &Definitions) -> Result<(), Box<Problem>> {
    let (_, asked) =
        read_item(&plan.request).map_err(|errors| pointed("/request", errors, WHAT))?;
    asked
        .manner()
        .map_err(|problem| pointed("/request", problem.errors, WHAT))?;
    if plan.only_if_changed && asked.force {
        let detail =
            "`force` makes a document anew, and `only_if_changed` does not: leave one of them out";
        return Err(wrong("/request/force", detail.to_owned()));
    }
    let order = Order::read(&plan.request);
    order
        .and_then(|order| order.request(definitions))
        .map_err(|problem| pointed("/request", faults(*problem), WHAT))?;
    Ok(())
}

fn wrong(pointer: &str, detail: String) -> Box<Problem> {
    let pointer = pointer.to_owned();
    pointed("", vec![FieldError { pointer, detail }], WHAT)
}
