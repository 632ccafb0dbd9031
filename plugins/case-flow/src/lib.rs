//! The section `case-flow`: from all matching reports to the analysed ones, with the reason for
//! every report that is left out, and the role that the drug has in those that stay.

mod probable;

use quire_sdk::{
    About, Breakdown, ByName, Column, Content, Counts, Data, Fact, Failure, NoParams, Request,
    Section, Selection, Table, Tone, fetched_words, number, reports_with,
    wit::provenance::{FlowStep, Origin},
};

/// The case flow.
#[derive(Debug)]
pub struct CaseFlow;

quire_sdk::section!(CaseFlow);

const FLOW: &str = "flow";
const ROLE: &str = "role";

/// The contract's names of the roles, with what a reader sees.
const ROLES: [(&str, &str); 3] = [
    ("suspect", "Suspect"),
    ("interacting", "Interacting"),
    ("concomitant", "Concomitant"),
];

impl Section for CaseFlow {
    const ABOUT: About = About {
        title: "Case flow",
        summary: "From all matching reports to the analysed ones, with the reason at every step, \
                  and the role of the drug in the analysed reports.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = NoParams;

    fn render(_: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let analysed = data.reports();
        let mut content = Content::new("Case flow");
        content.paragraph(opening(&origin, analysed));
        if origin.flow.iter().any(|step| step.removed > 0) {
            content.table(flow(&origin.flow));
        } else if origin.total > 0 && !origin.flow.is_empty() {
            content.paragraph(untouched(&origin.flow));
        }
        facts(&mut content, &origin, analysed);
        if analysed > 0 {
            role(
                &mut content,
                &data.count_by("role", None)?,
                &origin,
                analysed,
            );
            probable::write(&mut content, data)?;
        }
        Ok(content)
    }
}

fn opening(origin: &Origin, analysed: u32) -> String {
    if origin.total == 0 {
        let by_name = ByName::sentence(ByName::of(origin).as_ref(), 0);
        return format!(
            "No report at the source carries the code that was asked for, so there is none to follow. \
             {by_name}"
        );
    }
    let left_out = origin.fetched.saturating_sub(u64::from(analysed));
    let rest = match left_out {
        0 => "All of them were analysed.".to_owned(),
        _ => format!(
            "Of these, {} {} analysed and {} {} left out, for the reasons below.",
            number::count(analysed),
            was(analysed.into()),
            number::count(left_out),
            was(left_out),
        ),
    };
    format!("Fetched were {}. {rest}", fetched_words(origin))
}

fn was(reports: u64) -> &'static str {
    if reports == 1 { "was" } else { "were" }
}

/// The steps in a sentence, where none of them took a report away.
fn untouched(steps: &[FlowStep]) -> String {
    let labels: Vec<String> = steps
        .iter()
        .map(|step| format!("“{}”", step.label))
        .collect();
    format!(
        "No report was left out at any step: {}.",
        number::list(&labels, "and")
    )
}

fn flow(steps: &[FlowStep]) -> Table {
    let reason = |step: &FlowStep| Some(step.reason.clone()).filter(|reason| !reason.is_empty());
    let table = Table::new(FLOW, "From matching to analysed reports")
        .column(Column::text("step", "Step", steps.iter().map(|step| &step.label)))
        .column(Column::integer("remaining", "Reports left", steps.iter().map(|step| step.remaining)))
        .column(Column::integer("removed", "Left out", steps.iter().map(|step| step.removed)))
        .column(Column::text("reason", "Why", steps.iter().map(reason)))
        .note("Reports left: after the step. Left out: by the step. The unit is the report; a case that the source holds in several versions is one report here.");
    match u32::try_from(steps.len()) {
        Ok(rows) if rows > 0 => table.total(rows - 1),
        _ => table,
    }
}

