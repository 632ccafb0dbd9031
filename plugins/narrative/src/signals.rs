//! What the disproportionality analysis found, in one sentence.

use quire_sdk::{Data, Facts, Labelled, Text, number};

use crate::sentences::cite;

/// Decimals of a lower bound, as its table shows them.
const DECIMALS: u8 = 2;

pub(crate) fn sentence(facts: &Facts) -> Option<Text> {
    match facts.count("reactions-tested") {
        Some(tested) => compared(facts, tested),
        None => not_compared(facts),
    }
}

fn compared(facts: &Facts, tested: i64) -> Option<Text> {
    let role = facts
        .word("comparator-role")
        .map_or_else(String::new, |role| format!(", {role}"));
    let rules = facts.word("rules-applied")?;
    let (two, one) = ("signals-two-rules", "signals-one-rule");
    let (met, judged) = match (facts.count(two), facts.count(one)) {
        (Some(met), _) => {
            let met = number::none_or(met);
            let by = facts.word("signal-statistics")?;
            (
                two,
                format!("{met} stood out by at least two of {by}, judged by {rules}"),
            )
        }
        // Rules of one statistic were applied, so that nothing could stand out by two.
        (None, Some(met)) => (one, format!("{} met {rules}", number::none_or(met))),
        (None, None) => ("reactions-listed", format!("{rules} could be applied")),
    };
    let minimum = facts.word("signal-minimum")?;
    let listed = number::none_or(facts.count("reactions-listed")?);
    let text = format!(
        "Of {} tested against the comparator{role}, {listed} had at least {minimum} reports, \
         and {judged}{}",
        number::counted(tested, "reaction term", "reaction terms"),
        aside(facts).unwrap_or_default()
            + &unsuspected(facts).unwrap_or_default()
            + &again(facts).unwrap_or_default()
    );
    Some(cite(
        text,
        facts,
        &[
            met,
            "signals-aside",
            "signals-unsuspected",
            "signals-staying",
            "signals-going",
            "signals-undecided",
        ],
    ))
}

/// The reactions with the highest lower bounds: the bound and whether it passes what it would be without
/// any association, the suspect reports and their probable cases, and where the drug's label names it. With the
/// label that they were looked up in.
pub(crate) fn strongest(data: &impl Data, facts: &Facts, most: u8) -> Option<(String, Labelled)> {
    let order = facts.word("signal-order")?;
    // What mixes roles says so at the number.
    let in_role = match facts.word("comparator-role") {
        Some(role) if role.starts_with("any role") => " in any role",
        _ => "",
    };
    let term = |rank: u8| facts.word(&format!("top-signal-{rank}"));
    let terms: Vec<String> = (1..=most.min(5)).map_while(term).collect();
    let labelled = Labelled::of(data, &terms);
    let named: Vec<String> = (1..)
        .zip(&terms)
        .map_while(|(rank, term): (u8, _)| {
            let key = format!("top-signal-{rank}");
            let lower = format!("{key}-lower");
            let bound = facts.decimal(&lower, DECIMALS)?;
            let passes = passes(&order, facts.number(&lower)?);
            let reports = facts.count(&format!("{key}-reports"))?;
            let suspect = facts.count(&format!("{key}-suspect-cases"))?;
            let label = labelled.said(term);
            Some(format!(
                "{term}, {order} {bound}{passes}, {}{in_role}, suspected in {}{}",
                number::reports(reports),
                number::counted(suspect, "probable case", "probable cases"),
                label.map_or_else(String::new, |label| format!(", {label}"))
            ))
        })
        .collect();
    (!named.is_empty()).then(|| (named.join("; "), labelled))
}

/// Whether a lower bound passes the value that means no association: 0 for the IC, 1 for ratios.
fn passes(order: &str, lower: f64) -> &'static str {
    match (order.starts_with("IC"), lower) {
        (true, lower) if lower > 0.0 => " (above 0)",
        (true, _) => " (not above 0)",
        (false, lower) if lower > 1.0 => " (above 1)",
        (false, _) => " (not above 1)",
    }
}

/// What met the rules and is not named among the strongest, because hardly a report suspects the drug.
fn unsuspected(facts: &Facts) -> Option<String> {
    let terms = facts.word("signals-unsuspected")?;
    let minimum = facts.word("signal-suspect-minimum")?;
    Some(format!(
        "; left aside because fewer than {minimum} probable cases suspect the drug (how many, in brackets): \
         {terms}"
    ))
}

/// What met the rules and is not named among the strongest, because it may be the disease itself or is
/// administrative.
fn aside(facts: &Facts) -> Option<String> {
    let terms = facts.word("signals-aside")?;
    Some(format!(
        "; left aside as indications of the drug or administrative terms: {terms}"
    ))
}

/// What became of the signals where they were compared again, and in which ways that was: some may be missing.
fn again(facts: &Facts) -> Option<String> {
    let ways = facts.word("signals-compared")?;
    let words = [
        ("these stay each time", "signals-staying"),
        ("these go at least once", "signals-going"),
        ("these cannot be judged each time", "signals-undecided"),
    ];
    let said: Vec<String> = words
        .iter()
        .filter_map(|(words, key)| Some(format!("{words}: {}", facts.word(key)?)))
        .collect();
    (!said.is_empty()).then(|| {
        format!(
            "; of the signals named first, compared {ways}, {}",
            said.join("; ")
        )
    })
}

/// A method section that found no comparator says so; without one nothing is known.
fn not_compared(facts: &Facts) -> Option<Text> {
    (facts.word("comparator")? == "none").then(|| {
        Text::new(
            "No totals of a whole source were available to compare with, so no disproportionality was \
             computed, which says nothing about the drug.",
        )
    })
}
