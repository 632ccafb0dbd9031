//! Sentences that both sections print.

use crate::{INDICATION_PERCENT, INDICATION_REPORTS, Pair, SUSPECTED_FROM, Signals};
use quire_sdk::{Civil, Content, Data, Failure, Tone, number, wit::background::Source};

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
    data.analysed("there is no reaction to compare")?;
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
    format!(
        "Comparator: all reports of {}, as of {}, {}; N = {}, n = {}.",
        source.label,
        Civil::from_days(source.as_of),
        role(source),
        number::count(source.total),
        number::count(source.drug)
    )
}

/// Whether the comparator counts the drug in any role, because it cannot tell them.
#[must_use]
pub fn mixes_roles(source: &Source) -> bool {
    source.role == ANY_ROLE
}

/// In which role of the drug the comparator counts reports.
#[must_use]
pub fn role(source: &Source) -> &'static str {
    if mixes_roles(source) {
        "any role of the drug"
    } else {
        "the drug as primary suspect"
    }
}

/// What a count with the drug is headed: a comparator that cannot tell roles mixes them, and says so at
/// every number.
#[must_use]
pub fn headed(name: &str, source: &Source) -> String {
    match mixes_roles(source) {
        true => format!("{name} (any role)"),
        false => name.to_owned(),
    }
}

/// What the applied rules judge by: `the statistics PRR, IC and EBGM`.
#[must_use]
pub fn grounds(signals: &Signals) -> String {
    let grounds = signals.grounds();
    format!("the statistics {}", number::list(&grounds, "and"))
}

/// Why rules are counted by what they judge by, for a note.
pub const GROUNDS_NOTE: &str = "Rules that judge by the same statistic count as one ground, whichever of \
    them is met: by PRR those of Evans and EMA, by EBGM those of MHRA and FDA. Where no other report names a \
    reaction (c = 0) no ratio is calculable; IC and EBGM judge alone, and one of them suffices where only one \
    is there.";

/// The rules that were applied: `the 3 rules that could be applied (Evans, EMA and UMC)`, or `the one rule
/// that could be applied (EMA)`, or `none of the 2 rules (MHRA and FDA)`.
#[must_use]
pub fn rules_applied(signals: &Signals) -> String {
    let applied: Vec<&str> = signals.applied().map(|(_, rule)| short(rule.id)).collect();
    if applied.is_empty() {
        let all: Vec<&str> = signals.rules.iter().map(|rule| short(rule.id)).collect();
        let rules = number::counted(all.len() as u64, "rule", "rules");
        return format!("none of the {rules} ({})", number::list(&all, "and"));
    }
    let count = match applied.len() {
        1 => "one rule".to_owned(),
        many => format!("{} rules", number::count(many as u64)),
    };
    let names = number::list(&applied, "and");
    if applied.len() == signals.rules.len() {
        format!("the {count} ({names})")
    } else {
        format!("the {count} that could be applied ({names})")
    }
}

/// Where rules gave no verdict, which is not the same as not met; none if every rule judged every
/// listed reaction.
#[must_use]
pub fn without_verdict(signals: &Signals) -> Option<String> {
    let listed = signals.listed().count();
    let gaps: Vec<String> = signals
        .rules
        .iter()
        .enumerate()
        .map(|(place, rule)| (signals.without_verdict(place), rule))
        .filter(|(missing, _)| *missing > 0)
        .map(|(missing, rule)| {
            let why = match signals.lacks_prior(rule) {
                true => " (there is no EBGM)",
                false => "",
            };
            let rule = short(rule.id);
            if missing == listed {
                format!("{rule} on none{why}")
            } else {
                format!("{rule} not on {}", number::count(missing as u64))
            }
        })
        .collect();
    (!gaps.is_empty()).then(|| {
        format!(
            "A rule gives no verdict where a measure that it needs is missing, which is not the same as \
             not met: {} of the listed reactions.",
            number::list(&gaps, "and")
        )
    })
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
    Some(if mixes_roles(&signals.source) {
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

/// Marks of a pair, in words: `DME`, `indication`, `administrative`, `few cases`; empty if none.
#[must_use]
pub fn marks(pair: &Pair) -> String {
    let marks = [
        (pair.is_designated, "DME"),
        (pair.is_indication, "indication"),
        (pair.is_administrative, "administrative"),
        (pair.rests_on_few(), "few cases"),
    ];
    let set: Vec<&str> = marks
        .into_iter()
        .filter(|(is_set, _)| *is_set)
        .map(|(_, mark)| mark)
        .collect();
    set.join("; ")
}

/// What the marks mean; none if no pair has one.
pub fn marks_note<'a>(signals: &Signals, pairs: impl Iterator<Item = &'a Pair>) -> Option<String> {
    let (mut designated, mut indication) = (false, false);
    let (mut administrative, mut few) = (false, false);
    for pair in pairs {
        designated |= pair.is_designated;
        indication |= pair.is_indication;
        administrative |= pair.is_administrative;
        few |= pair.rests_on_few();
    }
    let notes = [
        (
            designated,
            format!(
                "DME: designated medical event ({}), looked at whatever its number.",
                signals.designated.source()
            ),
        ),
        (
            indication,
            format!(
                "Indication: also what the drug was given for, in at least {INDICATION_REPORTS} and at least {INDICATION_PERCENT}% of the analysed reports: the reaction may be the disease."
            ),
        ),
        (
            administrative,
            "Administrative: about use, handling, supply or quality of a product, or no event at all."
                .to_owned(),
        ),
        (
            few,
            format!(
                "Few cases: the analysed reports are of fewer than {SUSPECTED_FROM} probable cases, so that a signal rests on reports of the same patient or hardly on any."
            ),
        ),
    ];
    let set: Vec<String> = notes
        .into_iter()
        .filter(|(is_set, _)| *is_set)
        .map(|(_, note)| note)
        .collect();
    (!set.is_empty()).then(|| set.join(" "))
}

/// The works that a rule's thresholds are from, by their keys in the list of references.
#[must_use]
pub fn works(id: &str) -> &'static [&'static str] {
    match id {
        "evans" => &["evans"],
        "ema" => &["ema", "osokogu"],
        "umc" => &["noren"],
        "mhra" => &["osokogu"],
        "ror" => &["van-puijenbroek"],
        "fda" => &["szarfman"],
        _ => &[],
    }
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
