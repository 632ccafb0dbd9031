//! `quire module list`, `show` and the steps by which a version is replaced: in a data directory, which a running
//! server follows, or over HTTP.

use std::process::ExitCode;

use anyhow::bail;
use quire_model::{Digest, LimitOverrides};
use quire_modules::Limits;
use quire_records::{CanaryBudget, ModuleRow, Standing, VersionRow};

use crate::{
    cli::{
        AcceptDifferences, CanaryModule, EndTrial, LimitModule, ModuleStep, RequireClean,
        ShadowModule, ShowModule, Shown, VersionStep,
    },
    module::next_step,
    place::{Change, Module, Place},
    table, terminal, usage,
};

/// All modules.
pub(crate) async fn list(shown: Shown) -> anyhow::Result<ExitCode> {
    let modules = Place::open(&shown.data).await?.modules().await?;
    if shown.json {
        let modules: Vec<&ModuleRow> = modules.iter().map(|(module, _)| module).collect();
        terminal::say_json(&modules)?;
        return Ok(ExitCode::SUCCESS);
    }
    if modules.is_empty() {
        terminal::note(
            "there are no modules yet: the first start of `quire serve` enters those of this program",
        );
    }
    let rows = modules.iter();
    let rows = rows.map(|(module, active)| row_of(module, active.as_ref()));
    table::print(
        &["MODULE", "KIND", "ACTIVE", "VERSION", "TRIAL", "NOTICE"],
        &rows.collect::<Vec<_>>(),
    );
    Ok(ExitCode::SUCCESS)
}

fn row_of(module: &ModuleRow, active: Option<&VersionRow>) -> Vec<String> {
    let canary = module
        .canary
        .map(|canary| format!("canary {} {} %", canary.digest.short(), canary.percent));
    let shadow = module
        .shadow
        .map(|shadow| format!("shadow {}", shadow.short()));
    let probation = module.probation.map(|_| "on probation".to_owned());
    let trials: Vec<String> = [canary, shadow, probation].into_iter().flatten().collect();
    vec![
        module.name.clone(),
        module.kind.to_string(),
        module
            .active
            .map_or_else(|| "none".to_owned(), |digest| digest.short()),
        active.map_or_else(String::new, |version| version.version.clone()),
        trials.join(", "),
        module
            .notice
            .as_ref()
            .map_or_else(String::new, |notice| notice.text.clone()),
    ]
}

/// One module and its versions.
pub(crate) async fn show(command: ShowModule) -> anyhow::Result<ExitCode> {
    let name = &command.name;
    let found = Place::open(&command.shown.data).await?.module(name).await?;
    let Some(Module {
        row: module,
        versions,
        standings,
    }) = found
    else {
        bail!("there is no module {name:?}; quire module list shows them");
    };
    if command.shown.json {
        let both = serde_json::json!({
            "module": module, "versions": versions, "standings": standings,
        });
        terminal::say_json(&both)?;
        return Ok(ExitCode::SUCCESS);
    }
    tell(&module, &standings, &command.shown);
    let rows: Vec<Vec<String>> = versions
        .iter()
        .map(|version| {
            vec![
                version.digest.short(),
                version.state.to_string(),
                version.version.clone(),
                version.origin.as_str().to_owned(),
                format!("{:.0}", version.changed_at),
                version.created_by.clone(),
                shadow_runs(&module, version),
            ]
        })
        .collect();
    table::print(
        &[
            "SHA-256",
            "STATE",
            "VERSION",
            "ORIGIN",
            "SINCE",
            "ENTERED BY",
            "CLEAN SHADOW RUNS",
        ],
        &rows,
    );
    Ok(ExitCode::SUCCESS)
}

fn shadow_runs(module: &ModuleRow, version: &VersionRow) -> String {
    let required = version.required_clean.max(module.required_clean);
    match (version.shadow_runs, version.clean_runs) {
        (0, _) => "none yet".to_owned(),
        (runs, clean) => format!("{clean} of {required} required; {runs} runs"),
    }
}

/// Stage a version.
pub(crate) async fn stage(command: VersionStep) -> anyhow::Result<ExitCode> {
    let change = Change::Stage(command.version.clone());
    with_version(&command, change).await
}

/// Make a version the active one.
pub(crate) async fn activate(command: VersionStep) -> anyhow::Result<ExitCode> {
    let change = Change::Activate(command.version.clone());
    with_version(&command, change).await
}

/// End a trial.
pub(crate) async fn end_trial(command: EndTrial) -> anyhow::Result<ExitCode> {
    let version = match command.version {
        Some(version) => version,
        None => on_trial(&command.step).await?,
    };
    with_module(&command.step, Change::EndTrial(version)).await
}

/// The version that is meant where none is named: the only one on trial.
async fn on_trial(step: &ModuleStep) -> anyhow::Result<String> {
    let name = &step.name;
    let Some(module) = Place::open(&step.shown.data).await?.module(name).await? else {
        bail!("there is no module {name:?}; quire module list shows them");
    };
    let canary = module.row.canary.map(|canary| canary.digest);
    match (canary, module.row.shadow) {
        (Some(only), None) | (None, Some(only)) => Ok(only.to_string()),
        (None, None) => bail!("no version of {name} is on trial"),
        (Some(canary), Some(shadow)) => bail!(
            "two versions of {name} are on trial: name the canary, {}, or the shadow, {}",
            canary.short(),
            shadow.short()
        ),
    }
}

