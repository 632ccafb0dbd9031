//! The kinds of chart that are drawn; of any other the data is shown as a table.

use quire_model::Chart;

/// The kinds of chart that are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChartKind {
    Bar,
    StackedBar,
    HorizontalBar,
    Line,
    Area,
    Scatter,
    Forest,
}

impl ChartKind {
    /// The kind of a chart, unless it is unknown.
    pub(crate) fn of(chart: &Chart) -> Option<Self> {
        Some(match chart.kind.as_str() {
            "bar" => Self::Bar,
            "stacked-bar" => Self::StackedBar,
            "horizontal-bar" => Self::HorizontalBar,
            "line" => Self::Line,
            "area" => Self::Area,
            "scatter" => Self::Scatter,
            "forest" => Self::Forest,
            _ => return None,
        })
    }

    /// Whether positions run from top to bottom.
    pub(super) const fn is_horizontal(self) -> bool {
        matches!(self, Self::HorizontalBar | Self::Forest)
    }
}
