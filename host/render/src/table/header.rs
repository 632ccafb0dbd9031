//! The header of a column. One that would take most of a page ends with an ellipsis, and is told whole below
//! the table.

use crate::{
    flow::Flow,
    style::Type,
    text::{Fit, Line},
};

/// A header of more lines is cut short.
const MOST_LINES: usize = 6;

/// The lines of a header, and whether they are not all.
pub(super) fn lines(flow: &mut Flow<'_>, title: &str, kind: Type, width: f32) -> (Vec<Line>, bool) {
    let mut lines = flow.words(title, kind, width, Fit::Full);
    let is_cut = lines.len() > MOST_LINES;
    if is_cut {
        lines.truncate(MOST_LINES);
        let last = lines.pop().map(|last| flow.text_of(&last));
        let last = format!("{} …", last.unwrap_or_default());
        let last = flow.shortened(&last, kind, width);
        let last = flow.words(&last, kind, width, Fit::Full);
        lines.extend(last.into_iter().take(1));
    }
    (lines, is_cut)
}
