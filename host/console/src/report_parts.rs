//! The parts of a report's page.

use std::time::Duration;

use maud::{Markup, html};
use quire_model::{Manifest, Problem};
use quire_modules::Limits;
use quire_records::{ReportRow, Right, Success};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Console,
    ask_box::Ask,
    meters,
    remedy::remedy,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

const COSTS: [(&str, Set); 5] = [
    ("Section, and what made it", Set::Line),
    ("CPU time", Set::Meter),
    ("Memory", Set::Meter),
    ("Wall time", Set::Meter),
    ("Output", Set::Meter),
];

/// In which form the document stands on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    #[default]
    Pdf,
    Html,
    Numbers,
    Manifest,
}

/// Why the report, or its last attempt, failed.
pub(crate) fn problem(
    console: &Console,
    row: &ReportRow,
    problem: &Problem,
    visitor: &Visitor,
) -> Markup {
    let title = if row.state.is_final() {
        "Why it failed"
    } else {
        "Why the last attempt failed"
    };
    html! {
        section.panel.problem aria-labelledby="why" {
            h2 #why { (title) }
            @if !problem.detail.starts_with(problem.kind.title()) { p.lead { (words::sentence(problem.kind.title())) } }
            p { (words::sentence(problem.gist())) }
            @if problem.gist() != problem.detail { details { summary { "All that was said" } pre tabindex="0" { (problem.detail) } } }
            @if let Some(section) = &problem.section { p { "It was making the section " strong { (section) } (by_module(console, row, section, visitor)) "." } }
            @if let Some(remedy) = remedy(problem.kind).filter(|_| row.state.is_final()) { p { (remedy) } }
            @if row.state.is_final() && visitor.may(Right::Request) { (asked_again(row)) }
        }
    }
}

/// Which module was to make a section, as its definition says, and which version, as it was fixed when the report
/// began.
fn by_module(console: &Console, row: &ReportRow, section: &str, visitor: &Visitor) -> Markup {
    let definition = console
        .api
        .maker
        .registry
        .definitions
        .get(&row.request.definition);
    let sections = definition
        .iter()
        .flat_map(|definition| &definition.sections);
    let mut modules = sections
        .filter(|spec| spec.name == section)
        .map(|spec| &spec.module);
    html! {
        @if let Some(module) = modules.next() {
            ", by the module "
            @if visitor.may(Right::ReadAll) { a href=(format!("/console/modules/{module}")) { (module) } } @else { (module) }
        }
        @if let Some(digest) = row.pins.get(section) { " " (words::digest(*digest)) }
    }
}

/// The steps, with what has begun.
pub(crate) fn steps(console: &Console, row: &ReportRow) -> Markup {
    let definitions = &console.api.maker.registry.definitions;
    let sections = definitions.get(&row.request.definition);
    let sections = sections.iter().flat_map(|definition| &definition.sections);
    let mut names = vec!["data"];
    let sections: Vec<_> = sections.collect();
    names.extend(sections.iter().map(|section| section.name.as_str()));
    names.push("pdf");
    let now = row
        .progress
        .as_ref()
        .map(|progress| progress.section.as_str());
    let done = row
        .progress
        .as_ref()
        .map_or(0, |progress| progress.done as usize);
    html! {
        @if let Some(progress) = &row.progress {
            progress.whole max=(progress.total) value=(progress.done)
                aria-label=(format!("{} of {} steps", progress.done, progress.total)) {}
        }
        ol.steps {
            @for (at, name) in names.iter().enumerate() {
                @let is_now = now == Some(name);
                @let (class, mark, said) = if is_now { ("now", "◐", ", being made") } else if at < done { ("begun", "◌", ", begun") } else { ("waits", "○", ", waits") };
                li class=(class) { span aria-hidden="true" { (mark) } " " (name) span.hidden { (said) } }
            }
        }
    }
}

/// The document, in one of its forms.
pub(crate) fn document(
    row: &ReportRow,
    form: Form,
    manifest: Option<&str>,
    numbers: &Markup,
) -> Markup {
    let base = format!("/console/reports/{}", row.id);
    let tab = |it: Form, name: &str, words: &str| {
        html! {
            a href=(format!("?show={name}#document")) aria-current=[(it == form).then_some("true")] { (words) }
        }
    };
    html! {
        section #document aria-label="The document" {
            nav.tabs aria-label="Form of the document" {
                (tab(Form::Pdf, "pdf", "PDF"))
                (tab(Form::Html, "html", "HTML"))
                (tab(Form::Numbers, "numbers", "Numbers"))
                (tab(Form::Manifest, "manifest", "Manifest"))
                span.save {
                    "Save: "
                    a href=(format!("{base}/pdf")) download { "PDF" } " "
                    a href=(format!("{base}/html")) download { "HTML" } " "
                    a href=(format!("{base}/json")) download { "JSON" } " "
                    a href=(format!("{base}/csv")) download { "tables" }
                }
            }
            @match form {
                Form::Pdf => iframe.paper src=(format!("{base}/pdf#navpanes=0")) title="The report as PDF" {},
                Form::Html => iframe.paper sandbox src=(format!("{base}/html")) title="The report as HTML" {},
                Form::Numbers => (numbers),
                Form::Manifest => pre.paper tabindex="0" aria-label="The manifest" { (pretty(manifest)) },
            }
        }
    }
}

fn pretty(json: Option<&str>) -> String {
    let Some(json) = json else {
        return "This report was made by a version that kept no manifest.".to_owned();
    };
    serde_json::from_str::<serde_json::Value>(json)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| json.to_owned())
}

