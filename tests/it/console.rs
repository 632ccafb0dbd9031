//! The console, in a real browser and over bare HTTP: its journeys, every screen, and what is refused.

mod broken;
mod journeys;
mod labels;
mod refusals;
mod screens;
mod watch;

use reqwest::{Client, Response, header::HeaderMap, redirect};

use crate::support::{Quire, run_quire_in};

/// A browser that shows what it was answered and follows nothing.
struct Browser {
    client: Client,
    base: String,
    cookie: String,
}

/// A link that `quire console` prints, to the server that is meant.
fn link(quire: &Quire) -> String {
    let output = run_quire_in(quire.data_dir(), &["console", "--listen", quire.host()]);
    let said = String::from_utf8(output.stdout).unwrap();
    let link = said
        .split_whitespace()
        .find(|word| word.starts_with("http"));
    link.unwrap_or_else(|| panic!("no link: {said}")).to_owned()
}

impl Browser {
    /// One that nobody is signed in with.
    fn new(quire: &Quire) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none());
        Self {
            client: client.build().unwrap(),
            base: quire.address(""),
            cookie: String::new(),
        }
    }

    /// One that is signed in with a key.
    async fn with_key(quire: &Quire, key: &str) -> Self {
        let mut browser = Self::new(quire);
        let form = [("key", key), ("to", "/console")];
        let answer = browser.post("/console/sign-in", &form).await;
        assert_eq!(answer.status(), 303, "{answer:?}");
        let set = header(answer.headers(), "set-cookie");
        assert!(
            set.contains("HttpOnly") && set.contains("SameSite=Strict"),
            "{set}"
        );
        browser.cookie = set.split(';').next().unwrap().to_owned();
        browser
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base));
        request.header("cookie", &self.cookie).send().await.unwrap()
    }

    /// As a page of the console sends a form.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.post_from(path, form, &[("sec-fetch-site", "same-origin")])
            .await
    }

    async fn post_from(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Response {
        let pairs = form
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let mut request = self.client.post(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }
}

fn escaped(value: &str) -> String {
    let bytes = value.bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}
