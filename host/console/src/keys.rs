//! Keys: who may ask. Made here, shown once, revoked.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use quire_api::RequestId;
use quire_model::ProblemKind;
use quire_records::{KeyId, KeyRow, RecordsError, Right, Role, Timestamp};
use serde::Deserialize;

use crate::{
    Console,
    form::Posted,
    page::{Page, unprocessable},
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

/// A key to make.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    role: String,
    label: String,
}

/// Why a key is revoked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    reason: String,
}

const COLUMNS: [(&str, Set); 5] = [
    ("Label", Set::Free),
    ("Role", Set::Line),
    ("Key", Set::Line),
    ("Made", Set::Line),
    ("State", Set::Line),
];

/// The list.
pub(crate) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    draw(&console, &visitor, &New::default(), None).await
}

/// Make a key, and show it: this page is the only one that ever does.
pub(crate) async fn make(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    Posted(new): Posted<New>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let label = &new.label;
    let role: Role = new
        .role
        .parse()
        .map_err(|error: quire_records::RoleError| {
            Refusal::new(ProblemKind::InvalidRequest, error.to_string())
        })?;
    let records = &console.api.records;
    let made = records.create_key(role, label, visitor.actor(), &request_id);
    match made.await {
        Ok((id, secret)) => {
            let content = html! {
                header.head { h1 { "The new key" } }
                p.said.good role="status" { "This is the only time that it is shown. Copy it now." }
                pre #secret tabindex="0" aria-label="The key" { (secret.expose()) }
                dl.facts {
                    dt { "Key" } dd { code { (id) } }
                    dt { "Role" } dd { (role) }
                    dt { "Label" } dd { (label) }
                }
                p { "A person signs in with it at " code { "/console/sign-in" } ", a program sends it as " code { "Authorization: Bearer" } "." }
                p { a href="/console/keys" { "I have copied it; back to the keys" } }
            };
            let page = Page::of("The new key", &visitor).under("/console/keys");
            Ok(page.whole(&content))
        }
        Err(error @ RecordsError::NotALine { .. }) => {
            let wrong = error.to_string();
            let page = draw(&console, &visitor, &new, Some(&wrong)).await?;
            Ok(unprocessable(page))
        }
        Err(error) => Err(error.into()),
    }
}

/// The page before a key is revoked.
pub(crate) async fn ask_revoke(
    State(console): State<Console>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let key = found(&console, &id).await?;
    Ok(revocation(&visitor, &key, "", None))
}

/// Revoke it.
pub(crate) async fn revoke(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
    Posted(Why { reason }): Posted<Why>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let key = found(&console, &id).await?;
    let records = &console.api.records;
    match records
        .revoke_key(&key.id, &reason, visitor.actor(), &request_id)
        .await
    {
        Ok(true) => Ok(Redirect::to("/console/keys").into_response()),
        Ok(false) => Err(Refusal::new(
            ProblemKind::StateConflict,
            "the key was revoked already, so nothing was done",
        )),
        Err(error @ RecordsError::NotALine { .. }) => {
            let wrong = error.to_string();
            Ok(unprocessable(revocation(
                &visitor,
                &key,
                &reason,
                Some(&wrong),
            )))
        }
        Err(error) => Err(error.into()),
    }
}

async fn found(console: &Console, id: &str) -> Result<KeyRow, Refusal> {
    let id = KeyId::from(id);
    let keys = console.api.records.list_keys().await?;
    let key = keys.into_iter().find(|key| key.id == id);
    key.ok_or_else(|| Refusal::new(ProblemKind::NotFound, "there is no such key"))
}

async fn draw(
    console: &Console,
    visitor: &Visitor,
    typed: &New,
    wrong: Option<&str>,
) -> Result<Response, Refusal> {
    let keys = console.api.records.list_keys().await?;
    let content = html! {
        header.head { h1 { "Keys" } }
        @if visitor.may(Right::Change) { (maker(typed, wrong)) }
        (listing("keys", &COLUMNS, keys.iter().rev().map(|key| row(key, visitor))))
        (words::same(&[("On the command line:", "quire key create --role consumer --label '…'\nquire key list\nquire key revoke KEY --reason '…'".to_owned())]))
    };
    let page = Page::of("Keys", visitor).under("/console/keys");
    Ok(page.whole(&content))
}

/// A key as a row.
fn row(key: &KeyRow, visitor: &Visitor) -> Vec<Markup> {
    let state = html! {
        @match key.revoked_at {
            Some(at) => { span.state.cancelled { "– revoked" } " " (words::moment(at)) },
            None if key.expires_at.is_some_and(|at| at <= Timestamp::now()) => {
                span.state.cancelled { "– ended" } " " @if let Some(at) = key.expires_at { (words::moment(at)) }
            },
            None => {
                span.state.active { "● valid" }
                @if let Some(at) = key.expires_at { " until " (words::moment(at)) }
                @if visitor.may(Right::Change) { " " a href=(format!("/console/keys/{}/revoke", key.id)) { "Revoke" } }
            },
        }
    };
    vec![
        html! { div.clamp { (key.label) } },
        html! { (key.role) },
        html! { code { (key.id) } },
        words::moment(key.created_at),
        state,
    ]
}

fn maker(typed: &New, wrong: Option<&str>) -> Markup {
    let meaning = |role: Role| match role {
        Role::Author => "author – has components and definitions checked",
        Role::Consumer => "consumer – asks for reports and reads its own",
        Role::Auditor => "auditor – reads everything, changes nothing",
        Role::Admin => "admin – everything",
    };
    html! {
        form.filters method="post" action="/console/keys" {
            div.long { label for="label" { "Who or what will use it" }
                input #label name="label" value=(typed.label) required maxlength="500" autocomplete="off" aria-invalid=[wrong.map(|_| "true")]; }
            div.long { label for="role" { "Role" }
                select #role name="role" {
                    @for role in [Role::Consumer, Role::Auditor, Role::Author, Role::Admin] {
                        option value=(role.as_str()) selected[role.as_str() == typed.role] { (meaning(role)) }
                    }
                } }
            button.main type="submit" { "Make a key" }
        }
        @if let Some(wrong) = wrong { p.said.bad role="alert" { (wrong) } }
    }
}

fn revocation(visitor: &Visitor, key: &KeyRow, reason: &str, wrong: Option<&str>) -> Response {
    let content = html! {
        header.head { h1 { "Revoke: " (key.label) } }
        @if let Some(wrong) = wrong { p.said.bad role="alert" { (wrong) } }
        div.panel {
            p { "Whoever holds " code { (key.id) } " (" (key.role) ") is refused from then on, and signed out of the console. It stays so: a revoked key is never valid again." }
        }
        form.reasoned method="post" action=(format!("/console/keys/{}/revoke", key.id)) {
            div {
                label for="reason" { "Why" }
                input #reason name="reason" value=(reason) required maxlength="500" autocomplete="off";
            }
            div.acts {
                button.main.danger type="submit" { "Revoke the key" }
                a.button href="/console/keys" { "Cancel" }
            }
        }
    };
    let page = Page::of("Revoke a key", visitor).under("/console/keys");
    page.whole(&content)
}
