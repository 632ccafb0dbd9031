//! Every screen, with words of strangers on it.

use quire_replay::{Records, Replay, ReplaySettings, RunningReplay};
use serde_json::{Value, json};

use super::{
    Browser,
    journeys::{Way, walk},
};
use crate::support::{Quire, Settings, ancestor_with, guest};

/// Addresses of the console that are looked at, as its router has them.
fn patterns() -> Vec<String> {
    let file = ancestor_with("Cargo.lock").join("host/console/src/lib.rs");
    let text = std::fs::read_to_string(file).unwrap();
    let routes = text.split(".route(").skip(1);
    let looked_at = routes.filter(|route| {
        let own = route.split(".route(").next().unwrap_or_default();
        own.contains("get(")
    });
    let address = |route: &str| route.split('"').nth(1).unwrap_or_default().to_owned();
    looked_at.map(address).collect()
}

/// The sample, with a script for a drug's name and for a reaction.
async fn planted() -> RunningReplay {
    let mut settings = ReplaySettings::sample().unwrap();
    let script =
        r#"<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"#;
    let records = settings.records.values().map(|record| {
        let text = record.to_string();
        let text = text.replace("\"LETAIRIS\"", &format!("\"{script}\""));
        let text = text.replace("\"Dyspnoea\"", &format!("\"{script}\""));
        serde_json::from_str::<Value>(&text).unwrap()
    });
    settings.records = records.collect::<Records>();
    Replay::start(settings).await.unwrap()
}

