//! The API as callers meet it: requests in, answers out, over real records in a directory of their
//! own. Nothing here makes a report; the tests settle tasks by hand.

mod app;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use app::{Answer, App};

/// A problem by RFC 9457.
fn assert_problem(answer: &Answer, status: StatusCode, slug: &str) -> Value {
    let body = answer.json();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(body["type"], format!("/problems/{slug}"), "{body}");
    assert_eq!(body["status"], status.as_u16());
    assert_eq!(body["request_id"], answer.header("x-request-id"));
    body
}

const REPORT: &str = "/api/cer/61958-0802/enhanced-pdf";

#[tokio::test]
async fn a_request_without_a_key_is_told_how_to_send_one() {
    let app = App::new().await;

    let none = app.anonymous(Method::POST, REPORT).await;
    let wrong = app.send("qk_wrong", Method::POST, REPORT, &[], "").await;

    let body = assert_problem(&none, StatusCode::UNAUTHORIZED, "unauthenticated");
    assert!(body["detail"].as_str().unwrap().contains("Bearer"));
    assert_eq!(body["instance"], REPORT);
    assert!(none.header("www-authenticate").starts_with("Bearer"));
    assert_problem(&wrong, StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn the_callers_request_id_is_kept_and_nonsense_is_replaced() {
    let app = App::new().await;

    let kept = app
        .send("", Method::GET, "/livez", &[("x-request-id", "abc-1")], "")
        .await;
    let replaced = app
        .send("", Method::GET, "/livez", &[("x-request-id", "a b")], "")
        .await;

    assert_eq!(kept.header("x-request-id"), "abc-1");
    assert_eq!(replaced.header("x-request-id").len(), 26);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let app = App::new().await;

    let nowhere = app.anonymous(Method::GET, "/api/nowhere").await;
    let method = app
        .anonymous(Method::PUT, "/api/tasks/01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .await;

    let slash = app.anonymous(Method::GET, "/api/tasks/").await;
    assert_problem(&nowhere, StatusCode::NOT_FOUND, "not-found");
    let slash = assert_problem(&slash, StatusCode::NOT_FOUND, "not-found");
    let detail = slash["detail"].as_str().unwrap();
    assert!(detail.contains("without a slash"), "{detail}");
    let body = assert_problem(
        &method,
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
    );
    let detail = body["detail"].as_str().unwrap();
    assert!(
        detail.contains("PUT") && detail.ends_with("there are GET, HEAD, DELETE"),
        "{detail}"
    );
    assert!(method.header("allow").contains("DELETE"));
}

#[tokio::test]
async fn every_route_is_for_the_roles_that_its_description_names() {
    let app = App::new().await;
    let description = app.anonymous(Method::GET, "/openapi.json").await.json();
    let paths = description["paths"].as_object().unwrap();

    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let send = async |key: &str| app.send(key, method.clone(), path, &[], "").await.status;
            let security = operation["security"].as_array();
            let needs_key = security.is_some_and(|ways| !ways.is_empty());
            // A link is proof enough, and can be refused.
            let by_link = operation["operationId"] == "downloadByLink";
            let may_be_forbidden = operation["responses"]["403"].is_object();
            assert_eq!(may_be_forbidden, needs_key || by_link, "{method} {path}");
            let nobody = send("").await;
            let refused = nobody == StatusCode::UNAUTHORIZED;
            assert_eq!(refused, needs_key, "{method} {path} {nobody}");
            let of_admin = operation["tags"][0] == "admin";
            let checks = path.ends_with("check");
            // Some looks take a POST, since they are computed or have a body.
            let looks = ["verifyReport", "backtestVersion", "compareVersions"]
                .iter()
                .any(|look| operation["operationId"] == *look);
            for (role, key, refused) in [
                ("consumer", &app.consumer, of_admin),
                ("admin", &app.admin, false),
                ("auditor", &app.auditor, !method.is_safe() && !looks),
                ("author", &app.author, !checks),
            ] {
                let status = send(key).await;
                let is_refused = status == StatusCode::FORBIDDEN;
                assert_eq!(
                    is_refused,
                    refused && needs_key,
                    "{role}: {method} {path} {status}"
                );
            }
        }
    }
}

#[tokio::test]
async fn every_problem_has_a_page() {
    let app = App::new().await;

    let page = app.anonymous(Method::GET, "/problems/invalid-ndc").await;
    let list = app.anonymous(Method::GET, "/problems").await;
    let none = app.anonymous(Method::GET, "/problems/nonsense").await;

    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("61958-0802"));
    assert!(list.text().contains("/problems/queue-unavailable"));
    assert_problem(&none, StatusCode::NOT_FOUND, "not-found");
}

