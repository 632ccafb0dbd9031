//! In and out: by a link that `quire serve` printed, or an API key that is pasted once.

use axum::{
    extract::{Path, State},
    http::{Extensions, HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use quire_api::{CallerAddress, Params, RequestId};
use quire_records::LINK_LIFE;
use serde::Deserialize;

use crate::{
    Console,
    form::Posted,
    page::bare,
    refusal::Refusal,
    visitor::{Visitor, cookie, is_this_machine, set_cookie},
};

/// Where to go once signed in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Next {
    to: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithKey {
    key: String,
    to: String,
}

/// The form.
pub(crate) async fn ask(
    State(console): State<Console>,
    headers: HeaderMap,
    Params(next): Params<Next>,
) -> Result<Response, Refusal> {
    let to = within(next.to.as_deref().unwrap_or_default());
    if Visitor::of(&console, &headers).await?.is_some() {
        return Ok(Redirect::to(to).into_response());
    }
    Ok(form(&headers, to, None))
}

/// The pasted key.
pub(crate) async fn by_key(
    State(console): State<Console>,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    came: Extensions,
    Posted(WithKey { key, to }): Posted<WithKey>,
) -> Result<Response, Refusal> {
    let to = within(&to);
    let (records, sign_ins) = (&console.api.records, &console.api.sign_ins);
    if !records.knew(key.trim()) {
        sign_ins.pass(&came)?;
    }
    match records
        .enter_by_key(key.trim(), CallerAddress::of(&came), &request_id)
        .await?
    {
        Some(secret) => Ok(entered(&headers, secret.expose(), Redirect::to(to))),
        None => {
            sign_ins.refused(&came);
            let wrong = "That key is not known here, or was revoked.";
            let mut page = form(&headers, to, Some(wrong));
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
    }
}

/// What follows links by itself, to show where they lead, asks for the head: that uses none up.
pub(crate) async fn link_head() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The printed link. The answer is a page of this site that leads on, and no redirection: were the link
/// opened from another site, the browser would keep the cookie back on the way.
pub(crate) async fn by_link(
    State(console): State<Console>,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    came: Extensions,
    Path(link): Path<String>,
) -> Result<Response, Refusal> {
    let (records, sign_ins) = (&console.api.records, &console.api.sign_ins);
    sign_ins.pass(&came)?;
    let Some(secret) = records
        .enter_by_link(&link, CallerAddress::of(&came), &request_id)
        .await?
    else {
        // Who is in already need not be told that it leads nowhere any more.
        if Visitor::of(&console, &headers).await?.is_some() {
            return Ok(Redirect::to("/console").into_response());
        }
        sign_ins.refused(&came);
        let used = format!(
            "That link was used, or is older than {} minutes.",
            LINK_LIFE.as_secs() / 60
        );
        let mut page = form(&headers, "/console", Some(&used));
        *page.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(page);
    };
    let page = bare(
        "Signed in",
        Some("/console"),
        &html! {
            h1 { "Signed in" }
            p { a href="/console" { "To the console" } }
        },
    );
    Ok(entered(&headers, secret.expose(), page))
}

/// Out.
pub(crate) async fn out(
    State(console): State<Console>,
    RequestId(request_id): RequestId,
    headers: HeaderMap,
    came: Extensions,
) -> Result<Response, Refusal> {
    if let Some(secret) = cookie(&headers) {
        console
            .api
            .records
            .close_session(secret, CallerAddress::of(&came), &request_id)
            .await?;
    }
    let mut response = Redirect::to("/console/sign-in").into_response();
    if let Some(value) = set_cookie(&headers, None) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn entered(headers: &HeaderMap, secret: &str, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Some(value) = set_cookie(headers, Some(secret)) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// An address within the console, whatever was asked for: signing in leads nowhere else.
fn within(to: &str) -> &str {
    let inside = to == "/console" || to.starts_with("/console/") || to.starts_with("/console?");
    let plain = to
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    match inside && plain {
        true => to,
        false => "/console",
    }
}

fn form(headers: &HeaderMap, to: &str, wrong: Option<&str>) -> Response {
    bare("Sign in", None, &fields(headers, to, wrong)).into_response()
}

fn fields(headers: &HeaderMap, to: &str, wrong: Option<&str>) -> Markup {
    html! {
        h1 { "Sign in" }
        @if let Some(wrong) = wrong {
            p.said.bad role="alert" { (wrong) }
        }
        form method="post" action="/console/sign-in" {
            label for="key" { "API key" }
            input #key name="key" type="password" autocomplete="current-password" required
                autofocus spellcheck="false" placeholder="qk_…";
            input type="hidden" name="to" value=(to);
            button.main type="submit" { "Sign in" }
        }
        p.quiet {
            "The key is read once and not kept. Without one: " code { "quire console" }
            " on the server's machine prints a link that signs you in."
        }
        @if !is_this_machine(headers) {
            p.quiet { "Over a network the console needs HTTPS: without it the browser will not keep you signed in." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_into_the_console_only() {
        assert_eq!(
            within("/console/reports?state=failed"),
            "/console/reports?state=failed"
        );
        for elsewhere in [
            "https://b",
            "//b",
            "/consolea",
            "/api",
            "/console/\\b\n",
            "",
        ] {
            assert_eq!(within(elsewhere), "/console", "{elsewhere:?}");
        }
    }
}
