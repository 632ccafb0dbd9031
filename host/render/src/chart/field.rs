//! The field of an upright chart: where positions and values stand on the page.

use super::{measure::Measure, positions::Track};
use crate::page::Area;

/// The field that values are drawn in, and its axes.
pub(super) struct Field {
    pub(super) area: Area,
    pub(super) values: Measure,
    pub(super) track: Track,
}

impl Field {
    /// Where a position stands.
    pub(super) fn x(&self, at: usize) -> Option<f32> {
        Some(self.area.x + self.track.share(at)? * self.area.width)
    }

    /// Where a value stands.
    pub(super) fn y(&self, value: f64) -> f32 {
        self.area.bottom() - self.values.share(value) * self.area.height
    }

    /// Where bars begin.
    pub(super) fn floor(&self) -> f32 {
        self.area.bottom() - self.values.floor() * self.area.height
    }
}
