//! Changes a module: first the page that says what will change, then the change.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use quire_api::{Params, RequestId};
use quire_model::ProblemKind;
use quire_records::{Decision, ModuleRow, RecordsError, Right, VersionRow};
use serde::Deserialize;

use crate::{
    Console,
    confirm::{Again, Confirm},
    decided::{Decided, Undone},
    form::Posted,
    limits_form,
    module_act::ModuleAct,
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
    let (module, version) = found(&console, &name, act, &which.digest).await?;
    let typed = Decided {
        up_to: which.up_to,
        ..Decided::default()
    };
    let confirm = confirm(act, &module, version.as_ref(), (&typed, false));
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
    let (_, version) = found(&console, &name, act, &decided.digest).await?;
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
    let again = match error {
        Undone::Records(RecordsError::Changed { .. }) => Again::Moved(decided.seen),
        Undone::Records(error) => match undone::beside_the_form(&error) {
            Some(found) => {
                wrong = found;
                Again::Wrong(&wrong)
            }
            None => return Err(error.into()),
        },
        Undone::Limits(errors) => {
            wrong = limits_form::refused(&errors);
            Again::Wrong(&wrong)
        }
    };
    let (module, version) = found(&console, &name, act, &decided.digest).await?;
    let confirm = confirm(act, &module, version.as_ref(), (&decided, true));
    confirm
        .page(&console, &visitor, &decided.reason, again)
        .await
}

async fn found(
    console: &Console,
    name: &str,
    act: ModuleAct,
    digest: &str,
) -> Result<(ModuleRow, Option<VersionRow>), Refusal> {
    let records = &console.api.records;
    let module = records.module(name).await?;
    let module =
        module.ok_or_else(|| RecordsError::UnknownModule(name.chars().take(80).collect()))?;
    if act.is_of_module() {
        return Ok((module, None));
    }
    let digest = records.version_named(name, digest).await?;
    let version = records.version(name, digest).await?;
    let version = version.ok_or_else(|| {
        Refusal::new(
            ProblemKind::UnknownVersion,
            "the module has no such version",
        )
    })?;
    Ok((module, Some(version)))
}

fn confirm(
    act: ModuleAct,
    module: &ModuleRow,
    version: Option<&VersionRow>,
    (typed, again): (&Decided, bool),
) -> Confirm<'static> {
    let (name, slug) = (&module.name, act.slug());
    let title = match version {
        Some(version) => format!("{}: {name} {}", act.words(), version.version),
        None => format!("{}: {name}", act.words()),
    };
    let digest = version.map(|version| ("digest", version.digest.to_string()));
    Confirm {
        title,
        effect: act.effect(module, version),
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
