//! Charts: lists as long as the positions, finite numbers, nothing below zero on a log scale.

use quire_contract::bounds::{LINES, SERIES};
use quire_model::{Axis, Chart, Positions, Scale, Series};

use super::{
    Fault, at_most,
    table::{finite, missing, set},
    tally::Tally,
    text::{attributes, optional, spans, text, texts},
};

/// Check a chart, and blank the values that are missing.
pub(crate) fn check(chart: &mut Chart, tally: &mut Tally) -> Result<(), Fault> {
    text(&chart.id, tally)?;
    tally.id(&chart.id)?;
    text(&chart.kind, tally)?;
    if chart.kind.is_empty() {
        return Err("it has no kind".into());
    }
    spans(&chart.caption, tally)?;
    text(&chart.alt, tally)?;
    axis(&chart.x, tally)?;
    axis(&chart.y, tally)?;
    positions(&chart.positions, chart.x.scale, tally)?;
    at_most(chart.series.len(), SERIES, "series")?;
    let len = chart.positions.len();
    tally.cells(len, chart.series.len().max(1))?;
    for one in &mut chart.series {
        series(one, len, chart.y.scale, tally)
            .map_err(|fault| fault.at(|| format!("series `{}`", one.name)))?;
    }
    reference_lines(chart, tally)?;
    attributes(&chart.attributes, tally)
}

fn axis(axis: &Axis, tally: &mut Tally) -> Result<(), Fault> {
    text(&axis.title, tally)?;
    optional(axis.unit.as_deref(), tally)
}

fn positions(positions: &Positions, scale: Scale, tally: &mut Tally) -> Result<(), Fault> {
    match positions {
        Positions::Categories(names) => texts(names, tally),
        Positions::Numbers(numbers) => finite(numbers)
            .and_then(|()| fits(numbers, &[], scale))
            .map_err(|fault| fault.at(|| "positions".to_owned())),
        Positions::Dates(_) => Ok(()),
    }
}

fn series(series: &mut Series, len: usize, scale: Scale, tally: &mut Tally) -> Result<(), Fault> {
    tally.parts(1)?;
    text(&series.name, tally)?;
    missing(&series.missing, len)?;
    tally.bytes(series.missing.len() * 4)?;
    values(&mut series.values, &series.missing, len, scale)?;
    if let Some((lower, upper)) = &mut series.interval {
        tally.bytes(lower.len().saturating_add(upper.len()).saturating_mul(8))?;
        values(lower, &series.missing, len, scale).map_err(|fault| fault.at(lower_ends))?;
        values(upper, &series.missing, len, scale).map_err(|fault| fault.at(upper_ends))?;
    }
    Ok(())
}

fn lower_ends() -> String {
    "lower ends".to_owned()
}

fn upper_ends() -> String {
    "upper ends".to_owned()
}

fn values(values: &mut [f64], missing: &[u32], len: usize, scale: Scale) -> Result<(), Fault> {
    if values.len() != len {
        let found = values.len();
        return Err(format!("{found} values for {len} positions").into());
    }
    set(values, missing, &0.0);
    finite(values)?;
    fits(values, missing, scale)
}

/// A log scale has no place for zero and below.
fn fits(values: &[f64], missing: &[u32], scale: Scale) -> Result<(), Fault> {
    if scale == Scale::Linear {
        return Ok(());
    }
    let mut missing = missing.iter().peekable();
    for (index, value) in (0_u32..).zip(values) {
        if missing.next_if_eq(&&index).is_none() && *value <= 0.0 {
            return Err(format!("value {index} is {value}; a log scale needs more than 0").into());
        }
    }
    Ok(())
}

fn reference_lines(chart: &Chart, tally: &mut Tally) -> Result<(), Fault> {
    at_most(chart.reference_lines.len(), LINES, "reference lines")?;
    for line in &chart.reference_lines {
        optional(line.label.as_deref(), tally)?;
        let scale = if line.on_x {
            chart.x.scale
        } else {
            chart.y.scale
        };
        finite(&[line.at])
            .and_then(|()| fits(&[line.at], &[], scale))
            .map_err(|fault| fault.at(|| "reference line".to_owned()))?;
    }
    Ok(())
}
