//! Changes a definition: another version of it is used, or a new one is written.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use quire_api::{Params, RequestId};
use quire_model::{Definition, FieldError};
use quire_records::{Decision, DefinitionRow, RecordsError, Right};
use quire_registry::DefinitionError;
use serde::Deserialize;

use crate::{
    Console,
    confirm::{Again, Confirm},
    definitions::{found, json},
    form::Posted,
    json_diff,
    page::Page,
    refusal::Refusal,
    undone,
    visitor::Visitor,
    words,
};

/// What can be done beside writing a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DefinitionAct {
    Use,
    Rollback,
}

/// Which version.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Which {
    version: Option<u32>,
}

/// What the page before says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decided {
    reason: String,
    revision: u64,
    seen: u64,
    #[serde(default)]
    version: Option<u32>,
}

/// A new version, as it was written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    json: String,
    reason: String,
    revision: u64,
    /// It is only to be checked, and what it changes to be shown.
    #[serde(default)]
    look: Option<String>,
}

/// The page before the change.
pub(crate) async fn ask(
    State(console): State<Console>,
    visitor: Visitor,
    Path((name, act)): Path<(String, DefinitionAct)>,
    Params(which): Params<Which>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let confirm = confirm(&console, &name, act, which.version).await?;
    confirm.page(&console, &visitor, "", Again::No).await
}

/// The change.
pub(crate) async fn make(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    Path((name, act)): Path<(String, DefinitionAct)>,
    Posted(decided): Posted<Decided>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let decision = Decision {
        actor: visitor.actor(),
        reason: &decided.reason,
        request_id: &request_id,
        expected_revision: Some(decided.revision),
    };
    let records = &console.api.records;
    let version = decided.version.unwrap_or_default();
    let done = match act {
        DefinitionAct::Use => records.use_definition(&name, version, &decision).await,
        DefinitionAct::Rollback => records.roll_back_definition(&name, &decision).await,
    };
    let error = match done {
        Ok(_) => {
            console.api.maker.registry.take_up_change().await;
            return Ok(Redirect::to(&format!("/console/definitions/{name}")).into_response());
        }
        Err(error) => error,
    };
    let wrong = undone::beside_the_form(&error);
    let again = match (&error, &wrong) {
        (RecordsError::Changed { .. }, _) => Again::Moved(decided.seen),
        (_, Some(wrong)) => Again::Wrong(wrong),
        _ => return Err(error.into()),
    };
    let confirm = confirm(&console, &name, act, decided.version).await?;
    confirm
        .page(&console, &visitor, &decided.reason, again)
        .await
}

async fn confirm(
    console: &Console,
    name: &str,
    act: DefinitionAct,
    version: Option<u32>,
) -> Result<Confirm<'static>, Refusal> {
    let row = found(console, name).await?;
    let wanted = match act {
        DefinitionAct::Use => version,
        DefinitionAct::Rollback => row.previous,
    };
    let wanted = wanted.unwrap_or_default();
    let records = &console.api.records;
    let other = records.definition_version(name, wanted).await?;
    let other = other.ok_or_else(|| RecordsError::UnknownDefinition {
        name: name.to_owned(),
        version: Some(wanted),
    })?;
    let (slug, button) = match act {
        DefinitionAct::Use => ("use", "Use this version"),
        DefinitionAct::Rollback => ("rollback", "Roll back"),
    };
    let member = match act {
        DefinitionAct::Use => format!("\"version\": {wanted}, "),
        DefinitionAct::Rollback => String::new(),
    };
    Ok(Confirm {
        title: format!("{button}: {name}, version {wanted}"),
        effect: html! {
            p { "Reports that are asked for from then on have the sections of version " (wanted) ", and not those of version " (row.current.version) ". This changes:" }
            (json_diff::drawn(&json(&row.current), &json(&other)))
        },
        object: format!("definition {name}"),
        under: "/console/definitions",
        action: format!("/console/definitions/{name}/confirm/{slug}"),
        revision: row.revision,
        hidden: vec![("version", wanted.to_string())],
        fields: html! {},
        button,
        grave: false,
        back: format!("/console/definitions/{name}"),
        same: vec![(
            "By HTTP:",
            format!(
                "curl -X POST -H \"Authorization: Bearer $KEY\" -H 'If-Match: \"{}\"' \\\n  \
                 -H 'Content-Type: application/json' -d '{{{member}\"reason\": \"…\"}}' \\\n  \
                 \"$QUIRE/api/admin/definitions/{name}/{slug}\"",
                row.revision
            ),
        )],
    })
}

