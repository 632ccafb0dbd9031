//! `quire definition`: which sections a report has, in a data directory, which a running server follows, or over HTTP.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, bail};
use quire_model::{Definition, FieldError};
use quire_records::{DefinitionRow, Records};
use quire_registry::{DefinitionError, Registry};

use crate::{
    cli::{
        CheckDefinition, DefinitionCommand, ModuleFiles, PutDefinition, RollBackDefinition,
        ShowDefinition, Shown,
    },
    maker::{self, Versions},
    module::next_step,
    place::{Place, decided},
    storage, table, terminal,
};

/// Do what was asked.
pub(crate) async fn run(command: DefinitionCommand) -> anyhow::Result<ExitCode> {
    match command {
        DefinitionCommand::List(shown) => list(shown).await,
        DefinitionCommand::Show(command) => show(command).await,
        DefinitionCommand::Put(command) => put(command).await,
        DefinitionCommand::Rollback(command) => rollback(command).await,
        DefinitionCommand::Check(command) => check(command).await,
    }
}

async fn list(shown: Shown) -> anyhow::Result<ExitCode> {
    let definitions = Place::open(&shown.data).await?.definitions().await?;
    if shown.json {
        terminal::say_json(&definitions)?;
        return Ok(ExitCode::SUCCESS);
    }
    if definitions.is_empty() {
        terminal::note(
            "there are no definitions yet: the first start of `quire serve` enters those of this program",
        );
    }
    let rows: Vec<Vec<String>> = definitions
        .iter()
        .map(|row| {
            vec![
                row.name.clone(),
                row.current.version.to_string(),
                row.previous
                    .map_or_else(|| "none".to_owned(), |version| version.to_string()),
                row.revision.to_string(),
                row.current.sections.len().to_string(),
                row.current.title.clone(),
            ]
        })
        .collect();
    table::print(
        &[
            "DEFINITION",
            "IN USE",
            "BEFORE",
            "REVISION",
            "SECTIONS",
            "TITLE",
        ],
        &rows,
    );
    Ok(ExitCode::SUCCESS)
}

async fn show(command: ShowDefinition) -> anyhow::Result<ExitCode> {
    let (name, place) = (&command.name, Place::open(&command.shown.data).await?);
    let definition = place.definition(name, command.version).await?;
    let Some(definition) = definition else {
        bail!("there is no such report definition; quire definition list shows them");
    };
    terminal::say_json(&definition)?;
    Ok(ExitCode::SUCCESS)
}

async fn put(command: PutDefinition) -> anyhow::Result<ExitCode> {
    let definition = read(&command.file)?;
    let reason = &command.why.reason;
    let put = match Place::open(&command.shown.data).await? {
        Place::Server(server) => {
            server
                .put_definition(&definition, reason, command.if_revision)
                .await?
        }
        Place::Directory(records) => {
            let registry = begin(records, &command.shown).await?;
            let put = decided(reason, command.if_revision, async |decision| match registry
                .put_definition(&definition, &decision)
                .await
            {
                Ok(row) => Ok(Ok(row)),
                Err(DefinitionError::Invalid(errors)) => Ok(Err(errors)),
                Err(error) => Err(error),
            });
            put.await?
        }
    };
    match put {
        Ok(row) => done(&row, &command.shown),
        Err(errors) => Ok(refuse(&errors)),
    }
}

async fn rollback(command: RollBackDefinition) -> anyhow::Result<ExitCode> {
    let place = Place::open(&command.shown.data).await?;
    let (name, reason) = (&command.name, &command.why.reason);
    let row = place.roll_back_definition(name, command.version, reason, command.if_revision);
    let row = row.await?;
    done(&row, &command.shown)
}

async fn check(command: CheckDefinition) -> anyhow::Result<ExitCode> {
    let definition = read(&command.file)?;
    let errors = match Place::open(&command.shown.data).await? {
        Place::Server(server) => server.check_definition(&definition).await?,
        Place::Directory(records) => {
            let registry = begin(records, &command.shown).await?;
            registry.check_definition(&definition).await
        }
    };
    if !errors.is_empty() {
        return Ok(refuse(&errors));
    }
    terminal::say(format_args!("{} can be put", command.file.display()));
    Ok(ExitCode::SUCCESS)
}

/// What knows the modules that a definition names.
async fn begin(records: Records, shown: &Shown) -> anyhow::Result<Registry> {
    let code_dir = storage::code_dir(&shown.data)?;
    let versions = Versions::for_a_change(records).await?;
    maker::registry(&code_dir, &ModuleFiles::default(), versions).await
}

fn read(file: &Path) -> anyhow::Result<Definition> {
    let name = file.display();
    let text = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
    quire_model::json_object(&text).with_context(|| format!("{name} is no report definition"))
}

fn refuse(errors: &[FieldError]) -> ExitCode {
    terminal::note("error: the definition breaks a rule:");
    for error in errors {
        terminal::note(format_args!("  {}: {}", error.pointer, error.detail));
    }
    ExitCode::FAILURE
}

fn done(row: &DefinitionRow, shown: &Shown) -> anyhow::Result<ExitCode> {
    if shown.json {
        terminal::say_json(row)?;
    } else {
        let (name, version) = (&row.name, row.current.version);
        terminal::say(format_args!(
            "definition {name}: version {version} is in use"
        ));
        if let Some(previous) = row.previous {
            terminal::say(format_args!(
                "  next       reports are made with it from now on; use version {previous} again: quire definition rollback \
                 {name} --number {previous} --reason \"…\"{}",
                next_step::place_flag(Some(&shown.data))
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
