//! Numbers outside of tables: points of charts, key figures, facts.

use std::collections::{BTreeMap, BTreeSet};

use quire_model::{
    Block, BlockChange, Change, Chart, Fact, FactValue, KeyFigure, NumberChange, Positions,
    SectionDifference, Series,
};
use serde_json::Number;

use super::{number, table};

/// Points of a chart by position and series.
type Points = BTreeMap<(String, String), Number>;

/// The numbers of a block that only one version has.
pub(super) fn of_block(numbers: &mut Vec<NumberChange>, change: Change, block: &Block) {
    let removed = change == Change::Removed;
    match block {
        Block::Table(block) => table::all(numbers, block, removed),
        Block::Chart(chart) => {
            let (points, none) = (points(chart), Points::new());
            let sides = if removed {
                (&points, &none)
            } else {
                (&none, &points)
            };
            differing(numbers, &chart.id, sides);
        }
        Block::KeyFigures(figures) => {
            let (figures, none) = (values(figures), BTreeMap::new());
            let sides = if removed {
                (&figures, &none)
            } else {
                (&none, &figures)
            };
            figures_differing(numbers, sides);
        }
        _ => {}
    }
}

/// Points of two charts that are not the same, and in words what else is not.
pub(super) fn charts(
    numbers: &mut Vec<NumberChange>,
    active: &Chart,
    candidate: &Chart,
) -> Vec<String> {
    differing(numbers, &active.id, (&points(active), &points(candidate)));
    let differs = [
        ("kind", active.kind != candidate.kind),
        ("caption", active.caption != candidate.caption),
        ("alternative text", active.alt != candidate.alt),
        (
            "axes",
            (&active.x, &active.y) != (&candidate.x, &candidate.y),
        ),
        ("positions", active.positions != candidate.positions),
        // A point that is missing and was read back is NaN, which equals nothing.
        (
            "points",
            serde_json::to_vec(&active.series).ok() != serde_json::to_vec(&candidate.series).ok(),
        ),
        (
            "reference lines",
            active.reference_lines != candidate.reference_lines,
        ),
        ("attributes", active.attributes != candidate.attributes),
    ];
    differs
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(what, _)| format!("its {what} changed"))
        .collect()
}

/// Key figures that are not the same, and in words what else is not.
pub(super) fn key_figures(
    numbers: &mut Vec<NumberChange>,
    active: &[KeyFigure],
    candidate: &[KeyFigure],
) -> Vec<String> {
    figures_differing(numbers, (&values(active), &values(candidate)));
    let by_label = |figures: &[KeyFigure]| -> BTreeMap<String, KeyFigure> {
        let labelled = figures
            .iter()
            .map(|figure| (figure.label.clone(), figure.clone()));
        labelled.collect()
    };
    let (ones, others) = (by_label(active), by_label(candidate));
    let labels: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
    labels
        .into_iter()
        .filter_map(|label| match (ones.get(label), others.get(label)) {
            (Some(one), Some(other)) if one != other => Some(format!(
                "{label:?}: {:?} became {:?}",
                words(one),
                words(other)
            )),
            (Some(_), None) => Some(format!("{label:?} was removed")),
            (None, Some(_)) => Some(format!("{label:?} was added")),
            _ => None,
        })
        .collect()
}

/// Facts that are not the same: numbers as numbers, the rest as changed blocks.
pub(super) fn facts(difference: &mut SectionDifference, active: &[Fact], candidate: &[Fact]) {
    let by_key = |facts: &[Fact]| -> BTreeMap<String, Fact> {
        facts
            .iter()
            .map(|fact| (fact.key.clone(), fact.clone()))
            .collect()
    };
    let (ones, others) = (by_key(active), by_key(candidate));
    let keys: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
    for key in keys {
        let (one, other) = (ones.get(key), others.get(key));
        if one == other {
            continue;
        }
        let value = |fact: Option<&Fact>| fact.and_then(|fact| numeric(&fact.value));
        let values = (value(one), value(other));
        if values.0 != values.1 {
            difference
                .numbers
                .push(number("fact", key, None, None, values));
        }
        let change = match (one, other) {
            (Some(_), None) => Change::Removed,
            (None, Some(_)) => Change::Added,
            _ => Change::Changed,
        };
        let details = match (one, other) {
            (Some(one), Some(other)) => vec![format!(
                "{} became {}",
                value_in_words(&one.value),
                value_in_words(&other.value)
            )],
            _ => Vec::new(),
        };
        difference.blocks.push(BlockChange {
            change,
            kind: "fact".to_owned(),
            name: key.clone(),
            active_at: None,
            candidate_at: None,
            details,
        });
    }
}

