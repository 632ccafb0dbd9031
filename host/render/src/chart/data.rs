//! The values of a chart, without those that cannot be drawn.

use quire_model::{Attribute, Chart, Scale, Series};

use super::ChartKind;

/// A value with its interval, if it has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Value {
    pub(super) at: f64,
    pub(super) interval: Option<(f64, f64)>,
}

/// One series; a value for each position.
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    /// Which series of the chart it is.
    pub(super) number: usize,
    pub(super) values: Vec<Option<Value>>,
}

/// All series.
pub(super) struct Data<'a> {
    pub(super) series: Vec<Row<'a>>,
    pub(super) positions: usize,
    /// The first position whose period is not complete; the number of positions if all are. A module
    /// says so with the chart's attribute `partial-from`.
    pub(super) partial: usize,
    /// Digits after the point of numbers that are written out, if the module says so with the attribute `decimals`.
    pub(super) decimals: Option<u8>,
    /// How values are spaced. Bars that are stacked have lengths, and lengths have no logarithm.
    pub(super) scale: Scale,
}

impl<'a> Data<'a> {
    pub(super) fn of(chart: &'a Chart, kind: ChartKind) -> Self {
        let scale = if kind == ChartKind::StackedBar {
            Scale::Linear
        } else {
            chart.y.scale
        };
        let positions = chart.positions.len();
        let series = chart
            .series
            .iter()
            .enumerate()
            .map(|(number, series)| Row {
                name: &series.name,
                number,
                values: (0..positions).map(|at| value(series, at, scale)).collect(),
            })
            .collect();
        Self {
            series,
            positions,
            partial: stated::<usize>(chart, "partial-from")
                .map_or(positions, |at| at.min(positions)),
            decimals: stated(chart, "decimals"),
            scale,
        }
    }

    /// Whether the period of a position is not complete.
    pub(super) fn is_partial(&self, position: usize) -> bool {
        position >= self.partial
    }

    /// Whether any period is not complete.
    pub(super) fn has_partial(&self) -> bool {
        self.partial < self.positions
    }

    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.series
            .iter()
            .all(|series| series.values.iter().all(Option::is_none))
    }

    /// Every number that has to find a place along the value axis.
    pub(super) fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.series
            .iter()
            .flat_map(|series| &series.values)
            .flatten()
            .flat_map(|value| {
                let (low, high) = value.interval.unwrap_or((value.at, value.at));
                [value.at, low, high]
            })
    }

    /// The ends of stacks: below and above zero.
    pub(super) fn stacks(&self) -> Vec<(f64, f64)> {
        let mut stacks = vec![(0.0, 0.0); self.positions];
        for series in &self.series {
            for (stack, value) in stacks.iter_mut().zip(&series.values) {
                let value = value.map_or(0.0, |value| value.at);
                if value < 0.0 {
                    stack.0 += value;
                } else {
                    stack.1 += value;
                }
            }
        }
        stacks
    }
}

fn stated<T: std::str::FromStr>(chart: &Chart, name: &str) -> Option<T> {
    let named = |attribute: &&Attribute| attribute.name == name;
    chart.attributes.iter().find(named)?.value.parse().ok()
}

fn value(series: &Series, at: usize, scale: Scale) -> Option<Value> {
    let drawable = |value: f64| {
        // Sums and differences of what is drawn stay finite.
        (value.abs() <= 1e300 && (scale == Scale::Linear || value > 0.0)).then_some(value)
    };
    if series
        .missing
        .binary_search(&u32::try_from(at).ok()?)
        .is_ok()
    {
        return None;
    }
    let value = drawable(*series.values.get(at)?)?;
    let interval = series
        .interval
        .as_ref()
        .and_then(|(low, high)| Some((drawable(*low.get(at)?)?, drawable(*high.get(at)?)?)));
    Some(Value {
        at: value,
        interval,
    })
}
