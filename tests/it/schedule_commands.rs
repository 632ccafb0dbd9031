//! `quire schedule`: in a data directory and with a server, alike.

use serde_json::{Value, json};

use crate::{
    crimes::machine::Machine,
    schedules::{MOMENT, has_run, next_run, on, set_clock, time},
    support::{Folder, Quire, eventually, run_quire_in},
    webhook_commands::{done, over_http, refused, said},
};

/// The id of the key with this label.
fn key_id(quire: &Quire, label: &str) -> String {
    let keys = done(&run_quire_in(quire.data_dir(), &["key", "list"]));
    let line = keys.lines().find(|line| line.ends_with(label)).unwrap();
    line.split(' ').next().unwrap().to_owned()
}

/// What a command says in the data directory, which has to be what it says with the server.
fn alike(quire: &Quire, command: &[&str]) -> String {
    let here = run_quire_in(quire.data_dir(), command);
    let there = over_http(quire, command);
    assert_eq!(said(&here), said(&there), "{command:?}");
    done(&here)
}

/// The id of a schedule that was made, and the rest of what is said of it.
fn made(said: &str) -> (String, String) {
    let words = said.strip_prefix("schedule ").unwrap();
    let (id, rest) = words.split_once(' ').unwrap();
    (id.to_owned(), rest.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_is_made_paused_and_taken_away_in_a_directory_and_over_http() {
    let quire = Quire::start().await;
    let admin = quire.get("/api/admin/keys").await.json();
    let admin = admin["keys"][0]["id"].as_str().unwrap().to_owned();
    let add = ["schedule", "add", "0 6 * * MON", "61958-0802"];
    let said_more = [
        "--time-zone",
        "Europe/Berlin",
        "--missed",
        "once",
        "--only-if-changed",
        "--definition",
        "plain",
        "--paper",
        "a4",
        "--role",
        "any",
        "--from",
        "2014-01-01",
        "--label",
        "weekly",
        "--metadata",
        "order=A-17",
    ];
    let add = [&add[..], &said_more].concat();
    let there = made(&done(&over_http(&quire, &add)));
    let here = [&add[..], &["--key", &admin]].concat();
    let here = made(&done(&run_quire_in(quire.data_dir(), &here)));

    assert_eq!(here.1, there.1);
    let listed = quire.get("/api/schedules").await.json();
    let listed = listed["schedules"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    for schedule in listed {
        let next = time(&schedule["next_run"]);
        assert_eq!(here.1, format!("runs next at {next}\n"));
        assert_eq!(schedule["owner"], admin.as_str());
        assert_eq!(schedule["time_zone"], "Europe/Berlin");
        assert_eq!(schedule["missed"], "once");
        assert_eq!(schedule["only_if_changed"], true);
        let request = json!({
            "ndc": "61958-0802", "definition": "plain", "locale": "en", "paper": "a4", "role": "any",
            "received_from": "2014-01-01", "label": "weekly", "metadata": {"order": "A-17"},
        });
        assert_eq!(schedule["request"], request);
    }

    let (one, other) = (here.0.as_str(), there.0.as_str());
    let list = alike(&quire, &["schedule", "list"]);
    assert!(list.contains(one) && list.contains("weekly"), "{list}");
    let lines = alike(&quire, &["schedule", "list", "--json"]);
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(&first, &listed[0]);
    let shown = alike(&quire, &["schedule", "show", one]);
    assert!(shown.contains("0 6 * * MON in Europe/Berlin"), "{shown}");
    assert!(
        shown.starts_with(&format!("schedule {one}, revision 1\n")),
        "{shown}"
    );
    let shown: Value =
        serde_json::from_str(&alike(&quire, &["schedule", "show", one, "--json"])).unwrap();
    assert_eq!(shown["schedule_id"], one);

    for (here, schedule) in [(true, other), (false, one)] {
        let run = |command: &str| match here {
            true => done(&run_quire_in(
                quire.data_dir(),
                &["schedule", command, schedule],
            )),
            false => done(&over_http(&quire, &["schedule", command, schedule])),
        };
        let before = quire
            .get(&format!("/api/schedules/{schedule}"))
            .await
            .json();
        let paused = run("pause");
        assert!(paused.contains("quire schedule resume"), "{paused}");
        let rests = quire
            .get(&format!("/api/schedules/{schedule}"))
            .await
            .json();
        assert_eq!(
            (&rests["paused"], &rests["next_run"]),
            (&json!(true), &Value::Null)
        );
        let at = |revision: &str| {
            let resume = ["schedule", "resume", schedule, "--if-revision", revision];
            match here {
                true => run_quire_in(quire.data_dir(), &resume),
                false => over_http(&quire, &resume),
            }
        };
        let why = refused(&at("1"));
        assert!(why.contains("its revision is 2, not 1"), "{why}");
        assert!(done(&at("2")).ends_with(&there.1));
        let mut after = quire
            .get(&format!("/api/schedules/{schedule}"))
            .await
            .json();
        assert_eq!(after["revision"], before["revision"].as_u64().unwrap() + 2);
        for member in ["changed_at", "revision"] {
            after[member] = before[member].clone();
        }
        assert_eq!(after, before);
        assert_eq!(run("delete"), format!("schedule {schedule} is gone\n"));
    }
    let none = run_quire_in(quire.data_dir(), &["schedule", "list"]);
    assert!(said(&none).1.contains("quire schedule add"), "{none:?}");
    alike(&quire, &["schedule", "list"]);
    let trail = quire
        .get("/api/admin/audit?action=schedule.created")
        .await
        .json();
    let events = trail["events"].as_array().unwrap();
    assert!(events[0]["actor"].as_str().unwrap().starts_with("key_"));
    assert!(events[1]["actor"].as_str().unwrap().starts_with("operator"));
    assert!(events[1]["reason"].as_str().unwrap().contains(&admin));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_meant_is_refused_alike_here_and_there() {
    let mut quire = Quire::start().await;
    let clinic = quire.make_key("consumer", "clinic").await;
    quire.make_key("auditor", "auditor").await;
    let (consumer, auditor) = (key_id(&quire, "clinic"), key_id(&quire, "auditor"));
    let (daily, ndc) = ("0 6 * * *", "61958-0802");
    let long = "x".repeat(121);

    for (arguments, words) in [
        (&["0 6 * *", ndc][..], "five fields"),
        (&["*/5 * * * *", ndc], "after 5 minutes"),
        (&["0 0 30 2 *", ndc], "never comes"),
        (&[daily, ndc, "--time-zone", "Mars/Phobos"], "Mars/Phobos"),
        (&[daily, "nonsense"], "/request/ndc"),
        (&[daily, ndc, "--definition", "x"], "no report definition"),
        (&[daily, ndc, "--label", &long], "120 characters"),
        (&[daily, ndc, "--locale", "en_US"], "BCP 47"),
    ] {
        let add = [&["schedule", "add"][..], arguments].concat();
        let here = [&add[..], &["--key", &consumer]].concat();
        let here = refused(&run_quire_in(quire.data_dir(), &here));
        let there = refused(&over_http(&quire, &add));
        assert!(here.contains(words), "{arguments:?}: {here}");
        let (same, _) = there.rsplit_once(" (request ").unwrap();
        assert_eq!(here.trim_end(), same);
    }
    for (arguments, words) in [
        (&["--missed", "twice"][..], "skip, once"),
        (&["--only-if-changed", "--force"], "cannot be used with"),
        (&["--metadata", "A-17"], "NAME=VALUE"),
        (&[], "quire key list"),
        (&["--key", "key_none"], "no valid key"),
        (&["--key", &auditor], "may not ask for reports"),
    ] {
        let add = [&["schedule", "add", daily, ndc][..], arguments].concat();
        let why = refused(&run_quire_in(quire.data_dir(), &add));
        assert!(why.contains(words), "{arguments:?}: {why}");
    }
    let add = ["schedule", "add", daily, ndc];
    let named = [&add[..], &["--key", &consumer]].concat();
    let why = refused(&over_http(&quire, &named));
    assert!(why.contains("--key is for a data directory"), "{why}");
    let none = json!([]);
    assert_eq!(quire.get("/api/schedules").await.json()["schedules"], none);

    // One of another key is none; one that there is not is none for everyone.
    let (theirs, _) = made(&done(&over_http(&quire, &add)));
    quire.set_key(Some(clinic));
    let nothing = over_http(&quire, &["schedule", "list"]);
    assert!(said(&nothing).1.contains("no schedules"), "{nothing:?}");
    for command in ["show", "pause", "resume", "delete"] {
        let wrong = format!("{command} of another's");
        let why = refused(&over_http(&quire, &["schedule", command, &theirs]));
        assert!(
            why.contains("quire schedule list shows them"),
            "{wrong}: {why}"
        );
        for unknown in ["01JD3Q0V5N8R6Z2W4Y7XK9MTBC", "../tasks"] {
            let here = run_quire_in(quire.data_dir(), &["schedule", command, unknown]);
            let there = over_http(&quire, &["schedule", command, unknown]);
            assert_eq!(said(&here), said(&there));
            assert!(refused(&here).contains("there is no schedule"), "{here:?}");
        }
    }
    let theirs = ["schedule", "show", &theirs];
    done(&run_quire_in(quire.data_dir(), &theirs));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_run_and_why_nothing_is_asked_for_are_told() {
    let (folder, machine) = (Folder::new(), Machine::new());
    let quire = Quire::start_with(on(&machine, &folder)).await;
    quire.make_key("consumer", "clinic").await;
    let consumer = key_id(&quire, "clinic");
    let add = ["schedule", "add", "*/15 * * * *", "61958-0802"];
    let more = ["--definition", "plain", "--key", &consumer];
    let add = [&add[..], &more].concat();
    let (id, _) = made(&done(&run_quire_in(quire.data_dir(), &add)));
    let path = format!("/api/schedules/{id}");
    let due = next_run(&quire, &path).await;

    set_clock(&machine, due + MOMENT);
    let ran = has_run(&quire, &path, due).await;
    let task = ran["last_run"]["task_id"].as_str().unwrap();
    let list = alike(&quire, &["schedule", "list"]);
    let show = alike(&quire, &["schedule", "show", &id]);
    assert!(list.contains(task), "{list}");
    assert!(
        show.contains(&format!("last run   {due}, task {task}")),
        "{show}"
    );

    let revoke = ["key", "revoke", &consumer, "--reason", "lost"];
    done(&run_quire_in(quire.data_dir(), &revoke));
    set_clock(&machine, time(&ran["next_run"]) + MOMENT);
    eventually("the schedule to rest", || async {
        let shown = quire.get(&path).await.json();
        (shown["paused"] == true).then_some(())
    })
    .await;
    for command in [&["schedule", "list"][..], &["schedule", "show", &id]] {
        let told = alike(&quire, command);
        assert!(told.contains("its key was revoked"), "{told}");
        assert!(told.contains("paused"), "{told}");
    }
    // It may rest whatever it asks for.
    alike(&quire, &["schedule", "pause", &id]);
}