fn numeric(value: &FactValue) -> Option<Number> {
    match value {
        FactValue::Integer(number) => Some(Number::from(*number)),
        FactValue::Number(number) | FactValue::Percent(number) => Number::from_f64(*number),
        FactValue::Date(_) | FactValue::Text(_) => None,
    }
}

/// As a reader writes it.
fn value_in_words(value: &FactValue) -> String {
    match value {
        FactValue::Integer(value) => value.to_string(),
        FactValue::Number(value) => value.to_string(),
        FactValue::Percent(value) => format!("{value} %"),
        FactValue::Date(value) => value.to_string(),
        FactValue::Text(value) => format!("{value:?}"),
    }
}

fn differing(numbers: &mut Vec<NumberChange>, id: &str, (ones, others): (&Points, &Points)) {
    let places: BTreeSet<_> = ones.keys().chain(others.keys()).collect();
    for place in places {
        let values = (ones.get(place).cloned(), others.get(place).cloned());
        if values.0 != values.1 {
            let (row, column) = (Some(place.0.as_str()), Some(place.1.as_str()));
            numbers.push(number("chart", id, row, column, values));
        }
    }
}

fn points(chart: &Chart) -> Points {
    let names: Vec<String> = match &chart.positions {
        Positions::Categories(names) => names.clone(),
        Positions::Numbers(numbers) => numbers.iter().map(ToString::to_string).collect(),
        Positions::Dates(dates) => dates.iter().map(ToString::to_string).collect(),
    };
    let mut points = Points::new();
    for series in &chart.series {
        let mut add = |column: &str, values: &[f64]| {
            let present = (0_u32..).zip(&names).zip(values);
            for ((at, name), value) in present {
                if !series.missing.contains(&at)
                    && let Some(value) = Number::from_f64(*value)
                {
                    points.insert((name.clone(), column.to_owned()), value);
                }
            }
        };
        add(&series.name, &series.values);
        if let Series {
            interval: Some((lower, upper)),
            ..
        } = series
        {
            add(&format!("{} (lower)", series.name), lower);
            add(&format!("{} (upper)", series.name), upper);
        }
    }
    points
}

fn words(figure: &KeyFigure) -> String {
    let parts = [
        Some(&figure.value),
        figure.unit.as_ref(),
        figure.detail.as_ref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(" ")
}

/// Key figures that are numbers: `1,234` and `12.5 %` are.
fn values(figures: &[KeyFigure]) -> BTreeMap<String, Number> {
    figures
        .iter()
        .filter_map(|figure| {
            let digits: String = figure
                .value
                .chars()
                .filter(|letter| !matches!(letter, ',' | ' ' | '\u{a0}' | '\u{202f}' | '%'))
                .collect();
            let number = digits
                .parse::<i64>()
                .ok()
                .map(Number::from)
                .or_else(|| digits.parse::<f64>().ok().and_then(Number::from_f64))?;
            Some((figure.label.clone(), number))
        })
        .collect()
}

fn figures_differing(
    numbers: &mut Vec<NumberChange>,
    (ones, others): (&BTreeMap<String, Number>, &BTreeMap<String, Number>),
) {
    let labels: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
    for label in labels {
        let values = (ones.get(label).cloned(), others.get(label).cloned());
        if values.0 != values.1 {
            numbers.push(number("key-figure", label, None, None, values));
        }
    }
}
