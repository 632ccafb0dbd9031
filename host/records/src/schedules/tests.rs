//! A tick is taken once, with what it asks for, or not at all.

use std::time::Duration;

use quire_model::ObjectId;
use serde_json::json;

use crate::{
    Asks, Manner, Missed, NewSchedule, Plan, RecordsError, ScheduleChange, ScheduleRow, Taken,
    TickRun, Timestamp,
    fixture::{Fixture, actor, request},
};

const QUARTER: Duration = Duration::from_mins(15);

fn plan(only_if_changed: bool) -> Plan {
    Plan {
        cron: "*/15 * * * *".to_owned(),
        time_zone: "UTC".to_owned(),
        missed: Missed::Skip,
        only_if_changed,
        request: json!({"ndc": "61958-0802"}),
    }
}

impl Fixture {
    fn tick(&self, quarters: u32) -> Timestamp {
        self.clock_now().unwrap() + QUARTER * quarters
    }

    /// A schedule whose tick is due now.
    async fn scheduled(&self) -> ScheduleRow {
        let new = NewSchedule {
            plan: plan(false),
            paused: false,
            next: Some(self.tick(0)),
        };
        let id = self
            .create_schedule(&new, &actor().key, &actor(), "r")
            .await
            .unwrap();
        self.known(&id).await
    }

    async fn known(&self, id: &ObjectId) -> ScheduleRow {
        self.schedule_for(&actor(), id).await.unwrap().unwrap()
    }
}

fn run(due: Timestamp, asks: Asks) -> TickRun {
    TickRun {
        due,
        missed: false,
        next: Some(due + QUARTER),
        asks,
    }
}

fn report() -> Asks {
    Asks::Report(Box::new((
        request("61958-0802"),
        Manner::default(),
        actor(),
    )))
}

#[tokio::test]
async fn a_tick_is_taken_once_whoever_asks_and_whatever_the_clock_says() {
    let records = Fixture::new().await;
    let another = records.another().await;
    let schedule = records.scheduled().await;
    let due = schedule.next.unwrap();

    let first = records.take_tick(&schedule, run(due, report()));
    let first = first.await.unwrap();
    let second = another.take_tick(&schedule, run(due, report()));
    let second = second.await.unwrap();

    let Taken::Asked(accepted) = first else {
        panic!("{first:?}");
    };
    assert_eq!(second, Taken::Theirs);
    let after = records.known(&schedule.id).await;
    assert_eq!(after.next, Some(due + QUARTER));
    assert_eq!(after.last.as_ref().unwrap().report, accepted.id);
    let row = records.report(&accepted.id).await.unwrap().unwrap();
    assert_eq!(row.schedule, Some(schedule.id.clone()));

    // The clock was set back: the tick is known, and cannot be waited for.
    assert!(!records.wait_for_tick(&after, due).await.unwrap());
    assert!(records.wait_for_tick(&after, due - QUARTER).await.unwrap());
    let back = records.known(&schedule.id).await;
    let again = records.take_tick(&back, run(due, report())).await.unwrap();
    assert_eq!(again, Taken::Theirs);
    assert_eq!(records.known(&schedule.id).await.next, Some(due + QUARTER));
    assert_eq!(records.waiting().await.unwrap(), 1);
}

#[tokio::test]
async fn a_tick_of_a_plan_that_was_changed_or_deleted_meanwhile_asks_for_nothing() {
    let records = Fixture::new().await;
    let schedule = records.scheduled().await;
    let due = schedule.next.unwrap();
    let new = NewSchedule {
        plan: plan(true),
        paused: false,
        next: Some(records.tick(1)),
    };
    let actor = actor();
    let change = async |revision| {
        let changed = records.change_schedule(&schedule.id, &new, revision, &actor, "r");
        changed.await.unwrap()
    };

    assert_eq!(change(1).await, ScheduleChange::Done);
    assert_eq!(change(1).await, ScheduleChange::Other(2));

    let taken = records.take_tick(&schedule, run(due, report()));
    assert_eq!(taken.await.unwrap(), Taken::Theirs);
    // The tick that had come is not forgotten for it.
    let changed = records.known(&schedule.id).await;
    assert_eq!(changed.next, Some(due));
    let deleted = records.delete_schedule(&schedule.id, &actor, "r");
    assert!(deleted.await.unwrap());
    let taken = records.take_tick(&changed, run(due, report()));
    assert_eq!(taken.await.unwrap(), Taken::Theirs);
    assert_eq!(change(3).await, ScheduleChange::Missing);
    assert_eq!(records.waiting().await.unwrap(), 0);
}

#[tokio::test]
async fn why_nothing_is_asked_for_is_kept_and_said_once_a_tick() {
    let records = Fixture::new().await;
    let schedule = records.scheduled().await;
    let due = schedule.next.unwrap();

    assert!(records.put_off_tick(&schedule, "too many").await.unwrap());
    assert!(!records.put_off_tick(&schedule, "too many").await.unwrap());
    let put_off = records.known(&schedule.id).await;
    assert_eq!(put_off.next, Some(due));
    assert_eq!(put_off.refusal.as_ref().unwrap().reason, "too many");

    let skipped = records.take_tick(&put_off, run(due, Asks::Nothing("late".to_owned())));
    assert_eq!(skipped.await.unwrap(), Taken::Nothing);
    let skipped = records.known(&schedule.id).await;
    assert_eq!(skipped.refusal.as_ref().unwrap().reason, "late");
    assert_eq!((skipped.last.as_ref(), skipped.paused), (None, false));
    let ended = Asks::NothingMore("its key was revoked".to_owned());
    let ended = records.take_tick(&skipped, run(due + QUARTER, ended));
    assert_eq!(ended.await.unwrap(), Taken::Nothing);
    let ended = records.known(&schedule.id).await;
    assert_eq!((ended.next, ended.paused), (None, true));
    let told = records.audit(0, 10).await.unwrap();
    let told: Vec<&str> = told.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(
        told,
        ["schedule.created", "schedule.skipped", "schedule.stopped"]
    );
}

#[tokio::test]
async fn a_key_has_so_many_schedules_and_no_more() {
    let records = Fixture::new().await;
    let new = NewSchedule {
        plan: plan(false),
        paused: true,
        next: None,
    };
    for _ in 0..200 {
        records
            .create_schedule(&new, &actor().key, &actor(), "r")
            .await
            .unwrap();
    }

    let refused = records
        .create_schedule(&new, &actor().key, &actor(), "r")
        .await;

    assert!(matches!(refused, Err(RecordsError::TooMany { .. })));
    let page = records.schedules(None, None, 150).await.unwrap();
    let before = page.last().map(|row| row.id.clone());
    let rest = records.schedules(None, before.as_ref(), 150).await.unwrap();
    assert_eq!((page.len(), rest.len()), (150, 50));
    assert!(records.due_schedules(None, 10).await.unwrap().is_empty());
}
