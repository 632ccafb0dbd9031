//! A link lets whoever has it read one form of one report, as its key would, until its time; and nothing else.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Folder, Quire, Settings, eventually, run_quire_in};

/// What a made link says.
async fn link(quire: &Quire, task: &str, body: Value) -> String {
    let made = quire
        .post(&format!("/api/tasks/{task}/links"), Some(body))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.header("cache-control"), "no-store");
    assert!(made.json()["expires_at"].is_string());
    made.json()["url"].as_str().unwrap().to_owned()
}

/// As a browser asks: without a key.
async fn follow(quire: &Quire, method: Method, url: &str) -> reqwest::Response {
    let request = reqwest::Client::new().request(method, quire.address(url));
    request.send().await.unwrap()
}

async fn refused(quire: &Quire, url: &str) {
    let answer = follow(quire, Method::GET, url).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{url}");
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["type"], "/problems/link-invalid");
    assert!(!problem.to_string().contains("signature"), "{problem}");
}

#[tokio::test]
async fn whoever_has_a_link_reads_that_form_and_the_trail_says_on_whose_behalf() {
    let mut quire = Quire::start().await;
    let admin = quire.key();
    let owner = quire.make_key("consumer", "pharmacy").await;
    quire.set_key(Some(owner));
    let task = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
    let table = "reaction-table/reactions";
    let forms = [
        ("pdf", json!({"form": "pdf"})),
        ("html", json!({"form": "html", "expires_in": 604_800})),
        ("json", json!({"form": "json", "expires_in": 60})),
        ("csv", json!({"form": "csv"})),
        (
            "csv?table=reaction-table/reactions",
            json!({"form": "csv", "table": table}),
        ),
    ];
    let mut signatures = Vec::new();
    for (form, body) in forms {
        let url = link(&quire, &task, body).await;
        assert!(
            url.starts_with(&format!("/api/links/{task}?form=")),
            "{url}"
        );

        let read = follow(&quire, Method::GET, &url).await;
        let head = follow(&quire, Method::HEAD, &url).await;

        assert_eq!(read.status(), StatusCode::OK, "{form}");
        for answer in [&read, &head] {
            assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
        }
        let own = quire.get(&format!("/api/tasks/{task}/{form}")).await;
        assert_eq!(own.status, StatusCode::OK, "{form}");
        for name in [
            "etag",
            "content-type",
            "content-disposition",
            "cache-control",
        ] {
            assert_eq!(read.headers()[name], own.header(name), "{form} {name}");
            assert_eq!(head.headers()[name], own.header(name), "{form} {name}");
        }
        assert_eq!(read.bytes().await.unwrap(), own.body, "{form}");
        signatures.push(url.split_once("signature=").unwrap().1.to_owned());
    }

    quire.set_key(Some(admin));
    let trail = quire
        .get(&format!("/api/admin/audit?object=report+{task}&limit=200"))
        .await;
    let trail = trail.json();
    let events = trail["events"].as_array().unwrap();
    let count = |action: &str, reason: &str| {
        let found = events
            .iter()
            .filter(|event| event["action"] == action && event["reason"] == reason);
        let actor = |event: &&Value| event["actor"].as_str().unwrap().starts_with("key_");
        found.filter(actor).count()
    };
    assert_eq!(count("report.downloaded", "pdf by link"), 1, "{trail}");
    assert_eq!(count("report.downloaded", "pdf"), 1, "{trail}");
    assert_eq!(
        count("report.downloaded", &format!("csv {table} by link")),
        1
    );
    let made = events
        .iter()
        .filter(|event| event["action"] == "report.link-made");
    assert_eq!(made.count(), 5);
    for signature in signatures {
        assert!(signature.len() == 64 && !trail.to_string().contains(&signature));
        assert!(!quire.log().contains(&signature), "a link is in the log");
    }
}

