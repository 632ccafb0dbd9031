//! The manners of HTTP: who tries keys has to wait, pages of named sites may ask, every address says what it takes, and
//! long text goes out compressed where that costs nobody anything.

use reqwest::{Client, Method, Response, StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::support::{Quire, Settings, run_quire_with};

async fn quire(arguments: &[&str]) -> Quire {
    Quire::start_with(Settings {
        arguments: arguments.iter().map(ToString::to_string).collect(),
        ..Settings::default()
    })
    .await
}

/// A request by hand, which takes bytes as they come.
async fn ask(quire: &Quire, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().no_gzip().build().unwrap();
    let mut request = client.request(method, quire.address(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn who_tries_keys_has_to_wait_and_whose_key_is_known_does_not() {
    let mut quire = quire(&["--refused-sign-ins-per-minute", "5"]).await;
    let admin = quire.key();
    let fresh = quire.make_key("consumer", "never shown yet").await;
    let try_key = async |quire: &Quire, key: &str| {
        let bearer = format!("Bearer {key}");
        let answer = ask(
            quire,
            Method::GET,
            "/api/tasks",
            &[("authorization", &bearer)],
        )
        .await;
        answer.status()
    };
    let mut wrong = Vec::new();
    for _ in 0..10 {
        wrong.push(try_key(&quire, "qk_wrong_0123456789abcdef").await);
    }

    assert_eq!(wrong[..5], [StatusCode::UNAUTHORIZED; 5]);
    assert!(wrong.contains(&StatusCode::TOO_MANY_REQUESTS), "{wrong:?}");
    // Whoever guesses learns nothing by guessing right, and whoever was here before goes on.
    assert_eq!(try_key(&quire, &fresh).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(try_key(&quire, &admin).await, StatusCode::OK);
    quire.set_key(None);
    let none = quire.get("/api/tasks").await;
    assert_eq!(none.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(none.json()["type"], "/problems/too-many-requests");
    assert!((1..=60).contains(&none.header("retry-after").parse::<u64>().unwrap()));

    let host = quire.address("");
    let sign_in = Client::new().post(quire.address("/console/sign-in"));
    let form = [("key", "qk_wrong_0123456789abcdef"), ("to", "/console")];
    let page = sign_in.header("origin", host).form(&form).send().await;
    let page = page.unwrap();
    assert_eq!(page.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers().contains_key("retry-after"));
    // What needs no key is answered as before.
    assert_eq!(quire.get("/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_sign_ins_of_the_console_count_like_wrong_keys() {
    let quire = quire(&["--refused-sign-ins-per-minute", "3"]).await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        let sign_in = Client::new().post(quire.address("/console/sign-in"));
        let form = [("key", "qk_wrong_0123456789abcdef"), ("to", "/console")];
        let page = sign_in.header("origin", quire.address("")).form(&form);
        seen.push(page.send().await.unwrap().status());
    }
    assert_eq!(seen[..3], [StatusCode::UNAUTHORIZED; 3]);
    assert!(seen.contains(&StatusCode::TOO_MANY_REQUESTS), "{seen:?}");
}

#[tokio::test]
async fn pages_of_named_sites_may_use_the_api_and_no_others() {
    let quire = quire(&[
        "--cors-origins",
        "https://app.example,http://localhost:3000",
    ])
    .await;
    let path = "/api/cer/61958-0802/enhanced-pdf";
    let before = |origin: &'static str| {
        [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization, idempotency-key",
            ),
        ]
    };
    for origin in ["https://app.example", "http://localhost:3000"] {
        let answer = ask(&quire, Method::OPTIONS, path, &before(origin)).await;
        let headers = answer.headers();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(text(headers, "access-control-allow-origin"), origin);
        assert!(text(headers, "access-control-allow-methods").contains("POST"));
        let allowed = text(headers, "access-control-allow-headers");
        assert!(allowed.contains("Authorization") && allowed.contains("Idempotency-Key"));
        assert!(!headers.contains_key("access-control-allow-credentials"));
        assert!(text(headers, "vary").contains("Origin"));
    }
    for origin in [
        "https://evil.example",
        "null",
        "https://app.example.evil.example",
    ] {
        for path in [path, "/api/tasks"] {
            let answer = ask(&quire, Method::OPTIONS, path, &before(origin)).await;
            let open = answer.headers().contains_key("access-control-allow-origin");
            assert!(!open, "{origin}");
        }
    }

    let bearer = format!("Bearer {}", quire.key());
    let page = [
        ("origin", "https://app.example"),
        ("authorization", &*bearer),
    ];
    let asked = ask(&quire, Method::POST, path, &page).await;
    assert_eq!(asked.status(), StatusCode::ACCEPTED);
    let exposed = text(asked.headers(), "access-control-expose-headers").to_owned();
    for name in [
        "ETag",
        "Location",
        "Retry-After",
        "RateLimit",
        "RateLimit-Policy",
    ] {
        assert!(exposed.split(", ").any(|known| known == name), "{name}");
    }
    // A refusal can be read too.
    let origin = [("origin", "https://app.example")];
    let refused = ask(&quire, Method::GET, "/api/tasks", &origin).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let open = text(refused.headers(), "access-control-allow-origin");
    assert_eq!(open, "https://app.example");
    for path in ["/console", "/console/sign-in"] {
        let console = ask(&quire, Method::GET, path, &origin).await;
        let open = console
            .headers()
            .contains_key("access-control-allow-origin");
        assert!(!open, "{path}");
    }
}

#[tokio::test]
async fn without_a_setting_no_site_may_and_a_wrong_one_ends_the_start() {
    let quire = Quire::start().await;
    let origin = [("origin", "https://app.example")];
    let answer = ask(&quire, Method::GET, "/livez", &origin).await;
    assert!(!answer.headers().contains_key("access-control-allow-origin"));

    let folder = crate::support::Folder::new();
    for wrong in ["*", "https://app.example/", "app.example"] {
        let output = run_quire_with(
            &folder,
            &["serve", "--sample"],
            &[("QUIRE_CORS_ORIGINS", wrong)],
        );
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{wrong}");
        assert!(
            said.contains("QUIRE_CORS_ORIGINS") && said.contains("https://app.example"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn every_address_says_what_it_takes_and_has_a_head_where_it_can_be_read() {
    let quire = Quire::start().await;
    let described = quire.get("/openapi.json").await.json();
    let mut read = 0;
    for (path, methods) in described["paths"].as_object().unwrap() {
        let methods: Vec<String> = methods.as_object().unwrap().keys().cloned().collect();
        let path = path
            .replace("{task_id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
            .replace("{ndc}", "61958-0802")
            .replace(['{', '}'], "");
        let asked = ask(&quire, Method::OPTIONS, &path, &[]).await;
        assert_eq!(asked.status(), StatusCode::NO_CONTENT, "{path}");
        let allow = text(asked.headers(), "allow").to_owned();
        for method in methods.iter().map(|method| method.to_uppercase()) {
            assert!(
                allow.split(',').any(|known| known.trim() == method),
                "{path}: {allow}"
            );
        }
        if methods.iter().any(|method| method == "get") {
            let head = ask(&quire, Method::HEAD, &path, &[]).await;
            assert_ne!(head.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert!(allow.contains("HEAD"), "{path}: {allow}");
            read += 1;
        }
    }
    assert!(read > 20, "{read}");
    let nowhere = ask(&quire, Method::OPTIONS, "/api/nowhere", &[]).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    for path in [
        "/",
        "/openapi.json",
        "/problems",
        "/schemas/document-1.json",
    ] {
        let head = ask(&quire, Method::HEAD, path, &[]).await;
        assert_eq!(head.status(), StatusCode::OK, "{path}");
        assert!(head.bytes().await.unwrap().is_empty());
    }
}

/// What is asked for with a key, by someone who takes gzip.
async fn zipped(quire: &Quire, path: &str) -> (HeaderMap, Vec<u8>) {
    let bearer = format!("Bearer {}", quire.key());
    let headers = [("authorization", &*bearer), ("accept-encoding", "gzip, br")];
    let answer = ask(quire, Method::GET, path, &headers).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let headers = answer.headers().clone();
    (headers, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn long_text_is_compressed_and_documents_and_short_answers_are_not() {
    let quire = Quire::start().await;
    let mut task = String::new();
    for _ in 0..8 {
        task = quire.request("61958-0802").await;
        quire.finished(&task).await;
    }

    for path in ["/openapi.json", "/api/tasks", "/api/admin/audit"] {
        let (headers, bytes) = zipped(&quire, path).await;
        assert_eq!(text(&headers, "content-encoding"), "gzip", "{path}");
        assert!(
            text(&headers, "vary")
                .to_lowercase()
                .contains("accept-encoding")
        );
        assert!(!headers.contains_key("etag"), "{path}");
        let plain = Client::new()
            .get(quire.address(path))
            .bearer_auth(quire.key());
        // This client takes it compressed by itself and shows it as it was.
        let plain = plain.send().await.unwrap().bytes().await.unwrap();
        assert!(
            bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() < plain.len(),
            "{path}"
        );
        serde_json::from_slice::<Value>(&plain).unwrap();
        let bearer = format!("Bearer {}", quire.key());
        let as_it_is = ask(&quire, Method::GET, path, &[("authorization", &bearer)]).await;
        assert!(!as_it_is.headers().contains_key("content-encoding"));
        let vary = text(as_it_is.headers(), "vary").to_lowercase();
        assert!(vary.contains("accept-encoding"), "{path}: {vary}");
    }
    let base = format!("/api/tasks/{task}");
    for path in [
        base.clone(),
        format!("{base}/pdf"),
        format!("{base}/html"),
        format!("{base}/json"),
        format!("{base}/csv?table=reaction-table/reactions"),
        format!("{base}/manifest"),
        "/api/admin/modules/trend".to_owned(),
        "/livez".to_owned(),
    ] {
        let (headers, bytes) = zipped(&quire, &path).await;
        assert!(!headers.contains_key("content-encoding"), "{path}");
        let own = quire.get(&path).await;
        assert_eq!(text(&headers, "etag"), own.header("etag"), "{path}");
        if path.starts_with(&base) && path != base {
            assert_eq!(bytes, own.body, "{path}");
        }
        if path.contains("/api/tasks/") && path != base {
            assert!(
                text(&headers, "etag").starts_with('"'),
                "{path} has a strong tag"
            );
        }
    }
    let metrics = zipped(&quire, "/metrics").await;
    assert_eq!(text(&metrics.0, "content-encoding"), "gzip");
    let events = zipped(&quire, &format!("{base}/events")).await;
    assert!(!events.0.contains_key("content-encoding"));
    assert!(
        events.1.starts_with(b"id:")
            || events.1.starts_with(b"retry:")
            || events.1.starts_with(b"event:")
    );
    let page = ask(
        &quire,
        Method::GET,
        "/console/sign-in",
        &[("accept-encoding", "gzip")],
    )
    .await;
    assert_eq!(page.status(), StatusCode::OK);
}
