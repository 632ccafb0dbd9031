//! Running text, over as many pages as it takes, and the notes that it refers to.

use quire_model::{Align, Span};

use super::{Flow, footnotes::Footnotes};
use crate::{
    element::Role,
    style::Type,
    text::{Fit, Line, break_lines, pieces},
};

impl Flow<'_> {
    /// Break spans into lines as wide as the column.
    pub(crate) fn lines(&mut self, spans: &[Span], kind: Type, width: f32, fit: Fit) -> Vec<Line> {
        let pieces = pieces(self.shaper, &mut self.keep.notes, spans, kind.into());
        break_lines(self.shaper, pieces, width, fit)
    }

    /// Break words of one look into lines.
    pub(crate) fn words(&mut self, text: &str, kind: Type, width: f32, fit: Fit) -> Vec<Line> {
        self.lines(&[Span::plain(text)], kind, width, fit)
    }

    /// Set words of one look, as [`Flow::paragraph`] does.
    pub(crate) fn plain(&mut self, text: &str, kind: Type) {
        self.paragraph(&[Span::plain(text)], kind);
    }

    /// Set running text, over as many pages as it takes; no line stands alone on a page.
    pub(crate) fn paragraph(&mut self, spans: &[Span], kind: Type) {
        self.text(Role::Paragraph, spans, kind);
    }

    /// Set text as an element of its own, as [`Flow::paragraph`] does.
    pub(crate) fn text(&mut self, role: Role, spans: &[Span], kind: Type) {
        let outer = self.enter(role);
        let lines = self.lines(spans, kind, self.width(), Fit::Even);
        self.place_lines(&lines, kind);
        self.belong_to(outer);
    }

    /// Set lines, as [`Flow::paragraph`] does.
    pub(crate) fn place_lines(&mut self, lines: &[Line], kind: Type) {
        let count = lines.len();
        for (at, line) in lines.iter().enumerate() {
            let pair = (at == 0 && count > 1) || (count > 2 && at + 2 == count);
            self.ensure(if pair {
                2.0 * kind.leading
            } else {
                kind.leading
            });
            self.take_notes(line, kind.leading);
            let baseline = self.y() + kind.baseline();
            self.draw_line(line, self.left(), baseline, Align::Start, self.width());
            self.advance(kind.leading);
        }
    }

    /// Reserve room at the foot of the page for the notes that a line refers to.
    fn take_notes(&mut self, line: &Line, leading: f32) {
        if line.pieces.iter().all(|piece| piece.note.is_none()) {
            return;
        }
        let width = self.base().text_width();
        let mut added = Vec::new();
        for number in line.pieces.iter().filter_map(|piece| piece.note) {
            let text = self.keep.notes.0.get(number - 1);
            let text = text.cloned().unwrap_or_default();
            let lines = Footnotes::lines(self.shaper, number, &text, width);
            let owner = self.tree.note(self.owner);
            added.extend(lines.into_iter().map(|line| (line, owner)));
        }
        let height = self.keep.footnotes.height_with(added.len());
        if self.room() < leading + height - self.keep.footnotes.height() {
            self.ensure(f32::INFINITY);
        }
        let limit = self.room() + self.keep.footnotes.height() - leading;
        self.keep.footnotes.add(added, limit);
    }
}
