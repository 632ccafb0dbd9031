//! `quire module replay`: a report that was made before, from its own data, with a component from a file in place of
//! the module that made a section of it. Offline, and nothing is stored but compiled code.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use quire_model::{Colophon, Digest, Document, ReportId};
use quire_registry::Registry;
use quire_reports::Backtested;
use serde_json::json;

use crate::{
    cli::{ModuleFile, ModuleFiles, ReplayModule},
    maker::{self, Versions},
    module::{difference, load, target},
    storage::{self, Needs},
    terminal::{self, say},
    usage,
};

/// A report that was made before.
struct Before {
    colophon: Colophon,
    /// As it is stored; none for a file, whose sections are made again.
    document: Option<Document>,
}

/// Make the sections of the module again with the component, and say what they do otherwise.
pub(crate) async fn run(command: ReplayModule) -> anyhow::Result<ExitCode> {
    let of = Path::new(&command.report);
    let pdf = of.is_file().then(|| std::fs::read(of));
    let pdf = pdf
        .transpose()
        .with_context(|| format!("{} cannot be read", of.display()))?;
    if pdf.is_none() && command.report.parse::<ReportId>().is_err() {
        return Ok(usage::wrong(&format!(
            "{:?} is neither a file nor the number of a task",
            command.report
        )));
    }
    storage::prepare(&command.data, Needs::Records)?;
    let records = storage::records(&command.data).await?;
    let code_dir = storage::code_dir(&command.data)?;
    let versions = Versions::Read(Some(records));
    let registry = maker::registry(&code_dir, &ModuleFiles::default(), versions).await?;
    let before = match pdf {
        Some(pdf) => of_file(&pdf),
        None => of_task(&registry, &command.report).await?,
    };
    let before = match before {
        Ok(before) => before,
        Err(why) => return Ok(failed(&command, &why)),
    };
    let ModuleFile { name, file } = &command.module;
    let components = &before.colophon.recipe.modules;
    if !components.iter().any(|component| component.module == *name) {
        let known: Vec<&str> = components.iter().map(|one| one.module.as_str()).collect();
        let known = known.join(", ");
        return Ok(usage::wrong(&format!(
            "--module names {name:?}, which did not make a section of this report: expected one of {known}"
        )));
    }
    let file = target::component(Some(file)).await?.file;
    let Some(candidate) = load::load(&registry.modules, &file).await? else {
        return Ok(ExitCode::FAILURE);
    };
    let document = match before.document {
        Some(document) => document,
        None => match quire_reports::made_again(&registry, &before.colophon).await? {
            Ok(document) => document,
            Err(why) => return Ok(failed(&command, &why)),
        },
    };
    let colophon = &before.colophon;
    let tried = quire_reports::backtest(&registry, colophon, &document, name, candidate.digest);
    tell(&command, candidate.digest, &tried.await?)
}

/// What a PDF says it was made from.
fn of_file(pdf: &[u8]) -> Result<Before, String> {
    let colophon = quire_reports::colophon_of(pdf).map_err(|error| error.to_string())?;
    Ok(Before {
        colophon,
        document: None,
    })
}

/// A report as it is stored; or why it is not to be had.
async fn of_task(registry: &Registry, id: &str) -> anyhow::Result<Result<Before, String>> {
    let records = registry.records()?;
    let Some(row) = records.report(&id.parse()?).await? else {
        return Ok(Err(
            "there is no such task in this data directory".to_owned()
        ));
    };
    Ok(match quire_reports::stored_report(registry, &row).await? {
        Some((document, manifest)) => Ok(Before {
            colophon: manifest.making.colophon,
            document: Some(document),
        }),
        None => Err(format!(
            "its document is not kept: it is {}, or an earlier version of Quire made it",
            row.state.as_str()
        )),
    })
}

fn failed(command: &ReplayModule, why: &str) -> ExitCode {
    terminal::note(format_args!(
        "error: {} cannot be made again: {why}",
        command.report
    ));
    ExitCode::FAILURE
}

/// What each section does otherwise.
fn tell(
    command: &ReplayModule,
    candidate: Digest,
    tried: &[Backtested],
) -> anyhow::Result<ExitCode> {
    let same = |one: &Backtested| one.found.as_ref().is_ok_and(|found| found.is_clean());
    let all_same = tried.iter().all(same);
    if command.json {
        let sections = tried.iter().map(|one| match &one.found {
            Ok(found) => json!({"section": one.section, "difference": found}),
            Err(why) => json!({"section": one.section, "impossible": why}),
        });
        terminal::say_json(&json!({
            "report": command.report,
            "module": command.module.name,
            "candidate": candidate,
            "same": all_same,
            "sections": sections.collect::<Vec<_>>(),
        }))?;
    } else {
        let (name, file) = (&command.module.name, command.module.file.display());
        let short = candidate.short();
        say(format_args!(
            "{}: module {name} by {file} ({short})",
            command.report
        ));
        for one in tried {
            match &one.found {
                Ok(found) if found.is_clean() => {
                    say(format_args!("section {}: no difference", one.section))
                }
                Ok(found) => {
                    say(format_args!("section {} differs", one.section));
                    for line in difference::lines(found) {
                        say(format_args!("    {line}"));
                    }
                    if found.omitted > 0 {
                        say(format_args!(
                            "    and {} more that are not listed",
                            found.omitted
                        ));
                    }
                }
                Err(why) => terminal::note(format_args!(
                    "error: section {} cannot be made again: {why}",
                    one.section
                )),
            }
        }
    }
    Ok(match all_same {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
