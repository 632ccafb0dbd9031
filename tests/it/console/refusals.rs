//! What the console refuses, and what it gives to nobody.

use serde_json::json;

use super::{Browser, header, link};
use crate::support::{PATIENCE, Quire, Settings};

async fn reports(quire: &Quire) -> i64 {
    quire.number("SELECT count(*) FROM report").await
}

#[tokio::test]
async fn what_another_site_sends_changes_nothing() {
    let quire = Quire::start().await;
    let browser = Browser::with_key(&quire, &quire.key()).await;
    let form = [("ndc", "61958-0802")];
    let foreign: [&[(&str, &str)]; 5] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", quire.host())],
        &[("origin", "https://example.org")],
        &[("origin", "null")],
    ];

    for headers in foreign {
        let answer = browser.post_from("/console/reports", &form, headers).await;
        assert_eq!(answer.status(), 403, "{headers:?}");
        assert!(header(answer.headers(), "content-type").starts_with("text/html"));
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("did not come from a page of this console"),
            "{page}"
        );
    }
    assert_eq!(reports(&quire).await, 0);

    // Without Sec-Fetch-Site, as over plain HTTP to another machine.
    let origin = [("origin", quire.address(""))];
    let origin = [("origin", origin[0].1.trim_end_matches('/'))];
    let answer = browser.post_from("/console/reports", &form, &origin).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(reports(&quire).await, 1);
}

/// Each screen, with what a consumer, an auditor and an author get of it.
const SCREENS: [(&str, [u16; 3]); 20] = [
    ("", [200, 200, 303]),
    ("/reports", [200, 200, 403]),
    ("/reports?state=bogus", [422, 422, 403]),
    ("/reports?whose=theirs", [422, 422, 403]),
    ("/live/running?seen=", [200, 200, 403]),
    ("/modules", [403, 200, 403]),
    ("/modules/trend", [403, 200, 403]),
    // No version is named.
    ("/modules/trend/backtest", [403, 404, 403]),
    ("/modules/trend/confirm/rollback", [403, 403, 403]),
    ("/definitions", [403, 200, 403]),
    ("/definitions/cer", [403, 200, 403]),
    ("/definitions/cer/edit", [403, 403, 403]),
    ("/push", [403, 403, 403]),
    ("/playground", [403, 403, 200]),
    ("/audit", [403, 200, 403]),
    ("/audit/1", [403, 200, 403]),
    ("/audit/verify", [403, 200, 403]),
    ("/audit/export", [403, 200, 403]),
    ("/keys", [403, 200, 403]),
    ("/system", [403, 200, 403]),
];

#[tokio::test]
async fn each_screen_is_for_some_roles_and_refuses_the_others() {
    let quire = Quire::start().await;
    for (at, role) in ["consumer", "auditor", "author"].into_iter().enumerate() {
        let key = quire.make_key(role, role).await;
        let browser = Browser::with_key(&quire, &key).await;
        for (screen, statuses) in SCREENS {
            let answer = browser.get(&format!("/console{screen}")).await;
            assert_eq!(answer.status(), statuses[at], "{role} at {screen:?}");
        }
    }
}

#[tokio::test]
async fn a_key_opens_only_the_api_and_a_session_only_the_console() {
    let quire = Quire::start().await;
    let browser = Browser::with_key(&quire, &quire.key()).await;

    assert_eq!(browser.get("/console").await.status(), 200);
    assert_eq!(browser.get("/api/admin/keys").await.status(), 401);
    let with_key = quire.get("/console/reports").await;
    assert!(String::from_utf8_lossy(&with_key.body).contains("Sign in"));

    let stranger = Browser::new(&quire);
    let sent_away = stranger.get("/console/reports?state=failed").await;
    assert_eq!(sent_away.status(), 303);
    assert_eq!(
        header(sent_away.headers(), "location"),
        "/console/sign-in?to=%2Fconsole%2Freports%3Fstate%3Dfailed"
    );
    let answer = stranger
        .post("/console/reports", &[("ndc", "61958-0802")])
        .await;
    assert_eq!(answer.status(), 401);
    assert_eq!(reports(&quire).await, 0);
}

