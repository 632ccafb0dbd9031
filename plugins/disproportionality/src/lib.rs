//! The section `disproportionality`: which reactions are named in the drug's reports more often than
//! in those of other drugs, by every usual statistic, with the reactions that could not be tested.

mod cloud;
mod course;
mod facts;
mod forest;
mod params;
mod sensitivity;
mod tables;

use quire_sdk::{About, Content, Data, Failure, Request, Section, Tone, number};
use quire_signals::{Order, Pair, SUSPECTED_FROM, Signals, words};

pub use params::{Measure, Params};

/// The disproportionality analysis.
#[derive(Debug)]
pub struct Disproportionality;

quire_sdk::section!(Disproportionality);

const TITLE: &str = "Disproportionality";

impl Section for Disproportionality {
    const ABOUT: About = About {
        title: TITLE,
        summary: "For each reaction the two-by-two table against the background, PRR, ROR, \
                  chi-squared, IC, EBGM and LLR with intervals, and the published signal rules.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let params = &request.params;
        let Some(signals) = Signals::of(data, &params.screening)? else {
            return words::without_background(TITLE, data);
        };
        data.analysed("there is no reaction to compare")?;
        let mut listed: Vec<&Pair> = signals.listed().collect();
        listed.sort_by(|one, other| one.compare(other, params.order));
        let mut content = Content::new(TITLE);
        opening(&mut content, &signals, &listed, params);
        if let Some(chart) = forest::chart(&listed, params) {
            content.chart(chart);
        }
        if let Some(chart) = cloud::chart(data, &signals) {
            content.chart(chart);
        }
        if params.sensitivity > 0 {
            let named = named(&signals, &listed, params.sensitivity as usize);
            sensitivity::write(&mut content, data, &signals, &named)?;
            if let Some(chart) = course::chart(data, &named) {
                content.chart(chart);
            }
        }
        if !listed.is_empty() {
            tables::write(&mut content, &signals, &listed, params);
        }
        tables::rules(&mut content, &signals);
        tables::apart(&mut content, &signals, params);
        content.callout(
            Tone::Caution,
            "What a signal of disproportionate reporting is",
            "A reaction is named together with the drug in more reports than expected if both were \
             reported independently. Publicity, indication, co-medication, duplicates and the habits of \
             reporters lead to that as well as the drug does. It is a hypothesis for a person to \
             examine in the reports themselves. That a reaction meets no rule is no evidence against \
             it.",
        );
        facts::write(&mut content, &signals, &listed, params.order);
        Ok(content)
    }
}

/// The first of the signals that a summary names.
fn named<'a>(signals: &Signals, listed: &[&'a Pair], most: usize) -> Vec<&'a Pair> {
    let from = signals.named_from();
    let named = listed.iter().copied().filter(|pair| pair.is_named(from));
    named.take(most).collect()
}

fn opening(content: &mut Content, signals: &Signals, listed: &[&Pair], params: &Params) {
    content.paragraph(tested(signals, listed.len() as u64, params.order));
    if !listed.is_empty() {
        let (one, rules) = (meet(signals.meeting(1)), words::rules_applied(signals));
        content.paragraph(match (signals.applied().count(), signals.grounds().len()) {
            (0, _) => format!("To the listed reactions {rules} could be applied, so that nothing is said of them by a rule."),
            (1, _) => format!("Of the listed reactions {one} {rules}."),
            (_, 1) => format!("Of the listed reactions {one} at least one of {rules}, which judge by the same statistic."),
            _ => format!(
                "Of the listed reactions {one} at least one of {rules}, and {} by at least two of {}.",
                stand_out(signals.meeting(2)),
                words::grounds(signals),
            ),
        });
        if let Some(gaps) = words::without_verdict(signals) {
            content.paragraph(gaps);
        }
        let from = signals.named_from();
        let named = if from == 1 {
            "stand out"
        } else {
            "stand out by two statistics"
        };
        if let Some(aside) = facts::aside(listed, from) {
            content.paragraph(format!(
                "Of those that {named}, these are not named in the summary, since they are also \
                 indications of the drug or administrative: {aside}."
            ));
        }
        if let Some(unsuspected) = facts::unsuspected(listed, from) {
            content.paragraph(format!(
                "Of those that {named}, these are not named in the summary, since fewer than \
                 {SUSPECTED_FROM} probable cases that name them suspect the drug (how many do, in \
                 brackets): {unsuspected}."
            ));
        }
    }
    if let Some(reason) = words::no_prior(signals) {
        content.paragraph(reason);
    }
    if let Some(caveat) = words::small_comparator(&signals.source) {
        content.callout(Tone::Caution, "Small comparator", caveat);
    }
}

/// How many reactions were tested, and where each is listed.
fn tested(signals: &Signals, listed: u64, order: Order) -> String {
    let against = format!(
        "tested against all reports of {}, {}.",
        signals.source.label,
        words::role(&signals.source)
    );
    let tested = signals.pairs.len() as u64;
    let tested = match tested {
        0 => format!("No reaction term of the analysed reports could be {against}"),
        many => format!(
            "{} of the analysed reports {} {against}",
            number::counted(many, "reaction term", "reaction terms"),
            if many == 1 { "was" } else { "were" },
        ),
    };
    let least = format!(
        "at least {} with the drug (a ≥ {})",
        number::reports(signals.minimum),
        signals.minimum
    );
    let have = |count: u64| if count == 1 { "has" } else { "have" };
    let are = |count: u64| if count == 1 { "is" } else { "are" };
    let counted = number::count;
    let rare = signals.rare().count() as u64;
    let places = match (listed, rare) {
        (0, 0) => String::new(),
        (0, _) => format!(" None has {least}, so all are listed apart."),
        (listed, rare) => {
            let (own, sorted) = (counted(listed), order.name());
            let (has, is) = (have(listed), are(listed));
            let apart = match rare {
                0 => String::new(),
                rare => {
                    let (has, is) = (have(rare), are(rare));
                    format!("; {} {has} fewer and {is} listed apart", counted(rare))
                }
            };
            format!(" {own} {has} {least} and {is} listed, sorted by {sorted}{apart}.")
        }
    };
    let untested = match signals.untested.len() as u64 {
        0 => String::new(),
        1 => " 1 term could not be tested; it is listed apart with the reason.".to_owned(),
        many => format!(
            " {} terms could not be tested; they are listed apart with the reason.",
            counted(many)
        ),
    };
    tested + &places + &untested
}

fn meet(reactions: usize) -> String {
    let verb = if reactions < 2 { "meets" } else { "meet" };
    format!("{} {verb}", number::none_or(reactions as u64))
}

fn stand_out(reactions: usize) -> String {
    let verb = if reactions < 2 {
        "stands out"
    } else {
        "stand out"
    };
    format!("{} {verb}", number::none_or(reactions as u64))
}

#[cfg(test)]
mod tests;