#[tokio::test]
async fn every_screen_is_clean_in_both_themes_and_runs_nothing_that_was_planted() {
    let source = planted().await;
    let quire = Quire::start_with(Settings {
        openfda: Some(source.url()),
        ..Settings::default()
    })
    .await;
    let script =
        "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
    let reason: String = reqwest::Url::parse_with_params("http://x", [("reason", script)])
        .unwrap()
        .query()
        .unwrap()
        .to_owned();
    let wasm = std::fs::read(guest("edition-planted")).unwrap();
    let added = quire
        .upload(&format!("/api/admin/modules?name=trend&{reason}"), wasm)
        .await
        .json();
    let digest = added["version"]["digest"].as_str().unwrap().to_owned();
    let act = async |act: &str, body: Value| {
        let answer = quire.step("trend", act, body).await;
        assert!(answer.status.is_success(), "{:?}", answer.json());
    };
    act("stage", json!({"digest": digest, "reason": script})).await;
    let module = quire.get("/api/admin/modules/trend").await.json();
    let before = module["active"].as_str().unwrap().to_owned();
    act("shadow", json!({"digest": digest, "reason": script})).await;
    let mut tasks = Vec::new();
    for role in ["suspect", "any"] {
        let body = json!({"as_of": "2025-06-30", "role": role});
        let asked = quire
            .post("/api/cer/61958-0802/enhanced-pdf", Some(body))
            .await;
        let task = asked.json()["task_id"].as_str().unwrap().to_owned();
        quire.finished(&task).await;
        tasks.push(task);
    }
    let unknown = quire.request("00000-0000").await;
    quire.finished(&unknown).await;
    let run = crate::support::eventually("a shadow run", || async {
        let path = "/api/admin/modules/trend/differences";
        quire.get(path).await.json()["runs"][0]["sequence"].as_u64()
    })
    .await;
    act("activate", json!({"digest": digest, "reason": script})).await;
    let made = quire.request("61958-0802").await;
    quire.finished(&made).await;
    let key = json!({"role": "consumer", "label": script});
    let key = quire.post("/api/admin/keys", Some(key)).await.json();

    let versions = "/api/admin/definitions/cer/versions";
    let version = quire.get(versions).await.json()["versions"][0]["version"].clone();
    let (task, other) = (&tasks[1], &tasks[0]);
    let screens = [
        ("/console", "/console".to_owned()),
        ("/console/reports", "/console/reports".to_owned()),
        (
            "/console/reports/{id}",
            format!("/console/reports/{made}?show=html"),
        ),
        ("failed", format!("/console/reports/{unknown}")),
        (
            "numbers",
            format!("/console/reports/{task}?show=numbers&section=reaction-table"),
        ),
        (
            "/console/reports/{id}/compare",
            format!("/console/reports/{task}/compare?from={other}"),
        ),
        (
            "/console/reports/{id}/numbers/{section}/{block}/{row}/{column}",
            number(&quire, task).await,
        ),
        ("/console/modules", "/console/modules".to_owned()),
        ("/console/push", "/console/push".to_owned()),
        ("/console/playground", "/console/playground".to_owned()),
        (
            "/console/modules/{name}",
            "/console/modules/trend".to_owned(),
        ),
        (
            "/console/modules/{name}/confirm/{act}",
            "/console/modules/trend/confirm/rollback".to_owned(),
        ),
        (
            "confirm-limits",
            "/console/modules/trend/confirm/limits".to_owned(),
        ),
        (
            "confirm-required-clean",
            "/console/modules/trend/confirm/required-clean".to_owned(),
        ),
        (
            "/console/modules/{name}/runs/{run}",
            format!("/console/modules/trend/runs/{run}"),
        ),
        (
            "/console/modules/{name}/compare/{pair}",
            format!("/console/modules/trend/compare/{before}..{digest}?report={task}"),
        ),
        (
            "/console/modules/{name}/backtest",
            format!("/console/modules/trend/backtest?digest={digest}"),
        ),
        ("/console/definitions", "/console/definitions".to_owned()),
        (
            "/console/definitions/{name}",
            "/console/definitions/cer".to_owned(),
        ),
        (
            "/console/definitions/{name}/edit",
            "/console/definitions/cer/edit".to_owned(),
        ),
        (
            "/console/definitions/{name}/confirm/{act}",
            format!("/console/definitions/cer/confirm/use?version={version}"),
        ),
        (
            "/console/audit",
            "/console/audit?object=module%20trend".to_owned(),
        ),
        ("/console/audit/verify", "/console/audit/verify".to_owned()),
        ("/console/audit/{sequence}", "/console/audit/2".to_owned()),
        ("/console/keys", "/console/keys".to_owned()),
        (
            "/console/keys/{id}/revoke",
            format!("/console/keys/{}/revoke", key["id"].as_str().unwrap()),
        ),
        ("/console/system", "/console/system".to_owned()),
    ];
    // What has no screen of its own: what leads in, what is drawn within others, and what is saved.
    let within = [
        "/console/",
        "/console/sign-in",
        "/console/enter/{link}",
        "/console/reports/{id}/pdf",
        "/console/reports/{id}/html",
        "/console/reports/{id}/json",
        "/console/reports/{id}/csv",
        "/console/kept/{name}",
        "/console/playground/preview/{name}",
        "/console/live/reports/{id}",
        "/console/live/running",
        "/console/audit/export",
        "/console/assets/{digest}/{name}",
        "/console/{*rest}",
    ];
    for pattern in patterns() {
        let looked_at = screens.iter().any(|(name, _)| *name == pattern);
        assert!(
            looked_at || within.contains(&pattern.as_str()),
            "nobody looks at {pattern}"
        );
    }

    let named = screens.iter().map(|(name, address)| {
        (
            name.replace(['/', '{', '}'], "-").replace("-console", "s"),
            address,
        )
    });
    let named: Vec<_> = named.collect();
    let found = walk(
        "screens",
        Way::Usual,
        &quire,
        json!({"key": quire.key(), "screens": named}),
    )
    .await;

    let said = &found["said"];
    assert_eq!(said["run"], json!([]), "{said:#}");
    let statuses = said["statuses"].as_object().unwrap();
    assert!(statuses.values().all(|status| status == 200), "{said:#}");
    let planted = said["planted"].as_array().unwrap();
    for place in [
        "s-reports--id-",
        "s-reports--id-, as HTML",
        "s-modules--name-",
        "s-audit",
        "s-keys",
        "numbers",
        "s-modules--name--runs--run-",
    ] {
        assert!(
            planted.contains(&place.into()),
            "{place} does not show it: {said:#}"
        );
    }
}

/// The address of the page of one number.
async fn number(quire: &Quire, task: &str) -> String {
    let browser = Browser::with_key(quire, &quire.key()).await;
    let page = browser
        .get(&format!(
            "/console/reports/{task}?show=numbers&section=reaction-table"
        ))
        .await;
    let page = page.text().await.unwrap();
    let address = page
        .split("href=\"")
        .find(|part| part.contains("/numbers/"));
    address.unwrap().split('"').next().unwrap().to_owned()
}
