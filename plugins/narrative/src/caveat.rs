//! The largest caveat of this document, in one sentence: the first of these that applies.

use quire_sdk::{Facts, Text, number};

use crate::sentences::cite;

/// A caveat about every share stands before one about some reports.
pub(crate) fn sentence(facts: &Facts) -> Option<Text> {
    part(facts)
        .or_else(|| concomitant(facts))
        .or_else(|| by_name(facts))
}

/// Not all reports were fetched.
fn part(facts: &Facts) -> Option<Text> {
    let (total, fetched) = (
        facts.count("reports-total")?,
        facts.count("reports-fetched")?,
    );
    (fetched < total).then(|| {
        let text = format!(
            "The largest caveat: {} of {} were fetched, so every count and share but the totals of the \
             source describes a part of them, which may differ from the rest",
            number::count(fetched),
            number::counted(total, "matching report", "matching reports")
        );
        cite(text, facts, &["reports-fetched"])
    })
}

/// Reports in which nobody suspects the drug.
fn concomitant(facts: &Facts) -> Option<Text> {
    let reports = facts
        .count("concomitant-reports")
        .filter(|reports| *reports > 0)?;
    let text = format!(
        "The largest caveat: in {} the drug is only concomitant, that is, the reporter listed it without \
         suspecting it, and the counts include these reports",
        number::reports(reports)
    );
    Some(cite(text, facts, &["concomitant-reports"]))
}

/// Names stand for products of several manufacturers.
fn by_name(facts: &Facts) -> Option<Text> {
    facts.find("drug-names")?;
    let text =
        "The largest caveat: reports are found by the name of the drug, so they may concern \
                products of other manufacturers"
            .to_owned();
    Some(cite(text, facts, &["drug-names"]))
}
