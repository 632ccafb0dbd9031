//! Short pages for people, where the API is met in a browser.

use axum::http::{HeaderName, HeaderValue, header};

/// What every such page is sent with: nothing is loaded, and nothing runs.
pub(crate) const HEADERS: [(HeaderName, HeaderValue); 2] = [
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
    ),
];

/// A page of a title and a body, both HTML: what comes from a request is [`escaped`] before.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title} – Quire</title>\n<style>body{{max-width:40em;\
         margin:3em auto;padding:0 1em;font:1em/1.5 sans-serif}}</style>\n<h1>{title}</h1>\n{body}\n</html>\n"
    )
}

/// Text as HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
