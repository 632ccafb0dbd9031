//! Since when a signal stands out: the lower bound of IC over all reports received up to the end of each quarter.

use std::collections::BTreeMap;

use quire_sdk::{Chart, Data, Series, number, wit::strata::Cell};
use quire_signals::{Level, Pair, TwoByTwo, information_component};

const CHART: &str = "course";
/// Periods from which there is a course to see, and beyond which years stand for quarters.
const FEWEST: usize = 4;
const MOST: usize = 24;
/// Lines that can be told apart.
const MOST_SIGNALS: usize = 4;

/// None where the comparator was not counted by quarter, or there are fewer than four periods.
pub(crate) fn chart(data: &impl Data, named: &[&Pair]) -> Option<Chart> {
    let all = data.stratifications();
    let quarters = all.iter().find(|one| one.name == "received-quarter")?;
    let terms: Vec<String> = named.iter().map(|pair| pair.term.clone()).collect();
    let counts = data.stratum_counts("received-quarter", &terms);
    // Nothing is to be seen before the drug's first report.
    let first = quarters
        .strata
        .iter()
        .position(|stratum| stratum.drug > 0)?;
    let by_year = quarters.strata.len().saturating_sub(first) > MOST;
    let mut totals = (0, 0);
    let mut ends: BTreeMap<&str, (usize, u64, u64)> = BTreeMap::new();
    for (at, stratum) in quarters.strata.iter().enumerate() {
        totals = (totals.0 + stratum.total, totals.1 + stratum.drug);
        let period = match by_year {
            true => stratum.name.split('-').next().unwrap_or_default(),
            false => stratum.name.as_str(),
        };
        if at >= first {
            ends.insert(period, (at, totals.0, totals.1));
        }
    }
    let drawn: Vec<(&str, Vec<Option<f64>>)> = terms
        .iter()
        .zip(counts)
        .filter_map(|(term, cells)| Some((term.as_str(), bounds(&cells?, &ends))))
        .take(MOST_SIGNALS)
        .collect();
    if ends.len() < FEWEST || drawn.is_empty() {
        return None;
    }
    let period = if by_year { "year" } else { "quarter" };
    let chart = Chart::new("line", CHART, format!("IC025 of the signals named first over all reports received up to the end of each {period}"))
        .alt(alt(&drawn, &ends, period))
        .x(if by_year { "Up to the end of the year" } else { "Up to the end of the quarter" }, None)
        .y("IC025, cumulative; above 0: more reports than expected", None)
        .categories(ends.keys().copied())
        .reference(0.0, None);
    Some(drawn.into_iter().fold(chart, |chart, (term, values)| {
        chart.series(Series::new(term, values))
    }))
}

/// IC025 at the end of each period; none before the first report that names the reaction.
fn bounds(cells: &[Cell], ends: &BTreeMap<&str, (usize, u64, u64)>) -> Vec<Option<f64>> {
    let bound = |(at, total, drug): &(usize, u64, u64)| {
        let until = cells.get(..=*at)?;
        let both = until.iter().map(|cell| cell.both).sum::<u64>();
        let all = until.iter().map(|cell| cell.all).sum::<u64>();
        let table = TwoByTwo::from_margins(both, *drug, all, *total).ok()?;
        let ic = information_component(both, table.expected(), Level::P95).ok()?;
        (both > 0).then_some(ic.estimate.lower)
    };
    ends.values().map(bound).collect()
}

/// For each signal since when its bound is above 0, without interruption up to the end.
fn alt(
    drawn: &[(&str, Vec<Option<f64>>)],
    ends: &BTreeMap<&str, (usize, u64, u64)>,
    period: &str,
) -> String {
    let names: Vec<&str> = ends.keys().copied().collect();
    let since = |(term, values): &(&str, Vec<Option<f64>>)| {
        let below = values
            .iter()
            .rposition(|value| value.is_none_or(|value| value <= 0.0));
        let from = below.map_or(0, |below| below + 1);
        match names.get(from) {
            Some(_) if from == 0 => format!("{term} throughout"),
            Some(name) => format!("{term} since {name}"),
            None if values.iter().flatten().any(|value| *value > 0.0) => {
                format!("{term} for a time, not at the end")
            }
            None => format!("{term} never"),
        }
    };
    let since: Vec<String> = drawn.iter().map(since).collect();
    format!(
        "Lower bound of IC, cumulative by {period}, of {}. Above 0: {}.",
        number::counted(drawn.len() as u64, "signal", "signals"),
        number::list(&since, "and")
    )
}
