//! `quire module push`, `list`, `show` and the steps by which a version is replaced: on the records
//! themselves, which a running server follows.

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::bail;
use quire_model::{Digest, LimitOverrides};
use quire_modules::Limits;
use quire_records::{
    Actor, CanaryBudget, Decision, ModuleRow, Records, Standing, VersionRow, VersionState,
};
use quire_registry::{Definitions, EnterError};

use crate::{
    cli::{
        AcceptDifferences, CanaryModule, LimitModule, ModuleFiles, ModuleStep, PushModule,
        RequireClean, ShadowModule, ShowModule, Shown, VersionStep,
    },
    maker::{self, Versions},
    module::{
        load, next_step,
        target::{self, Component},
    },
    operator, self_test, storage, table, terminal, usage,
};

/// Stands in the audit trail where a change over HTTP has its request's id.
const REQUEST_ID: &str = "command-line";

/// One step of a person at this machine.
struct Step {
    records: Records,
    operator: Actor,
    reason: String,
    if_revision: Option<u64>,
}

impl Step {
    async fn begin(shown: &Shown, reason: &str, if_revision: Option<u64>) -> anyhow::Result<Self> {
        Ok(Self {
            records: storage::records(&shown.data).await?,
            operator: operator::actor(),
            reason: reason.trim().to_owned(),
            if_revision,
        })
    }

    fn decision(&self) -> Decision<'_> {
        Decision {
            actor: &self.operator,
            reason: &self.reason,
            request_id: REQUEST_ID,
            expected_revision: self.if_revision,
        }
    }
}

/// Check a component, store it, and go on as far as was asked for.
pub(crate) async fn push(command: PushModule) -> anyhow::Result<ExitCode> {
    let Component { file, project } = target::component(command.file.as_deref()).await?;
    let wasm = load::read(&file)?;
    let Some(name) = command.name.or(project.map(|project| project.name)) else {
        bail!(
            "--name says which module {file} is a version of",
            file = file.display()
        );
    };
    let step = Step::begin(&command.shown, &command.why.reason, None).await?;
    let code_dir = storage::code_dir(&command.shown.data)?;
    let versions = Versions::for_a_change(step.records.clone()).await?;
    let registry = maker::registry(&code_dir, &ModuleFiles::default(), versions).await?;
    let (name, sample) = (&name, self_test::sample()?);
    let decision = step.decision();
    let is_new = step.records.module(name).await?.is_none();
    let pushed = registry.add_component(name, wasm, sample, &decision);
    let pushed = match pushed.await {
        Ok(pushed) => pushed,
        Err(EnterError::Refused(error)) if !error.is_ours() => {
            load::tell(&file, &error);
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(error.into()),
    };
    for warning in pushed.checked.warnings() {
        terminal::note(format_args!("warning: {warning}"));
    }
    let digest = pushed.version.digest;
    let mut state = pushed.version.state;
    if (command.stage || command.activate) && may_be_staged(state) {
        step.records.stage(name, digest, &step.decision()).await?;
        state = VersionState::Staged;
    }
    if command.activate && state != VersionState::Active {
        step.records
            .activate(name, digest, &step.decision())
            .await?;
        state = VersionState::Active;
    }
    if command.shown.json {
        let version = step.records.version(name, digest).await?;
        terminal::say_json(&version)?;
    } else {
        let known = if pushed.created {
            ""
        } else {
            "; it was stored before"
        };
        terminal::say(format_args!(
            "module {name}: version {digest} is {state}{known}"
        ));
    }
    let directory = &command.shown.data.data_dir;
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.clone());
    terminal::note(format_args!(
        "in the data directory {}: a server that was started with another knows nothing of it",
        directory.display()
    ));
    if is_new {
        warn_of_unnamed(name, &registry.definitions);
    }
    Ok(ExitCode::SUCCESS)
}

/// A new module shows in no report before a definition names it; or its name was mistyped.
fn warn_of_unnamed(name: &str, definitions: &Definitions) {
    let definitions = definitions.list();
    let used: BTreeSet<&str> = definitions
        .iter()
        .flat_map(|definition| &definition.sections)
        .map(|section| section.module.as_str())
        .collect();
    if !used.contains(name) {
        let used: Vec<&str> = used.into_iter().collect();
        terminal::note(format_args!(
            "warning: {name} is a new module, which no report has before a definition names it (`quire definition \
             show cer`); definitions name {}",
            used.join(", ")
        ));
    }
}

const fn may_be_staged(state: VersionState) -> bool {
    matches!(state, VersionState::Checked | VersionState::Retired)
}

