//! `quire module push`: a component is checked and stored as a version of a module, and staged or activated if that
//! was asked for.

use std::{collections::BTreeSet, path::Path, process::ExitCode};

use anyhow::bail;
use quire_records::{DefinitionRow, Records, VersionState};
use quire_registry::EnterError;

use crate::{
    cli::{ModuleFiles, PushModule},
    maker::{self, Versions},
    module::{
        load, next_step,
        target::{self, Component},
    },
    place::{Change, Place, Pushed, decided},
    self_test,
    settings::DataSettings,
    storage, terminal,
};

/// Check a component, store it, and go on as far as was asked for.
pub(crate) async fn run(command: PushModule) -> anyhow::Result<ExitCode> {
    let Component { file, project } = target::component(command.file.as_deref()).await?;
    let wasm = load::read(&file)?;
    let Some(name) = command.name.or(project.map(|project| project.name)) else {
        bail!(
            "--name says which module {file} is a version of",
            file = file.display()
        );
    };
    let (name, reason, data) = (&name, &command.why.reason, &command.shown.data);
    let place = Place::open(data).await?;
    let is_new = place.module(name).await?.is_none();
    let pushed = match &place {
        Place::Server(server) => server.push(name, wasm, reason).await?,
        Place::Directory(records) => match enter(records, name, wasm, reason, data, &file).await? {
            Some(pushed) => pushed,
            None => return Ok(ExitCode::FAILURE),
        },
    };
    for warning in &pushed.warnings {
        terminal::note(format_args!("warning: {warning}"));
    }
    let version = pushed.version.digest.to_string();
    let mut state = pushed.version.state;
    if (command.stage || command.activate) && may_be_staged(state) {
        let change = Change::Stage(version.clone());
        place.change(name, &change, reason, None).await?;
        state = VersionState::Staged;
    }
    if command.activate && state != VersionState::Active {
        let change = Change::Activate(version.clone());
        place.change(name, &change, reason, None).await?;
        state = VersionState::Active;
    }
    if command.shown.json {
        let stored = place.module(name).await?;
        let versions = stored.into_iter().flat_map(|module| module.versions);
        let mut stored = versions.filter(|stored| stored.digest == pushed.version.digest);
        terminal::say_json(&stored.next())?;
    } else {
        let known = if pushed.created {
            ""
        } else {
            "; it was stored before"
        };
        terminal::say(format_args!(
            "module {name}: version {version} is {state}{known}"
        ));
        if let Some(next) = next_step::after_push(name, &pushed.version, state, data) {
            terminal::say(format_args!("  next       {next}"));
        }
    }
    tell_place(&place, data);
    if is_new {
        warn_of_unnamed(name, &place.definitions().await?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Check a component and store it in a data directory; none if a check refused it, which is said by then.
async fn enter(
    records: &Records,
    name: &str,
    wasm: Vec<u8>,
    reason: &str,
    data: &DataSettings,
    file: &Path,
) -> anyhow::Result<Option<Pushed>> {
    let code_dir = storage::code_dir(data)?;
    let versions = Versions::for_a_change(records.clone()).await?;
    let registry = maker::registry(&code_dir, &ModuleFiles::default(), versions).await?;
    let sample = self_test::sample()?;
    let added = decided(reason, None, async |decision| {
        let added = registry.add_component(name, wasm, sample, &decision);
        match added.await {
            Ok(added) => Ok(Some(added)),
            Err(EnterError::Refused(error)) if !error.is_ours() => {
                load::tell(file, &error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    });
    Ok(added.await?.map(|added| Pushed {
        warnings: added.checked.warnings(),
        version: added.version,
        created: added.created,
    }))
}

/// Who pushes to another place than they think sees it here.
fn tell_place(place: &Place, data: &DataSettings) {
    match place {
        Place::Server(server) => {
            terminal::note(format_args!("on the server {}", server.address()));
        }
        Place::Directory(_) => {
            let directory = &data.data_dir;
            let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.clone());
            terminal::note(format_args!(
                "in the data directory {}: a server that was started with another knows nothing of it",
                directory.display()
            ));
        }
    }
}

/// A new module shows in no report before a definition names it; or its name was mistyped.
fn warn_of_unnamed(name: &str, definitions: &[DefinitionRow]) {
    let used: BTreeSet<&str> = definitions
        .iter()
        .flat_map(|definition| &definition.current.sections)
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
