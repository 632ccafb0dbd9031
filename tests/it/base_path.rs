//! Quire behind a proxy that shows it under a path of a host that it shares with others: every address that it gives
//! leads back to it.

use std::collections::{BTreeSet, VecDeque};

use reqwest::{Client, Response, StatusCode, header::HeaderMap, redirect};
use serde_json::Value;

use crate::support::{Proxy, Quire, Settings};

const PATH: &str = "/tools/quire";

/// A server, and what it is reached by.
async fn behind_a_proxy(strips: bool) -> (Quire, String) {
    let proxy = Proxy::under(PATH).await;
    let address = proxy.address();
    let quire = Quire::start_with(Settings {
        arguments: vec!["--address".to_owned(), address.clone()],
        ..Settings::default()
    })
    .await;
    proxy.pass_on(quire.host(), strips);
    (quire, address)
}

fn client() -> Client {
    let client = Client::builder().redirect(redirect::Policy::none());
    client.build().unwrap()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// What a page leads to, and what its forms are sent to.
const LED_TO: [&str; 5] = ["href", "src", "sse-connect", "data-export", "data"];
const SENT_TO: [&str; 1] = ["action"];

/// Every address in such attributes of a page.
fn addresses(page: &str, attributes: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for attribute in attributes {
        for (at, start) in page.match_indices(&format!(" {attribute}=\"")) {
            let value = page[at + start.len()..].split('"').next().unwrap();
            if value.starts_with('/') {
                found.insert(value.replace("&amp;", "&"));
            }
        }
    }
    found
}

/// The host alone, to which an address of a page is added.
fn origin(address: &str) -> &str {
    address.strip_suffix(PATH).unwrap()
}

#[tokio::test]
async fn what_the_api_gives_leads_back_to_it() {
    for strips in [true, false] {
        let (quire, address) = behind_a_proxy(strips).await;
        let (client, host) = (client(), origin(&address).to_owned());
        let get = async |at: &str| -> Response {
            let request = client.get(format!("{host}{at}")).bearer_auth(quire.key());
            request.send().await.unwrap()
        };
        let asked = client.post(format!("{address}/api/cer/61958-0802/enhanced-pdf"));
        let accepted = asked.bearer_auth(quire.key()).send().await.unwrap();
        assert_eq!(accepted.status(), StatusCode::ACCEPTED);
        let location = header(accepted.headers(), "location").to_owned();
        assert!(
            location.starts_with(&format!("{PATH}/api/tasks/")),
            "{location}"
        );
        let body: Value = accepted.json().await.unwrap();
        assert_eq!(body["links"]["status"], location.as_str());
        quire.finished(body["task_id"].as_str().unwrap()).await;

        let status: Value = get(&location).await.json().await.unwrap();
        for (name, link) in status["links"].as_object().unwrap() {
            if let Some(link) = link.as_str() {
                assert_eq!(get(link).await.status(), StatusCode::OK, "{name}: {link}");
            }
        }
        let events = get(&format!("{location}/events"))
            .await
            .text()
            .await
            .unwrap();
        assert!(
            events.contains(&format!("\"status\":\"{location}\"")),
            "{events}"
        );
        let missing: Value = get(&format!("{PATH}/nowhere")).await.json().await.unwrap();
        assert_eq!(missing["instance"], format!("{PATH}/nowhere"));
        let description: Value = get(&format!("{PATH}/openapi.json"))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(description["servers"][0]["url"], PATH);
        let index = get(&format!("{PATH}/")).await.text().await.unwrap();
        assert!(index.contains(&format!("POST {PATH}/api/cer/")), "{index}");
    }
}

#[tokio::test]
async fn every_address_of_the_console_leads_back_to_it() {
    let (quire, address) = behind_a_proxy(true).await;
    let (client, host) = (client(), origin(&address).to_owned());
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    let sign_in = client.post(format!("{address}/console/sign-in"));
    let form = format!(
        "key={}&to=%2Fconsole%2Freports%3Fstate%3Dfailed",
        quire.key()
    );
    let entered = sign_in
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    let to = header(entered.headers(), "location");
    assert_eq!(to, format!("{PATH}/console/reports?state=failed"));
    let cookie = header(entered.headers(), "set-cookie").to_owned();
    // The proxy asks for browsers elsewhere, which take such a cookie over TLS alone.
    assert!(cookie.starts_with("__Secure-quire-"), "{cookie}");
    assert!(cookie.contains(&format!("; Path={PATH};")), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();

    // From page to page, as far as there are links.
    let first = format!("{PATH}/console");
    let (mut seen, mut waiting) = (BTreeSet::from([first.clone()]), VecDeque::from([first]));
    while let Some(at) = waiting.pop_front() {
        let request = client.get(format!("{host}{at}")).header("cookie", &cookie);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{at}: {status}");
        if !header(answer.headers(), "content-type").starts_with("text/html") || seen.len() > 150 {
            continue;
        }
        let is_document = answer.headers().contains_key("etag");
        let page = answer.text().await.unwrap();
        for sent_to in addresses(&page, &SENT_TO) {
            assert!(sent_to.starts_with(PATH), "{at} sends to {sent_to}");
        }
        for found in addresses(&page, &LED_TO) {
            assert!(
                found.starts_with(PATH) || is_document,
                "{at} leads to {found}"
            );
            if found.starts_with(PATH) && !found.contains("/live/") && seen.insert(found.clone()) {
                waiting.push_back(found);
            }
        }
    }
    assert!(seen.len() > 40, "{seen:?}");

    let other = client
        .get(format!("{address}/console/reports/{task}"))
        .send()
        .await
        .unwrap();
    let to = header(other.headers(), "location");
    assert!(
        to.starts_with(&format!("{PATH}/console/sign-in?to=")),
        "{to}"
    );
}

#[tokio::test]
async fn a_document_is_sent_as_it_is_or_not_at_all() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    for form in ["pdf", "html", "json", "csv"] {
        let path = format!("/api/tasks/{task}/{form}");
        let plain = quire.get(&path).await;
        let get = async |coding: &str| {
            let headers = [("accept-encoding", coding)];
            quire
                .send(reqwest::Method::GET, &path, &headers, None)
                .await
        };
        for taken in ["gzip, br", "identity", "*;q=0, identity;q=0.5", ""] {
            let sent = get(taken).await;
            assert_eq!(sent.status, StatusCode::OK, "{form} {taken}");
            assert_eq!(sent.body, plain.body, "{form} {taken}");
            assert_eq!(sent.header("etag"), plain.header("etag"));
            assert_eq!(sent.header("content-encoding"), "");
        }
        assert!(plain.header("etag").starts_with('"'), "{form}");
        for excluded in ["identity;q=0", "gzip, *;q=0"] {
            let refused = get(excluded).await;
            assert_eq!(
                refused.status,
                StatusCode::NOT_ACCEPTABLE,
                "{form} {excluded}"
            );
            assert_eq!(refused.json()["type"], "/problems/not-acceptable");
        }
    }
}