#[tokio::test]
async fn a_report_is_accepted_with_a_task_to_follow() {
    let app = App::new().await;

    let answer = app
        .post(REPORT, json!({"as_of": "2025-06-30", "paper": "a4"}))
        .await;

    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let task = answer.json()["task_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/tasks/{task}"));
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    assert_eq!(answer.json()["status"], "PENDING");
    let status = app.get(&format!("/api/tasks/{task}")).await;
    assert_eq!(status.json()["status"], "PENDING");
    assert_eq!(status.json()["as_of"], "2025-06-30");
    assert_eq!(status.json()["result"], Value::Null);
    assert!(!status.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_body_is_not_needed() {
    let app = App::new().await;

    let answer = app.send(&app.consumer, Method::POST, REPORT, &[], "").await;

    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
}

#[tokio::test]
async fn the_older_address_points_to_the_newer_one() {
    let app = App::new().await;

    let answer = app
        .post("/api/cer/61958-0802/enhanced-pdf-celery", json!({}))
        .await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(answer.header("deprecation").starts_with('@'));
    assert_eq!(
        answer.header("link"),
        format!("<{REPORT}>; rel=\"successor-version\"")
    );
}

#[tokio::test]
async fn what_cannot_be_used_is_named() {
    let app = App::new().await;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;

    let code = app.post("/api/cer/aspirin/enhanced-pdf", json!({})).await;
    let field = app.post(REPORT, json!({"colour": "red"})).await;
    let day = app.post(REPORT, json!({"as_of": "yesterday"})).await;
    let paper = app.post(REPORT, json!({"paper": "a5"})).await;
    let definition = app.post(REPORT, json!({"definition": "novel"})).await;

    for (answer, slug, word) in [
        (&code, "invalid-ndc", "aspirin"),
        (&field, "invalid-request", "colour"),
        (&day, "invalid-request", "yesterday"),
        (&paper, "invalid-request", "letter-landscape"),
        (&definition, "unknown-definition", "cer"),
    ] {
        let body = assert_problem(answer, unprocessable, slug);
        assert!(body["detail"].as_str().unwrap().contains(word), "{body}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_told_apart() {
    let app = App::new().await;
    let json = ("content-type", "application/json");
    let long = format!("{{\"locale\": \"{}\"}}", "x".repeat(20_000));

    let broken = app
        .send(&app.consumer, Method::POST, REPORT, &[json], "{\"as_of\"")
        .await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let form = app
        .send(&app.consumer, Method::POST, REPORT, &[form], "as_of=x")
        .await;
    let long = app
        .send(&app.consumer, Method::POST, REPORT, &[json], &long)
        .await;
    let gzip = [json, ("content-encoding", "gzip")];
    let gzip = app
        .send(&app.consumer, Method::POST, REPORT, &gzip, "\u{1f}\u{8}")
        .await;
    let plain = [json, ("content-encoding", "Identity")];
    let plain = app
        .send(&app.consumer, Method::POST, REPORT, &plain, "{}")
        .await;
    let longer = "x".repeat(300_000);
    let check = "/api/admin/definition-check";
    let longer = app
        .send(&app.admin, Method::POST, check, &[json], &longer)
        .await;

    assert_problem(&broken, StatusCode::BAD_REQUEST, "malformed-body");
    assert_problem(
        &form,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
    );
    let compressed = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let gzip = assert_problem(&gzip, compressed, "unsupported-media-type");
    let detail = gzip["detail"].as_str().unwrap();
    assert!(detail.contains("Content-Encoding"), "{detail}");
    assert_eq!(plain.status, StatusCode::ACCEPTED, "{}", plain.json());
    assert_problem(&long, StatusCode::PAYLOAD_TOO_LARGE, "content-too-large");
    let detail = assert_problem(&longer, StatusCode::PAYLOAD_TOO_LARGE, "content-too-large");
    assert!(detail["detail"].as_str().unwrap().contains("262144 bytes"));
}

#[tokio::test]
async fn one_idempotency_key_makes_one_report() {
    let app = App::new().await;
    let send = async |key: &str, body: &str| {
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        app.send(&app.consumer, Method::POST, REPORT, &headers, body)
            .await
    };

    let first = send("\"once\"", "{}").await;
    let again = send("once", "{}").await;
    let other = send("once", "{\"as_of\": \"2025-06-30\"}").await;
    let empty = send("\"\"", "{}").await;

    assert_eq!(first.json()["task_id"], again.json()["task_id"]);
    assert_problem(
        &other,
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency-mismatch",
    );
    assert_problem(&empty, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
}

#[tokio::test]
async fn a_task_is_seen_by_its_owner_and_by_administrators() {
    let app = App::new().await;
    let task = app.accept().await;
    let path = format!("/api/tasks/{task}");

    let owner = app.get(&path).await;
    let admin = app.send(&app.admin, Method::GET, &path, &[], "").await;
    let other = app.send(&app.stranger, Method::GET, &path, &[], "").await;
    let nonsense = app.get("/api/tasks/nonsense").await;

    assert_eq!(owner.status, StatusCode::OK);
    assert_eq!(admin.status, StatusCode::OK);
    assert_problem(&other, StatusCode::NOT_FOUND, "unknown-task");
    assert_problem(&nonsense, StatusCode::NOT_FOUND, "unknown-task");
}

#[tokio::test]
async fn a_document_is_served_whole_in_part_or_not_again() {
    let app = App::new().await;
    let path = format!("/api/tasks/{}/pdf", app.finished(b"%PDF-1.7 made up").await);
    let ask = async |headers: &[(&str, &str)]| {
        app.send(&app.consumer, Method::GET, &path, headers, "")
            .await
    };

    let whole = ask(&[]).await;
    let etag = whole.header("etag").to_owned();
    let unchanged = ask(&[("if-none-match", &etag)]).await;
    let part = ask(&[("range", "bytes=5-7")]).await;
    let stale = ask(&[("range", "bytes=5-7"), ("if-range", "\"other\"")]).await;
    let beyond = ask(&[("range", "bytes=99-")]).await;
    let head = app.send(&app.consumer, Method::HEAD, &path, &[], "").await;

    assert_eq!(whole.body, b"%PDF-1.7 made up");
    assert_eq!(whole.header("content-type"), "application/pdf");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let named = "inline; filename=\"quire-61958-0802-2025-06-30.pdf\"";
    assert_eq!(whole.header("content-disposition"), named);
    assert_eq!(etag.len(), 66);
    assert!(whole.header("content-digest").starts_with("sha-256=:"));
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    assert_eq!(unchanged.header("etag"), etag);
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        (part.text(), part.header("content-range")),
        ("1.7".to_owned(), "bytes 5-7/16")
    );
    assert_ne!(
        part.header("content-digest"),
        whole.header("content-digest")
    );
    assert_eq!(part.header("repr-digest"), whole.header("repr-digest"));
    assert_eq!(stale.status, StatusCode::OK);
    assert_problem(
        &beyond,
        StatusCode::RANGE_NOT_SATISFIABLE,
        "range-not-satisfiable",
    );
    assert_eq!(beyond.header("content-range"), "bytes */16");
    assert_eq!((head.header("content-length"), head.body.len()), ("16", 0));
    assert_eq!(head.header("etag"), etag);
}

#[tokio::test]
async fn a_finished_task_links_its_document() {
    let app = App::new().await;
    let task = app.finished(b"%PDF-").await;

    let status = app.get(&format!("/api/tasks/{task}")).await;

    let body = status.json();
    assert_eq!(body["status"], "SUCCESS");
    assert_eq!(body["result"]["pdf"], format!("/api/tasks/{task}/pdf"));
    assert_eq!(body["result"]["size_bytes"], 5);
    assert_eq!(body["links"]["pdf"], body["result"]["pdf"]);
    assert_eq!(status.header("retry-after"), "");
}

/// A document of one section with one table.
fn document() -> serde_json::Value {
    let column = |key: &str, cells: serde_json::Value| {
        json!({"key": key, "title": key, "unit": null, "align": "start", "decimals": null,
               "cells": cells, "missing": []})
    };
    let columns = [
        column(
            "name",
            json!({"type": "text", "values": ["=1+1", "Dyspnoea"]}),
        ),
        column("reports", json!({"type": "integer", "values": [1200, 7]})),
    ];
    let table = json!({"id": "reactions", "caption": [], "columns": columns, "marks": [],
                       "print_rows": 1, "notes": [], "attributes": []});
    let module = json!({"name": "m", "version": "1", "digest": "0".repeat(64)});
    json!({
        "schema": "quire:document/1", "id": "0", "title": "T", "subtitle": "", "language": "en",
        "as_of": "2025-06-30", "paper": "a4", "front_matter": true, "cover": [], "notice": "",
        "producer": "Quire", "sections": [{"name": "counts", "module": module, "facts": [],
            "blocks": [{"block": "table", "content": table}]}],
    })
}

#[tokio::test]
async fn every_form_of_a_document_is_made_from_what_is_stored() {
    let app = App::new().await;
    let task = app.finished_with(b"%PDF-", Some(&document())).await;
    let form = async |name: &str| app.get(&format!("/api/tasks/{task}/{name}")).await;

    let html = form("html").await;
    let stored = form("json").await;
    let archive = form("csv").await;
    let table = form("csv?table=counts/reactions").await;
    let none = form("csv?table=counts/none").await;
    let links = app.get(&format!("/api/tasks/{task}")).await.json()["links"].clone();

    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    assert!(html.text().contains("1,200"), "{}", html.text());
    let policy = html.header("content-security-policy");
    let own = policy.strip_suffix("; frame-ancestors 'none'").unwrap();
    assert!(own.contains("default-src 'none'"));
    let said = html.text().replace("&#39;", "'");
    assert!(
        said.contains(&format!("content=\"{own}\"")),
        "the page says the same"
    );
    assert_eq!(stored.json(), document());
    assert_eq!(archive.header("content-type"), "application/zip");
    assert!(archive.body.starts_with(b"PK"));
    assert_eq!(
        table.text(),
        "\u{feff}\"name\",\"reports\"\r\n\"'=1+1\",1200\r\n\"Dyspnoea\",7\r\n"
    );
    let named = "attachment; filename=\"quire-61958-0802-2025-06-30-counts-reactions.csv\"";
    assert_eq!(table.header("content-disposition"), named);
    let body = assert_problem(&none, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
    assert!(
        body["detail"]
            .as_str()
            .unwrap()
            .contains("counts/reactions")
    );
    for name in ["html", "json", "csv"] {
        assert_eq!(links[name], format!("/api/tasks/{task}/{name}"));
    }
}

#[tokio::test]
async fn a_form_is_not_sent_again_to_who_has_it() {
    let app = App::new().await;
    let task = app.finished_with(b"%PDF-", Some(&document())).await;

    for name in ["html", "json", "csv", "csv?table=counts/reactions"] {
        let path = format!("/api/tasks/{task}/{name}");
        let whole = app.get(&path).await;
        let tag = whole.header("etag").to_owned();
        let ask = async |method, headers: &[(&str, &str)]| {
            app.send(&app.consumer, method, &path, headers, "").await
        };
        let unchanged = ask(Method::GET, &[("if-none-match", &tag)]).await;
        let head = ask(Method::HEAD, &[]).await;

        assert_eq!(tag.len(), 66, "{name}");
        assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED, "{name}");
        assert_eq!(unchanged.header("etag"), tag);
        let size = whole.body.len().to_string();
        assert_eq!(
            (head.header("content-length"), head.body.len()),
            (size.as_str(), 0)
        );
        assert_eq!(head.header("etag"), tag);
    }
}

#[tokio::test]
async fn a_report_of_before_the_other_forms_says_what_to_do() {
    let app = App::new().await;
    let task = app.finished(b"%PDF-").await;

    for name in ["html", "json", "csv"] {
        let answer = app.get(&format!("/api/tasks/{task}/{name}")).await;
        let body = assert_problem(&answer, StatusCode::NOT_FOUND, "data-missing");
        assert!(body["detail"].as_str().unwrap().contains("again"));
    }
    let links = app.get(&format!("/api/tasks/{task}")).await.json()["links"].clone();
    assert!(links.get("html").is_none());
}

#[tokio::test]
async fn a_task_without_a_document_says_why() {
    let app = App::new().await;
    let waiting = app.accept().await;
    let failed = app.failed("openFDA is away").await;

    let early = app.get(&format!("/api/tasks/{waiting}/pdf")).await;
    let never = app.get(&format!("/api/tasks/{failed}/pdf")).await;
    let status = app.get(&format!("/api/tasks/{failed}")).await;

    assert_problem(&early, StatusCode::CONFLICT, "not-finished");
    assert!(!early.header("retry-after").is_empty());
    let body = assert_problem(&never, StatusCode::GONE, "task-failed");
    assert_eq!(body["cause"]["type"], "/problems/source-unavailable");
    assert_eq!(status.status, StatusCode::OK);
    assert_eq!(status.json()["status"], "FAILURE");
    assert_eq!(status.json()["error"]["detail"], "openFDA is away");
}

#[tokio::test]
async fn a_task_can_be_called_off_until_it_ends() {
    let app = App::new().await;
    let (waiting, done) = (app.accept().await, app.finished(b"%PDF-").await);
    let cancel = async |task: &str| {
        let path = format!("/api/tasks/{task}");
        app.send(&app.consumer, Method::DELETE, &path, &[], "")
            .await
    };

    let (first, second, late) = (
        cancel(&waiting).await,
        cancel(&waiting).await,
        cancel(&done).await,
    );

    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!(first.json()["status"], "REVOKED");
    assert_eq!(second.status, StatusCode::ACCEPTED);
    assert_problem(&late, StatusCode::CONFLICT, "already-ended");
    let pdf = app.get(&format!("/api/tasks/{waiting}/pdf")).await;
    assert_problem(&pdf, StatusCode::GONE, "cancelled");
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_by_administrators() {
    let app = App::new().await;
    let json_type = [("content-type", "application/json")];
    let admin = async |method, path: &str, body: &str| {
        app.send(&app.admin, method, path, &json_type, body).await
    };
    let keys = "/api/admin/keys";

    let forbidden = app.get(keys).await;
    let body = "{\"role\": \"consumer\", \"label\": \"new\"}";
    let made = admin(Method::POST, keys, body).await;
    let (id, key) = (made.json()["id"].clone(), made.json()["key"].clone());
    let (id, key) = (id.as_str().unwrap(), key.as_str().unwrap());
    let listed = admin(Method::GET, keys, "").await;
    let path = format!("{keys}/{id}");
    let unexplained = admin(Method::DELETE, &path, "").await;
    let twice = format!("{path}?reason=gone");
    let twice = admin(Method::DELETE, &twice, "{\"reason\": \"over\"}").await;
    let by_query = format!("{path}?reason=left%20the%20company");
    let revoked = app
        .send(&app.admin, Method::DELETE, &by_query, &[], "")
        .await;
    let after = app.send(key, Method::GET, keys, &[], "").await;

    assert_problem(&forbidden, StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.header("cache-control"), "no-store");
    assert!(listed.text().contains(id) && !listed.text().contains(key));
    let body = assert_problem(
        &unexplained,
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-request",
    );
    assert!(
        body["detail"].as_str().unwrap().contains("reason"),
        "{body}"
    );
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    assert_problem(&after, StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn the_audit_trail_comes_in_stretches() {
    let app = App::new().await;
    app.accept().await;
    let read = async |query: &str| {
        let path = format!("/api/admin/audit{query}");
        app.send(&app.admin, Method::GET, &path, &[], "").await
    };

    let first = read("?limit=1").await.json();
    let rest = read(&format!("?after={}", first["next_after"]))
        .await
        .json();
    let wrong = read("?limit=0").await;

    assert_eq!(first["events"][0]["sequence"], 1);
    assert_eq!(rest["events"][0]["sequence"], 2);
    assert_eq!(rest["events"][0]["previous"], first["events"][0]["hash"]);
    assert_problem(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
}

#[tokio::test]
async fn the_trail_is_filtered_and_paged_from_either_end() {
    let app = App::new().await;
    let task = app.accept().await;
    app.failed("test").await;
    let read = async |query: &str| {
        let path = format!("/api/admin/audit?{query}");
        app.send(&app.auditor, Method::GET, &path, &[], "").await
    };
    let sequences = |page: &Value| -> Vec<u64> {
        let events = page["events"].as_array().unwrap().iter();
        events
            .map(|event| event["sequence"].as_u64().unwrap())
            .collect()
    };

    let all = sequences(&read("").await.json());
    let of_task = read(&format!("object=report%20{task}")).await.json();
    let accepted = read("action=report.accepted").await.json();
    let made = read("actor=operator").await.json();
    let nobody = read("actor=nobody").await.json();
    let mut backwards = Vec::new();
    let mut next = String::new();
    loop {
        let page = read(&format!("order=newest&limit=3{next}")).await.json();
        backwards.extend(sequences(&page));
        assert!(backwards.len() <= all.len(), "{page}");
        assert!(page["next_after"].is_null(), "{page}");
        let Some(before) = page["next_before"].as_u64() else {
            break;
        };
        next = format!("&before={before}");
    }
    let between = read(&format!("after={}&before={}", all[1], all[4]))
        .await
        .json();

    assert!(all.is_sorted() && all.len() > 6, "{all:?}");
    assert_eq!(backwards, all.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(sequences(&between), all[2..4]);
    for (page, member, value) in [
        (&of_task, "object", format!("report {task}")),
        (&accepted, "action", "report.accepted".to_owned()),
        (&made, "actor", "operator".to_owned()),
    ] {
        let events = page["events"].as_array().unwrap();
        assert!(!events.is_empty(), "{page}");
        assert!(events.iter().all(|event| event[member] == value), "{page}");
    }
    assert_eq!(nobody["events"], json!([]));
    for wrong in ["order=sideways", "before=-1", "objekt=x"] {
        let answer = read(wrong).await;
        assert_problem(&answer, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
    }
}

#[tokio::test]
async fn a_component_is_checked_for_a_key_once_at_a_time() {
    let app = App::new().await;
    let check = async |key: &str, query: &str| {
        let path = format!("/api/admin/module-check{query}");
        let headers = [("content-type", "application/wasm")];
        app.send(key, Method::POST, &path, &headers, "no component")
            .await
    };

    let turn = app.busy(&app.author).await;
    let busy = check(&app.author, "").await;
    let other = check(&app.admin, "").await;
    drop(turn);
    let after = check(&app.author, "").await;
    let wrong = check(&app.author, "?parameters=%7B").await;

    let body = assert_problem(&busy, StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
    assert!(body["retry_after_s"].as_u64().is_some(), "{body}");
    assert!(!busy.header("retry-after").is_empty());
    for answer in [other, after] {
        assert_problem(&answer, StatusCode::UNPROCESSABLE_ENTITY, "module-refused");
    }
    let body = assert_problem(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
    assert!(
        body["detail"]
            .as_str()
            .unwrap()
            .contains("parameters is no JSON object"),
        "{body}"
    );
}

#[tokio::test]
async fn reports_that_cannot_be_compared_say_why() {
    let app = App::new().await;
    let (waits, failed) = (app.accept().await, app.failed("test").await);
    let old = app.finished(b"%PDF-1.7").await;
    let compare = async |task: &str, from: &str| {
        app.get(&format!("/api/tasks/{task}/comparison?from={from}"))
            .await
    };

    let unfinished = compare(&old, &waits).await;
    let ended = compare(&failed, &old).await;
    let kept_nothing = compare(&old, &old).await;
    let nonsense = compare(&old, "nonsense").await;
    let path = format!("/api/tasks/{old}/comparison");
    let alone = app.get(&path).await;
    let path = format!("{path}?from={old}");
    let strange = app.send(&app.stranger, Method::GET, &path, &[], "").await;

    assert_problem(&unfinished, StatusCode::CONFLICT, "not-finished");
    assert_problem(&ended, StatusCode::GONE, "task-failed");
    let body = assert_problem(&kept_nothing, StatusCode::NOT_FOUND, "not-found");
    assert!(
        body["detail"].as_str().unwrap().contains("no document"),
        "{body}"
    );
    for wrong in [nonsense, alone] {
        let body = assert_problem(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "invalid-request");
        assert!(body["detail"].as_str().unwrap().contains("from"), "{body}");
    }
    assert_problem(&strange, StatusCode::NOT_FOUND, "unknown-task");
}

#[tokio::test]
async fn readiness_names_each_dependency() {
    let app = App::new().await;

    let unready = app.anonymous(Method::GET, "/readyz").await;

    let body = unready.json();
    for name in ["records", "queue", "cache", "modules", "workers"] {
        assert!(body["checks"][name]["up"].is_boolean(), "{body}");
    }
    // No module is loaded in this test.
    assert_eq!(unready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["status"], "unavailable");
    assert_eq!(body["checks"]["records"]["up"], true);
}
