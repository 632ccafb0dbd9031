//! `quire module check`: everything an upload has to pass, without a server or by one.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use quire_api::{CheckedModule, ProblemBody};
use quire_modules::{Checked, Manifest, SelfTest};
use serde_json::Value;

use crate::{
    cli::CheckModule,
    module::{load, target},
    modules,
    remote::{self, Refusal, Server},
    self_test, terminal,
};

/// Check it, and say what it is or why it cannot be used.
pub(crate) async fn run(command: CheckModule) -> anyhow::Result<ExitCode> {
    let file = target::component(command.file.as_deref()).await?.file;
    let wasm = load::read(&file)?;
    if let Some(server) = remote::server() {
        return by_server(server, wasm, &file, command.json).await;
    }
    let folder = tempfile::tempdir().context("no temporary directory can be made")?;
    let host = modules::own_host(folder.path())?;
    match host.check(wasm, self_test::sample()?).await {
        Ok(checked) if command.json => {
            terminal::say_json(&CheckedModule::from(checked))?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(checked) => {
            for line in summary(&checked) {
                terminal::say(line);
            }
            for warning in checked.warnings() {
                terminal::note(format_args!("warning: {warning}"));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.is_ours() => Err(error.into()),
        Err(error) => {
            if command.json {
                terminal::say_json(&ProblemBody::of(error.problem()))?;
            }
            load::tell(&file, &error);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The same by a server, with its limits and by its version.
async fn by_server(
    server: &Server,
    wasm: Vec<u8>,
    file: &Path,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let checked = match server.check(wasm).await {
        Ok(checked) => checked,
        Err(error) => {
            let refusal = error.downcast_ref::<Refusal>();
            let problem = refusal.and_then(Refusal::problem);
            let Some(problem) = problem.filter(|problem| problem.refusal.is_some()) else {
                return Err(error);
            };
            if as_json {
                terminal::say_json(problem)?;
            }
            let (name, check) = (file.display(), problem.refusal.as_deref());
            let (check, why) = (check.unwrap_or_default(), &problem.detail);
            terminal::note_lines(&format!("error: {name} is refused ({check}): {why}"));
            return Ok(ExitCode::FAILURE);
        }
    };
    if as_json {
        terminal::say_json(&checked)?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in told(&checked) {
        terminal::say(line);
    }
    for warning in &checked.warnings {
        terminal::note(format_args!("warning: {warning}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What a server says of it, a line each.
fn told(checked: &CheckedModule) -> Vec<String> {
    let schema = checked.params_schema.as_ref().map(Value::to_string);
    let tested = checked.self_test.as_ref().map(|test| {
        format!(
            "{} blocks with {}; {} ms of CPU time, {:.1} MiB of memory, {} bytes returned",
            test.blocks,
            test.params,
            test.cpu_ms,
            test.memory_bytes as f64 / f64::from(1 << 20),
            test.output_bytes,
        )
    });
    let lines = [
        ("about", checked.summary.clone()),
        ("world", format!("{} of quire:report 0.1", checked.kind)),
        ("languages", listed(&checked.locales)),
        ("parameters", params(schema.as_deref())),
        ("digest", checked.digest.to_string()),
        ("size", format!("{} KiB", checked.size_bytes.div_ceil(1024))),
        ("imports", listed(&checked.imports)),
        (
            "self-test",
            tested.unwrap_or_else(|| "not done, or nothing to show".to_owned()),
        ),
    ];
    headed(&checked.title, &checked.version, lines)
}

/// What it is, a line each.
fn summary(checked: &Checked) -> Vec<String> {
    let module = &checked.module;
    let Manifest {
        title,
        summary,
        version,
        locales,
        params_schema,
        ..
    } = &module.manifest;
    let lines = [
        ("about", summary.clone()),
        ("world", format!("{} of quire:report 0.1", module.kind)),
        ("languages", listed(locales)),
        ("parameters", params(params_schema.as_deref())),
        ("digest", module.digest.to_string()),
        ("size", format!("{} KiB", module.size_bytes.div_ceil(1024))),
        ("imports", listed(&module.imports)),
        ("self-test", tested(&checked.self_test)),
    ];
    headed(title, version, lines)
}

fn headed(title: &str, version: &str, lines: [(&str, String); 8]) -> Vec<String> {
    let lines = lines.map(|(name, value)| format!("  {name:<11} {value}"));
    std::iter::once(format!("{title} {version} can be used"))
        .chain(lines)
        .collect()
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

/// The parameters by name, with their types and whether they have to be given.
fn params(schema: Option<&str>) -> String {
    let schema: Value = schema
        .and_then(|schema| serde_json::from_str(schema).ok())
        .unwrap_or_default();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return "none".to_owned();
    };
    let required = |name: &str| {
        let required = schema.get("required").and_then(Value::as_array);
        required.is_some_and(|required| required.iter().any(|known| known == name))
    };
    let named: Vec<String> = properties
        .iter()
        .map(|(name, property)| {
            let kind = property.get("type").and_then(Value::as_str);
            let kind = kind.unwrap_or("any of several");
            let must = if required(name) { ", required" } else { "" };
            format!("{name} ({kind}{must})")
        })
        .collect();
    listed(&named)
}

fn tested(test: &SelfTest) -> String {
    match test {
        SelfTest::Passed { params, output } => {
            format!(
                "{} blocks and {} facts with {params}; {:.1} ms of CPU time, {:.1} ms in all, \
                 {:.1} MiB of memory, {} bytes returned, {} logged",
                output.blocks.len(),
                output.facts.len(),
                output.cpu.as_secs_f64() * 1e3,
                output.wall.as_secs_f64() * 1e3,
                output.memory_bytes as f64 / f64::from(1 << 20),
                output.output_bytes,
                output.log_bytes + output.log_dropped_bytes,
            )
        }
        SelfTest::NoData { .. } => "nothing to show".to_owned(),
        SelfTest::RefusedParams { .. } | SelfTest::NeedsParams(_) | SelfTest::WrongParams(_) => {
            "not done".to_owned()
        }
    }
}
