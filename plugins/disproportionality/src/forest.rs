//! The forest plot: ratios with their intervals, the highest lower bounds on top.

use quire_sdk::{Chart, Series, number};
use quire_signals::{Estimate, Order, Pair, words};

use crate::Params;

const CHART: &str = "forest";

/// None where nothing can be drawn.
pub(crate) fn chart(listed: &[&Pair], params: &Params) -> Option<Chart> {
    let (name, level, order) = params.ratio.measure();
    let mut pairs: Vec<&Pair> = listed.to_vec();
    pairs.sort_by(|one, other| one.compare(other, order));
    let all = pairs.len();
    let mut drawn: Vec<(&Pair, Estimate)> = pairs
        .into_iter()
        .filter_map(|pair| Some((pair, pair.estimate(order)?)))
        // A logarithmic axis has no place for less.
        .filter(|(_, estimate)| estimate.lower > 0.0)
        .collect();
    let left_out = left_out(name, all, drawn.len(), params.forest as usize);
    drawn.truncate(params.forest as usize);
    let (first, last) = (drawn.first()?, drawn.last()?);
    let values = |pick: fn(&Estimate) -> f64| drawn.iter().map(|(_, one)| pick(one)).collect();
    let alt = format!(
        "{name} with {level} interval of {} on a logarithmic axis, highest lower bound first: from {} \
         ({}) to {} ({}). The line at 1 stands for {}.{left_out}",
        number::counted(drawn.len() as u64, "reaction", "reactions"),
        first.0.term,
        interval(&first.1),
        last.0.term,
        interval(&last.1),
        one(order),
    );
    let points: Vec<f64> = values(|estimate| estimate.value);
    Some(
        Chart::new("forest", CHART, caption(name, level, &left_out, &drawn))
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

fn caption(name: &str, level: &str, left_out: &str, drawn: &[(&Pair, Estimate)]) -> String {
    let has_marks = drawn.iter().any(|(pair, _)| !words::marks(pair).is_empty());
    let marks = match has_marks {
        true => " Words after a count: as at the table of ratios.",
        false => "",
    };
    let caption = format!("{name} with {level} interval, by lower bound");
    match (left_out, marks) {
        ("", "") => caption,
        _ => format!("{caption}.{left_out}{marks}"),
    }
}

/// The listed reactions that have no place in the plot, and why; none is left out silently.
fn left_out(name: &str, all: usize, drawable: usize, most: usize) -> String {
    let mut said = String::new();
    let undrawable = all.saturating_sub(drawable);
    let count = |many: usize| number::count(many as u64);
    if undrawable > 0 {
        said = format!(
            " {} of {} listed reactions not drawn: {name} not calculable (n/c).",
            count(undrawable),
            count(all)
        );
    }
    if drawable > most {
        let below = format!(" {} with lower bounds not drawn.", count(drawable - most));
        said.push_str(&below);
    }
    said
}

/// What a value of 1 says.
fn one(order: Order) -> &'static str {
    match order {
        Order::Prr => "a reaction named in as large a share of the drug's reports as of all others",
        Order::Ror => "equal odds of the reaction in the drug's reports and in all others",
        Order::Ic | Order::Ebgm => "as many reports as expected if both were independent",
    }
}

fn label(pair: &Pair) -> String {
    let marks = match words::marks(pair) {
        marks if marks.is_empty() => marks,
        marks => format!("; {marks}"),
    };
    format!(
        "{} (a = {}{marks})",
        pair.term,
        number::count(pair.table.a())
    )
}

fn interval(estimate: &Estimate) -> String {
    format!(
        "{}, {} to {}",
        number::decimal(estimate.value, 2),
        number::decimal(estimate.lower, 2),
        number::decimal(estimate.upper, 2)
    )
}