/// What happened when.
pub(crate) fn timeline(row: &ReportRow, manifest: Option<&Manifest>) -> Markup {
    html! {
        ol.timeline {
            li { strong { "Accepted" } " " (words::exact(row.accepted_at)) }
            @if let Some(at) = row.started_at {
                li { strong { "Begun" } " " (words::exact(at)) " "
                    span.quiet { "waited " (words::between(row.accepted_at, at)) } }
            }
            @if let Some(version) = row.definition_version {
                li { strong { "With" } " version " (version) " of the definition " (row.request.definition) " and " (row.pins.len()) " modules" }
            }
            @if row.attempt > 1 { li { strong { "Attempts" } " " (row.attempt) } }
            @if let Some(manifest) = manifest {
                li { strong { "Made" } " " (words::exact(manifest.made_at)) " " span.quiet { "by " (manifest.worker) } }
            }
            @if let Some(at) = row.finished_at {
                li { strong { "Ended" } " " (words::exact(at)) " "
                    span.quiet { (words::between(row.accepted_at, at)) " in all" } }
            }
            @if let Some(success) = &row.success {
                li { strong { "Data" } " " (words::digest(success.data_digest)) " "
                    span.quiet { (come_by(success)) } }
                li { strong { "Document" } " " code.digest title="As it stands on its pages" { (success.document_id) } }
                li { strong { "PDF" } " " (words::digest(success.artifact.digest)) " "
                    span.quiet { (words::bytes(success.artifact.size_bytes)) } }
            }
        }
    }
}

/// How the data were come by, in words.
fn come_by(success: &Success) -> String {
    let age = words::duration(Duration::from_secs(success.age_s));
    match success.cache.as_str() {
        "miss" => "asked of the source for this report".to_owned(),
        "hit" => format!("asked of the source {age} before"),
        _ => format!("the source was away: an older answer, {age} old"),
    }
}

/// Asks for the same once more.
pub(crate) fn asked_again(row: &ReportRow) -> Markup {
    let ask = Ask::of(&row.request);
    html! {
        form method="post" action="/console/reports" {
            @for (name, value) in ask.fields() { input type="hidden" name=(name) value=(value); }
            button type="submit" { "Ask for it again" }
        }
    }
}

/// What each section used of what it may.
pub(crate) fn cost(row: &ReportRow, manifest: &Manifest, visitor: &Visitor) -> Markup {
    let recipe = &manifest.making.colophon.recipe;
    let lacking = row
        .success
        .as_ref()
        .map(|success| success.placeholders.as_slice());
    let rows = manifest.making.usage.iter().map(|usage| {
        let component = recipe.modules.iter().find(|one| one.section == usage.section);
        let limits = component.map_or(Limits::DEFAULT, |one| Limits::DEFAULT.with(&one.limits));
        let what = html! {
            (usage.section)
            @if lacking.is_some_and(|lacking| lacking.contains(&usage.section)) { " " span.state.failed { "✕ not made" } }
            @if let Some(component) = component {
                div.below {
                    @if visitor.may(Right::ReadAll) { a href=(format!("/console/modules/{}", component.module)) { (component.module) } }
                    @else { (component.module) }
                    " "
                    @if let Some(digest) = component.digest { (words::digest(digest)) }
                }
            }
        };
        let ms = Duration::from_millis;
        vec![
            what,
            meters::time(ms(usage.cpu_ms), limits.cpu),
            meters::size(usage.memory_bytes, limits.memory_bytes as u64),
            meters::time(ms(usage.wall_ms), limits.wall),
            meters::size(usage.output_bytes, limits.output_bytes as u64),
        ]
    });
    listing("what each section used", &COSTS, rows)
}

/// The same from a command line.
pub(crate) fn same(row: &ReportRow) -> Markup {
    let ndc = row.request.ndc.as_str();
    let request = &row.request;
    let selection = request.selection.as_ref();
    let asked = [
        ("as_of", "as-of", json!(request.as_of)),
        ("definition", "definition", json!(request.definition)),
        ("locale", "locale", json!(request.locale)),
        ("paper", "paper", json!(request.paper)),
        ("role", "role", json!(selection.map(|one| one.role))),
        (
            "received_from",
            "from",
            json!(selection.map(|one| one.received_from)),
        ),
        (
            "received_to",
            "to",
            json!(selection.map(|one| one.received_to)),
        ),
    ];
    let asked = asked.iter().filter(|(_, _, value)| !value.is_null());
    let body: serde_json::Map<_, _> = asked
        .clone()
        .map(|(member, _, value)| ((*member).to_owned(), value.clone()))
        .collect();
    let body = serde_json::Value::Object(body);
    let flags: String = asked
        .map(|(_, flag, value)| format!("--{flag} {} ", value.as_str().unwrap_or_default()))
        .collect();
    words::same(&[
        (
            "Ask for it by HTTP:",
            format!(
                "curl -X POST -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\\n  \
                 -d '{body}' \"$QUIRE/api/cer/{ndc}/enhanced-pdf\""
            ),
        ),
        (
            "Look where it stands, and fetch it:",
            format!(
                "curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/tasks/{0}\"\n\
                 curl -H \"Authorization: Bearer $KEY\" -o report.pdf \"$QUIRE/api/tasks/{0}/pdf\"",
                row.id
            ),
        ),
        (
            "Make it without a server:",
            format!("quire report {ndc} {flags}--output report.pdf"),
        ),
    ])
}
