//! `quire background`: import other drugs' reports from files, and say which import is used.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use indicatif::{HumanBytes, HumanCount};
use quire_background::{Import, ImportState, Progress, ReadFile, Step, Store};

use crate::{
    cli::BackgroundCommand,
    storage,
    terminal::{self, Bar},
};

/// Do what was asked.
pub(crate) async fn run(command: BackgroundCommand) -> anyhow::Result<ExitCode> {
    match command {
        BackgroundCommand::Import { paths, name, data } => {
            import(&storage::backgrounds(&data), &paths, name.as_deref()).await?;
        }
        BackgroundCommand::List { data } => list(&storage::backgrounds(&data)).await?,
        BackgroundCommand::Show { name, data } => {
            show(&storage::backgrounds(&data).show(&name).await?);
        }
        BackgroundCommand::Use { name, data } => {
            let import = storage::backgrounds(&data).use_import(&name).await?;
            terminal::say(format_args!("reports are compared with {}", import.name));
        }
        BackgroundCommand::Remove { name, data } => {
            storage::backgrounds(&data).remove(&name)?;
            terminal::say(format_args!("{name} is removed"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(store: &Store, paths: &[PathBuf], name: Option<&str>) -> anyhow::Result<()> {
    let display = Display::new();
    let began = Instant::now();
    let imported = store.import(paths, name, &|at| display.show(&at)).await;
    display.end();
    let imported = imported?;
    show(&imported);
    terminal::note(format_args!("took {:.1} s", began.elapsed().as_secs_f64()));
    if !imported.used {
        terminal::note(format_args!(
            "another import is used; `quire background use {}` changes that",
            imported.name
        ));
    }
    Ok(())
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let imports = store.list().await?;
    if imports.is_empty() {
        terminal::note("nothing is imported; quire background import does it");
    }
    for import in imports {
        terminal::say(line(&import));
    }
    Ok(())
}

fn line(import: &Import) -> String {
    let state = match (import.state, import.used) {
        (ImportState::Unfinished, _) => "unfinished",
        (ImportState::Ready, true) => "used",
        (ImportState::Ready, false) => "ready",
    };
    let Import {
        name,
        label,
        reports,
        ..
    } = import;
    format!("{name}  {state}  {reports} reports  {label}")
}

/// Everything that is known of an import, one line each.
fn show(import: &Import) {
    terminal::say(line(import));
    let day = import.as_of.map(|day| day.to_string());
    let digest = import.digest.map(|digest| digest.to_string());
    let prior = import.prior.as_ref().map(|prior| match prior {
        Ok(prior) => format!(
            "alpha1 {} beta1 {} alpha2 {} beta2 {} weight {}",
            prior.alpha1, prior.beta1, prior.alpha2, prior.beta2, prior.weight
        ),
        Err(reason) => format!("not available ({reason})"),
    });
    let lines = [
        ("as of", day),
        ("reports", Some(import.reports.to_string())),
        ("left out", Some(left_out(import))),
        ("rows not read", Some(import.skipped.to_string())),
        ("drugs", Some(import.drugs.to_string())),
        ("reactions", Some(import.reactions.to_string())),
        ("digest", digest),
        ("prior", prior),
        ("prior fitted over", import.fitted_over.clone()),
    ];
    for (name, value) in lines {
        let value = value.unwrap_or_else(|| "not known yet".to_owned());
        terminal::say(format_args!("  {name}: {value}"));
    }
    for rule in rules(import) {
        terminal::say(format_args!("  {rule}"));
    }
    for file in &import.files {
        let digest = file.sha256.as_deref().unwrap_or("not read to its end");
        let odd = odd_rows(file);
        terminal::say(format_args!("  file {}: {digest}{odd}", file.name));
    }
    for (name, reason) in &import.left_aside {
        terminal::say(format_args!("  file {name}: left aside, {reason}"));
    }
}

fn left_out(import: &Import) -> String {
    format!(
        "{} ({} withdrawn by FDA, {} without a primary suspect, {} without a reaction)",
        import.left_out, import.withdrawn, import.without_suspect, import.without_reaction
    )
}

/// How often a rule for what is odd in the source was needed; nothing about those that were not.
fn rules(import: &Import) -> Vec<String> {
    let counted = [
        (
            import.in_both_eras,
            "cases with versions of AERS and of FAERS, counted in their latest one of FAERS",
        ),
        (
            import.under_two_cases,
            "report versions under two cases, counted once, under the lower case number",
        ),
    ];
    let needed = counted.into_iter().filter(|(count, _)| *count > 0);
    needed
        .map(|(count, rule)| format!("{rule}: {count}"))
        .collect()
}

/// What was odd in a file, after its digest.
fn odd_rows(file: &ReadFile) -> String {
    let first = file
        .first_skipped
        .map(|row| format!(", the first is row {row}"));
    let counted = [
        (file.joined, "torn rows joined", None),
        (file.parted, "rows parted from the one before", None),
        (file.skipped, "rows left aside", first),
    ];
    let found = counted.into_iter().filter(|(count, ..)| *count > 0);
    found
        .map(|(count, what, more)| format!(", {what}: {count}{}", more.unwrap_or_default()))
        .collect()
}

/// How far an import is.
struct Display(Bar);

impl Display {
    fn new() -> Self {
        Self(Bar::new(
            "{spinner} {msg:<44} {wide_bar} {bytes}/{total_bytes} {eta}",
        ))
    }

    fn show(&self, at: &Progress) {
        let message = match &at.step {
            Step::Reading { file, rows } => format!("{file}: {} rows", HumanCount(*rows)),
            Step::Counting => "counting reports".to_owned(),
            Step::Fitting => "fitting the prior of EBGM".to_owned(),
        };
        self.0.step(&message, at.bytes, at.of_bytes, || {
            let (bytes, all) = (HumanBytes(at.bytes), HumanBytes(at.of_bytes));
            format!("{message} ({bytes} of {all})")
        });
    }

    fn end(&self) {
        self.0.end();
    }
}
