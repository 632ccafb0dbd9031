//! A task whose id was lost is found again.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::{support::Quire, webhook_commands::over_http};

async fn ids(quire: &Quire, query: &str) -> Vec<String> {
    let listed = quire.get(&format!("/api/tasks?{query}")).await;
    assert_eq!(listed.status, StatusCode::OK, "{query}: {}", listed.json());
    let listed = listed.json();
    let id = |task: &Value| task["task_id"].as_str().unwrap().to_owned();
    listed["tasks"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn by_its_time_and_by_its_code_however_that_is_written() {
    let quire = Quire::start().await;
    let mut asked = Vec::new();
    for code in ["6195808021", "61958-0802-1", "0002-8215"] {
        asked.push(quire.request(code).await);
    }
    let accepted = quire.get(&format!("/api/tasks/{}", asked[1])).await.json();
    let accepted = accepted["created_at"].as_str().unwrap();
    let day = &accepted[..10];

    for code in ["61958-0802", "61958080201", "NDC%2061958-0802-01"] {
        let mut found = ids(&quire, &format!("ndc={code}")).await;
        found.sort();
        assert_eq!(found, asked[..2], "{code}");
    }
    let all = |mut found: Vec<String>| {
        found.sort();
        found
    };
    assert_eq!(
        all(ids(&quire, &format!("created_from={day}&created_to={day}")).await).len(),
        3
    );
    let until = all(ids(&quire, &format!("created_to={accepted}")).await);
    let since = all(ids(&quire, &format!("created_from={accepted}")).await);
    assert!(
        until.contains(&asked[1]) && !until.contains(&asked[2]),
        "{until:?}"
    );
    assert!(
        since.contains(&asked[1]) && !since.contains(&asked[0]),
        "{since:?}"
    );
    assert!(ids(&quire, "created_from=2100-01-01").await.is_empty());
    assert!(ids(&quire, "created_to=2020-12-31").await.is_empty());
    for query in [
        "created_from=yesterday",
        "created_to=2026-02-30",
        "created_from=1732780800",
    ] {
        let refused = quire.get(&format!("/api/tasks?{query}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        let said = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(said.contains("2026-11-28T09:00:00Z"), "{said}");
    }

    let page = quire.get("/api/tasks?limit=3").await.json();
    assert!(page.get("next_before").is_none(), "{page}");
    let page = quire.get("/api/tasks?limit=2").await.json();
    let before = page["next_before"].as_str().unwrap();
    let rest = quire
        .get(&format!("/api/tasks?limit=2&before={before}"))
        .await
        .json();
    assert_eq!(rest["tasks"].as_array().unwrap().len(), 1, "{rest}");
    assert!(rest.get("next_before").is_none(), "{rest}");
    let ended = "status=SUCCESS,FAILURE,REVOKED";
    for task in &asked {
        quire.finished(task).await;
    }
    assert_eq!(ids(&quire, ended).await.len(), 3);
    assert!(ids(&quire, "status=PENDING,STARTED,RETRY").await.is_empty());
    let refused = quire.get("/api/tasks?status=SUCCESS,DONE").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        said.contains("\"DONE\"") && said.contains("REVOKED"),
        "{said}"
    );
    let list = [
        "task",
        "list",
        "--status",
        "success,failure,revoked",
        "--limit",
        "9",
    ];
    let shown = over_http(&quire, &list);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(asked.iter().all(|task| shown.contains(task)), "{shown}");

    let shown = over_http(
        &quire,
        &[
            "task",
            "list",
            "--ndc",
            "61958-0802",
            "--created-to",
            accepted,
        ],
    );
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.contains(&asked[1]) && !shown.contains(&asked[2]),
        "{shown}"
    );
}

/// What is misspelt, or belongs into the body, is not left out without a word.
#[tokio::test]
async fn no_operation_takes_a_parameter_that_it_does_not_know() {
    let quire = Quire::start().await;
    let description = quire.get("/openapi.json").await.json();
    let mut walked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        // Whoever opens a link has not written its address, and is told so there.
        if !path.starts_with("/api/") || path.starts_with("/api/links/") {
            continue;
        }
        for method in operations.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let address = format!("{path}?papr=letter")
                .replace('{', "")
                .replace('}', "");
            let refused = quire.send(method.clone(), &address, &[], None).await;
            assert_eq!(
                refused.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{method} {address}"
            );
            let said = refused.json()["detail"].as_str().unwrap().to_owned();
            assert!(said.contains("\"papr\""), "{method} {address}: {said}");
            walked += 1;
        }
    }
    assert!(walked >= 60, "{walked}");
}
