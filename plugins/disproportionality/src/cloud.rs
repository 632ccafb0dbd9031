//! Every reaction in one picture: IC with its lower bound against the number of cases that suspect the drug, so
//! that what stands out by few cases is not taken for what stands out by many.

use quire_sdk::{Chart, Data, Labelled, Series, number};
use quire_signals::{Order, Pair, Signals, words};

const CHART: &str = "cloud";
/// Reactions from which there is a cloud to see.
const FEWEST: usize = 15;
/// Points that are named.
const MOST_NAMED: usize = 8;

/// What a point is told apart by, in the order of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Other,
    Designated,
    NotInLabel,
    Aside,
}

/// None where fewer than fifteen reactions could be drawn, or the comparator is mostly the drug itself: a picture
/// of that would look like knowledge.
pub(crate) fn chart(data: &impl Data, signals: &Signals) -> Option<Chart> {
    let mut pairs: Vec<&Pair> = signals
        .pairs
        .iter()
        .filter(|pair| pair.suspect_cases > 0 && pair.measures.ic.is_some())
        .collect();
    if pairs.len() < FEWEST || words::small_comparator(&signals.source).is_some() {
        return None;
    }
    pairs.sort_by(|one, other| one.compare(other, Order::Ic));
    let labelled = Labelled::of(data, pairs.iter().map(|pair| pair.term.as_str()));
    let classes: Vec<Class> = pairs.iter().map(|pair| class(pair, &labelled)).collect();
    let shown: Vec<(Class, &str)> = series(&labelled)
        .into_iter()
        .filter(|(class, _)| *class == Class::Other || classes.contains(class))
        .collect();
    let out = signals.pairs.len() - pairs.len();
    let mut chart = Chart::new("scatter", CHART, caption(out))
        .alt(alt(&pairs, &classes))
        .x(
            "Probable cases that suspect the drug, logarithmic axis",
            None,
        )
        .y(
            "IC, with a line down to IC025; 0: as many reports as expected",
            None,
        )
        .numbers(pairs.iter().map(|pair| f64::from(pair.suspect_cases)))
        .log_positions()
        .reference(0.0, None);
    for (of, name) in &shown {
        let is_of = |at: usize| classes.get(at) == Some(of);
        let estimates: Vec<_> = pairs
            .iter()
            .enumerate()
            .map(|(at, pair)| pair.measures.ic.filter(|_| is_of(at)))
            .collect();
        let ends = |pick: fn(&quire_signals::Estimate) -> f64| {
            estimates
                .iter()
                .map(|one| one.as_ref().map_or(0.0, pick))
                .collect()
        };
        let values = estimates.iter().map(|one| one.as_ref().map(|ic| ic.value));
        chart = chart
            .series(Series::new(name, values).interval(ends(|ic| ic.lower), ends(|ic| ic.value)));
    }
    let above = |pair: &Pair| pair.measures.ic.is_some_and(|ic| ic.lower > 0.0);
    let matter = pairs.iter().zip(&classes).enumerate();
    let mut named: Vec<(usize, &Pair, Class)> = matter
        .filter(|(_, (pair, class))| above(pair) && **class != Class::Aside)
        .map(|(at, (pair, class))| (at, *pair, *class))
        .collect();
    // Designated events first, then those that stand out most.
    named.sort_by_key(|(_, _, class)| *class != Class::Designated);
    for (at, pair, of) in named.into_iter().take(MOST_NAMED) {
        if let Some(place) = shown.iter().position(|(class, _)| *class == of) {
            chart = chart.label_point(place, at, &pair.term);
        }
    }
    Some(chart)
}

fn class(pair: &Pair, labelled: &Labelled) -> Class {
    if pair.is_designated {
        Class::Designated
    } else if !pair.speaks_for_itself() {
        Class::Aside
    } else if labelled.names(&pair.term) == Some(false) {
        Class::NotInLabel
    } else {
        Class::Other
    }
}

fn series(labelled: &Labelled) -> [(Class, &'static str); 4] {
    let other = match labelled.is_known() {
        true => "Found in the label",
        false => "Other reaction",
    };
    [
        (Class::Other, other),
        (Class::Designated, "Designated medical event"),
        (Class::NotInLabel, "Not found in the label"),
        (Class::Aside, "Also an indication, or administrative"),
    ]
}

fn caption(out: usize) -> String {
    let caption = "IC and its lower bound against suspect cases, all reactions";
    match out {
        0 => caption.to_owned(),
        out => format!(
            "{caption}. {} without a suspect case not drawn.",
            number::count(out as u64)
        ),
    }
}

fn alt(pairs: &[&Pair], classes: &[Class]) -> String {
    let above: Vec<&&Pair> = pairs
        .iter()
        .filter(|pair| pair.measures.ic.is_some_and(|ic| ic.lower > 0.0))
        .collect();
    let first: Vec<String> = above
        .iter()
        .take(3)
        .filter_map(|pair| {
            let lower = number::decimal(pair.measures.ic?.lower, 2);
            let cases = number::counted(pair.suspect_cases, "case", "cases");
            Some(format!("{} (IC025 {lower}, {cases})", pair.term))
        })
        .collect();
    let designated = classes
        .iter()
        .filter(|class| **class == Class::Designated)
        .count();
    format!(
        "IC of {} against the number of probable cases that suspect the drug. The lower bound is above 0 for {}{}. {} \
         The line at 0 stands for as many reports as expected if both were independent.",
        number::counted(pairs.len() as u64, "reaction", "reactions"),
        number::none_or(above.len() as u64),
        match first.is_empty() {
            true => String::new(),
            false => format!(", highest {}", number::list(&first, "and")),
        },
        match designated {
            0 => "None is a designated medical event.".to_owned(),
            1 => "1 is a designated medical event.".to_owned(),
            many => format!(
                "{} are designated medical events.",
                number::count(many as u64)
            ),
        },
    )
}