#[tokio::test]
async fn a_session_dies_with_its_key_and_when_it_is_ended() {
    let quire = Quire::start().await;
    let made = quire
        .post(
            "/api/admin/keys",
            Some(json!({"role": "consumer", "label": "x"})),
        )
        .await
        .json();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let mut browser = Browser::with_key(&quire, key).await;
    assert_eq!(browser.get("/console").await.status(), 200);

    let reason = json!({"reason": "left"});
    let path = format!("/api/admin/keys/{id}");
    let gone = quire
        .send(reqwest::Method::DELETE, &path, &[], Some(reason))
        .await;
    assert!(gone.status.is_success());

    assert_eq!(browser.get("/console").await.status(), 303);
    let answer = browser
        .post("/console/reports", &[("ndc", "61958-0802")])
        .await;
    assert_eq!(answer.status(), 401);
    let stolen = browser.cookie.clone();

    let link = link(&quire);
    let path = link.trim_start_matches(&browser.base).to_owned();
    // What only looks where a link leads does not use it up.
    let looked = browser.client.head(format!("{}{path}", browser.base));
    let looked = looked.send().await.unwrap();
    assert_eq!(looked.status(), 204);
    let entered = browser.get(&path).await;
    assert_eq!(entered.status(), 200);
    let set = header(entered.headers(), "set-cookie").to_owned();
    browser.cookie = set.split(';').next().unwrap().to_owned();
    assert_eq!(browser.get("/console").await.status(), 200);
    assert_eq!(browser.post("/console/sign-out", &[]).await.status(), 303);
    assert_eq!(browser.get("/console").await.status(), 303);
    // A link is good once.
    assert_eq!(browser.get(&path).await.status(), 401);
    browser.cookie = stolen;
    assert_eq!(browser.get("/console").await.status(), 303);
}

#[tokio::test]
async fn a_consumer_sees_their_own_and_an_auditor_changes_nothing() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let key = async |role| quire.make_key(role, role).await;
    let page = format!("/console/reports/{task}");
    let form = [("ndc", "61958-0802")];

    let stranger = key("consumer").await;
    let consumer = Browser::with_key(&quire, &stranger).await;
    assert_eq!(consumer.get(&page).await.status(), 404);
    assert_eq!(consumer.get(&format!("{page}/pdf")).await.status(), 404);
    assert_eq!(
        consumer
            .get(&format!("/console/live/reports/{task}?seen="))
            .await
            .status(),
        404
    );

    let auditor = key("auditor").await;
    let browser = Browser::with_key(&quire, &auditor).await;
    assert_eq!(browser.get(&page).await.status(), 200);
    let refused = browser.post("/console/reports", &form).await;
    assert_eq!(refused.status(), 403);
    assert!(refused.text().await.unwrap().contains("the role auditor"));
    let author = Browser::with_key(&quire, &key("author").await).await;
    assert_eq!(author.get(&page).await.status(), 404);
    assert_eq!(author.post("/console/reports", &form).await.status(), 403);
    assert_eq!(reports(&quire).await, 1);

    // The same behind the other door.
    let mut own = quire.get("/api/tasks?limit=1&status=SUCCESS").await.json();
    assert_eq!(own["tasks"][0]["task_id"], task.as_str());
    // There are no more.
    assert!(own.get("next_before").is_none(), "{own}");
    own = quire
        .get(&format!("/api/tasks?before={task}&ndc=61958-0802"))
        .await
        .json();
    assert_eq!(own, json!({"tasks": []}));
    assert_eq!(quire.get("/api/tasks?status=running").await.status, 422);
    let mut api = quire;
    api.set_key(Some(stranger));
    assert_eq!(api.get("/api/tasks").await.json(), json!({"tasks": []}));
    api.set_key(Some(auditor));
    assert_eq!(api.get("/api/admin/keys").await.status, 200);
    assert_eq!(api.get(&format!("/api/tasks/{task}")).await.status, 200);
    assert_eq!(
        api.post(&format!("/api/tasks/{task}/verify"), None)
            .await
            .status,
        200
    );
    assert_eq!(
        api.post("/api/cer/61958-0802/enhanced-pdf", None)
            .await
            .status,
        403
    );
    let body = json!({"role": "admin", "label": "x"});
    assert_eq!(api.post("/api/admin/keys", Some(body)).await.status, 403);
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let browser = Browser::with_key(&quire, &quire.key()).await;

    let page = browser.get(&format!("/console/reports/{task}")).await;
    let policy = header(page.headers(), "content-security-policy").to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(header(page.headers(), "x-content-type-options"), "nosniff");
    let text = page.text().await.unwrap();
    assert!(!text.contains("<style") && !text.contains(" style=") && !text.contains("hx-on"));

    let html = browser.get(&format!("/console/reports/{task}/html")).await;
    let policy = header(html.headers(), "content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("frame-ancestors 'self'"),
        "{policy}"
    );

    let style = text.split("href=\"/console/assets/").nth(1).unwrap();
    let style = format!("/console/assets/{}", style.split('"').next().unwrap());
    let style = browser.get(&style).await;
    assert!(header(style.headers(), "cache-control").contains("immutable"));
    assert_eq!(
        browser
            .get("/console/assets/0000/console.css")
            .await
            .status(),
        404
    );
    assert_eq!(browser.get("/console/nothing").await.status(), 404);
}

