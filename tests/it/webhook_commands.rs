//! `quire webhook`, `quire task download` and `quire module check`: in a data directory and with a server, alike.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::{
    Folder, Quire, Receiver, Settings, eventually, guest, one_command, run_quire_in,
};

pub(crate) fn said(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

/// The same command with the server's address.
pub(crate) fn over_http(quire: &Quire, arguments: &[&str]) -> Output {
    let nowhere = quire.data_dir().join("no-such-directory");
    one_command(&nowhere, arguments)
        .args(["--server", &quire.address("")])
        .env("QUIRE_API_KEY", quire.key())
        .output()
        .unwrap()
}

/// What a command says that has to succeed.
pub(crate) fn done(output: &Output) -> String {
    let (out, error, code) = said(output);
    assert_eq!(code, Some(0), "{out}{error}");
    out
}

/// Why a command failed.
pub(crate) fn refused(output: &Output) -> String {
    let (out, error, code) = said(output);
    assert_ne!(code, Some(0), "{out}");
    error
}

async fn deliveries(quire: &Quire, hook: &str) -> Vec<Value> {
    let page = quire.get(&format!("/api/webhooks/{hook}/deliveries")).await;
    page.json()["deliveries"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_made_tried_and_taken_away_in_a_directory_and_over_http() {
    let (receiver, quire) = (
        Receiver::start().await,
        Quire::start_with(Settings::sending_here()).await,
    );
    let url = receiver.url();
    let keys = done(&run_quire_in(quire.data_dir(), &["key", "list"]));
    let admin = keys.split(' ').next().unwrap();
    let add = ["webhook", "add", &url, "--description", "of the clinic"];
    let one = over_http(&quire, &[&add[..], &["--events", "report.failed"]].concat());
    let open = ["--webhook-networks", "127.0.0.0/8", "--webhook-http"];
    let other = [&add[..], &["--all", "--key", admin], &open].concat();
    let other = run_quire_in(quire.data_dir(), &other);
    for made in [&one, &other] {
        assert!(done(made).starts_with("whsec_"), "{made:?}");
    }
    let rows = quire.get("/api/webhooks").await.json();
    let rows = rows["webhooks"].as_array().unwrap();
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["events"], json!(["report.failed"]));
    for row in rows {
        assert_eq!(row["owner"], admin);
        assert_eq!(row["description"], "of the clinic");
    }
    assert_eq!(
        (&rows[0]["reports"], &rows[1]["reports"]),
        (&json!("own"), &json!("all"))
    );

    // Both are told by the server, whoever asks for it.
    let pings = [
        over_http(&quire, &["webhook", "ping", ids[1]]),
        run_quire_in(quire.data_dir(), &["webhook", "ping", ids[0]]),
    ];
    receiver.gets(2).await;
    for (ping, hook) in pings.iter().zip([ids[1], ids[0]]) {
        let begun = done(ping);
        assert!(begun.starts_with("msg_") && begun.contains(hook), "{begun}");
        eventually("the ping to be written down", || async {
            let told = deliveries(&quire, hook).await;
            (told.len() == 1 && told[0]["state"] == "delivered").then_some(())
        })
        .await;
    }
    for command in [
        &["webhook", "list"][..],
        &["webhook", "list", "--json"],
        &["webhook", "deliveries", ids[0]],
        &["webhook", "deliveries", ids[0], "--json", "--limit", "1"],
        &["webhook", "deliveries", "wh_none"],
        &["webhook", "ping", "wh_none"],
        &["webhook", "rotate", "wh_none"],
        &["webhook", "pause", "wh_none"],
        &["webhook", "delete", "wh_none"],
        &["webhook", "pause", ids[0]],
        &["webhook", "list"],
        &["webhook", "resume", ids[0]],
        &["webhook", "list"],
    ] {
        let here = run_quire_in(quire.data_dir(), command);
        let there = over_http(&quire, command);
        assert_eq!(said(&here), said(&there), "{command:?}");
        assert!(!said(&here).0.contains("whsec_"), "{command:?}");
        if command.contains(&"wh_none") {
            assert!(refused(&here).contains("quire webhook list"), "{here:?}");
        }
    }

    let rotated = [
        over_http(&quire, &["webhook", "rotate", ids[0]]),
        run_quire_in(quire.data_dir(), &["webhook", "rotate", ids[1]]),
    ];
    for rotated in &rotated {
        assert!(done(rotated).starts_with("whsec_"));
        assert!(said(rotated).1.contains("signs beside this one until"));
    }
    done(&over_http(&quire, &["webhook", "delete", ids[1]]));
    done(&run_quire_in(
        quire.data_dir(),
        &["webhook", "delete", ids[0]],
    ));
    let none = run_quire_in(quire.data_dir(), &["webhook", "list"]);
    assert!(said(&none).1.contains("quire webhook add"), "{none:?}");
    let trail = quire.get("/api/admin/audit?action=webhook.created").await;
    let actors: Vec<Value> = trail.json()["events"].as_array().unwrap().clone();
    assert!(actors[0]["actor"].as_str().unwrap().starts_with("key_"));
    assert!(actors[1]["actor"].as_str().unwrap().starts_with("operator"));
}

#[tokio::test]
async fn a_webhook_that_could_not_be_told_is_not_made() {
    let quire = Quire::start_with(Settings::sending_here()).await;
    quire.make_key("consumer", "clinic").await;
    let keys = done(&run_quire_in(quire.data_dir(), &["key", "list"]));
    let consumer = keys.lines().find(|line| line.ends_with("clinic")).unwrap();
    let consumer = consumer.split(' ').next().unwrap();
    let url = "https://93.184.216.34/";

    for (arguments, words) in [
        (&[url][..], "quire key list"),
        (&[url, "--key", "key_none"], "no valid key"),
        (&[url, "--key", consumer, "--all"], "role admin"),
        (
            &["https://10.0.0.1/", "--key", consumer],
            "QUIRE_WEBHOOK_NETWORKS",
        ),
        (
            &["http://93.184.216.34/", "--key", consumer],
            "QUIRE_WEBHOOK_HTTP",
        ),
        (
            &[url, "--key", consumer, "--description", "a\nb"],
            "one line",
        ),
        (
            &[url, "--key", consumer, "--events", "report.done"],
            "report.succeeded",
        ),
    ] {
        let add = [&["webhook", "add"][..], arguments].concat();
        let why = refused(&run_quire_in(quire.data_dir(), &add));
        assert!(why.contains(words), "{arguments:?}: {why}");
    }
    let why = refused(&over_http(
        &quire,
        &["webhook", "add", url, "--key", consumer],
    ));
    assert!(why.contains("--key is for a data directory"), "{why}");
    let hooks = quire.get("/api/webhooks").await.json();
    assert_eq!(hooks["webhooks"], json!([]));
}

#[tokio::test]
async fn a_document_is_downloaded_alike_and_the_trail_says_so() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let failed = quire.request("99999-9999").await;
    quire.finished(&failed).await;
    let table = ["--format", "csv", "--table", "reaction-table/reactions"];

    for (file, form, more) in [
        ("a.pdf", "pdf", &[][..]),
        ("a.html", "html", &[]),
        ("a.json", "json", &[]),
        ("a.zip", "csv", &[]),
        ("table.csv", "csv?table=reaction-table/reactions", &table),
    ] {
        let output = folder.file(file).display().to_string();
        let command = [&["task", "download", &task, "--output", &output][..], more].concat();
        let here = done(&run_quire_in(quire.data_dir(), &command));
        let written = std::fs::read(&output).unwrap();
        std::fs::remove_file(&output).unwrap();
        let there = done(&over_http(&quire, &command));

        assert_eq!(here, there, "{file}");
        assert_eq!(written, std::fs::read(&output).unwrap(), "{file}");
        let served = quire.get(&format!("/api/tasks/{task}/{form}")).await;
        assert_eq!(written, served.body, "{file}");
    }
    let trail = quire
        .get("/api/admin/audit?action=report.downloaded&actor=operator")
        .await
        .json();
    let told: Vec<&Value> = trail["events"].as_array().unwrap().iter().collect();
    let told: Vec<&Value> = told.iter().map(|event| &event["reason"]).collect();
    let table = "csv reaction-table/reactions";
    assert_eq!(told, ["pdf", "html", "json", "csv", table]);

    let output = folder.file("b.pdf").display().to_string();
    let download = |task: &str| {
        let command = ["task", "download", task, "--output", &output];
        [
            run_quire_in(quire.data_dir(), &command),
            over_http(&quire, &command),
        ]
    };
    for output in download(&failed) {
        assert!(
            refused(&output).contains("there is no document"),
            "{output:?}"
        );
    }
    for output in download("01JD3Q0V5N8R6Z2W4Y7XK9MTBC") {
        assert!(refused(&output).contains("there is no task"), "{output:?}");
    }
    assert!(!folder.file("b.pdf").exists());
}

#[tokio::test]
async fn a_server_that_is_typed_checks_a_component_and_stores_nothing() {
    let (quire, folder) = (Quire::start().await, Folder::new());
    let good = guest("edition-two").display().to_string();
    let bad = folder.file("bad.wasm").display().to_string();
    std::fs::write(&bad, "no component").unwrap();
    let versions = "SELECT count(*) FROM module_version";
    let before = quire.number(versions).await;

    let lines = |text: String| -> Vec<String> {
        let measured = |line: &&str| !line.contains("self-test");
        text.lines().filter(measured).map(str::to_owned).collect()
    };
    let here = run_quire_in(folder.path(), &["module", "check", &good]);
    let there = over_http(&quire, &["module", "check", &good]);
    assert_eq!(lines(done(&here)), lines(done(&there)));
    let json = done(&over_http(&quire, &["module", "check", &good, "--json"]));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["digest"].as_str().unwrap().len(), 64);
    assert_eq!(quire.number(versions).await, before);

    let here = refused(&run_quire_in(folder.path(), &["module", "check", &bad]));
    let there = refused(&over_http(&quire, &["module", "check", &bad]));
    assert_eq!(here, there);
    // Where a server is only usual, an author's check stays on the author's machine.
    let mut usual = one_command(folder.path(), &["module", "check", &good]);
    let usual = usual.env("QUIRE_SERVER", "http://127.0.0.1:1").output();
    done(&usual.unwrap());
}
