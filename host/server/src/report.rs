//! `quire report`: one report into a file, made here or by a server.

mod draft;
mod form;
mod output;
mod progress;
mod remote;

use std::{path::PathBuf, process::ExitCode};

use quire_model::{CaseSelection, Date, Definition, Digest, Failure, Problem, ReportRequest};
use quire_modules::ModuleHost;
use quire_registry::{Definitions, Journal};
use quire_reports::{Composed, Maker, why_missing};

use crate::{
    cli::{Report, SectionParams, WantedReport},
    maker::{self, Parts, Versions, Waiting},
    settings::DataSettings,
    storage, terminal, usage,
};

use self::{form::Written, progress::Display};

pub(crate) use self::{
    form::{Form, ending},
    output::Output,
};

/// Make the report.
pub(crate) async fn run(command: Report) -> anyhow::Result<ExitCode> {
    if let Some(server) = crate::remote::server() {
        return remote::run(server, command).await;
    }
    if let Some(flag) = command.said.flag() {
        return Ok(usage::wrong(&format!(
            "{flag} is said to a server, of a task: name one with --server; a report that is made here is always made anew, and \
             no task is kept of it"
        )));
    }
    let records = storage::existing_records(&command.data).await?;
    let definitions = maker::definitions(records.as_ref()).await?;
    let (mut definition, form) = match asked(&command, &definitions) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(usage::wrong(&wrong)),
    };
    let output = Output::prepare(&command.output, form.fills_directories())?;
    let display = Display::new();
    display.begin();
    let mut ready = maker::build(Parts {
        source: &command.source,
        sample: command.sample,
        redis_url: command.queue.redis_url(),
        sharing: false,
        backgrounds: storage::backgrounds(&command.data),
        code_dir: &code_dir(&command)?,
        slots: 1,
        waiting: Waiting::Here,
        modules: &command.modules,
        versions: Versions::Read(records),
    })
    .await?;
    let usual = definition.selection;
    let modules = &ready.maker.registry.modules;
    draft::load(&command, &mut definition, modules).await?;
    let fits = draft::check_worlds(&command, &definition, modules);
    if let Err(wrong) = fits.and_then(|()| check_params(modules, &definition, &command.params)) {
        display.end();
        return Ok(usage::wrong(&wrong));
    }
    ready.maker.registry.definitions = Definitions::from_iter([definition]);

    let kept = (!draft::is_draft(&command)).then(|| command.data.clone());
    let strict = command.strict;
    let request = request(command, usual);
    let made = make(&ready.maker, &request, &form, &display).await;
    display.end();
    match made {
        Ok((composed, _)) if strict && !composed.placeholders.is_empty() => {
            warn(&composed);
            terminal::note(
                "error: the report lacks a section, and --strict was given: nothing is written",
            );
            Ok(ExitCode::FAILURE)
        }
        Ok((composed, pdf)) => {
            warn(&composed);
            if let Some(data) = kept.filter(|_| form == Form::Pdf) {
                keep(&data, &composed).await;
            }
            let written = form.write(&composed.document, pdf, output.is_directory())?;
            finish(&output, written)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            for line in sentences(&failure.problem) {
                terminal::note(line);
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The definition and the form that were asked for; or what is wrong with the command.
fn asked(command: &Report, definitions: &Definitions) -> Result<(Definition, Form), String> {
    if let (Some(from), Some(to)) = (command.wanted.from, command.wanted.to)
        && to < from
    {
        return Err(format!(
            "--to is {to}, before --from {from}: the period needs at least one day"
        ));
    }
    Ok((definition(command, definitions)?, Form::of(command)?))
}

/// The document, and its pages if it is to have some.
async fn make(
    maker: &Maker,
    request: &ReportRequest,
    form: &Form,
    display: &Display,
) -> Result<(Composed, Vec<u8>), Failure> {
    let show = |at| display.show(&at);
    if *form == Form::Pdf {
        let journal = Journal::default();
        let generated = maker.generate(request, None, &journal, show).await?;
        return Ok((generated.composed, generated.pdf));
    }
    let (composed, _) = maker.document(request, show).await?;
    Ok((composed, Vec::new()))
}

fn request(command: Report, usual: CaseSelection) -> ReportRequest {
    let wanted = command.wanted;
    ReportRequest {
        selection: selection(&wanted, usual),
        ndc: command.ndc,
        definition: wanted.definition,
        as_of: wanted.as_of.unwrap_or_else(today),
        locale: wanted.locale,
        paper: wanted.paper.map(Into::into),
    }
}

/// The usual selection with what the command line says instead; none if it says nothing.
fn selection(wanted: &WantedReport, usual: CaseSelection) -> Option<CaseSelection> {
    let said = wanted.role.is_some() || wanted.from.is_some() || wanted.to.is_some();
    said.then_some(CaseSelection {
        role: wanted.role.map_or(usual.role, Into::into),
        received_from: wanted.from.or(usual.received_from),
        received_to: wanted.to.or(usual.received_to),
    })
}

/// "Today", where a command names no day.
pub(crate) fn today() -> Date {
    jiff::tz::TimeZone::UTC
        .to_datetime(jiff::Timestamp::now())
        .date()
}

/// The definition asked for, with the parameters given on the command line; or what is wrong.
fn definition(command: &Report, definitions: &Definitions) -> Result<Definition, String> {
    let name = &command.wanted.definition;
    let Some(mut definition) = definitions.get(name).as_deref().cloned() else {
        let known = definitions.names().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "--definition is {name:?}, which cannot be used: expected one of {known}"
        ));
    };
    draft::place(command, &mut definition)?;
    for given in &command.params {
        let mut sections = definition.sections.iter_mut();
        match sections.find(|section| section.name == given.section) {
            Some(section) => section.params = given.params.clone(),
            None => {
                let known: Vec<_> = definition
                    .sections
                    .iter()
                    .map(|at| at.name.as_str())
                    .collect();
                return Err(format!(
                    "--params names {:?}, which is no section of {name}: expected one of {}",
                    given.section,
                    known.join(", ")
                ));
            }
        }
    }
    Ok(definition)
}

/// Hold the parameters given on the command line to the schemas of their modules.
fn check_params(
    modules: &ModuleHost,
    definition: &Definition,
    given: &[SectionParams],
) -> Result<(), String> {
    let named = |name: &str| given.iter().any(|given| given.section == name);
    for section in definition.sections.iter().filter(|at| named(&at.name)) {
        let Some(module) = modules.active(&section.module) else {
            continue;
        };
        if let Err(errors) = module.check_params(&section.params) {
            let (name, wrong) = (&section.name, usage::fields(&errors));
            return Err(format!("--params of {name} cannot be used: {wrong}"));
        }
    }
    Ok(())
}

/// Where compiled modules are kept: with the data, or in the user's own cache if that directory
/// cannot be written. Never in a directory that others can write, since what is in it is run.
fn code_dir(command: &Report) -> anyhow::Result<PathBuf> {
    if let (true, Some(code)) = (draft::is_draft(command), storage::own_code_dir()) {
        return code;
    }
    let data = &command.data;
    storage::code_dir(data).or_else(|error| match storage::own_code_dir() {
        Some(code) => code,
        None => Err(error),
    })
}

/// Keep what the report was made from, so that `quire verify` can make it again. A directory that
/// cannot be written is no reason to go without the report.
async fn keep(data: &DataSettings, composed: &Composed) {
    let kept = async {
        let records = storage::records(data).await?;
        anyhow::Ok(composed.keep_data(&records).await?)
    };
    if let Err(error) = kept.await {
        terminal::note(format_args!(
            "warning: the data were not kept, so `quire verify` cannot make this report again: \
             {error:#}"
        ));
    }
}

/// Write the files, and say where they are.
fn finish(output: &Output, written: Written) -> anyhow::Result<()> {
    match written {
        Written::File(bytes) => {
            output.write(&bytes)?;
            tell(output, &bytes);
        }
        Written::Files(files) => {
            for file in &files {
                output.write_in(&file.name, &file.bytes)?;
            }
            terminal::say(format_args!("{output}: {} files", files.len()));
        }
    }
    Ok(())
}

/// What the reader should know of the report.
fn warn(composed: &Composed) {
    for section in &composed.placeholders {
        terminal::note(format_args!(
            "warning: the section {section} could not be made; a box in the document says why"
        ));
        let mut sections = composed.document.sections.iter();
        if let Some(why) = sections
            .find(|at| at.name == *section)
            .and_then(why_missing)
        {
            terminal::note_lines(&format!("  {why}"));
        }
    }
}

/// Where the report is.
pub(crate) fn tell(output: &Output, bytes: &[u8]) {
    let digest = Digest::of(bytes);
    let size_bytes = bytes.len();
    let line = format!("{output}: {size_bytes} bytes, SHA-256 {digest}");
    if output.is_stdout() {
        terminal::note(line);
    } else {
        terminal::say(line);
    }
}

/// A problem, for someone at a terminal: a line each.
fn sentences(problem: &Problem) -> Vec<String> {
    let mut lines = vec![format!("error: {}", problem.detail)];
    let untold = |candidate: &String| !problem.detail.contains(candidate.as_str());
    if problem.candidates.iter().any(untold) {
        lines.push(format!("tried: {}", problem.candidates.join(", ")));
    }
    if let Some(section) = &problem.section {
        lines.push(format!("section: {section}"));
    }
    if let Some(seconds) = problem.retry_after_s {
        lines.push(format!("another try may succeed after {seconds} seconds"));
    }
    lines
}
