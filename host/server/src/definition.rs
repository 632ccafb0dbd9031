//! `quire definition`: which sections a report has, on the records themselves, which a running server
//! follows.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, bail};
use quire_model::{Definition, FieldError};
use quire_records::{Actor, Decision, DefinitionRow};
use quire_registry::{DefinitionError, Registry};

use crate::{
    cli::{
        CheckDefinition, DefinitionCommand, ModuleFiles, PutDefinition, RollBackDefinition,
        ShowDefinition, Shown,
    },
    maker::{self, Versions},
    operator, storage, table, terminal,
};

/// Stands in the audit trail where a change over HTTP has its request's id.
const REQUEST_ID: &str = "command-line";

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
    let records = storage::records(&shown.data).await?;
    let definitions = records.definitions().await?;
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
                row.current.sections.len().to_string(),
                row.current.title.clone(),
            ]
        })
        .collect();
    table::print(
        &["DEFINITION", "IN USE", "BEFORE", "SECTIONS", "TITLE"],
        &rows,
    );
    Ok(ExitCode::SUCCESS)
}

async fn show(command: ShowDefinition) -> anyhow::Result<ExitCode> {
    let records = storage::records(&command.shown.data).await?;
    let name = &command.name;
    let definition = match command.version {
        Some(version) => records.definition_version(name, version).await?,
        None => records.definition(name).await?.map(|row| row.current),
    };
    let Some(definition) = definition else {
        bail!("there is no such report definition; quire definition list shows them");
    };
    terminal::say_json(&definition)?;
    Ok(ExitCode::SUCCESS)
}

async fn put(command: PutDefinition) -> anyhow::Result<ExitCode> {
    let definition = read(&command.file)?;
    let registry = begin(&command.shown).await?;
    let operator = operator::actor();
    let decision = decision(&operator, &command.why.reason);
    match registry.put_definition(&definition, &decision).await {
        Ok(row) => done(&row, &command.shown),
        Err(DefinitionError::Invalid(errors)) => Ok(refuse(&errors)),
        Err(error) => Err(error.into()),
    }
}

async fn rollback(command: RollBackDefinition) -> anyhow::Result<ExitCode> {
    let records = storage::records(&command.shown.data).await?;
    let operator = operator::actor();
    let decision = decision(&operator, &command.why.reason);
    let row = match command.version {
        Some(version) => {
            records
                .use_definition(&command.name, version, &decision)
                .await?
        }
        None => {
            records
                .roll_back_definition(&command.name, &decision)
                .await?
        }
    };
    done(&row, &command.shown)
}

async fn check(command: CheckDefinition) -> anyhow::Result<ExitCode> {
    let definition = read(&command.file)?;
    let registry = begin(&command.shown).await?;
    let errors = registry.check_definition(&definition).await;
    if !errors.is_empty() {
        return Ok(refuse(&errors));
    }
    terminal::say(format_args!("{} can be put", command.file.display()));
    Ok(ExitCode::SUCCESS)
}

/// What knows the modules that a definition names.
async fn begin(shown: &Shown) -> anyhow::Result<Registry> {
    let records = storage::records(&shown.data).await?;
    let code_dir = storage::code_dir(&shown.data)?;
    let versions = Versions::for_a_change(records).await?;
    maker::registry(&code_dir, &ModuleFiles::default(), versions).await
}

fn read(file: &Path) -> anyhow::Result<Definition> {
    let name = file.display();
    let text = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
    quire_model::json_object(&text).with_context(|| format!("{name} is no report definition"))
}

fn decision<'a>(actor: &'a Actor, reason: &'a str) -> Decision<'a> {
    Decision {
        actor,
        reason: reason.trim(),
        request_id: REQUEST_ID,
        expected_revision: None,
    }
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
    }
    Ok(ExitCode::SUCCESS)
}