/// Withdraw a version.
pub(crate) async fn retire(command: VersionStep) -> anyhow::Result<ExitCode> {
    let change = Change::Retire(command.version.clone());
    with_version(&command, change).await
}

/// Bring back the version before.
pub(crate) async fn rollback(command: ModuleStep) -> anyhow::Result<ExitCode> {
    with_module(&command, Change::Rollback).await
}

/// Begin a canary.
pub(crate) async fn canary(command: CanaryModule) -> anyhow::Result<ExitCode> {
    let budget = CanaryBudget {
        failures: command.failures,
        cpu_percent: command.cpu_percent,
        wall_percent: command.wall_percent,
        memory_percent: command.memory_percent,
        timed_after: command.timed_after,
    };
    let version = command.step.version.clone();
    let change = Change::Canary(version, command.percent, budget);
    with_version(&command.step, change).await
}

/// Begin a shadow.
pub(crate) async fn shadow(command: ShadowModule) -> anyhow::Result<ExitCode> {
    let version = command.step.version.clone();
    let change = Change::Shadow(version, command.required_clean);
    with_version(&command.step, change).await
}

/// Accept what a version does otherwise.
pub(crate) async fn accept_differences(command: AcceptDifferences) -> anyhow::Result<ExitCode> {
    let version = command.step.version.clone();
    let change = Change::Accept(version, command.up_to);
    with_version(&command.step, change).await
}

/// Set limits.
pub(crate) async fn limits(command: LimitModule) -> anyhow::Result<ExitCode> {
    let limits = LimitOverrides {
        cpu_ms: command.cpu_ms,
        wall_ms: command.wall_ms,
        memory_bytes: command.memory_bytes,
        output_bytes: command.output_bytes,
        blocks: command.blocks,
        rows: command.rows,
        log_bytes: command.log_bytes,
        handles: command.handles,
    };
    if let Err(errors) = Limits::check_overrides(&limits) {
        bail!("the limits cannot be set: {}", usage::fields(&errors));
    }
    with_module(&command.step, Change::Limits(limits)).await
}

/// Ask for clean shadow runs.
pub(crate) async fn require_clean(command: RequireClean) -> anyhow::Result<ExitCode> {
    with_module(&command.step, Change::RequiredClean(command.runs)).await
}

async fn with_version(command: &VersionStep, change: Change) -> anyhow::Result<ExitCode> {
    let (name, reason) = (&command.name, &command.why.reason);
    let place = Place::open(&command.shown.data).await?;
    let changed = place.change(name, &change, reason, command.if_revision);
    done(&changed.await?, &change, &command.shown)
}

async fn with_module(command: &ModuleStep, change: Change) -> anyhow::Result<ExitCode> {
    let (name, reason) = (&command.name, &command.why.reason);
    let place = Place::open(&command.shown.data).await?;
    let changed = place.change(name, &change, reason, command.if_revision);
    done(&changed.await?, &change, &command.shown)
}

fn done(module: &Module, change: &Change, shown: &Shown) -> anyhow::Result<ExitCode> {
    if shown.json {
        let mut json = serde_json::to_value(&module.row)?;
        if let Some(members) = json.as_object_mut() {
            let standings = serde_json::to_value(&module.standings)?;
            members.insert("standings".to_owned(), standings);
        }
        terminal::say_json(&json)?;
    } else {
        tell(&module.row, &module.standings, shown);
        if let Some(next) = next_step::after(change, &module.row, &shown.data) {
            terminal::say(format_args!("  next       {next}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A module as it stands, in a few lines, and what to do next.
fn tell(module: &ModuleRow, standings: &[Standing], shown: &Shown) {
    let digest = |digest: Option<Digest>| {
        digest.map_or_else(|| "none".to_owned(), |digest| digest.to_string())
    };
    let (name, revision) = (&module.name, module.revision);
    terminal::say(format_args!("module {name}, revision {revision}"));
    terminal::say(format_args!("  active     {}", digest(module.active)));
    terminal::say(format_args!("  before it  {}", digest(module.previous)));
    if let Some(canary) = module.canary {
        terminal::say(format_args!(
            "  canary     {} for {} % of the reports",
            canary.digest, canary.percent
        ));
    }
    if module.required_clean > 0 {
        terminal::say(format_args!(
            "  required   {} clean shadow runs in a row, of every version",
            module.required_clean
        ));
    }
    for standing in standings {
        next_step::tell(standing, &shown.data);
    }
    if !module.limits.is_empty() {
        let limits = serde_json::to_string(&module.limits).unwrap_or_default();
        terminal::say(format_args!("  limits     {limits}"));
    }
    if let Some(notice) = &module.notice {
        terminal::say(format_args!(
            "  notice     {} ({:.0})",
            notice.text, notice.at
        ));
    }
}
