//! The section `limitations`: what the data cannot say. Printed whatever the data are.

use quire_sdk::{
    About, Content, Data, Failure, NoParams, Request, Section, Text, Tone, number,
    wit::provenance::Origin,
};

/// The limitations of spontaneous reports and of this document.
#[derive(Debug)]
pub struct Limitations;

quire_sdk::section!(Limitations);

/// Clauses that every document carries: a lead, and what it means. Contents after the disclaimers
/// of open.fda.gov and of FDA's public dashboard; wording ours.
const CLAUSES: [(&str, &str); 8] = [
    (
        "Suspicion, not proof.",
        "FAERS collects voluntary and mandatory reports of suspected adverse events and medication \
         errors. A report is not proof that the drug led to the event. FDA does not require such \
         proof for a report, and it has not verified what the reports say.",
    ),
    (
        "Quality of the reports.",
        "Reports may be incomplete, inaccurate, untimely or duplicated. The source serves the latest \
         version of each case. Reports that share a control number or state the same facts were \
         counted once; other duplicates, such as one event that a patient and a manufacturer \
         describe differently, remain. Where probable cases are counted beside reports, reports \
         that are probably of one patient are one case; some of these are not found, and two patients may \
         be taken for one.",
    ),
    (
        "No denominator.",
        "How many people took the drug is not known to the source. Incidence, prevalence or risk \
         cannot be computed from reports, and drugs cannot be ranked by numbers of reports. \
         Percentages in this document are shares of reports.",
    ),
    (
        "No link inside a report.",
        "A report may list several drugs and several reactions, and does not link any drug to any \
         reaction.",
    ),
    (
        "What drives reporting.",
        "Many events are never reported. Publicity, litigation and new obligations stimulate \
         reports, and practice changes over time. All of this moves numbers and trends.",
    ),
    (
        "Matching by name.",
        "Reports are found through drug names to which the source attaches National Drug Codes. They \
         may concern products of other manufacturers, and reports that misspell the name are missed.",
    ),
    (
        "Disproportionality.",
        "Where a statistic compares this drug with others, it raises hypotheses to be examined by \
         other means. The absence of a signal is not evidence of safety.",
    ),
    (
        "Use of this document.",
        "It is not for clinical decisions and is not a regulatory submission. It needs review by a \
         qualified person. Submitting a report is no admission of fault by anyone.",
    ),
];

/// Printed because reaction terms come from the dictionary.
const MEDDRA: &str = "Reaction terms are preferred terms of MedDRA®, the Medical Dictionary for \
                      Regulatory Activities, as openFDA gives them. MedDRA® trademark is registered by ICH.";

impl Section for Limitations {
    const ABOUT: About = About {
        title: "Limitations",
        summary: "What spontaneous reports and this document cannot say, the source's disclaimer \
                  verbatim, and the MedDRA notice. Always printed.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = NoParams;

    fn render(_: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
        let origin = data.origin();
        let mut content = Content::new("Limitations");
        content.paragraph("Read every number in this document with these limits in mind.");
        for (lead, meaning) in CLAUSES {
            content.ordered(Text::default().bold(lead).plain(" ").plain(meaning));
        }
        if origin.fetched < origin.total {
            content.ordered(
                Text::default()
                    .bold("Part of the reports.")
                    .plain(" ")
                    .plain(part(&origin)),
            );
        }
        content.callout(
            Tone::Caution,
            "Disclaimer of openFDA, verbatim",
            disclaimer(&origin),
        );
        content.paragraph(MEDDRA);
        Ok(content)
    }
}

fn part(origin: &Origin) -> String {
    format!(
        "{} of {} were fetched. Reports that were not fetched may differ from those that were.",
        number::count(origin.fetched),
        number::counted(origin.total, "matching report", "matching reports")
    )
}

fn disclaimer(origin: &Origin) -> &str {
    match origin.disclaimer.trim() {
        "" => "The source sent no disclaimer with these data.",
        words => words,
    }
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{Fixture, overclaims, plain_text, problems, render};

    use super::*;

    #[test]
    fn every_clause_is_printed_without_any_data() {
        let output = render::<Limitations>(&Fixture::new(Vec::new()), "{}").unwrap();

        assert_eq!(problems(&output), [""; 0]);
        let denial = "Incidence, prevalence or risk cannot be computed";
        assert_eq!(overclaims(&output, &[denial]), [""; 0]);
        let text = plain_text(&output);
        for words in [
            "voluntary and mandatory",
            "not proof",
            "has not verified",
            "incomplete, inaccurate, untimely or duplicated",
            "latest version",
            "Incidence, prevalence or risk cannot be computed",
            "cannot be ranked",
            "does not link any drug to any reaction",
            "never reported",
            "litigation",
            "practice changes",
            "other manufacturers",
            "hypotheses",
            "absence of a signal is not evidence of safety",
            "not for clinical decisions",
            "not a regulatory submission",
            "qualified person",
            "no admission of fault",
            "Do not rely on openFDA to make decisions regarding medical care.",
            "MedDRA® trademark is registered by ICH.",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
    }

    #[test]
    fn a_selection_is_a_limitation() {
        let mut fixture = Fixture::new(Vec::new());
        fixture.origin.total = 7_300;
        fixture.origin.fetched = 5_000;

        let text = plain_text(&render::<Limitations>(&fixture, "{}").unwrap());

        assert!(
            text.contains("5,000 of 7,300 matching reports were fetched."),
            "{text}"
        );
    }
}