/// The editor.
pub(crate) async fn edit(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let row = found(&console, &name).await?;
    let written = Written {
        json: json(&row.current),
        reason: String::new(),
        revision: row.revision,
        look: None,
    };
    Ok(editor(&visitor, &row, &written, &html! {}))
}

/// A new version, if it can be.
pub(crate) async fn put(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    Path(name): Path<String>,
    Posted(written): Posted<Written>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let row = found(&console, &name).await?;
    let again = |said: &Markup, status: StatusCode| {
        let mut page = editor(&visitor, &row, &written, &bad(said));
        *page.status_mut() = status;
        Ok(page)
    };
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let definition: Definition = match serde_json::from_str(&written.json) {
        Ok(definition) => definition,
        Err(error) => return again(&html! { "It is no definition: " (error) }, refused),
    };
    if definition.name != name {
        let said = html! { "The name has to stay " code { (name) } "." };
        return again(&said, refused);
    }
    let registry = &console.api.maker.registry;
    if written.look.is_some() {
        let errors = registry.check_definition(&definition).await;
        if !errors.is_empty() {
            return again(&rules(&errors), refused);
        }
        let shown = html! {
            div.panel role="status" {
                p { "It keeps every rule, and is not used yet. Against version " (row.current.version) ", which is, it changes:" }
                (json_diff::drawn(&json(&row.current), &json(&definition)))
            }
        };
        return Ok(editor(&visitor, &row, &written, &shown));
    }
    let decision = Decision {
        actor: visitor.actor(),
        reason: &written.reason,
        request_id: &request_id,
        expected_revision: Some(written.revision),
    };
    match registry.put_definition(&definition, &decision).await {
        Ok(_) => Ok(Redirect::to(&format!("/console/definitions/{name}")).into_response()),
        Err(DefinitionError::Invalid(errors)) => again(&rules(&errors), refused),
        Err(DefinitionError::Records(error @ RecordsError::NoReason(_))) => {
            again(&html! { (error) }, refused)
        }
        Err(DefinitionError::Records(RecordsError::Changed { .. })) => {
            let said = html! {
                "It moved since you began: version " (row.current.version) " is in use now. Nothing was done. "
                "What you wrote stands below; against the version in use it changes:"
                (json_diff::drawn(&json(&row.current), &written.json))
            };
            let mut page = editor(
                &visitor,
                &row,
                &Written {
                    revision: row.revision,
                    json: written.json.clone(),
                    reason: written.reason.clone(),
                    look: None,
                },
                &bad(&said),
            );
            *page.status_mut() = StatusCode::PRECONDITION_FAILED;
            Ok(page)
        }
        Err(DefinitionError::Records(error)) => Err(error.into()),
        Err(error) => again(&html! { (error) }, refused),
    }
}

fn bad(said: &Markup) -> Markup {
    html! { div.said.bad role="alert" { (said) } }
}

fn rules(errors: &[FieldError]) -> Markup {
    html! {
        "It breaks a rule:"
        ul { @for error in errors { li { code { (error.pointer) } " – " (error.detail) } } }
    }
}

fn editor(visitor: &Visitor, row: &DefinitionRow, written: &Written, said: &Markup) -> Response {
    let name = &row.name;
    let content = html! {
        header.head { h1 { "A new version of " span.code { (name) } } }
        (said)
        form.reasoned.wide method="post" action=(format!("/console/definitions/{name}/edit")) {
            input type="hidden" name="revision" value=(written.revision);
            div {
                label for="json" { "The definition, as JSON" }
                textarea.code #json name="json" rows="28" spellcheck="false" required { "\n" (written.json) }
            }
            div {
                label for="reason" { "Why" }
                textarea #reason name="reason" rows="2" required maxlength="2000" { (written.reason) }
            }
            div.acts {
                button.main type="submit" { "Check and use it" }
                button type="submit" name="look" value="yes" formnovalidate { "Only show what it changes" }
                a.button href=(format!("/console/definitions/{name}")) { "Cancel" }
            }
        }
        (words::same(&[("On the command line:", format!("quire definition put {name}.json --reason '…'"))]))
    };
    let title = format!("Edit {name}");
    let page = Page::of(&title, visitor).under("/console/definitions");
    page.whole(&content)
}