/// All modules.
pub(crate) async fn list(shown: Shown) -> anyhow::Result<ExitCode> {
    let records = storage::records(&shown.data).await?;
    let modules = records.modules().await?;
    if shown.json {
        terminal::say_json(&modules)?;
        return Ok(ExitCode::SUCCESS);
    }
    if modules.is_empty() {
        terminal::note(
            "there are no modules yet: the first start of `quire serve` enters those of this program",
        );
    }
    let mut rows = Vec::new();
    for module in &modules {
        let version = match module.active {
            Some(active) => records.version(&module.name, active).await?,
            None => None,
        };
        rows.push(row_of(module, version.as_ref()));
    }
    table::print(
        &["MODULE", "KIND", "ACTIVE", "VERSION", "TRIAL", "NOTICE"],
        &rows,
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
    let records = storage::records(&command.shown.data).await?;
    let name = &command.name;
    let Some(module) = records.module(name).await? else {
        bail!("there is no module {name:?}; quire module list shows them");
    };
    let versions = records.versions(name).await?;
    let standings = records.standings(&module, &versions).await?;
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
    let (step, digest) = version_step(&command).await?;
    let row = step
        .records
        .stage(&command.name, digest, &step.decision())
        .await?;
    done(&step.records, row, &command.shown).await
}

/// Make a version the active one.
pub(crate) async fn activate(command: VersionStep) -> anyhow::Result<ExitCode> {
    let (step, digest) = version_step(&command).await?;
    let row = step
        .records
        .activate(&command.name, digest, &step.decision())
        .await?;
    done(&step.records, row, &command.shown).await
}

/// End a trial.
pub(crate) async fn end_trial(command: VersionStep) -> anyhow::Result<ExitCode> {
    let (step, digest) = version_step(&command).await?;
    let row = step
        .records
        .end_trial(&command.name, digest, &step.decision())
        .await?;
    done(&step.records, row, &command.shown).await
}

/// Withdraw a version.
pub(crate) async fn retire(command: VersionStep) -> anyhow::Result<ExitCode> {
    let (step, digest) = version_step(&command).await?;
    let row = step
        .records
        .retire(&command.name, digest, &step.decision())
        .await?;
    done(&step.records, row, &command.shown).await
}

/// Bring back the version before.
pub(crate) async fn rollback(command: ModuleStep) -> anyhow::Result<ExitCode> {
    let step = module_step(&command).await?;
    let row = step
        .records
        .roll_back(&command.name, &step.decision())
        .await?;
    done(&step.records, row, &command.shown).await
}

/// Begin a canary.
pub(crate) async fn canary(command: CanaryModule) -> anyhow::Result<ExitCode> {
    let (step, digest) = version_step(&command.step).await?;
    let budget = CanaryBudget {
        failures: command.failures,
        cpu_percent: command.cpu_percent,
        wall_percent: command.wall_percent,
        memory_percent: command.memory_percent,
        timed_after: command.timed_after,
    };
    let (name, percent) = (&command.step.name, command.percent);
    let row = step
        .records
        .start_canary(name, digest, percent, budget, &step.decision())
        .await?;
    done(&step.records, row, &command.step.shown).await
}

/// Begin a shadow.
pub(crate) async fn shadow(command: ShadowModule) -> anyhow::Result<ExitCode> {
    let (step, digest) = version_step(&command.step).await?;
    let (name, required) = (&command.step.name, command.required_clean);
    let row = step
        .records
        .start_shadow(name, digest, required, &step.decision())
        .await?;
    done(&step.records, row, &command.step.shown).await
}

/// Accept what a version does otherwise.
pub(crate) async fn accept_differences(command: AcceptDifferences) -> anyhow::Result<ExitCode> {
    let (step, digest) = version_step(&command.step).await?;
    let (name, up_to) = (&command.step.name, command.up_to);
    let row = step
        .records
        .accept_differences(name, digest, up_to, &step.decision())
        .await?;
    done(&step.records, row, &command.step.shown).await
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
    let step = module_step(&command.step).await?;
    let row = step
        .records
        .set_limits(&command.step.name, limits, &step.decision())
        .await?;
    done(&step.records, row, &command.step.shown).await
}

/// Ask for clean shadow runs.
pub(crate) async fn require_clean(command: RequireClean) -> anyhow::Result<ExitCode> {
    let step = module_step(&command.step).await?;
    let (name, runs) = (&command.step.name, command.runs);
    let row = step
        .records
        .set_required_clean(name, runs, &step.decision())
        .await?;
    done(&step.records, row, &command.step.shown).await
}

async fn module_step(command: &ModuleStep) -> anyhow::Result<Step> {
    Step::begin(&command.shown, &command.why.reason, command.if_revision).await
}

async fn version_step(command: &VersionStep) -> anyhow::Result<(Step, Digest)> {
    let step = Step::begin(&command.shown, &command.why.reason, command.if_revision).await?;
    let (name, version) = (&command.name, &command.version);
    let digest = step.records.version_named(name, version).await?;
    Ok((step, digest))
}

async fn done(records: &Records, module: ModuleRow, shown: &Shown) -> anyhow::Result<ExitCode> {
    let versions = records.versions(&module.name).await?;
    let standings = records.standings(&module, &versions).await?;
    if shown.json {
        let mut json = serde_json::to_value(&module)?;
        if let Some(members) = json.as_object_mut() {
            members.insert("standings".to_owned(), serde_json::to_value(&standings)?);
        }
        terminal::say_json(&json)?;
    } else {
        tell(&module, &standings, shown);
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
