//! `quire module preview`: the section of a component as a reader would see it, alone or in a report.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use quire_model::{Definition, Document, Kind, LimitOverrides, Policy, ReportRequest, SectionSpec};
use quire_modules::{Loaded, ModuleHost, RunError, Sample};
use quire_registry::{Assignments, Definitions, Registry};
use quire_reports::Data;

use crate::{
    cli::{FormName, PreviewModule},
    module::{inputs, load, target},
    modules,
    report::{self, Output},
    terminal, usage,
};

/// What the section is called in the report.
const NAME: &str = "preview";
/// The report that it stands in.
const DEFINITION: &str = "cer";

/// Make it, and write it to the file.
pub(crate) async fn run(command: PreviewModule) -> anyhow::Result<ExitCode> {
    let form = match report::ending(&command.output) {
        Ok(form @ (FormName::Pdf | FormName::Html)) => form,
        _ => return Ok(usage::wrong("--output has to end with .pdf or .html")),
    };
    let output = Output::prepare(&command.output, false)?;
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
    let document = match command.in_report {
        true => match placed(&command, &module, &params) {
            Ok(definition) => in_report(host, module, definition, &command, sample).await?,
            Err(wrong) => return Ok(usage::wrong(&wrong)),
        },
        false => alone(&host, &module, &params, &sample).await,
    };
    let document = match document {
        Ok(document) => document,
        Err(why) => {
            terminal::note_lines(&format!("error: {why}"));
            return Ok(ExitCode::FAILURE);
        }
    };
    let drawing = tokio::task::spawn_blocking(move || match form {
        FormName::Html => quire_render::html(&document),
        _ => quire_render::pdf(&document),
    });
    let bytes = drawing.await??;
    output.write(&bytes)?;
    report::tell(&output, &bytes);
    Ok(ExitCode::SUCCESS)
}

/// A document of the section alone; or why there is none.
async fn alone(
    host: &ModuleHost,
    module: &Loaded,
    params: &str,
    sample: &Sample,
) -> Result<Document, String> {
    let observed = sample.observe(host, module, params).await;
    let made = match &observed.result {
        Ok(output) => Ok(output),
        Err(RunError::NoData(words)) => Err(words.as_str()),
        Err(error) => return Err(error.to_string()),
    };
    Ok(quire_reports::alone(
        module,
        made,
        &sample.name,
        sample.as_of,
    ))
}

/// The report with the section in its place; or what is wrong with that.
fn placed(command: &PreviewModule, module: &Loaded, params: &str) -> Result<Definition, String> {
    let definitions = Definitions::built_in();
    let mut definition = definitions
        .get(DEFINITION)
        .as_deref()
        .cloned()
        .ok_or("no report is defined")?;
    definition.title = format!("Preview: {}", definition.title);
    let own = SectionSpec {
        name: NAME.to_owned(),
        module: NAME.to_owned(),
        kind: module.kind,
        policy: Policy::Required,
        params: serde_json::from_str(params).unwrap_or_default(),
        digest: None,
        limits: LimitOverrides::default(),
    };
    let Some(place) = &command.instead_of else {
        // A narrative is made of what all sections found, wherever it stands.
        match module.kind {
            Kind::Section => definition.sections.push(own),
            Kind::Narrative => definition.sections.insert(0, own),
        }
        return Ok(definition);
    };
    let known: Vec<&str> = definition
        .sections
        .iter()
        .map(|at| at.name.as_str())
        .collect();
    let known = known.join(", ");
    match definition
        .sections
        .iter_mut()
        .find(|section| section.name == *place)
    {
        Some(section) if section.kind == module.kind => {
            *section = own;
            Ok(definition)
        }
        Some(section) => Err(format!(
            "--instead-of {place} is a {}, and this is a {} module",
            section.kind, module.kind
        )),
        None => Err(format!(
            "--instead-of names {place:?}, which is no section of the report: expected one of {known}"
        )),
    }
}

/// Said on the cover, too, so that nobody takes it for a report: the other sections compare with what is made up.
fn marked(mut document: Document) -> Document {
    document.notice = format!(
        "A preview for the author of a section, not a report: what the drug is compared with, and its label, are \
         made up. {}",
        document.notice
    );
    document
}

/// The report of the data, by the standard sections and this one; or why there is none.
async fn in_report(
    host: ModuleHost,
    module: Arc<Loaded>,
    definition: Definition,
    command: &PreviewModule,
    sample: Sample,
) -> anyhow::Result<Result<Document, String>> {
    modules::activate_embedded(&host).await?;
    host.activate(NAME, module);
    let registry = Registry {
        modules: host,
        definitions: Definitions::built_in(),
        assignments: Assignments::default(),
    };
    let request = ReportRequest {
        ndc: inputs::ndc(&command.inputs)?,
        definition: definition.name.clone(),
        as_of: sample.as_of,
        locale: "en".to_owned(),
        paper: None,
        selection: None,
    };
    let data = Data {
        series: sample.series,
        background: Some(sample.background),
        label: Some(sample.label),
    };
    let composed = quire_reports::of_data(&registry, &request, &definition, data).await;
    Ok(composed
        .map(|composed| marked(composed.document))
        .map_err(|failure| failure.problem.detail))
}
