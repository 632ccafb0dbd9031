//! `quire module test`: an author's cases, made by the code that makes a report's sections.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use quire_author::Project;
use quire_model::{Block, Fact};
use quire_modules::{Loaded, ModuleHost, RunError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    cli::{RunInputs, TestModule},
    module::{difference, inputs, load, target},
    modules, terminal,
};

/// A file of `tests/`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it is made from: a [`RunInputs`].
    run: Value,
    /// What it has to be: a [`Made`].
    #[serde(default)]
    expect: Option<Value>,
}

/// What a run came to.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    /// `made`, `no-data`, or how it failed.
    outcome: String,
    /// Why there is nothing to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Block>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Fact>,
}

/// Run all of them.
pub(super) async fn run(command: TestModule) -> anyhow::Result<ExitCode> {
    let project = target::project(command.folder.as_deref())?;
    if !project.is_built() {
        target::build(&project).await?;
    }
    let own = quire_author::native_tests(&project, |line| terminal::note(line));
    own.await.context("its own tests")?;
    let scratch = tempfile::tempdir().context("no temporary directory can be made")?;
    let host = modules::own_host(scratch.path())?;
    let Some(module) = load::load(&host, &project.component()).await? else {
        return Ok(ExitCode::FAILURE);
    };
    let cases = project.cases().context("tests/ cannot be read")?;
    if cases.is_empty() {
        bail!(
            "tests/ has no case; a file such as tests/sample.json with {{\"run\": {{}}}} is one, and --update fills it in"
        );
    }
    let mut wrong = 0_usize;
    for file in &cases {
        let name = file.strip_prefix(&project.folder).unwrap_or(file).display();
        let case = read(file)?;
        let made = made(&project, &host, &module, &case.run).await;
        let made = made.with_context(|| name.to_string())?;
        if command.update {
            update(file, case, &made)?;
            terminal::say(format_args!("{name}: written"));
            continue;
        }
        let differences = match &case.expect {
            Some(expected) => {
                let expected = Made::deserialize(expected);
                differences(&expected.with_context(|| format!("{name}: expect"))?, &made)
            }
            None => vec!["it expects nothing yet; --update writes down what it is now".to_owned()],
        };
        let verdict = if differences.is_empty() {
            "as expected"
        } else {
            "otherwise than expected"
        };
        terminal::say(format_args!("{name}: {verdict}"));
        wrong += usize::from(!differences.is_empty());
        for line in differences {
            terminal::say(format_args!("    {line}"));
        }
    }
    if wrong == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    terminal::note(format_args!(
        "error: {wrong} of {} cases otherwise than expected; if that is what you want: quire module test --update",
        cases.len()
    ));
    Ok(ExitCode::FAILURE)
}

fn read(file: &Path) -> anyhow::Result<Case> {
    let text = fs::read(file).with_context(|| file.display().to_string())?;
    serde_json::from_slice(&text).with_context(|| file.display().to_string())
}

/// Make the section of one case. Its files are named from the project's folder.
async fn made(
    project: &Project,
    host: &ModuleHost,
    module: &Loaded,
    run: &Value,
) -> anyhow::Result<Made> {
    let mut asked = RunInputs::deserialize(run).context("run")?;
    consistent(&asked).context("run")?;
    asked.data = asked.data.map(|file: PathBuf| project.folder.join(file));
    let sample = inputs::sample(&asked)?;
    let params = inputs::params(module, asked.params.as_ref()).map_err(anyhow::Error::msg)?;
    let observed = sample.observe(host, module, &params).await;
    Ok(match observed.result {
        Ok(output) => Made {
            outcome: "made".to_owned(),
            why: None,
            blocks: output.blocks,
            facts: output.facts,
        },
        Err(error) => {
            let why = match &error {
                RunError::NoData(words) => Some(words.clone()),
                _ => None,
            };
            if why.is_none() {
                terminal::note_lines(&error.to_string());
            }
            Made {
                outcome: error.outcome().to_owned(),
                why,
                blocks: Vec::new(),
                facts: Vec::new(),
            }
        }
    })
}

/// What the command line refuses of the same inputs.
fn consistent(asked: &RunInputs) -> anyhow::Result<()> {
    if asked.empty && (asked.data.is_some() || asked.from.is_some() || asked.to.is_some()) {
        bail!("`empty` reads no reports: `data`, `from` and `to` cannot stand beside it");
    }
    if asked.ndc.is_some() && asked.data.is_none() {
        bail!("`ndc` is the drug that `data` is about, and there is no `data`");
    }
    Ok(())
}

/// What differs, a line each; empty if nothing does.
fn differences(expected: &Made, made: &Made) -> Vec<String> {
    if expected == made {
        return Vec::new();
    }
    let ended = |made: &Made| match &made.why {
        Some(why) => format!("{} ({why})", made.outcome),
        None => made.outcome.clone(),
    };
    if ended(expected) != ended(made) {
        return vec![format!("outcome: {} → {}", ended(expected), ended(made))];
    }
    let difference = quire_registry::compare(
        (&expected.blocks, &expected.facts),
        (&made.blocks, &made.facts),
    );
    let lines = difference::lines(&difference);
    if lines.is_empty() {
        return vec![
            "something that is not printed, such as an attribute; --update shows it in the file"
                .to_owned(),
        ];
    }
    lines
}

fn update(file: &Path, mut case: Case, made: &Made) -> anyhow::Result<()> {
    case.expect = Some(serde_json::to_value(made)?);
    let text = serde_json::to_string_pretty(&case)?;
    fs::write(file, format!("{text}\n")).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_case_that_says_two_things_at_once_is_refused() {
        let said = |run: Value| consistent(&RunInputs::deserialize(run).unwrap());

        assert!(said(json!({"empty": true, "as_of": "2025-06-30"})).is_ok());
        assert!(said(json!({"data": "page.json", "ndc": "0003-0894"})).is_ok());
        for run in [
            json!({"empty": true, "data": "page.json"}),
            json!({"empty": true, "from": "2025-01-01"}),
            json!({"ndc": "0003-0894"}),
        ] {
            assert!(said(run.clone()).is_err(), "{run}");
        }
    }
}
