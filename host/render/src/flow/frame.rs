//! Boxes around text, which may run over several pages.

use crate::{
    flow::Flow,
    page::{Area, Mark, Tagged},
    style::Colour,
};

/// A box around text; it is closed at the end of a page and opened again on the next.
pub(crate) struct Frame {
    left: f32,
    width: f32,
    fill: Colour,
    bar: Colour,
    /// Where the text begins in this page's part of the box.
    top: f32,
    /// Before which of the page's marks the box is painted.
    mark: usize,
}

/// Room between a box and its text, above and below.
pub(crate) const FRAME_PADDING: f32 = 9.0;

impl Flow<'_> {
    /// Begin a tinted box with a bar at its left; text is set inside until [`Flow::end_frame`].
    pub(crate) fn begin_frame(&mut self, fill: Colour, bar: Colour) {
        let (left, width) = (self.left, self.width);
        self.frames.push(Frame {
            left,
            width,
            fill,
            bar,
            top: self.y,
            mark: self.page.marks.len(),
        });
        self.y += FRAME_PADDING;
        self.left += 14.0;
        self.width -= 26.0;
    }

    /// End the box.
    pub(crate) fn end_frame(&mut self) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.paint_frame(&frame);
        self.left = frame.left;
        self.width = frame.width;
        self.y += FRAME_PADDING;
    }

    /// End the boxes' parts on this page.
    pub(crate) fn close_frames(&mut self) {
        let frames = std::mem::take(&mut self.frames);
        for frame in frames.iter().rev() {
            self.paint_frame(frame);
        }
        self.frames = frames;
    }

    /// Begin the boxes' parts on the next page.
    pub(crate) fn open_frames(&mut self) {
        for frame in &mut self.frames {
            frame.top = self.y;
            frame.mark = self.page.marks.len();
            self.y += FRAME_PADDING;
        }
    }

    fn paint_frame(&mut self, frame: &Frame) {
        let height = self.y + FRAME_PADDING - frame.top;
        let area = Area::new(frame.left, frame.top, frame.width, height);
        let bar = Area { width: 3.0, ..area };
        let at = frame.mark.min(self.page.marks.len());
        self.page.marks.splice(
            at..at,
            [(area, frame.fill), (bar, frame.bar)]
                .map(|(area, colour)| Tagged::decoration(Mark::Fill { area, colour })),
        );
    }
}
