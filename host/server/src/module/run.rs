//! `quire module run`: one section from one component, with everything that its author wants to see.

use std::process::ExitCode;

use anyhow::Context as _;
use quire_model::{Fact, FactValue};
use quire_modules::{Limits, Observed, RunError, Sample};
use serde_json::{Value, json};

use crate::{
    cli::RunModule,
    module::{inputs, load, target},
    modules,
    terminal::{self, say},
    usage,
};

/// Make the section, and show it.
pub(crate) async fn run(command: RunModule) -> anyhow::Result<ExitCode> {
    let file = target::component(command.file.as_deref()).await?.file;
    let sample = inputs::sample(&command.inputs)?;
    let scratch = tempfile::tempdir().context("no temporary directory can be made")?;
    let host = modules::own_host(scratch.path())?;
    let Some(module) = load::load(&host, &file).await? else {
        return Ok(ExitCode::FAILURE);
    };
    let params = match inputs::params(&module, command.inputs.params.as_ref()) {
        Ok(params) => params,
        Err(wrong) => return Ok(usage::wrong(&wrong)),
    };
    let observed = sample.observe(&host, &module, &params).await;
    if command.json {
        terminal::say_json(&as_json(&params, &sample, &observed, &host.limits()))?;
    } else {
        show(&params, &sample, &observed, &host.limits());
    }
    Ok(match &observed.result {
        Ok(_) | Err(RunError::NoData(_)) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn show(params: &str, sample: &Sample, observed: &Observed, limits: &Limits) {
    match &observed.result {
        Ok(output) => {
            for line in quire_render::plain(&output.blocks).lines() {
                say(line);
            }
            say("");
            say("Facts");
            for fact in &output.facts {
                say(told(fact));
            }
            if output.facts.is_empty() {
                say("  none");
            }
        }
        Err(RunError::NoData(words)) => say(format_args!("Nothing to show: {words}")),
        Err(error) => terminal::note_lines(&format!("error: {error}")),
    }
    if !observed.unfounded.is_empty() {
        say("");
        say("Numbers in the text that are neither facts nor answers to what it asked");
        for number in &observed.unfounded {
            say(format_args!("  {number}"));
        }
    }
    say("");
    say("Said");
    for line in &observed.lines {
        say(format_args!("  {:<6} {}", line.from, line.text));
    }
    match (observed.lines.is_empty(), observed.lines_dropped) {
        (true, 0) => say("  nothing"),
        (_, 0) => {}
        (_, dropped) => say(format_args!(
            "  … and {dropped} lines more than the log takes"
        )),
    }
    say("");
    say(format_args!("Cost, over {} with {params}", sample.name));
    for (what, used, limit) in costs(observed, limits) {
        say(format_args!("  {what:<10} {used:>12} of {limit:>12}"));
    }
}

fn told(fact: &Fact) -> String {
    let value = match &fact.value {
        FactValue::Text(text) => format!("{text:?}"),
        value => value.words(),
    };
    let unit = fact.unit.as_deref().map(|unit| format!(" {unit}"));
    let shown = fact.source.as_deref().map(|id| format!(", shown in {id}"));
    let (unit, shown) = (unit.unwrap_or_default(), shown.unwrap_or_default());
    format!("  {} = {value}{unit}{shown}", fact.key)
}

/// What was used of each limit.
fn costs(observed: &Observed, limits: &Limits) -> Vec<(&'static str, String, String)> {
    let ms = |time: std::time::Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let kib = |bytes: usize| format!("{} KiB", bytes.div_ceil(1024));
    let mut costs = vec![
        ("CPU time", ms(observed.cpu), ms(limits.cpu)),
        ("wall time", ms(observed.wall), ms(limits.wall)),
        (
            "memory",
            kib(observed.memory_bytes),
            kib(limits.memory_bytes),
        ),
    ];
    if let Ok(output) = &observed.result {
        let blocks = output.blocks.len().to_string();
        costs.push(("output", kib(output.output_bytes), kib(limits.output_bytes)));
        costs.push(("blocks", blocks, limits.blocks.to_string()));
        costs.push(("log", kib(output.log_bytes), kib(limits.log_bytes)));
    }
    costs
}

fn as_json(params: &str, sample: &Sample, observed: &Observed, limits: &Limits) -> Value {
    let output = observed.result.as_ref().ok();
    let lines = observed.lines.iter();
    let lines = lines.map(|line| json!({"from": line.from, "text": line.text}));
    let error = observed.result.as_ref().err();
    json!({
        "data": sample.name,
        "params": serde_json::from_str::<Value>(params).unwrap_or_default(),
        "outcome": error.map_or("made", RunError::outcome),
        "detail": error.map(ToString::to_string),
        "blocks": output.map(|output| &output.blocks),
        "facts": output.map(|output| &output.facts),
        "unfounded": observed.unfounded,
        "said": lines.collect::<Vec<_>>(),
        "said_dropped": observed.lines_dropped,
        "used": {
            "cpu_ms": observed.cpu.as_secs_f64() * 1e3,
            "wall_ms": observed.wall.as_secs_f64() * 1e3,
            "memory_bytes": observed.memory_bytes,
            "output_bytes": output.map(|output| output.output_bytes),
            "log_bytes": output.map(|output| output.log_bytes),
        },
        "limits": limits_as_json(limits),
    })
}

/// What a call may use.
pub(super) fn limits_as_json(limits: &Limits) -> Value {
    json!({
        "cpu_ms": limits.cpu.as_millis(),
        "wall_ms": limits.wall.as_millis(),
        "memory_bytes": limits.memory_bytes,
        "output_bytes": limits.output_bytes,
        "blocks": limits.blocks,
        "log_bytes": limits.log_bytes,
    })
}
