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
        Self::named(&chart.kind)
    }

    fn named(kind: &str) -> Option<Self> {
        Some(match kind {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_the_contract_is_drawn() {
        for kind in quire_contract::CHART_KINDS {
            assert!(ChartKind::named(kind).is_some(), "{kind}");
        }
    }
}
