//! Changes a module: first the page that says what will change, then the change.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use quire_api::{Params, RequestId};
use quire_model::{FieldError, ProblemKind};
use quire_records::{
    AuditEvent, AuditFilter, Decision, ModuleRow, RecordsError, Right, VersionRow,
};
use serde::Deserialize;

use crate::{
    Console,
    confirm::{Again, Confirm},
    decided::{Decided, Undone},
    form::Posted,
    limits_form,
    module_act::ModuleAct,
    modules::why_retired,
    refusal::Refusal,
    undone,
    visitor::Visitor,
};

/// Which version.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Which {
    digest: String,
    /// The last shadow run on the page that led here: nobody has looked at later ones.
    up_to: Option<u64>,
}

/// The page before the change.
pub(crate) async fn ask(
    State(console): State<Console>,
    visitor: Visitor,
    Path((name, act)): Path<(String, ModuleAct)>,
    Params(which): Params<Which>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let found = found(&console, &name, act, &which.digest).await?;
    let typed = Decided {
        up_to: which.up_to,
        ..Decided::default()
    };
    let confirm = confirm(act, &found, (&typed, &[]), false);
    confirm.page(&console, &visitor, "", Again::No).await
}

/// The change.
pub(crate) async fn make(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    Path((name, act)): Path<(String, ModuleAct)>,
    Posted(decided): Posted<Decided>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let version = found(&console, &name, act, &decided.digest).await?.version;
    let decision = Decision {
        actor: visitor.actor(),
        reason: &decided.reason,
        request_id: &request_id,
        expected_revision: Some(decided.revision),
    };
    let digest = version.map(|version| version.digest);
    let records = &console.api.records;
    let done = act.carry_out(records, &name, digest, &decided, &decision);
    let error = match done.await {
        Ok(_) => {
            console.api.maker.registry.take_up_change().await;
            return Ok(Redirect::to(&format!("/console/modules/{name}")).into_response());
        }
        Err(error) => error,
    };
    let wrong;
    let mut errors = Vec::new();
    let again = match error {
        Undone::Records(RecordsError::Changed { .. }) => Again::Moved(decided.seen),
        Undone::Records(error) => match undone::beside_the_form(&error) {
            Some(found) => {
                wrong = found;
                Again::Wrong(&wrong)
            }
            None => return Err(error.into()),
        },
        Undone::Limits(found) => {
            errors = found;
            wrong = limits_form::refused(&errors);
            Again::Wrong(&wrong)
        }
    };
    let found = found(&console, &name, act, &decided.digest).await?;
    let confirm = confirm(act, &found, (&decided, &errors), true);
    confirm
        .page(&console, &visitor, &decided.reason, again)
        .await
}

/// What is to be changed.
struct Found {
    module: ModuleRow,
    /// None if it is about the module.
    version: Option<VersionRow>,
    /// All of them, to call others by their names.
    versions: Vec<VersionRow>,
    /// What was done to the module last.
    trail: Vec<AuditEvent>,
}

/// Events that are looked through for what became of a version.
const MOST_EVENTS: u32 = 100;

async fn found(
    console: &Console,
    name: &str,
    act: ModuleAct,
    digest: &str,
) -> Result<Found, Refusal> {
    let records = &console.api.records;
    let module = records.module(name).await?;
    let module =
        module.ok_or_else(|| RecordsError::UnknownModule(name.chars().take(80).collect()))?;
    let versions = records.versions(name).await?;
    let mut version = None;
    if !act.is_of_module() {
        let digest = records.version_named(name, digest).await?;
        let found = versions.iter().find(|version| version.digest == digest);
        let unknown = || {
            let detail = "the module has no such version";
            Refusal::new(ProblemKind::UnknownVersion, detail)
        };
        version = Some(found.cloned().ok_or_else(unknown)?);
    }
    let of_module = AuditFilter {
        object: Some(format!("module {name}")),
        ..AuditFilter::default()
    };
    Ok(Found {
        module,
        version,
        versions,
        trail: records.audit_newest(&of_module, MOST_EVENTS).await?,
    })
}

fn confirm(
    act: ModuleAct,
    found: &Found,
    typed: (&Decided, &[FieldError]),
    again: bool,
) -> Confirm<'static> {
    let (module, version) = (&found.module, found.version.as_ref());
    let (name, slug) = (&module.name, act.slug());
    let title = match version {
        Some(version) => format!("{}: {name} {}", act.words(), version.version),
        None => format!("{}: {name}", act.words()),
    };
    let digest = version.map(|version| ("digest", version.digest.to_string()));
    Confirm {
        title,
        effect: html! {
            @if let Some(version) = version { (why_retired(version, &found.trail)) }
            (act.effect(module, version, &found.versions))
        },
        object: format!("module {name}"),
        under: "/console/modules",
        action: format!("/console/modules/{name}/confirm/{slug}"),
        revision: module.revision,
        hidden: digest.into_iter().collect(),
        fields: act.fields(module, typed, again),
        button: act.words(),
        grave: matches!(act, ModuleAct::Retire),
        back: format!("/console/modules/{name}"),
        same: act.same(module, version),
    }
}
