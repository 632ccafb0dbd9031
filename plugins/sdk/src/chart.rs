//! Charts: positions along one axis, series of values along the other.

use crate::{
    Cell, Text,
    text::clean,
    wit::types::{self, Attribute, Axis, Positions, ReferenceLine, Scale},
};

/// One line, set of bars or set of points of a [`Chart`].
#[derive(Clone, Debug, PartialEq)]
pub struct Series(types::Series);

impl Series {
    /// Values in the order of the chart's positions. What is not finite is missing.
    #[must_use]
    pub fn new<C: Into<Cell<f64>>>(name: &str, values: impl IntoIterator<Item = C>) -> Self {
        let cells: Vec<Option<f64>> = values
            .into_iter()
            .map(|value| value.into().0.filter(|value| value.is_finite()))
            .collect();
        Self(types::Series {
            name: clean(name.to_owned()),
            missing: (0u32..)
                .zip(&cells)
                .filter(|(_, cell)| cell.is_none())
                .map(|(row, _)| row)
                .collect(),
            values: cells.into_iter().map(Option::unwrap_or_default).collect(),
            interval: None,
        })
    }

    /// Counts in the order of the chart's positions.
    #[must_use]
    pub fn counts(name: &str, values: impl IntoIterator<Item = u32>) -> Self {
        Self::new(name, values.into_iter().map(f64::from))
    }

    /// Ends of intervals in the order of the positions; finite.
    #[must_use]
    pub fn interval(mut self, lower: Vec<f64>, upper: Vec<f64>) -> Self {
        self.0.interval = Some((lower, upper));
        self
    }
}

/// A chart. The host draws it as vectors and numbers it.
///
/// ```
/// use quire_sdk::{Chart, Series};
///
/// let chart = Chart::new("line", "trend-chart", "Reports by quarter")
///     .alt("Reports rose from 3 in the first quarter to 9 in the second.")
///     .x("Quarter of first receipt", None)
///     .y("Reports", None)
///     .categories(["2014-Q1", "2014-Q2"])
///     .series(Series::counts("Reports", [3, 9]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Chart(types::Chart);

impl Chart {
    /// A chart without positions. `kind` is one that the contract lists (`bar`, `stacked-bar`,
    /// `horizontal-bar`, `line`, `area`, `scatter`, `forest`); `id` is unique in the section.
    #[must_use]
    pub fn new(kind: &str, id: &str, caption: impl Into<Text>) -> Self {
        let axis = || Axis {
            title: String::new(),
            unit: None,
            scale: Scale::Linear,
        };
        Self(types::Chart {
            id: id.to_owned(),
            kind: kind.to_owned(),
            caption: caption.into().into_spans(),
            alt: String::new(),
            x: axis(),
            y: axis(),
            positions: Positions::Categories(Vec::new()),
            series: Vec::new(),
            reference_lines: Vec::new(),
            attributes: Vec::new(),
        })
    }

    /// What a reader who cannot see the chart should learn from it. Never leave it out.
    #[must_use]
    pub fn alt(mut self, alt: impl Into<String>) -> Self {
        self.0.alt = clean(alt.into());
        self
    }

    /// Title and unit of the axis along which the positions stand.
    #[must_use]
    pub fn x(mut self, title: &str, unit: Option<&str>) -> Self {
        self.0.x.title = clean(title.to_owned());
        self.0.x.unit = unit.map(str::to_owned);
        self
    }

    /// Title and unit of the axis along which the values stand.
    #[must_use]
    pub fn y(mut self, title: &str, unit: Option<&str>) -> Self {
        self.0.y.title = clean(title.to_owned());
        self.0.y.unit = unit.map(str::to_owned);
        self
    }

    /// Draw the value axis in equal ratios; all values are above zero.
    #[must_use]
    pub fn log_scale(mut self) -> Self {
        self.0.y.scale = Scale::Log;
        self
    }

    /// Named positions, evenly spaced.
    #[must_use]
    pub fn categories<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.0.positions =
            Positions::Categories(names.into_iter().map(|name| clean(name.into())).collect());
        self
    }

    /// Positions along a calendar, in days since 1970-01-01.
    #[must_use]
    pub fn dates(mut self, days: impl IntoIterator<Item = i32>) -> Self {
        self.0.positions = Positions::Dates(days.into_iter().collect());
        self
    }

    /// Positions along a number line, such as numbers of cases.
    #[must_use]
    pub fn numbers(mut self, numbers: impl IntoIterator<Item = f64>) -> Self {
        self.0.positions = Positions::Numbers(numbers.into_iter().collect());
        self
    }

    /// Space the positions in equal ratios; all are above zero.
    #[must_use]
    pub fn log_positions(mut self) -> Self {
        self.0.x.scale = Scale::Log;
        self
    }

    /// Write words beside a point of a scatter chart, by the places of its series and its position; at most 24.
    /// The host leaves out what has no room.
    #[must_use]
    pub fn label_point(mut self, series: usize, position: usize, words: &str) -> Self {
        self.0.attributes.push(Attribute {
            name: String::from("point-label"),
            value: clean(format!("{series} {position} {words}")),
        });
        self
    }

    /// Write the numbers beside the rows of horizontal bars or of a forest plot with so many digits after the point,
    /// at most 2, in place of as many as they have.
    #[must_use]
    pub fn decimals(mut self, decimals: u8) -> Self {
        self.0.attributes.push(Attribute {
            name: String::from("decimals"),
            value: decimals.to_string(),
        });
        self
    }

    /// Add values, as many as there are positions.
    #[must_use]
    pub fn series(mut self, series: Series) -> Self {
        self.0.series.push(series.0);
        self
    }

    /// Say that the periods from this position on are not complete; they are drawn hollow.
    #[must_use]
    pub fn partial_from(mut self, position: usize) -> Self {
        self.0.attributes.push(Attribute {
            name: String::from("partial-from"),
            value: position.to_string(),
        });
        self
    }

    /// Draw a line across the plot at a value, such as a ratio of 1.
    #[must_use]
    pub fn reference(self, at: f64, label: Option<&str>) -> Self {
        self.line(at, false, label)
    }

    /// Draw a line across the plot at a position: a number, or days since 1970-01-01, as the positions are. Between
    /// categories there is none.
    #[must_use]
    pub fn reference_at(self, position: f64, label: Option<&str>) -> Self {
        self.line(position, true, label)
    }

    fn line(mut self, at: f64, on_x: bool, label: Option<&str>) -> Self {
        let label = label.map(|label| clean(label.to_owned()));
        self.0
            .reference_lines
            .push(ReferenceLine { at, on_x, label });
        self
    }

    pub(crate) fn into_wit(self) -> types::Chart {
        self.0
    }
}
