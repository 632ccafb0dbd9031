//! What reference lines are called, in charts that are read from top to bottom.

use quire_model::{Align, Chart};

use crate::{flow::Flow, page::Point, style::Type};

/// The names of reference lines, above the field, in as many rows as they need beside each other.
pub(super) struct Names {
    /// Each with where it begins and its row.
    names: Vec<(String, f32, usize)>,
    pub(super) height: f32,
}

/// More lines than this leave no room for what they cross.
const MOST: usize = 12;

/// How high a row of names is.
const NAME: f32 = 10.0;

/// From its top to its baseline; the room between names; the share of the width that one may take.
const BASELINE: f32 = 6.5;
const GAP: f32 = 8.0;
const LONGEST: f32 = 0.4;

impl Names {
    /// Lay them out; `x` says where a number stands.
    pub(super) fn new(flow: &mut Flow<'_>, chart: &Chart, x: impl Fn(f64) -> f32) -> Self {
        let mut names = Vec::new();
        // Where the last name of each row ends.
        let mut rows: Vec<f32> = Vec::new();
        let mut lines: Vec<_> = chart
            .reference_lines
            .iter()
            .filter(|line| line.at.is_finite())
            .take(MOST)
            .filter_map(|line| Some((x(line.at), line.label.as_deref()?)))
            .collect();
        lines.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        for (x, label) in lines {
            let text = flow.named(label, Type::CHART, flow.width() * LONGEST);
            let width = flow.label_width(&text, Type::CHART);
            let last = flow.left() + flow.width() - width;
            let from = (x - width / 2.0).min(last).max(flow.left());
            let free = rows.iter().position(|end| *end + GAP <= from);
            let row = free.unwrap_or(rows.len());
            if free.is_none() {
                rows.push(0.0);
            }
            if let Some(end) = rows.get_mut(row) {
                *end = from + width;
            }
            names.push((text, from, row));
        }
        let height = rows.len() as f32 * NAME;
        Self { names, height }
    }

    /// Draw them above what comes next.
    pub(super) fn draw(&self, flow: &mut Flow<'_>) {
        for (text, x, row) in &self.names {
            let at = Point::new(*x, flow.y() + *row as f32 * NAME + BASELINE);
            flow.label(text, at, Type::CHART, Align::Start);
        }
        flow.advance(self.height);
    }
}
