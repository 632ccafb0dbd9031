//! What an administrator does next, as commands: the way out of a refusal, and the way on after an answer.

use std::{path::Path, process::ExitCode};

use quire_model::{Act, NextStep};
use quire_records::{ModuleRow, RecordsError, Standing, VersionRow, VersionState};

use crate::{
    cli::DEFAULT_DATA_DIR,
    place::Change,
    remote::{self, Refusal},
    settings::DataSettings,
    terminal,
};

/// Say of a refused step why, and what is the way out of it; an error without one is handed back.
pub(crate) fn refused(
    error: anyhow::Error,
    data: Option<&DataSettings>,
) -> anyhow::Result<ExitCode> {
    let refusal = error.downcast_ref::<Refusal>();
    if let Some((refusal, step)) = refusal.and_then(Refusal::and_way) {
        terminal::note(format_args!("error: {refusal}"));
        terminal::note(format_args!("next: {}", in_words(&step, data)));
        return Ok(ExitCode::FAILURE);
    }
    let step = error
        .downcast_ref::<RecordsError>()
        .and_then(RecordsError::next_step);
    match step {
        Some(step) => {
            terminal::note(format_args!("error: {error:#}"));
            terminal::note(format_args!("next: {}", in_words(&step, data)));
            Ok(ExitCode::FAILURE)
        }
        None => Err(error),
    }
}

/// What usually follows a step that was taken, where the standings of versions do not say it.
pub(crate) fn after(change: &Change, module: &ModuleRow, data: &DataSettings) -> Option<String> {
    let (name, place) = (&module.name, place_flag(Some(data)));
    let see = format!("see how it fares: quire module show {name}{place}");
    match change {
        Change::Activate(_) => Some(format!(
            "{see}; take it back: quire module rollback {name} --reason \"…\"{place}"
        )),
        Change::Rollback => Some(format!(
            "{see}; mend the component, and push it as a new version: quire module push FILE --name {name} --stage \
             --reason \"…\"{place}"
        )),
        _ => None,
    }
}

/// What usually follows a push.
pub(crate) fn after_push(
    name: &str,
    version: &VersionRow,
    state: VersionState,
    data: &DataSettings,
) -> Option<String> {
    let step = |act| {
        let step = NextStep {
            module: name.to_owned(),
            digest: Some(version.digest),
            act,
        };
        in_words(&step, Some(data))
    };
    match state {
        VersionState::Checked => Some(step(Act::Stage)),
        VersionState::Staged => Some(format!(
            "{}; or {}",
            step(Act::Shadow { required_clean: 5 }),
            step(Act::Canary)
        )),
        _ => Some(step(Act::Show)),
    }
}

/// Say where a version stands, and what to do next.
pub(crate) fn tell(standing: &Standing, data: &DataSettings) {
    let (short, state) = (standing.digest.short(), standing.state.as_str());
    let told = trial(standing).unwrap_or_else(|| standing.told());
    terminal::say(format_args!("  {state:<10} {short}: {told}"));
    if let Some(step) = standing.next_step() {
        terminal::say(format_args!(
            "             next: {}",
            in_words(&step, Some(data))
        ));
    }
}

/// How a canary or a version on probation fares; none for others.
fn trial(standing: &Standing) -> Option<String> {
    let tally = standing.tally.as_ref()?;
    let (runs, failures, compared) = (tally.runs, tally.failures, tally.compared);
    let (most, after, costs) = match (standing.canary, standing.probation) {
        (Some(canary), _) => {
            let budget = canary.budget;
            (budget.failures, budget.timed_after, budget.costs())
        }
        (None, Some(probation)) => (probation.failures, probation.runs, probation.costs),
        (None, None) => return None,
    };
    let means = match (tally.mean(), tally.mean_before()) {
        (Some(own), Some(before)) => {
            let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
            let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
            format!(
                " (CPU {:.1} → {:.1} ms, wall {:.1} → {:.1} ms, memory {:.1} → {:.1} MiB)",
                ms(before.cpu),
                ms(own.cpu),
                ms(before.wall),
                ms(own.wall),
                mib(before.memory_bytes),
                mib(own.memory_bytes)
            )
        }
        _ => String::new(),
    };
    Some(format!(
        "{runs} runs, {failures} failures, of which {most} roll it back; cost compared with the version \
         before it on {compared} of {after} sections{means}, rolled back above {} % CPU, {} % wall, \
         {} % memory",
        costs.cpu_percent, costs.wall_percent, costs.memory_percent
    ))
}

/// A step as a sentence that names the command.
pub(crate) fn in_words(step: &NextStep, data: Option<&DataSettings>) -> String {
    let module = &step.module;
    let digest = step
        .digest
        .map_or_else(String::new, |digest| digest.short());
    let place = place_flag(data);
    let command = |act: &str, more: &str| format!("quire module {act} {module}{more}{place}");
    let with = |act: &str, more: &str| command(act, &format!(" {digest}{more} --reason \"…\""));
    match step.act {
        Act::List => format!("see which modules there are: quire module list{place}"),
        Act::Show => format!("see how the module stands: {}", command("show", "")),
        Act::Stage => format!("stage it: {}", with("stage", "")),
        Act::Shadow { required_clean } => format!(
            "run it beside the active version: {}",
            with("shadow", &format!(" --required-clean {required_clean}"))
        ),
        Act::MakeReports { runs } => format!(
            "{runs} more shadow runs are needed: each report with this section that the server makes is \
             one; see them with {}",
            command("diff", "")
        ),
        Act::Accept { up_to } => format!(
            "look at what it does otherwise with {}, and if that is what you want, accept it: {}",
            command("diff", ""),
            with("accept-differences", &format!(" --up-to {up_to}"))
        ),
        Act::Mend => format!(
            "see how it fails with {}, mend the component, and push it as a new version: quire module push \
             FILE --name {module} --stage --reason \"…\"{place}",
            command("diff", "")
        ),
        Act::Canary => format!(
            "make a share of the reports with it: {}; or use it for all: {}",
            with("canary", " --percent 10"),
            with("activate", "")
        ),
        Act::Activate => format!("use it for all reports: {}", with("activate", "")),
        Act::EndTrial => format!("end the trial: {}", with("end-trial", "")),
    }
}

/// What has to stand behind a command so that it works on the same records.
pub(crate) fn place_flag(data: Option<&DataSettings>) -> String {
    match (remote::server(), data) {
        (Some(server), _)
            if std::env::var("QUIRE_SERVER").is_ok_and(|known| known == server.address()) =>
        {
            String::new()
        }
        (Some(server), _) => format!(" --server {}", server.address()),
        (None, Some(data)) => data_dir_flag(&data.data_dir),
        (None, None) => String::new(),
    }
}

/// The same for a data directory.
fn data_dir_flag(data_dir: &Path) -> String {
    let known = std::env::var_os("QUIRE_DATA_DIR").is_some_and(|known| known == data_dir);
    if known || data_dir == Path::new(DEFAULT_DATA_DIR) {
        return String::new();
    }
    let path = data_dir.display().to_string();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+".contains(letter);
    if path.chars().all(plain) {
        format!(" --data-dir {path}")
    } else {
        format!(" --data-dir '{}'", path.replace('\'', r"'\''"))
    }
}
