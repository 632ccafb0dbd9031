//! The forest plot: ratios with their intervals, the highest lower bounds on top.

use quire_sdk::{Chart, Series, number};
use quire_signals::{Estimate, Pair};

use crate::Params;

const CHART: &str = "forest";

/// None where nothing can be drawn.
pub(crate) fn chart(listed: &[&Pair], params: &Params) -> Option<Chart> {
    let (name, level, order) = params.ratio.measure();
    let mut pairs: Vec<&Pair> = listed.to_vec();
    pairs.sort_by(|one, other| one.compare(other, order));
    let drawn: Vec<(&Pair, Estimate)> = pairs
        .into_iter()
        .filter_map(|pair| Some((pair, pair.estimate(order)?)))
        // A logarithmic axis has no place for less.
        .filter(|(_, estimate)| estimate.lower > 0.0)
        .take(params.forest as usize)
        .collect();
    let (first, last) = (drawn.first()?, drawn.last()?);
    let values = |pick: fn(&Estimate) -> f64| drawn.iter().map(|(_, one)| pick(one)).collect();
    let alt = format!(
        "{name} with {level} interval of {} on a logarithmic axis, highest lower bound first: from {} \
         ({}) to {} ({}). The line at 1 stands for a reaction named as often as in all reports.",
        number::counted(drawn.len() as u64, "reaction", "reactions"),
        first.0.term,
        interval(&first.1),
        last.0.term,
        interval(&last.1),
    );
    let points: Vec<f64> = values(|estimate| estimate.value);
    Some(
        Chart::new(
            "forest",
            CHART,
            format!("{name} with {level} interval, by lower bound"),
        )
        .alt(alt)
        .x("Reaction", None)
        .y(&format!("{name}, logarithmic axis"), None)
        .log_scale()
        .categories(drawn.iter().map(|(pair, _)| label(pair)))
        .series(Series::new(name, points).interval(
            values(|estimate| estimate.lower),
            values(|estimate| estimate.upper),
        ))
        .reference(1.0, Some("1")),
    )
}

fn label(pair: &Pair) -> String {
    format!("{} (a = {})", pair.term, number::count(pair.table.a()))
}

fn interval(estimate: &Estimate) -> String {
    format!(
        "{}, {} to {}",
        number::decimal(estimate.value, 2),
        number::decimal(estimate.lower, 2),
        number::decimal(estimate.upper, 2)
    )
}
