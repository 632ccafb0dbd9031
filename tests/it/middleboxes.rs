//! Requests as they come through proxies, over slow lines, and from nobody who speaks HTTP.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::Quire;

/// What comes back for these bytes, until the server closes.
async fn said(quire: &Quire, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(quire.host()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_revision_that_a_proxy_marked_is_the_same_revision() {
    let quire = Quire::start().await;
    let path = "/api/admin/modules/trend/limits";
    for (revision, marked) in [
        (1, "W/\"1\""),
        (2, "\"2-gzip\""),
        (3, "W/\"3-br\""),
        (4, " \"4;gzip\" "),
    ] {
        let body = json!({"limits": {"rows": 400_000 + revision}, "reason": "test"});
        let changed = quire
            .send(Method::PUT, path, &[("if-match", marked)], Some(body))
            .await;
        assert_eq!(
            changed.status,
            StatusCode::OK,
            "{marked}: {}",
            changed.json()
        );
    }
    let body = json!({"limits": {"rows": 1}, "reason": "test"});
    let stale = quire
        .send(Method::PUT, path, &[("if-match", "W/\"1\"")], Some(body))
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let body = json!({"limits": {"rows": 1}, "reason": "test"});
    let any = quire
        .send(Method::PUT, path, &[("if-match", "*")], Some(body))
        .await;
    assert_eq!(any.status, StatusCode::PRECONDITION_REQUIRED);
    let detail = any.json()["detail"].to_string();
    assert!(detail.contains("names no state"), "{detail}");
}

#[tokio::test]
async fn a_document_is_kept_from_being_changed_on_its_way_and_known_again() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let path = format!("/api/tasks/{task}/pdf");
    let pdf = quire.get(&path).await;
    assert!(pdf.header("cache-control").contains("no-transform"));

    let marked = format!(
        "W/{}",
        pdf.header("etag")
            .replacen('"', "", 1)
            .replace('"', "-gzip\"")
    );
    let marked = marked.replacen("W/", "W/\"", 1);
    let known = quire
        .send(Method::GET, &path, &[("if-none-match", &marked)], None)
        .await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED, "{marked}");
}

#[tokio::test]
async fn a_document_that_is_read_in_parts_is_one_download() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let path = format!("/api/tasks/{task}/pdf");
    for first in 0..20 {
        let range = format!("bytes={first}-{first}");
        let part = quire
            .send(Method::GET, &path, &[("range", &range)], None)
            .await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    }

    let told = "SELECT count(*) FROM audit WHERE action = 'report.downloaded'";
    assert_eq!(quire.number(told).await, 1);
    quire.get(&path).await;
    assert_eq!(quire.number(told).await, 2, "read whole, it is another");
}

#[tokio::test]
async fn who_is_refused_while_sending_reads_the_refusal() {
    let quire = Quire::start().await;
    let length = 20_000_000;
    for (path, key, media_type, status) in [
        (
            "/api/admin/modules?name=x&reason=y",
            "qk_wrong_key_0000000000",
            "application/wasm",
            "401",
        ),
        (
            "/api/cer/61958-0802/enhanced-pdf",
            &*quire.key(),
            "application/json",
            "413",
        ),
        (
            "/api/admin/modules?name=x",
            &*quire.key(),
            "application/wasm",
            "422",
        ),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut request = head.into_bytes();
        request.resize(request.len() + length, b'x');

        let answer = said(&quire, &request).await;

        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}: {answer}"
        );
        assert!(answer.contains("\"request_id\""), "{path}: {answer}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_a_problem_with_an_id_and_in_the_log() {
    let quire = Quire::start().await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "x".repeat(400_000)
    );
    for (bytes, status) in [
        (&b"\x16\x03\x01\x02\x00 this is TLS\r\n\r\n"[..], "400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
        (long.as_bytes(), "431"),
    ] {
        let answer = said_until_told(&quire, bytes).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains("/problems/malformed-request"), "{answer}");
        let (_, id) = answer.split_once("x-request-id: ").expect("an id");
        let id = id.split("\r\n").next().unwrap();
        assert!(quire.log().contains(id), "{id} is in the log");
    }
}

/// The same, where the server may keep the connection.
async fn said_until_told(quire: &Quire, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(quire.host()).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        match stream.read_buf(&mut answer).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}
