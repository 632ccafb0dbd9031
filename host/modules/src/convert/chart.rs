//! Charts from the guest.

use quire_model::{Axis, Chart, Positions, ReferenceLine, Scale, Series};

use super::{block::spans, date::from_days, origin::attributes_in};
use crate::bindings::types as wit;

/// One chart.
///
/// # Errors
///
/// If a date lies outside the calendar.
pub(crate) fn chart(chart: wit::Chart) -> Result<Chart, String> {
    Ok(Chart {
        positions: positions(chart.positions)
            .map_err(|rule| format!("chart `{}`: {rule}", chart.id))?,
        id: chart.id,
        kind: chart.kind,
        caption: spans(chart.caption),
        alt: chart.alt,
        x: axis(chart.x),
        y: axis(chart.y),
        series: chart.series.into_iter().map(series).collect(),
        reference_lines: chart.reference_lines.into_iter().map(line).collect(),
        attributes: attributes_in(chart.attributes),
    })
}

fn positions(positions: wit::Positions) -> Result<Positions, String> {
    Ok(match positions {
        wit::Positions::Categories(names) => Positions::Categories(names),
        wit::Positions::Numbers(numbers) => Positions::Numbers(numbers),
        wit::Positions::Dates(days) => {
            Positions::Dates(days.into_iter().map(from_days).collect::<Result<_, _>>()?)
        }
    })
}

fn axis(axis: wit::Axis) -> Axis {
    Axis {
        title: axis.title,
        unit: axis.unit,
        scale: match axis.scale {
            wit::Scale::Linear => Scale::Linear,
            wit::Scale::Log => Scale::Log,
        },
    }
}

fn series(series: wit::Series) -> Series {
    Series {
        name: series.name,
        values: series.values,
        interval: series.interval,
        missing: series.missing,
    }
}

fn line(line: wit::ReferenceLine) -> ReferenceLine {
    ReferenceLine {
        at: line.at,
        on_x: line.on_x,
        label: line.label,
    }
}
