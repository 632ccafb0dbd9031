//! The box in which a report is asked for.

use maud::{Markup, html};
use quire_api::ProblemBody;
use quire_model::{Date, ProblemKind, ReportRequest};
use serde::{Deserialize, Serialize};

use crate::{Console, words};

const AS_OF: &str = "As of";
const RECEIVED_FROM: &str = "Reports received from";
const RECEIVED_TO: &str = "Reports received to";

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
    /// The language; only what asks for a report of before again has one.
    pub(crate) locale: String,
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
            locale: request.locale.clone(),
            once: ulid::Ulid::generate().to_string(),
        }
    }

    /// Its fields by their names.
    pub(crate) fn fields(&self) -> [(&'static str, &str); 9] {
        [
            ("ndc", &self.ndc),
            ("definition", &self.definition),
            ("as_of", &self.as_of),
            ("role", &self.role),
            ("received_from", &self.received_from),
            ("received_to", &self.received_to),
            ("paper", &self.paper),
            ("locale", &self.locale),
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
                    p #wrong.said.bad role="alert" { (words::sentence(&in_labels(&wrong.detail))) }
                }
                p #about.quiet {
                    "A product code (61958-0802), a package code (61958-0802-1), the 10, 11 or 12 digits without hyphens, or the digits \
                     of the package's barcode."
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
                        div { label for="as_of" { (AS_OF) }
                            input #as_of name="as_of" type="date" value=(self.as_of) aria-describedby="as_of-means";
                            p.below #as_of-means { "Today, if empty. Reports received after that day are left out." } }
                        div { label for="role" { "Role of the drug" }
                            select #role name="role" {
                                option value="" { "as usual for this kind" }
                                option value="any" selected[self.role == "any"] { "any" }
                                option value="suspect" selected[self.role == "suspect"] { "suspect or interacting" }
                            } }
                        div { label for="received_from" { (RECEIVED_FROM) }
                            input #received_from name="received_from" type="date" value=(self.received_from); }
                        div { label for="received_to" { (RECEIVED_TO) }
                            input #received_to name="received_to" type="date" value=(self.received_to); }
                        div { label for="paper" { "Paper" }
                            select #paper name="paper" {
                                option value="" { "as usual for this kind" }
                                option value="a4" selected[self.paper == "a4"] { "A4" }
                                option value="letter" selected[self.paper == "letter"] { "Letter" }
                            } }
                    }
                }
                input type="hidden" name="locale" value=(self.locale);
                input type="hidden" name="once" value=(ulid::Ulid::generate().to_string());
            }
        }
    }
}

/// A refusal that names fields as the box calls them: the API calls them by the members of a body.
fn in_labels(detail: &str) -> String {
    let labels = [
        ("as_of", AS_OF),
        ("received_from", RECEIVED_FROM),
        ("received_to", RECEIVED_TO),
    ];
    let rename = |detail: String, (member, label): (&str, &str)| {
        detail.replace(member, &format!("“{label}”"))
    };
    labels.into_iter().fold(detail.to_owned(), rename)
}

#[cfg(test)]
mod tests {
    use quire_model::{CaseSelection, DrugRole, Paper};

    use super::*;

    #[test]
    fn what_is_asked_for_again_is_what_was_asked_for() {
        let request = ReportRequest {
            ndc: "61958-0802".parse().unwrap(),
            definition: "line-listing".to_owned(),
            as_of: Date::constant(2025, 6, 30),
            locale: "de".to_owned(),
            paper: Some(Paper::Letter),
            selection: Some(CaseSelection {
                role: DrugRole::Suspect,
                received_from: Some(Date::constant(2014, 1, 1)),
                received_to: None,
            }),
        };

        let (one, other) = (Ask::of(&request), Ask::of(&request));

        let (once, said) = one
            .fields()
            .split_last()
            .map(|(once, said)| (*once, said.to_vec()))
            .unwrap();
        let expected = [
            ("ndc", "61958-0802"),
            ("definition", "line-listing"),
            ("as_of", "2025-06-30"),
            ("role", "suspect"),
            ("received_from", "2014-01-01"),
            ("received_to", ""),
            ("paper", "letter"),
            ("locale", "de"),
        ];
        assert_eq!(said, expected);
        // Each form is sent once.
        assert!(once.0 == "once" && once.1 != other.once);
    }

    #[test]
    fn a_field_is_called_as_it_stands_in_the_box() {
        let detail = "received_to (2020-01-01) lies before received_from (2021-01-01)";
        let said =
            "“Reports received to” (2020-01-01) lies before “Reports received from” (2021-01-01)";
        assert_eq!(in_labels(detail), said);
    }
}
