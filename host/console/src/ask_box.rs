//! The box in which a report is asked for.

use maud::{Markup, html};
use quire_api::ProblemBody;
use quire_model::{Date, ProblemKind, ReportRequest};
use serde::{Deserialize, Serialize};

use crate::{Console, words};

/// What stands in it.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Ask {
    pub(crate) ndc: String,
    pub(crate) definition: String,
    pub(crate) as_of: String,
    pub(crate) role: String,
    pub(crate) received_from: String,
    pub(crate) received_to: String,
    pub(crate) paper: String,
    /// Tells a form that is sent twice from two that say the same.
    pub(crate) once: String,
}

impl Ask {
    /// What asks for the same once more.
    pub(crate) fn of(request: &ReportRequest) -> Self {
        let word = |value: Result<serde_json::Value, serde_json::Error>| {
            let value = value.unwrap_or(serde_json::Value::Null);
            value.as_str().unwrap_or_default().to_owned()
        };
        let selection = request.selection.as_ref();
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        Self {
            ndc: request.ndc.as_str().to_owned(),
            definition: request.definition.clone(),
            as_of: request.as_of.to_string(),
            role: word(serde_json::to_value(selection.map(|one| one.role))),
            received_from: day(selection.and_then(|one| one.received_from)),
            received_to: day(selection.and_then(|one| one.received_to)),
            paper: word(serde_json::to_value(request.paper)),
            once: ulid::Ulid::generate().to_string(),
        }
    }

    /// Its fields by their names.
    pub(crate) fn fields(&self) -> [(&'static str, &str); 8] {
        [
            ("ndc", &self.ndc),
            ("definition", &self.definition),
            ("as_of", &self.as_of),
            ("role", &self.role),
            ("received_from", &self.received_from),
            ("received_to", &self.received_to),
            ("paper", &self.paper),
            ("once", &self.once),
        ]
    }

    /// The box, with what is wrong with what stands in it.
    pub(crate) fn drawn(&self, console: &Console, wrong: Option<&ProblemBody>) -> Markup {
        let definitions = &console.api.maker.registry.definitions;
        let chosen = [
            &self.as_of,
            &self.role,
            &self.received_from,
            &self.received_to,
            &self.paper,
        ];
        html! {
            form.ask method="post" action="/console/reports" {
                label for="ndc" { "Drug code (NDC)" }
                div.row {
                    input #ndc name="ndc" value=(self.ndc) required autofocus spellcheck="false" autocomplete="off"
                        placeholder="61958-0802" aria-invalid=[wrong.filter(|wrong| wrong.type_.ends_with(ProblemKind::InvalidNdc.slug())).map(|_| "true")]
                        aria-describedby=(if wrong.is_some() { "wrong" } else { "about" });
                    button.main type="submit" { "Make the report" }
                }
                @if let Some(wrong) = wrong {
                    p #wrong.said.bad role="alert" { (words::sentence(&wrong.detail)) }
                }
                p #about.quiet {
                    "A product code (61958-0802), a package code (61958-0802-1), or 10 or 11 digits."
                    @if console.suggested.is_some() { " This server works on bundled data, which hold this one drug." }
                }
                details open[chosen.iter().any(|text| !text.is_empty())] {
                    summary { "More choices" }
                    div.fields {
                        div.wide { label for="definition" { "Kind of report" }
                            select #definition name="definition" {
                                @for one in definitions.list() {
                                    option value=(one.name) selected[if self.definition.is_empty() { one.name == "cer" } else { one.name == self.definition }] {
                                        (one.title) " (" (one.name) ")"
                                    }
                                }
                            } }
                        div { label for="as_of" { "As of" }
                            input #as_of name="as_of" type="date" value=(self.as_of) aria-describedby="as_of-means";
                            p.below #as_of-means { "Today, if empty. Reports received after that day are left out." } }
                        div { label for="role" { "Role of the drug" }
                            select #role name="role" {
                                 option value="" { "as usual for this kind" }
                                option value="any" selected[self.role == "any"] { "any" }
                                option value="suspect" selected[self.role == "suspect"] { "suspect or interacting" }
                            } }
                        div { label for="received_from" { "Reports received from" }
                            input #received_from name="received_from" type="date" value=(self.received_from); }
                        div { label for="received_to" { "Reports received to" }
                            input #received_to name="received_to" type="date" value=(self.received_to); }
                        div { label for="paper" { "Paper" }
                            select #paper name="paper" {
                                option value="" { "as usual for this kind" }
                                option value="a4" selected[self.paper == "a4"] { "A4" }
                                option value="letter" selected[self.paper == "letter"] { "Letter" }
                            } }
                    }
                }
                input type="hidden" name="once" value=(ulid::Ulid::generate().to_string());
            }
        }
    }
}
