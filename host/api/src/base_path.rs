//! The path under which a proxy shows this server. Inside, every address begins at the server's own root; here, at the
//! outermost layer, what comes in loses the path and what goes out gets it.
//!
//! Headers that lead somewhere and the pages of the console are addressed on their way out, whoever wrote them; links
//! inside JSON ask for their [`address`], since a document's text must never be mistaken for one.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use futures::{StreamExt as _, stream};

tokio::task_local! {
    /// Of the request that is being answered.
    static CURRENT: BasePath;
}

/// A path without a slash at its end, such as `/quire`; empty if the server is shown at the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasePath(Arc<str>);

impl BasePath {
    /// Read a path. Slashes at its end are no part of it.
    ///
    /// # Errors
    ///
    /// What a path may be, in words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let path = text.trim_end_matches('/');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_segment = |segment: &str| {
            !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(plain)
        };
        let is_path = match path.strip_prefix('/') {
            Some(segments) => segments.split('/').all(is_segment),
            None => path.is_empty(),
        };
        match is_path {
            true => Ok(Self(path.into())),
            false => Err("a path has segments of letters, digits and -._~, such as /quire"),
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// That of the request that is being answered.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// An address without the path, if it has it: a proxy may leave it to us to take it off.
    fn stripped(&self, uri: &Uri) -> Option<Uri> {
        let rest = uri.path_and_query()?.as_str().strip_prefix(self.as_str())?;
        let rest = match rest.as_bytes().first() {
            Some(b'/') => rest.to_owned(),
            None | Some(b'?') => format!("/{rest}"),
            Some(_) => return None,
        };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(rest.parse().ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// An address of this server, as whoever asks can reach it.
pub(crate) fn address(path: &str) -> String {
    CURRENT
        .try_with(|base| format!("{}{path}", base.as_str()))
        .unwrap_or_else(|_| path.to_owned())
}

/// Answer a request under its path. To be laid around a router, not into it: routes are found afterwards.
pub async fn under(State(base): State<BasePath>, mut request: Request, next: Next) -> Response {
    if base.is_root() {
        return next.run(request).await;
    }
    if let Some(uri) = base.stripped(request.uri()) {
        *request.uri_mut() = uri;
    }
    let mut response = CURRENT.scope(base.clone(), next.run(request)).await;
    lead(response.headers_mut(), &header::LOCATION, |value| {
        let own = value.starts_with('/') && !value.starts_with("//");
        own.then(|| format!("{}{value}", base.as_str()))
    });
    lead(response.headers_mut(), &header::LINK, |value| {
        Some(value.replace("</", &format!("<{}/", base.as_str())))
    });
    match is_page(response.headers()) {
        true => addressed(response, base),
        false => response,
    }
}

fn lead(headers: &mut HeaderMap, name: &HeaderName, to: impl Fn(&str) -> Option<String>) {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let value = value.and_then(to).map(HeaderValue::try_from);
    if let Some(Ok(value)) = value {
        headers.insert(name, value);
    }
}

/// Whether it is a page of the console, or a stream of parts of one. A document has a tag, and none of our addresses.
fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_html = kind.starts_with("text/html") || kind.starts_with("text/event-stream");
    is_html && !headers.contains_key(header::ETAG)
}

fn addressed(response: Response, base: BasePath) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    // Pages and events are written whole, so that no address lies across two pieces; what is written later has to know
    // the path as well.
    let mut pieces = body.into_data_stream();
    let pieces = stream::poll_fn(move |context| {
        let next = || pieces.poll_next_unpin(context);
        let piece = CURRENT.sync_scope(base.clone(), next);
        piece.map_ok(|piece| with_path(&piece, base.as_str()))
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// Put the path before each address in a piece of HTML. It is escaped by whoever drew it, so quotation marks stand around
/// attributes alone; what a form carries on (`value`) is no address.
fn with_path(html: &[u8], base: &str) -> Bytes {
    const PLACES: [&[u8]; 2] = [b"=\"/", b"; url=/"];
    let mut out = Vec::with_capacity(html.len() + html.len() / 32);
    let mut rest = html;
    while let Some(byte) = rest.first() {
        let place = PLACES.into_iter().find(|place| rest.starts_with(place));
        let after = place.and_then(|place| Some((place, rest.strip_prefix(place)?)));
        match after.filter(|(_, after)| !after.starts_with(b"/")) {
            Some((place, after)) if !out.ends_with(b" value") => {
                out.extend_from_slice(place.strip_suffix(b"/").unwrap_or(place));
                out.extend_from_slice(base.as_bytes());
                out.push(b'/');
                rest = after;
            }
            _ => {
                out.push(*byte);
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quire() -> BasePath {
        BasePath::parse("/tools/quire/").unwrap()
    }

    #[test]
    fn a_path_is_plain() {
        assert_eq!(quire().as_str(), "/tools/quire");
        for root in ["", "/"] {
            assert!(BasePath::parse(root).unwrap().is_root());
        }
        for wrong in [
            "quire", "//b", "/a//b", "/a b", "/a?b", "/../a", "/a\"b", "/%2e",
        ] {
            assert!(BasePath::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_path_is_taken_off_where_it_is_whole() {
        let stripped = |uri: &str| {
            let uri = quire().stripped(&uri.parse().unwrap());
            uri.map(|uri| uri.to_string())
        };

        assert_eq!(stripped("/tools/quire/api?a=b").unwrap(), "/api?a=b");
        assert_eq!(stripped("/tools/quire").unwrap(), "/");
        assert_eq!(stripped("/tools/quire?a").unwrap(), "/?a");
        assert_eq!(stripped("/tools/quirex"), None);
        assert_eq!(stripped("/api/tools/quire"), None);
    }

    #[test]
    fn addresses_of_ours_get_the_path_and_nothing_else_does() {
        let html =
            br#"<a href="/console/a">/console</a><input value="/console/b"><form action="/metrics"><a href="//b">
            <meta content="0; url=/console"><a href="https://b/console">"#;

        let html = with_path(html, "/q");

        assert_eq!(
            std::str::from_utf8(&html).unwrap(),
            r#"<a href="/q/console/a">/console</a><input value="/console/b"><form action="/q/metrics"><a href="//b">
            <meta content="0; url=/q/console"><a href="https://b/console">"#
        );
    }
}
