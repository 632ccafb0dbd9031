//! Boxes around text, which may run over several pages.

use super::Flow;
use crate::{
    page::{Area, Column, Mark},
    style::Colour,
};

/// A box around text; it is closed at the end of a page and opened again on the next.
pub(super) struct Frame {
    /// Of the text around the box.
    column: Column,
    fill: Colour,
    bar: Colour,
    /// Where this page's part of the box begins.
    top: f32,
    /// Before which of the page's marks the box is painted.
    mark: usize,
}

/// Room between a box and its text, above and below: three quarters of a line. With less, the text
/// seems to touch the tint; more looks like an empty line.
pub(crate) const FRAME_PADDING: f32 = 9.0;

/// How wide the bar at a box's left is: to be seen in print, where one point may be lost.
const BAR: f32 = 3.0;

/// Room from a box's left edge to its text: the bar, and then as much as there is at its right, where
/// the ragged ends of lines add some.
const LEFT: f32 = 14.0;

/// What the room at both sides takes from the text's width.
pub(crate) const FRAME_SIDES: f32 = LEFT + 12.0;

impl Flow<'_> {
    /// Begin a tinted box with a bar at its left; text is set inside until [`Flow::end_frame`].
    pub(crate) fn begin_frame(&mut self, fill: Colour, bar: Colour) {
        let inner = Column {
            left: self.left() + LEFT,
            width: self.width() - FRAME_SIDES,
        };
        let frame = Frame {
            column: self.set_column(inner),
            fill,
            bar,
            top: self.y(),
            mark: self.marks().len(),
        };
        self.keep.frames.push(frame);
        self.advance(FRAME_PADDING);
    }

    /// End the box.
    pub(crate) fn end_frame(&mut self) {
        if let Some(frame) = self.keep.frames.pop() {
            self.paint_frame(&frame);
            self.set_column(frame.column);
            self.advance(FRAME_PADDING);
        }
    }

    /// End the boxes' parts on this page.
    pub(super) fn close_frames(&mut self) {
        let frames = std::mem::take(&mut self.keep.frames);
        for frame in frames.iter().rev() {
            self.paint_frame(frame);
        }
        self.keep.frames = frames;
    }

    /// Begin the boxes' parts on the next page.
    pub(super) fn open_frames(&mut self) {
        for frame in &mut self.keep.frames {
            frame.top = self.cursor.y;
            frame.mark = self.output.page.marks.len();
            self.cursor.y += FRAME_PADDING;
        }
    }

    fn paint_frame(&mut self, frame: &Frame) {
        let Column { left, width } = frame.column;
        let height = self.y() + FRAME_PADDING - frame.top;
        let area = Area::new(left, frame.top, width, height);
        let bar = Area { width: BAR, ..area };
        let parts = [(area, frame.fill), (bar, frame.bar)];
        self.paint_behind(
            frame.mark,
            parts.map(|(area, colour)| Mark::Fill { area, colour }),
        );
    }
}