#[tokio::test]
async fn a_link_that_was_altered_has_ended_or_lost_its_key_leads_nowhere() {
    let mut quire = Quire::start().await;
    let admin = quire.key();
    let owner = quire.make_key("consumer", "pharmacy").await;
    quire.set_key(Some(owner));
    let task = quire.request("61958-0802").await;
    let other = quire.request("61958-0802").await;
    quire.finished(&task).await;
    quire.finished(&other).await;
    let url = link(&quire, &task, json!({"form": "pdf"})).await;
    assert_eq!(
        follow(&quire, Method::GET, &url).await.status(),
        StatusCode::OK
    );

    for altered in [
        url.replace("form=pdf", "form=json"),
        url.replace(&task, &other),
        url.replace("expires=", "expires=1"),
        url.replace("form=pdf", "form=csv&table=a/b"),
        url.replace("signature=", "signature=00"),
        url.replace("key=key_", "key=key_0"),
    ] {
        refused(&quire, &altered).await;
    }
    // Cut short, or lengthened, by what carried it.
    let cut = url.split_once("&signature=").unwrap().0;
    refused(&quire, cut).await;
    refused(&quire, &format!("/api/links/{task}")).await;
    refused(&quire, &format!("{url}&utm_source=mail")).await;
    let page = reqwest::Client::new().get(quire.address(cut));
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = page.header("accept", browser).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::FORBIDDEN);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    assert_eq!(page.headers()["cache-control"], "no-store");
    let id = page.headers()["x-request-id"].to_str().unwrap().to_owned();
    let page = page.text().await.unwrap();
    assert!(page.contains("<h1>The link does not hold</h1>"), "{page}");
    assert!(page.contains("Ask whoever gave it to you") && page.contains(&id));

    let short = link(&quire, &task, json!({"form": "pdf", "expires_in": 1})).await;
    eventually("the link to end", || async {
        let answer = follow(&quire, Method::GET, &short).await;
        (answer.status() == StatusCode::FORBIDDEN).then_some(())
    })
    .await;
    refused(&quire, &short).await;

    let key = url.split_once("key=").unwrap().1.split('&').next().unwrap();
    quire.set_key(Some(admin));
    let path = format!("/api/admin/keys/{key}?reason=left");
    let revoked = quire.send(Method::DELETE, &path, &[], None).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    refused(&quire, &url).await;
}

#[tokio::test]
async fn all_links_end_with_the_file_that_signs_them_which_is_in_no_backup() {
    let (folder, copies) = (Folder::new(), Folder::new());
    let settings = Settings {
        data_dir: Some(folder.path().to_path_buf()),
        ..Settings::default()
    };
    let mut quire = Quire::start_with(settings.clone()).await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let url = link(&quire, &task, json!({"form": "pdf"})).await;
    quire.kill();
    let mut quire = Quire::start_with(settings.clone()).await;
    let read = follow(&quire, Method::GET, &url).await;
    assert_eq!(read.status(), StatusCode::OK, "after a restart");

    let copy = copies.path().join("copy");
    let backup = run_quire_in(folder.path(), &["backup", &copy.to_string_lossy()]);
    assert!(backup.status.success(), "{backup:?}");
    let again = copies.path().join("again");
    let restored = run_quire_in(&again, &["restore", &copy.to_string_lossy()]);
    assert!(restored.status.success(), "{restored:?}");
    quire.kill();
    std::fs::remove_file(folder.path().join("links.key")).unwrap();

    for data_dir in [folder.path().to_path_buf(), again] {
        assert!(
            !data_dir.join("links.key").exists(),
            "{}",
            data_dir.display()
        );
        let settings = Settings {
            data_dir: Some(data_dir),
            ..Settings::default()
        };
        let quire = Quire::start_with(settings).await;
        refused(&quire, &url).await;
        let another = link(&quire, &task, json!({"form": "pdf"})).await;
        let read = follow(&quire, Method::GET, &another).await;
        assert_eq!(read.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn only_who_may_read_a_report_makes_links_to_it_and_within_bounds() {
    let mut quire = Quire::start_with(Settings {
        arguments: ["--address", "https://tools.example/quire"]
            .map(str::to_owned)
            .to_vec(),
        ..Settings::default()
    })
    .await;
    let task = quire.request("61958-0802").await;
    let url = link(&quire, &task, json!({"form": "pdf"})).await;
    let whole = format!("https://tools.example/quire/api/links/{task}?form=pdf&key=");
    assert!(url.starts_with(&whole), "{url}");
    let path = format!("/api/tasks/{task}/links");
    for (body, words) in [
        (json!({"form": "pdf", "expires_in": 0}), "from 1 to 604800"),
        (
            json!({"form": "pdf", "expires_in": 604_801}),
            "from 1 to 604800",
        ),
        (
            json!({"form": "pdf", "table": "a/b"}),
            "belongs to the form csv",
        ),
        (json!({"form": "csv", "table": "a b"}), "index.csv"),
        (
            json!({"form": "docx"}),
            "there is no `docx`, expected one of",
        ),
        (
            json!({"form": "pdf", "expires_in": "10m"}),
            "a whole number",
        ),
        (json!({}), "form"),
    ] {
        let answer = quire.post(&path, Some(body.clone())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(words), "{body}: {detail}");
    }

    quire.finished(&task).await;
    let none = json!({"form": "csv", "table": "no/such"});
    let none = quire.post(&path, Some(none)).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = none.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("reaction-table/reactions"), "{detail}");
    let called_off = quire.request("00000-0001").await;
    assert_eq!(quire.finished(&called_off).await["status"], "FAILURE");
    let none = format!("/api/tasks/{called_off}/links");
    let none = quire.post(&none, Some(json!({"form": "pdf"}))).await;
    assert_eq!(none.status, StatusCode::GONE);
    let stranger = quire.make_key("consumer", "stranger").await;
    quire.set_key(Some(stranger));
    let answer = quire.post(&path, Some(json!({"form": "pdf"}))).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    quire.set_key(None);
    let answer = quire.post(&path, Some(json!({"form": "pdf"}))).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
