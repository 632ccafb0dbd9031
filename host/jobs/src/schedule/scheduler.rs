//! Looks every second which schedules are due, and takes their ticks.

use std::time::Duration;

use jiff::Timestamp;
use quire_records::{Asks, Manner, Records, RecordsError, Right, ScheduleRow, Taken, TickRun};
use quire_reports::Maker;
use tokio::{sync::watch, time::timeout};

use super::{
    cron::Cron,
    order::Order,
    timing::{Due, due},
};
use crate::{Queue, SubmitError, ticket::Ticket};

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long is waited after a tick was put off: what it met does not pass in a second.
const REST: Duration = Duration::from_secs(10);

/// Schedules that are read in one go.
const AT_ONCE: u32 = 200;

/// Takes the ticks of all schedules of a data directory. Any number of processes may do so.
#[derive(Clone, Debug)]
pub struct Scheduler {
    /// Where schedules are kept.
    pub records: Records,
    /// Where reports are asked for.
    pub queue: Queue,
    /// What knows definitions, and which requests are equal.
    pub maker: Maker,
}

/// What came of a tick that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// It is taken, by us or others.
    Taken,
    /// What it asks for cannot be accepted now: it is taken later.
    PutOff,
}

impl Scheduler {
    /// Look until `stop` holds true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let (mut failing, mut pause, mut looked_at) = (false, LOOK_EVERY, None);
        while timeout(pause, stop.wait_for(|stop| *stop)).await.is_err() {
            let looked = match self.queue.admission().pass() {
                Ok(()) => self.look(&mut looked_at).await,
                Err(_) => continue,
            };
            pause = match &looked {
                Ok(Met::Taken) => LOOK_EVERY,
                Ok(Met::PutOff) | Err(_) => REST,
            };
            // Said once: while the records cannot be used every look fails.
            match (&looked, failing) {
                (Err(error), false) => {
                    self.queue.admission().note(error);
                    let error = error as &dyn std::error::Error;
                    tracing::warn!(
                        error,
                        "schedules cannot be looked at; it goes on being tried"
                    );
                }
                (Ok(_), true) => tracing::info!("schedules are looked at again"),
                _ => {}
            }
            failing = looked.is_err();
        }
    }

    /// Take every tick that is due. Where the clock has been set back since the last look, and at the first, it is
    /// looked before whether a schedule waits for a tick further away than the next.
    async fn look(&self, looked_at: &mut Option<Timestamp>) -> Result<Met, RecordsError> {
        let now = self.records.clock_now()?;
        if looked_at.is_none_or(|before| now < before) {
            self.review(now).await?;
        }
        *looked_at = Some(now);
        let (mut met, mut after) = (Met::Taken, None);
        loop {
            let page = self.records.due_schedules(after.as_ref(), AT_ONCE).await?;
            for schedule in &page {
                if self.take(schedule, now).await? == Met::PutOff {
                    met = Met::PutOff;
                }
            }
            after = match page.last() {
                Some(last) if page.len() >= AT_ONCE as usize => Some(last.id.clone()),
                _ => return Ok(met),
            };
        }
    }

    async fn take(&self, schedule: &ScheduleRow, now: Timestamp) -> Result<Met, RecordsError> {
        let (id, plan) = (&schedule.id, &schedule.plan);
        let Some(waits_for) = schedule.next else {
            return Ok(Met::Taken);
        };
        let run = match Cron::new(&plan.cron, &plan.time_zone) {
            Ok(cron) => {
                let Some(due) = due(&cron, waits_for, plan.missed, now) else {
                    return Ok(Met::Taken);
                };
                match self.run_of(schedule, due).await? {
                    Ok(run) => run,
                    Err(refusal) => return self.put_off(schedule, &refusal.to_string()).await,
                }
            }
            // Kept by another version, or the zone is known here no more.
            Err(error) => TickRun {
                due: waits_for,
                missed: false,
                next: None,
                asks: Asks::NothingMore(error.to_string()),
            },
        };
        let why = match &run.asks {
            Asks::Report(_) => String::new(),
            Asks::Nothing(reason) | Asks::NothingMore(reason) => reason.clone(),
        };
        match self.records.take_tick(schedule, run).await? {
            Taken::Asked(accepted) => {
                let report = accepted.id;
                tracing::info!(schedule = %id, report.id = %report, "schedule {id} asks for report {report}");
                count("report");
                if accepted.shared_from.is_some() {
                    metrics::counter!("quire_answers_shared_total", "at" => "acceptance")
                        .increment(1);
                } else if let Err(error) = self.queue.push(&Ticket { report }).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(schedule = %id, error, "the ticket of a run was not pushed; the sweeper will do it");
                }
            }
            Taken::Nothing => {
                tracing::warn!(schedule = %id, why, "schedule {id} asks for nothing: {why}");
                count("nothing");
            }
            Taken::Theirs => {}
        }
        Ok(Met::Taken)
    }

    /// What becomes of a tick that is due; or why it has to wait.
    async fn run_of(
        &self,
        schedule: &ScheduleRow,
        due: Due,
    ) -> Result<Result<TickRun, SubmitError>, RecordsError> {
        let asks = match due.runs {
            true => match self.asks(schedule).await? {
                Ok(asks) => asks,
                Err(refusal) => return Ok(Err(refusal)),
            },
            false => Asks::Nothing(too_late(schedule, due.tick)),
        };
        Ok(Ok(TickRun {
            due: due.tick,
            missed: due.missed,
            next: due.next,
            asks,
        }))
    }

    /// What a run asks for and for whom, or why it asks for nothing; or why it cannot be accepted now.
    async fn asks(
        &self,
        schedule: &ScheduleRow,
    ) -> Result<Result<Asks, SubmitError>, RecordsError> {
        let Some(actor) = self.records.actor_now(&schedule.owner).await? else {
            let reason = "its key was revoked, or has expired".to_owned();
            return Ok(Ok(Asks::NothingMore(reason)));
        };
        if !actor.role.may(Right::Request) {
            let reason = "its key may not ask for reports".to_owned();
            return Ok(Ok(Asks::NothingMore(reason)));
        }
        match self.queue.has_room(&actor, 1).await {
            Ok(()) => {}
            Err(SubmitError::Records(error)) => return Err(error),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let definitions = &self.maker.registry.definitions;
        let order = Order::read(&schedule.plan.request);
        let read = order.and_then(|order| Ok((order.request(definitions)?, order.manner()?)));
        Ok(Ok(match read {
            Ok((request, manner)) => {
                let manner = Manner {
                    answer: self.maker.answer_key(&request, None),
                    ..manner
                };
                Asks::Report(Box::new((request, manner, actor)))
            }
            Err(problem) => Asks::Nothing(problem.detail),
        }))
    }

    async fn put_off(&self, schedule: &ScheduleRow, why: &str) -> Result<Met, RecordsError> {
        if self.records.put_off_tick(schedule, why).await? {
            let id = &schedule.id;
            tracing::warn!(schedule = %id, why, "a run of schedule {id} is put off: {why}");
            count("put-off");
        }
        Ok(Met::PutOff)
    }

    /// Let schedules that wait for a tick further away than the next wait for that one: the clock was ahead when they
    /// last ran, and is right again. A tick that was taken stays taken.
    async fn review(&self, now: Timestamp) -> Result<(), RecordsError> {
        let mut before = None;
        loop {
            let page = self
                .records
                .schedules(None, before.as_ref(), AT_ONCE)
                .await?;
            for schedule in &page {
                let Some(waits_for) = schedule.next.filter(|next| *next > now) else {
                    continue;
                };
                let plan = &schedule.plan;
                let next = Cron::new(&plan.cron, &plan.time_zone)
                    .ok()
                    .and_then(|cron| cron.after(now));
                if let Some(next) = next.filter(|next| *next < waits_for) {
                    self.records.wait_for_tick(schedule, next).await?;
                }
            }
            before = match page.last() {
                Some(last) if page.len() >= AT_ONCE as usize => Some(last.id.clone()),
                _ => return Ok(()),
            };
        }
    }
}

/// Why a tick is not made up for: with what kept it from being taken, if that is known.
fn too_late(schedule: &ScheduleRow, tick: Timestamp) -> String {
    let met = schedule.refusal.as_ref();
    let met = met.filter(|refusal| refusal.at >= tick);
    let met = met.map_or_else(String::new, |refusal| format!(": {}", refusal.reason));
    format!("its time had passed, and missed is \"skip\"{met}")
}

fn count(came_to: &'static str) {
    metrics::counter!("quire_schedule_ticks_total", "came_to" => came_to).increment(1);
}
