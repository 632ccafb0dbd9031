//! `quire module run`: one section from one component, with everything that its author wants to see.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use quire_model::{Background, Date, Fact, FactValue, Label, Ndc};
use quire_modules::{Limits, Loaded, Observed, RunError, Sample};
use quire_replay::ReplaySettings;
use serde_json::{Value, json};

use crate::{
    cli::RunModule,
    modules, report, self_test,
    terminal::{self, say},
    usage,
};

/// Make the section, and show it.
pub(crate) async fn run(command: RunModule) -> anyhow::Result<ExitCode> {
    let file = command.file.display();
    let wasm = std::fs::read(&command.file).with_context(|| format!("{file} cannot be read"))?;
    let sample = data(&command)?;
    let scratch = tempfile::tempdir().context("no temporary directory can be made")?;
    let host = modules::own_host(scratch.path())?;
    let module = match modules::load(&host, wasm).await? {
        Ok(module) => module,
        Err(error) if error.is_ours() => return Err(error.into()),
        Err(refusal) => {
            let check = refusal.refusal();
            terminal::note_lines(&format!("error: {file} is refused ({check}): {refusal}"));
            return Ok(ExitCode::FAILURE);
        }
    };
    let params = match params(&module, command.params.as_ref()) {
        Ok(params) => params,
        Err(wrong) => {
            terminal::note(format_args!("error: {wrong}"));
            return Ok(ExitCode::from(usage::WRONG_USAGE));
        }
    };
    let call = sample.call(&host, &module, &params);
    let (series, facts) = (Arc::clone(&sample.series), sample.facts.clone());
    let observed = host.observe(&module, call, series, facts).await;
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

/// The parameters that were given, or the module's own; or what is wrong with them.
fn params(module: &Loaded, given: Option<&Value>) -> Result<String, String> {
    let checked = match given {
        Some(params) => module.check_params(params).map(|()| params.clone()),
        None => module.usual_params(),
    };
    checked.map(|params| params.to_string()).map_err(|errors| {
        let what = match given {
            Some(_) => "--params cannot be used",
            None => {
                "the module needs --params, since its schema has neither defaults nor an example"
            }
        };
        format!("{what}: {}", usage::fields(&errors))
    })
}

/// What the section is made from.
fn data(command: &RunModule) -> anyhow::Result<Sample> {
    let ndc = match &command.ndc {
        Some(ndc) => ndc.clone(),
        None => self_test::NDC.parse::<Ndc>()?,
    };
    let mut sample = match &command.data {
        Some(file) => {
            let name = file.display().to_string();
            let page = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
            let page = within(&page, command).with_context(|| name.clone())?;
            self_test::over(
                &name,
                &page,
                &ndc,
                command.as_of.unwrap_or_else(report::today),
            )?
        }
        None if command.empty => self_test::of("no reports", &[])?,
        None => {
            let replay = ReplaySettings::sample().context("the sample cannot be read")?;
            let records = replay.records.values().filter(self_test::names_the_drug);
            let records: Vec<Value> = records
                .filter(|record| is_within(record, command))
                .collect();
            self_test::of("the bundled reports that name 61958-0802", &records)?
        }
    };
    if command.no_background {
        let why = self_test::NOT_ASKED;
        sample.background = Arc::new(Background::Unavailable(why.to_owned()));
        sample.label = Arc::new(Label::Unavailable(why.to_owned()));
    }
    if let Some(as_of) = command.as_of {
        sample.as_of = as_of;
    }
    sample.series = Arc::new(sample.series.analysed(&ndc, command.role.into(), None));
    Ok(sample)
}

/// The page with the reports of the period alone.
fn within(page: &[u8], command: &RunModule) -> anyhow::Result<Vec<u8>> {
    if command.from.is_none() && command.to.is_none() {
        return Ok(page.to_vec());
    }
    let mut page: Value = serde_json::from_slice(page).context("it is not JSON")?;
    if let Some(records) = page.get_mut("results").and_then(Value::as_array_mut) {
        records.retain(|record| is_within(record, command));
    }
    Ok(page.to_string().into_bytes())
}

fn is_within(record: &Value, command: &RunModule) -> bool {
    let day = |date: Date| date.to_string().replace('-', "");
    let received = record
        .get("receivedate")
        .and_then(Value::as_str)
        .unwrap_or_default();
    command
        .from
        .is_none_or(|from| received >= day(from).as_str())
        && command.to.is_none_or(|to| received <= day(to).as_str())
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
        FactValue::Integer(value) => value.to_string(),
        FactValue::Number(value) => value.to_string(),
        FactValue::Percent(value) => format!("{value} %"),
        FactValue::Date(day) => day.to_string(),
        FactValue::Text(text) => format!("{text:?}"),
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
        "said": lines.collect::<Vec<_>>(),
        "said_dropped": observed.lines_dropped,
        "used": {
            "cpu_ms": observed.cpu.as_secs_f64() * 1e3,
            "wall_ms": observed.wall.as_secs_f64() * 1e3,
            "memory_bytes": observed.memory_bytes,
            "output_bytes": output.map(|output| output.output_bytes),
            "log_bytes": output.map(|output| output.log_bytes),
        },
        "limits": {
            "cpu_ms": limits.cpu.as_millis(),
            "wall_ms": limits.wall.as_millis(),
            "memory_bytes": limits.memory_bytes,
            "output_bytes": limits.output_bytes,
            "blocks": limits.blocks,
            "log_bytes": limits.log_bytes,
        },
    })
}