fn role(content: &mut Content, counts: &Counts, origin: &Origin, analysed: u32) {
    Breakdown::new(ROLE, "Analysed reports by role of the drug", "Role", analysed)
        .counts(counts, &ROLES)
        .note("The role is that of the drug entry that matched. Where a report lists the drug several times, its strongest role counts: suspect, then interacting, then concomitant.")
        .write(content);
    let concomitant = reports_with(counts, "concomitant");
    if concomitant > 0 {
        content.callout(
            Tone::Caution,
            "Reports in which the drug is not suspected",
            format!(
                "In {} of {} the drug is only concomitant: the reporter listed it without suspecting \
                 it. The counts of this document include these reports. A report requested with the \
                 role suspect leaves them out.",
                number::count(concomitant),
                number::counted(analysed, "analysed report", "analysed reports")
            ),
        );
    } else if Selection::of(origin).suspect_only {
        content
            .paragraph("Only reports in which the drug is suspect or interacting were asked for.");
    }
    let suspect = reports_with(counts, "suspect");
    let count = |key: &str, reports: u32| Fact::count(key, reports).unit("reports");
    let is_stated = counts.missing < analysed;
    let stated = analysed.saturating_sub(counts.missing);
    content.fact_of(ROLE, is_stated.then(|| count("suspect-reports", suspect)));
    content.fact_of(ROLE, Fact::percent("suspect-percent", suspect, stated));
    content.fact_of(
        ROLE,
        is_stated.then(|| count("concomitant-reports", concomitant)),
    );
}

fn facts(content: &mut Content, origin: &Origin, analysed: u32) {
    for (key, reports) in [
        ("reports-total", origin.total),
        ("reports-fetched", origin.fetched),
        ("reports-analysed", u64::from(analysed)),
    ] {
        content.fact_of(FLOW, Fact::count(key, reports).unit("reports"));
    }
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{Case, Fixture, overclaims, plain_text, problems, render};

    use super::*;

    fn fixture() -> Fixture {
        let mut fixture = Fixture::new(vec![
            Case::new("1").with("role", "suspect"),
            Case::new("2").with("role", "concomitant"),
            Case::new("3"),
        ]);
        fixture.origin.total = 10;
        fixture.origin.fetched = 5;
        fixture.origin.selection = "the 5 most recently received of 10".to_owned();
        fixture.origin.flow = vec![
            FlowStep {
                label: "Matching reports in openFDA".to_owned(),
                remaining: 10,
                removed: 0,
                reason: String::new(),
            },
            FlowStep {
                label: "Analysed".to_owned(),
                remaining: 3,
                removed: 7,
                reason: "not fetched or not valid".to_owned(),
            },
        ];
        fixture
    }

    #[test]
    fn every_report_left_out_has_a_reason() {
        let output = render::<CaseFlow>(&fixture(), "{}").unwrap();

        assert_eq!(problems(&output), [""; 0]);
        assert_eq!(overclaims(&output, &[]), [""; 0]);
        let text = plain_text(&output);
        for line in [
            "Fetched were the 5 most recently received of 10 matching reports. Of these, 3 were analysed and 2 were left out, for the reasons below.",
            "Analysed | 3 | 7 | not fetched or not valid",
            "Suspect | 1 | 50.0%\nInteracting | 0 | 0.0%\nConcomitant | 1 | 50.0%\nNot reported | 1 | –",
            "In 1 of 3 analysed reports the drug is only concomitant",
            "fact reports-total = FactValue::Integer(10) <flow>",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_request_for_suspected_drugs_is_said_so() {
        let fixture = Fixture::new(vec![Case::new("1").with("role", "interacting")])
            .with_details(&[("role", "suspect")]);

        let text = plain_text(&render::<CaseFlow>(&fixture, "{}").unwrap());

        assert!(
            text.contains("Only reports in which the drug is suspect or interacting"),
            "{text}"
        );
        assert!(!text.contains("only concomitant"), "{text}");
    }

    #[test]
    fn steps_that_left_nothing_out_are_a_sentence() {
        let text = plain_text(
            &render::<CaseFlow>(
                &Fixture::new(vec![Case::new("1").with("role", "suspect")]),
                "{}",
            )
            .unwrap(),
        );

        for line in [
            "No report was left out at any step: “matching”, “fetched” and “analysed”.",
            "Analysed reports by role of the drug: Suspect, in the one analysed report.",
            "fact reports-analysed = FactValue::Integer(1) <->",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn without_reports_there_is_neither_flow_nor_role() {
        let mut fixture = Fixture::new(Vec::new());
        fixture.origin.total = 0;

        let text = plain_text(&render::<CaseFlow>(&fixture, "{}").unwrap());

        assert!(
            text.contains("No report at the source carries the code"),
            "{text}"
        );
        assert!(!text.contains("[table"), "{text}");
    }
}
