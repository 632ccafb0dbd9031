//! Sentences that both sections print.

use quire_sdk::{Civil, Content, Data, Failure, Tone, number, wit::background::Source};
use quire_statistics::Verdict;

use crate::{Pair, Signals};

/// Role of the drug in a background that cannot tell roles.
const ANY_ROLE: &str = "any-role";
/// A background in which more than one report in ten is the drug's own says little about others.
const OWN_SHARE: u64 = 10;

/// A section that says that there is no background, and why. Never zeros.
///
/// # Errors
///
/// [`Failure::NoData`] where no report was analysed either.
pub fn without_background(title: &str, data: &impl Data) -> Result<Content, Failure> {
    if data.reports() == 0 {
        return Err(Failure::NoData(
            "No report was analysed, so there is no reaction to compare.".to_owned(),
        ));
    }
    let mut content = Content::new(title);
    let why = data.background_unavailable().unwrap_or_default();
    let why = match why.trim().trim_end_matches('.') {
        "" => "The source gave no reason".to_owned(),
        reason => format!("The reason: {reason}"),
    };
    content.callout(
        Tone::Caution,
        "No background, so nothing is computed",
        format!(
            "Reports of one drug alone do not show whether a reaction is named in them more often than \
             in reports on other drugs. That takes totals of a whole source, and there are none for \
             this document. {why}. No statistic of disproportionality is therefore printed; this says \
             nothing about the drug, neither good nor bad."
        ),
    );
    Ok(content)
}

/// The comparator at a table: what it is, how old, how large, in which role.
#[must_use]
pub fn comparator(source: &Source) -> String {
    let role = if source.role == ANY_ROLE {
        "any role of the drug"
    } else {
        "the drug as primary suspect"
    };
    format!(
        "Comparator: all reports of {}, as of {}, {role}; N = {}, n = {}.",
        source.label,
        Civil::from_days(source.as_of),
        number::count(source.total),
        number::count(source.drug)
    )
}

/// What is wrong with a comparator that consists of the drug's own reports to a large part.
#[must_use]
pub fn small_comparator(source: &Source) -> Option<String> {
    let is_small = source.drug.saturating_mul(OWN_SHARE) > source.total;
    (is_small && source.total > 0).then(|| {
        format!(
            "{} of the {} of the comparator ({}) are the drug's own. Little is left to compare them \
             with: ratios are drawn towards 1, many are not calculable, and intervals are wide.",
            number::count(source.drug),
            number::reports(source.total),
            number::share(source.drug, source.total)
        )
    })
}

/// Why there is no EBGM, where there is none.
#[must_use]
pub fn no_prior(signals: &Signals) -> Option<&'static str> {
    if signals.prior.is_some() {
        return None;
    }
    Some(if signals.source.role == ANY_ROLE {
        "EBGM is not available: its prior is fitted over all pairs of drug and reaction of a source, \
         and this comparator gives totals of single reactions only."
    } else {
        "EBGM is not available: its prior could not be fitted over the whole comparator, or the fit did \
         not hold."
    })
}

/// The rules that a pair meets, by their short names; empty if none.
#[must_use]
pub fn rules_met(signals: &Signals, pair: &Pair) -> String {
    let met = signals.rules.iter().zip(&pair.verdicts);
    let names: Vec<&str> = met
        .filter(|(_, verdict)| verdict.is_hit())
        .map(|(rule, _)| short(rule.id))
        .collect();
    names.join(", ")
}

/// How many listed pairs a rule cannot judge, by its place.
#[must_use]
pub fn not_evaluable(signals: &Signals, place: usize) -> usize {
    let verdicts = signals.listed().filter_map(|pair| pair.verdicts.get(place));
    verdicts
        .filter(|verdict| matches!(verdict, Verdict::NotEvaluable { .. }))
        .count()
}

/// Marks of a pair: † administrative, ‡ indication.
#[must_use]
pub fn marks(pair: &Pair) -> String {
    let marks = [(pair.is_uninformative, "†"), (pair.indicated > 0, "‡")];
    let set: Vec<&str> = marks
        .into_iter()
        .filter(|(is_set, _)| *is_set)
        .map(|(_, mark)| mark)
        .collect();
    set.join(" ")
}

/// What the marks mean; none if no pair has one.
pub fn marks_note<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Option<String> {
    let (mut administrative, mut indication) = (false, false);
    for pair in pairs {
        administrative |= pair.is_uninformative;
        indication |= pair.indicated > 0;
    }
    let notes = [
        (
            administrative,
            "† Says little about a drug: procedures, use errors and administrative terms by the list of Open Targets, and the term Unevaluable event.",
        ),
        (
            indication,
            "‡ Also an indication for which analysed reports say the drug was given: the reaction may be the disease.",
        ),
    ];
    let set: Vec<&str> = notes
        .into_iter()
        .filter(|(is_set, _)| *is_set)
        .map(|(_, note)| note)
        .collect();
    (!set.is_empty()).then(|| set.join(" "))
}

/// A rule's short name for a column.
#[must_use]
pub fn short(id: &str) -> &str {
    match id {
        "evans" => "Evans",
        "ema" => "EMA",
        "umc" => "UMC",
        "mhra" => "MHRA",
        "ror" => "ROR",
        "fda" => "FDA",
        other => other,
    }
}
