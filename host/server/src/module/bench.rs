//! `quire module bench`: what a component costs on little and on much data, beside what a call may use.

use std::{process::ExitCode, time::Duration};

use anyhow::Context as _;
use quire_modules::{Limits, Loaded, ModuleHost, RunError, Sample};
use serde_json::{Value, json};

use crate::{
    cli::BenchModule,
    module::{inputs, load, run::limits_as_json, target},
    modules, self_test,
    terminal::{self, say},
    usage,
};

/// Made-up reports of the input in the middle.
const MANY: u32 = 1_000;

/// What the runs over one input cost.
struct Costs {
    data: String,
    /// From the fastest run to the slowest.
    cpu: Vec<Duration>,
    wall: Vec<Duration>,
    memory_bytes: usize,
    output_bytes: usize,
    blocks: usize,
    /// Why the last run was not made; then there were no more.
    broken: Option<RunError>,
}

/// Run it again and again, and say what it cost.
pub(crate) async fn run(command: BenchModule) -> anyhow::Result<ExitCode> {
    let file = target::component(command.file.as_deref()).await?.file;
    let scratch = tempfile::tempdir().context("no temporary directory can be made")?;
    let host = modules::own_host(scratch.path())?;
    let Some(module) = load::load(&host, &file).await? else {
        return Ok(ExitCode::FAILURE);
    };
    let params = match inputs::params(&module, command.params.as_ref()) {
        Ok(params) => params,
        Err(wrong) => return Ok(usage::wrong(&wrong)),
    };
    let mut costs = vec![of(&host, &module, &params, &self_test::usual()?, command.runs).await];
    let mut sizes = vec![MANY.min(command.most), command.most];
    sizes.dedup();
    for reports in sizes {
        let sample = self_test::made_up(reports as usize)?;
        costs.push(of(&host, &module, &params, &sample, command.runs).await);
    }
    let limits = host.limits();
    if command.json {
        terminal::say_json(&as_json(&command, &params, &costs, &limits))?;
    } else {
        show(&module, &command, &params, &costs, &limits);
    }
    for one in &costs {
        if let Some(why) = &one.broken {
            terminal::note_lines(&format!("error: on {}: {why}", one.data));
        }
    }
    Ok(match costs.iter().all(|one| one.broken.is_none()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn of(host: &ModuleHost, module: &Loaded, params: &str, sample: &Sample, runs: u32) -> Costs {
    let mut costs = Costs {
        data: sample.name.clone(),
        cpu: Vec::new(),
        wall: Vec::new(),
        memory_bytes: 0,
        output_bytes: 0,
        blocks: 0,
        broken: None,
    };
    for _ in 0..runs {
        let observed = sample.observe(host, module, params).await;
        costs.cpu.push(observed.cpu);
        costs.wall.push(observed.wall);
        costs.memory_bytes = costs.memory_bytes.max(observed.memory_bytes);
        match observed.result {
            Ok(output) => {
                (costs.output_bytes, costs.blocks) = (output.output_bytes, output.blocks.len())
            }
            Err(RunError::NoData(_)) => {}
            Err(why) => {
                costs.broken = Some(why);
                break;
            }
        }
    }
    costs.cpu.sort_unstable();
    costs.wall.sort_unstable();
    costs
}

fn median(sorted: &[Duration]) -> Duration {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn least(sorted: &[Duration]) -> Duration {
    sorted.first().copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn show(module: &Loaded, command: &BenchModule, params: &str, costs: &[Costs], limits: &Limits) {
    let (title, version, short) = (
        &module.manifest.title,
        &module.manifest.version,
        module.digest.short(),
    );
    say(format_args!(
        "{title} {version} ({short}), {} runs each, with {params}",
        command.runs
    ));
    let line = |what: &str, cells: [String; 5]| {
        let [least, median, memory, output, blocks] = cells;
        say(format_args!(
            "  {what:<34} {least:>11} {median:>11} {memory:>11} {output:>10} {blocks:>7}"
        ));
    };
    line(
        "",
        ["CPU, least", "median", "memory", "output", "blocks"].map(str::to_owned),
    );
    let kib = |bytes: usize| format!("{} KiB", bytes.div_ceil(1024));
    for one in costs {
        let cpu = [least(&one.cpu), median(&one.cpu)].map(|time| format!("{:.2} ms", ms(time)));
        let [least, median] = cpu;
        let sizes = [
            kib(one.memory_bytes),
            kib(one.output_bytes),
            one.blocks.to_string(),
        ];
        let [memory, output, blocks] = sizes;
        line(&one.data, [least, median, memory, output, blocks]);
    }
    let most = format!("{:.0} ms", ms(limits.cpu));
    let (memory, output, blocks) = (
        kib(limits.memory_bytes),
        kib(limits.output_bytes),
        limits.blocks.to_string(),
    );
    line("limit", [most.clone(), most, memory, output, blocks]);
}

fn as_json(command: &BenchModule, params: &str, costs: &[Costs], limits: &Limits) -> Value {
    let inputs = costs.iter().map(|one| {
        json!({
            "data": one.data,
            "outcome": one.broken.as_ref().map_or("made", RunError::outcome),
            "cpu_ms": {"least": ms(least(&one.cpu)), "median": ms(median(&one.cpu))},
            "wall_ms": {"least": ms(least(&one.wall)), "median": ms(median(&one.wall))},
            "memory_bytes": one.memory_bytes,
            "output_bytes": one.output_bytes,
            "blocks": one.blocks,
        })
    });
    json!({
        "runs": command.runs,
        "params": serde_json::from_str::<Value>(params).unwrap_or_default(),
        "inputs": inputs.collect::<Vec<_>>(),
        "limits": limits_as_json(limits),
    })
}
