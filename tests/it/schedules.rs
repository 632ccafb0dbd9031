//! Reports that are asked for again and again: one run a tick, whatever becomes of processes and clocks.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    crimes::machine::Machine,
    support::{Changing, Folder, Quire, Redis, Settings, eventually},
};

const SCHEDULES: &str = "/api/schedules";

/// What is said of a run that is on time: a moment after it was due.
pub(crate) const MOMENT: SignedDuration = SignedDuration::from_secs(2);

/// A schedule, with more said or otherwise.
pub(crate) fn plan(cron: &str, more: Value) -> Value {
    let mut body = json!({
        "cron": cron,
        "request": {"ndc": "61958-0802", "as_of": "2025-06-30", "definition": "plain"},
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub(crate) async fn schedule(quire: &Quire, body: Value) -> String {
    let made = quire.post(SCHEDULES, Some(body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    made.header("location").to_owned()
}

pub(crate) fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_default().parse().unwrap()
}

pub(crate) async fn next_run(quire: &Quire, path: &str) -> Timestamp {
    time(&quire.get(path).await.json()["next_run"])
}

/// The machine's clock is set.
pub(crate) fn set_clock(machine: &Machine, to: Timestamp) {
    let by = to.duration_since(Timestamp::now());
    machine.set_clock(!by.is_negative(), by.unsigned_abs());
}

/// On the machine, on a directory that outlives its processes.
pub(crate) fn on(machine: &Machine, folder: &Folder) -> Settings {
    Settings {
        data_dir: Some(folder.path().to_path_buf()),
        environment: machine.environment(),
        ..Settings::default()
    }
}

/// The run that was due then has been asked for, and has its document.
pub(crate) async fn has_run(quire: &Quire, path: &str, due: Timestamp) -> Value {
    let shown = eventually("a run", || async {
        let shown = quire.get(path).await.json();
        shown["last_run"].is_object().then_some(())?;
        (time(&shown["last_run"]["due"]) == due).then_some(shown)
    })
    .await;
    let task = shown["last_run"]["task_id"].as_str().unwrap();
    let task = quire.finished(task).await;
    assert_eq!(task["status"], "SUCCESS", "{task}");
    quire.get(path).await.json()
}

async fn reports(quire: &Quire) -> i64 {
    quire.number("SELECT count(*) FROM report").await
}

#[tokio::test]
async fn two_processes_run_a_tick_once_and_a_clock_that_steps_back_runs_no_second() {
    let (redis, folder, machine) = (Redis::start(), Folder::new(), Machine::new());
    let settings = Settings {
        environment: machine.environment(),
        ..Settings::shared(&redis, &folder)
    };
    let quire = Quire::start_with(settings.clone()).await;
    let _other = Quire::start_with(settings).await;
    let path = schedule(&quire, plan("*/15 * * * *", json!({}))).await;
    let due = next_run(&quire, &path).await;

    set_clock(&machine, due + MOMENT);
    has_run(&quire, &path, due).await;

    // A tick of another schedule shows that it was looked by that time.
    set_clock(&machine, due - SignedDuration::from_mins(3));
    let before = due - SignedDuration::from_mins(2);
    let then = TimeZone::UTC.to_datetime(before);
    let witness = format!("{} {} * * *", then.minute(), then.hour());
    let witness = schedule(&quire, plan(&witness, json!({}))).await;
    assert_eq!(next_run(&quire, &witness).await, before);
    set_clock(&machine, before + MOMENT);
    has_run(&quire, &witness, before).await;
    set_clock(&machine, due + MOMENT);
    let next = due + SignedDuration::from_mins(15);
    assert_eq!(next_run(&quire, &path).await, next);
    set_clock(&machine, next + MOMENT);
    let shown = has_run(&quire, &path, next).await;

    assert_eq!(reports(&quire).await, 3);
    let ran = "SELECT count(*) FROM audit WHERE action = 'schedule.ran'";
    assert_eq!(quire.number(ran).await, 3);
    let runs = shown["links"]["tasks"].as_str().unwrap();
    let runs = quire.get(runs).await.json();
    let runs = runs["tasks"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert!(
        runs.iter()
            .all(|run| run["schedule_id"] == shown["schedule_id"])
    );
}

#[tokio::test]
async fn runs_that_were_missed_while_nobody_was_there_are_skipped_or_made_up_for_by_one() {
    let (folder, machine) = (Folder::new(), Machine::new());
    let mut quire = Quire::start_with(on(&machine, &folder)).await;
    let mut paths = Vec::new();
    for missed in ["skip", "once"] {
        paths.push(schedule(&quire, plan("0 * * * *", json!({"missed": missed}))).await);
    }
    let first = next_run(&quire, &paths[0]).await;
    quire.kill();

    set_clock(&machine, first + SignedDuration::from_mins(140));
    let mut quire = Quire::start_with(on(&machine, &folder)).await;
    let last = first + SignedDuration::from_hours(2);
    let made_up_for = has_run(&quire, &paths[1], last).await;
    let skipped = eventually("the tick to be skipped", || async {
        let shown = quire.get(&paths[0]).await.json();
        shown["last_refusal"].is_object().then_some(shown)
    })
    .await;

    assert_eq!(made_up_for["last_run"]["missed"], true);
    assert!(skipped.get("last_run").is_none(), "{skipped}");
    let reason = skipped["last_refusal"]["reason"].as_str().unwrap();
    assert!(reason.contains("its time had passed"), "{reason}");
    assert_eq!(reports(&quire).await, 1);

    // Nor is one lost or doubled whose time comes while nobody is there for a moment.
    quire.kill();
    let next = first + SignedDuration::from_hours(3);
    set_clock(&machine, next + SignedDuration::from_mins(5));
    let quire = Quire::start_with(on(&machine, &folder)).await;
    for path in &paths {
        let shown = has_run(&quire, path, next).await;
        assert_eq!(shown["last_run"]["missed"], false);
    }
    assert_eq!(reports(&quire).await, 3);
}

#[tokio::test]
async fn a_clock_that_was_ahead_costs_no_runs() {
    let (folder, machine) = (Folder::new(), Machine::new());
    let quire = Quire::start_with(on(&machine, &folder)).await;
    let path = schedule(&quire, plan("*/15 * * * *", json!({}))).await;
    let due = next_run(&quire, &path).await;
    let ahead = due + SignedDuration::from_hours(48);
    set_clock(&machine, ahead + MOMENT);
    has_run(&quire, &path, ahead).await;

    set_clock(&machine, due - SignedDuration::from_mins(1));

    eventually("the schedule to wait for the next tick", || async {
        (next_run(&quire, &path).await == due).then_some(())
    })
    .await;
    set_clock(&machine, due + MOMENT);
    eventually("the run", || async {
        (reports(&quire).await == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_run_over_the_same_data_makes_no_document_of_its_own() {
    let (folder, machine) = (Folder::new(), Machine::new());
    let openfda = Changing::sample().await;
    let quire = Quire::start_with(Settings {
        openfda: Some(openfda.url()),
        arguments: vec!["--cache-ttl".to_owned(), "1s".to_owned()],
        ..on(&machine, &folder)
    })
    .await;
    let body = plan("*/15 * * * *", json!({"only_if_changed": true}));
    let path = schedule(&quire, body).await;
    let run_again = async || {
        let due = next_run(&quire, &path).await;
        set_clock(&machine, due + MOMENT);
        has_run(&quire, &path, due).await
    };

    let first = run_again().await;
    let second = run_again().await;
    let _newer = openfda.lose_a_report("61958-0802").await;
    // The answers of before are within their time for a moment yet.
    let mut third = run_again().await;
    for _ in 0..20 {
        if third["last_run"]["unchanged"] == false {
            break;
        }
        third = run_again().await;
    }

    let unchanged = |shown: &Value| shown["last_run"]["unchanged"] == true;
    assert!(!unchanged(&first) && unchanged(&second), "{first} {second}");
    assert!(!unchanged(&third), "{third}");
    let documents = "SELECT count(DISTINCT artifact) FROM report";
    assert_eq!(quire.number(documents).await, 2);
    let task = second["links"]["last_task"].as_str().unwrap();
    let task = quire.get(task).await.json();
    assert_eq!(task["unchanged"], true);
    assert_eq!(task["shared_from"], first["last_run"]["task_id"]);
}

#[tokio::test]
async fn a_run_that_cannot_be_accepted_waits_and_one_of_a_revoked_key_is_the_last() {
    let (folder, machine, redis) = (Folder::new(), Machine::new(), Redis::start());
    let mut settings = Settings {
        redis: Some(redis.url()),
        ..on(&machine, &folder)
    };
    let bound = ["--max-waiting-per-key", "1"];
    settings.arguments.extend(bound.map(str::to_owned));
    let mut quire = Quire::start_with(settings.without_workers()).await;
    let admin = quire.key();
    let key = quire.make_key("consumer", "pharmacy").await;
    quire.set_key(Some(key));
    let path = schedule(&quire, plan("*/15 * * * *", json!({}))).await;
    let waits = quire.request("61958-0802").await;
    let due = next_run(&quire, &path).await;

    set_clock(&machine, due + MOMENT);
    let refused = eventually("the run to be refused", || async {
        let shown = quire.get(&path).await.json();
        shown["last_refusal"].is_object().then_some(shown)
    })
    .await;
    assert_eq!(time(&refused["next_run"]), due);
    let reason = refused["last_refusal"]["reason"].as_str().unwrap();
    assert!(reason.contains("waiting already"), "{reason}");
    let off = format!("/api/tasks/{waits}");
    quire.send(Method::DELETE, &off, &[], None).await;
    let ran = eventually("the run", || async {
        let shown = quire.get(&path).await.json();
        shown["last_run"].is_object().then_some(shown)
    })
    .await;
    assert_eq!(time(&ran["last_run"]["due"]), due);
    assert_eq!(ran["last_run"]["missed"], false);

    let owner = ran["owner"].as_str().unwrap();
    quire.set_key(Some(admin));
    let key = format!("/api/admin/keys/{owner}?reason=lost");
    let revoked = quire.send(Method::DELETE, &key, &[], None).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    set_clock(&machine, time(&ran["next_run"]) + MOMENT);
    let stopped = eventually("the schedule to rest", || async {
        let shown = quire.get(&path).await.json();
        (shown["paused"] == true).then_some(shown)
    })
    .await;
    let reason = stopped["last_refusal"]["reason"].as_str().unwrap();
    assert!(reason.contains("revoked"), "{reason}");
    assert_eq!(reports(&quire).await, 2);
}

#[tokio::test]
async fn a_schedule_is_changed_paused_and_deleted_by_its_owner_and_each_is_in_the_trail() {
    let mut quire = Quire::start().await;
    let body = json!({
        "cron": "0 6 * * MON",
        "time_zone": "Europe/Berlin",
        "request": {"ndc": "61958-0802", "label": "weekly"},
    });
    let made = quire.post(SCHEDULES, Some(body.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let path = made.header("location").to_owned();
    let shown = made.json();
    assert_eq!(shown["request"], body["request"]);
    let next = time(&shown["next_run"]);
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let berlin = berlin.to_datetime(next);
    assert_eq!((berlin.hour(), berlin.minute()), (6, 0), "{shown}");

    let mut paused = body.clone();
    paused["paused"] = json!(true);
    let put = async |tag: &str, body: &Value| {
        let headers = [("if-match", tag)];
        let headers = if tag.is_empty() { &[][..] } else { &headers };
        let body = Some(body.clone());
        quire.send(Method::PUT, &path, headers, body).await
    };
    let tag = made.header("etag").to_owned();
    let blind = put("", &paused).await;
    assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
    let changed = put(&tag, &paused).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.json());
    assert!(changed.json().get("next_run").is_none());
    let again = put(&tag, &paused).await;
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    let resumed = put(changed.header("etag"), &body).await;
    assert_eq!(time(&resumed.json()["next_run"]), next);

    let admin = quire.key();
    let stranger = quire.make_key("consumer", "other").await;
    let auditor = quire.make_key("auditor", "auditor").await;
    quire.set_key(Some(stranger));
    assert_eq!(quire.get(&path).await.status, StatusCode::NOT_FOUND);
    let theirs = quire.get(SCHEDULES).await.json();
    assert_eq!(theirs["schedules"], json!([]));
    let deleted = quire.send(Method::DELETE, &path, &[], None).await;
    assert_eq!(deleted.status, StatusCode::NOT_FOUND);
    quire.set_key(Some(auditor));
    assert_eq!(quire.get(&path).await.status, StatusCode::OK);
    let deleted = quire.send(Method::DELETE, &path, &[], None).await;
    assert_eq!(deleted.status, StatusCode::FORBIDDEN);
    quire.set_key(Some(admin));
    let listed = quire.get(SCHEDULES).await.json();
    assert_eq!(listed["schedules"][0]["schedule_id"], shown["schedule_id"]);
    let deleted = quire.send(Method::DELETE, &path, &[], None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(quire.get(&path).await.status, StatusCode::NOT_FOUND);
    let told = "SELECT count(*) FROM audit WHERE action IN ('schedule.created', 'schedule.changed', 'schedule.deleted')";
    assert_eq!(quire.number(told).await, 4);
}

#[tokio::test]
async fn a_member_of_the_request_that_cannot_be_used_is_pointed_at() {
    let quire = Quire::start().await;
    let long = "v".repeat(201);
    for (member, value, place) in [
        ("ndc", json!(61_958), "ndc"),
        ("ndc", json!("nonsense"), "ndc"),
        ("as_of", json!("30.6.2025"), "as_of"),
        ("as_of", json!(20_250_630), "as_of"),
        ("locale", json!("en_US"), "locale"),
        ("paper", json!("napkin"), "paper"),
        ("definition", json!("x"), "definition"),
        ("definition", json!(["plain"]), "definition"),
        ("role", json!("king"), "role"),
        ("received_from", json!("2014"), "received_from"),
        ("received_from", json!("2099-01-01"), "received_from"),
        ("received_to", json!("1.1.2014"), "received_to"),
        ("force", json!("yes"), "force"),
        ("label", json!(long), "label"),
        ("metadata", json!({"a/b": long}), "metadata/a~1b"),
        ("metadata", json!([]), "metadata"),
        ("co/lour", json!("red"), "co~1lour"),
    ] {
        let mut body = plan("0 6 * * *", json!({}));
        body["request"][member] = value.clone();
        let refused = quire.post(SCHEDULES, Some(body)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{member} {value}"
        );
        let problem = refused.json();
        let errors = problem["errors"].as_array().unwrap();
        let pointers: Vec<&Value> = errors.iter().map(|error| &error["pointer"]).collect();
        assert_eq!(pointers, [&format!("/request/{place}")], "{problem}");
    }
    let several = json!({"request": {"ndc": 1, "paper": "napkin", "colour": "red"}});
    let refused = quire
        .post(SCHEDULES, Some(plan("0 6 * * *", several)))
        .await;
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_pointed_at() {
    let quire = Quire::start().await;
    for (more, place, words) in [
        (json!({"cron": "61 * * * *"}), "/cron", "0 to 59"),
        (json!({"cron": "0 6 * *"}), "/cron", "five fields"),
        (json!({"cron": "0 0 30 2 *"}), "/cron", "never comes"),
        (json!({"cron": "*/5 * * * *"}), "/cron", "5 minutes"),
        (
            json!({"time_zone": "Mars/Phobos"}),
            "/time_zone",
            "Mars/Phobos",
        ),
        (
            json!({"request": {"ndc": "nonsense"}}),
            "/request/ndc",
            "as an NDC",
        ),
        (
            json!({"request": {"as_of": "2025-06-30"}}),
            "/request/ndc",
            "missing",
        ),
        (
            json!({"request": {"ndc": "61958-0802", "definition": "x"}}),
            "/request/definition",
            "no report definition",
        ),
        (
            json!({"request": {"ndc": "61958-0802", "force": true}, "only_if_changed": true}),
            "/request/force",
            "leave one of them out",
        ),
        (json!({"missed": "twice"}), "", "`skip` or `once`"),
        (json!({"every": "day"}), "", "every"),
    ] {
        let body = plan("0 6 * * *", more.clone());
        let refused = quire.post(SCHEDULES, Some(body)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{more}");
        let problem = refused.json();
        assert!(problem.to_string().contains(words), "{more}: {problem}");
        if !place.is_empty() {
            assert_eq!(problem["errors"][0]["pointer"], place, "{problem}");
        }
    }
    assert_eq!(quire.number("SELECT count(*) FROM schedule").await, 0);
}