#[test]
fn no_page_needs_the_evaluation_of_text() {
    let mut folders = vec![crate::support::ancestor_with("Cargo.lock").join("host/console/src")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            for evaluated in ["hx-on", "js:", "hx-vals", "javascript:"] {
                assert!(
                    !text.contains(evaluated),
                    "{evaluated} in {}",
                    file.display()
                );
            }
        }
    }
}

#[tokio::test]
async fn with_four_eyes_who_adds_a_version_does_not_activate_it() {
    let quire = Quire::start_with(Settings {
        arguments: vec!["--four-eyes".to_owned()],
        ..Settings::default()
    })
    .await;
    let digest = quire.add_version("trend", "edition-two").await;
    let own = Browser::with_key(&quire, &quire.key()).await;
    let mut other = Browser::new(&quire);
    let entered = other
        .get(link(&quire).trim_start_matches(&other.base))
        .await;
    let set = header(entered.headers(), "set-cookie").to_owned();
    other.cookie = set.split(';').next().unwrap().to_owned();
    let confirm = async |browser: &Browser, act: &str| {
        let path = format!("/console/modules/trend/confirm/{act}");
        let page = browser
            .get(&format!("{path}?digest={digest}"))
            .await
            .text()
            .await
            .unwrap();
        let revision = page.split("name=\"revision\" value=\"").nth(1).unwrap();
        let revision = revision.split('"').next().unwrap().to_owned();
        let form = [
            ("reason", "good"),
            ("revision", &revision),
            ("seen", "0"),
            ("digest", &digest),
        ];
        let answer = browser.post(&path, &form).await;
        (answer.status(), answer.text().await.unwrap())
    };

    assert_eq!(confirm(&own, "stage").await.0, 303);
    for act in ["canary", "activate"] {
        let (status, page) = confirm(&own, act).await;
        assert_eq!(status, 403, "{page}");
        assert!(page.contains("someone else decides"), "{page}");
    }
    assert_eq!(confirm(&other, "activate").await.0, 303);
}

#[tokio::test]
async fn open_pages_are_told_once_and_let_go_when_the_server_stops() {
    let mut quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let browser = Browser::with_key(&quire, &quire.key()).await;
    let path = format!("/console/live/reports/{task}?seen=");

    let told = browser.get(&path).await;
    assert_eq!(header(told.headers(), "content-type"), "text/event-stream");
    let told = read_until(told, "event: done").await;
    assert!(told.contains("id: succeeded.1"), "{told}");
    let again = browser.client.get(format!("{}{path}", browser.base));
    let id = told.split("id: ").nth(1).unwrap().lines().next().unwrap();
    let again = again
        .header("cookie", &browser.cookie)
        .header("last-event-id", id);
    let again = read_until(again.send().await.unwrap(), "event: done").await;
    assert!(!again.contains("data: <"), "{again}");

    let mut open = browser.get("/console/live/running?seen=").await;
    open.chunk().await.unwrap().unwrap();
    let ended = tokio::time::timeout(PATIENCE, quire.stop());
    assert!(ended.await.unwrap().success());
    while open.chunk().await.ok().flatten().is_some() {}
}

/// What a stream says up to some words.
async fn read_until(mut answer: reqwest::Response, words: &str) -> String {
    let mut said = String::new();
    while !said.contains(words) {
        let chunk = answer.chunk().await.unwrap();
        said += &String::from_utf8_lossy(&chunk.unwrap_or_else(|| panic!("{said}")));
    }
    said
}
