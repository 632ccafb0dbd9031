//! The section `signal-overview`: the reactions that meet several rules, one line each for the
//! reviewer, in the manner of section 15 of a PBRER.

mod designated;
mod signals_table;

use quire_sdk::{
    About, Content, Cut, Data, Fact, Failure, Labelled, Request, Section, Tone, number,
};
use quire_signals::{Order, Pair, Screening, Signals, words};

use signals_table::{TABLE, criteria, table};

/// The overview of signals.
#[derive(Debug)]
pub struct SignalOverview;

quire_sdk::section!(SignalOverview);

const TITLE: &str = "Signal overview";

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Debug)]
pub struct Params {
    /// Statistics (PRR, ROR, IC, EBGM) by whose rules a reaction has to stand out to be shown; fewer suffice where
    /// no more can judge it, so 4 and more mean all of them.
    #[param(default = 2, min = 1, max = 6)]
    pub rules_met: u32,
    /// Rows printed; 0 prints all. The table says how many are not.
    #[param(default = 50, min = 0, max = 10_000)]
    pub top: u32,
    /// Which reactions are tested, and by which rules.
    pub screening: Screening,
}

impl Section for SignalOverview {
    const ABOUT: About = About {
        title: TITLE,
        summary: "Designated medical events with their reports, and reactions that meet rules of several \
                  statistics, classed as indication or administrative term, with a blank status for the \
                  reviewer.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let params = &request.params;
        let available = params.screening.rules.len();
        if params.rules_met as usize > available {
            return Err(Failure::InvalidParams(format!(
                "rules-met is {}, but only {available} rules are used",
                params.rules_met
            )));
        }
        let designated = &params.screening.designated_events;
        let Some(signals) = Signals::of(data, &params.screening)? else {
            let mut content = words::without_background(TITLE, data)?;
            designated::write(&mut content, data, designated, None)?;
            return Ok(content);
        };
        data.analysed("there is no signal to list")?;
        let mut shown: Vec<&Pair> = signals
            .listed()
            .filter(|pair| pair.stands_out(params.rules_met as usize))
            .collect();
        shown.sort_by(|one, other| {
            let grounds = other.grounds.len().cmp(&one.grounds.len());
            grounds.then(one.compare(other, Order::Ic))
        });
        let cut = Cut::with(
            &mut shown,
            params.top,
            |pair| pair.gravity,
            |pair| pair.is_designated,
        );
        let labelled = Labelled::of(data, shown.iter().map(|pair| pair.term.as_str()));
        let mut content = Content::new(TITLE);
        designated::write(&mut content, data, designated, Some(&signals))?;
        content.heading("Signals");
        content.paragraph(opening(&signals, &shown, params.rules_met));
        if shown.is_empty() {
            content.paragraph(words::comparator(&signals.source));
            content.paragraph(criteria(&signals));
        } else {
            if let Some(gaps) = words::without_verdict(&signals) {
                content.paragraph(gaps);
            }
            content.paragraph(labelled.sentence(request.context.as_of));
            let mut table = table(&signals, &shown, &labelled);
            if let Some(note) = cut.note(params.top) {
                table = table.note(note);
            }
            content.table(table.print_top(cut.printed));
            content.callout(
                Tone::Info,
                "For the reviewer",
                "Status and assessment are left blank: no rule replaces the reading of the reports. \
                 A reaction that is also an indication, or an administrative term, is shown and marked, not removed.",
            );
        }
        facts(&mut content, &shown);
        Ok(content)
    }
}

fn opening(signals: &Signals, shown: &[&Pair], rules_met: u32) -> String {
    let listed = signals.listed().count() as u64;
    let tested = number::counted(signals.pairs.len() as u64, "reaction", "reactions");
    let minimum = number::reports(signals.minimum);
    if listed == 0 {
        return format!(
            "None of the {tested} tested has at least {minimum} with the drug in the comparator, so no \
             rule was applied. That is no evidence that the drug has no unknown reactions."
        );
    }
    let applied = words::rules_applied(signals);
    let grounds = signals.grounds();
    let listed = number::count(listed);
    let of = format!("Of the {tested} tested, {listed} had at least {minimum} with the drug.");
    let rules = match (grounds.len(), rules_met) {
        (0, _) => {
            return format!(
                "{of} To these {applied} could be applied. That is no evidence that the drug has no unknown \
                 reactions."
            );
        }
        (1, _) if signals.applied().count() == 1 => applied,
        (1, _) | (_, 1) => format!("at least one of {applied}"),
        (count, met) => format!(
            "rules of at least {} of {}, among {applied}",
            number::count(met.min(count as u32)),
            words::grounds(signals)
        ),
    };
    match shown.len() {
        0 => format!(
            "{of} None of these meets {rules}. That is no evidence that the drug \
             has no unknown reactions."
        ),
        count => format!(
            "{of} {} of these {} {rules}: signals of disproportionate reporting, \
             each to be assessed by a person.",
            number::count(count as u64),
            if count == 1 { "meets" } else { "meet" },
        ),
    }
}

fn facts(content: &mut Content, shown: &[&Pair]) {
    if shown.is_empty() {
        return;
    }
    let count = |key: &str, holds: fn(&Pair) -> bool| {
        let reactions = shown.iter().filter(|pair| holds(pair)).count() as u64;
        Fact::count(key, reactions)
            .unit("reactions")
            .shown_in(TABLE)
    };
    content.fact(count("overview-reactions", |_| true));
    content.fact(count("overview-indications", |pair| pair.indicated > 0));
    content.fact(count("overview-administrative", |pair| {
        pair.is_administrative
    }));
}

#[cfg(test)]
mod tests;
