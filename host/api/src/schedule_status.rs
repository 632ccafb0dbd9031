//! A schedule as it is shown: when it runs, and what came of that last.

use std::collections::HashMap;

use quire_model::{ObjectId, ReportId};
use quire_records::{Missed, Records, RecordsError, ReportRow, ScheduleRow, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{base_path::address, report_items::BatchItem, schedule_plan::MissedRuns};

/// A schedule.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// Names the schedule.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub schedule_id: ObjectId,
    /// Grows with each change; the same as `ETag`, for `If-Match`.
    pub revision: u64,
    /// The key that made it: its runs are tasks of that key.
    pub owner: String,
    /// Five fields of cron.
    pub cron: String,
    /// The time zone that they are meant in.
    pub time_zone: String,
    /// What becomes of runs whose time has passed.
    #[schema(value_type = MissedRuns)]
    pub missed: Missed,
    /// Whether a run over the same data as the last one makes no document of its own.
    pub only_if_changed: bool,
    /// Whether it rests: since it was told to, or since its key may ask for nothing more (`last_refusal` says so).
    pub paused: bool,
    /// What each run asks for.
    #[schema(value_type = BatchItem)]
    pub request: Value,
    /// When it was made, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// When it runs next; absent where it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_run: Option<Timestamp>,
    /// The last run; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<LastRun>,
    /// The last time that it asked for nothing, or could not yet; absent where that has never been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_refusal: Option<LastRefusal>,
    /// Where to go from here.
    pub links: ScheduleLinks,
}

/// A run of a schedule.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LastRun {
    /// When it was due.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether its time had passed by then.
    pub missed: bool,
    /// The task that it asked for.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub task_id: ReportId,
    /// Whether nothing had changed, so that the task was given the document of an earlier run.
    pub unchanged: bool,
}

/// Why a schedule asked for nothing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LastRefusal {
    /// When that was.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why, in words.
    pub reason: String,
}

/// Where to go from a schedule.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScheduleLinks {
    /// This answer.
    pub schedule: String,
    /// Its runs, a page at a time.
    pub tasks: String,
    /// The task of the last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_task: Option<String>,
}

impl Schedule {
    /// Schedules with what came of their last runs, in the order of the rows.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn seen(
        records: &Records,
        rows: Vec<ScheduleRow>,
    ) -> Result<Vec<Self>, RecordsError> {
        let last = rows.iter().filter_map(|row| row.last.as_ref());
        let reports: Vec<ReportId> = last.map(|tick| tick.report.clone()).collect();
        let reports = records.reports_named(&reports).await?.into_iter();
        let reports: HashMap<ReportId, ReportRow> =
            reports.map(|row| (row.id.clone(), row)).collect();
        Ok(rows
            .into_iter()
            .map(|row| Self::of(row, &reports))
            .collect())
    }

    fn of(row: ScheduleRow, reports: &HashMap<ReportId, ReportRow>) -> Self {
        let last_run = row.last.map(|tick| LastRun {
            due: tick.due,
            at: tick.taken,
            missed: tick.missed,
            unchanged: reports
                .get(&tick.report)
                .is_some_and(|report| report.unchanged),
            task_id: tick.report,
        });
        let last_task = last_run.as_ref();
        Self {
            links: ScheduleLinks {
                schedule: address(&format!("/api/schedules/{}", row.id)),
                tasks: address(&format!("/api/tasks?schedule={}", row.id)),
                last_task: last_task.map(|run| address(&format!("/api/tasks/{}", run.task_id))),
            },
            schedule_id: row.id,
            revision: row.revision,
            owner: row.owner.to_string(),
            cron: row.plan.cron,
            time_zone: row.plan.time_zone,
            missed: row.plan.missed,
            only_if_changed: row.plan.only_if_changed,
            paused: row.paused,
            request: row.plan.request,
            created_at: row.created_at,
            changed_at: row.changed_at,
            next_run: row.next,
            last_run,
            last_refusal: row.refusal.map(|refusal| LastRefusal {
                at: refusal.at,
                reason: refusal.reason,
            }),
        }
    }
}
