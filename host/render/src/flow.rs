//! Fills page after page from top to bottom.

use std::{collections::BTreeMap, sync::Arc};

use quire_model::{Align, Span};

use crate::{
    foot::Foot,
    page::{Area, Link, Mark, Page, Place, Point, Sheet, Target},
    style::{Colour, Type},
    tail::Tail,
    text::{Fit, Line, Notes, Piece, Shaper, break_lines, pieces},
};

/// A heading, for the table of contents and the bookmarks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) level: u8,
    /// Such as `2.1`; empty in documents that are not numbered.
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) place: Place,
}

/// A box around text; it is closed at the end of a page and opened again on the next.
struct Frame {
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
const FRAME_PADDING: f32 = 9.0;

/// Where the next thing goes, and everything that was placed before.
pub(crate) struct Flow<'a> {
    pub(crate) shaper: &'a mut Shaper,
    pub(crate) sheet: Sheet,
    pub(crate) pages: Vec<Page>,
    /// The page that is being filled.
    pub(crate) page: Page,
    /// How far it is filled.
    pub(crate) y: f32,
    /// The column that text is set in.
    pub(crate) left: f32,
    pub(crate) width: f32,
    pub(crate) entries: Vec<Entry>,
    /// Which section is being placed.
    pub(crate) section: usize,
    pub(crate) places: BTreeMap<(usize, String), Place>,
    pub(crate) tail: Option<Tail>,
    notes: Notes,
    foot: Foot,
    frames: Vec<Frame>,
    /// Where the page's first content stands.
    start: f32,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(shaper: &'a mut Shaper, sheet: Sheet) -> Self {
        Self {
            shaper,
            sheet,
            pages: Vec::new(),
            page: Page::default(),
            y: sheet.top,
            left: sheet.left,
            width: sheet.text_width(),
            entries: Vec::new(),
            section: 0,
            places: BTreeMap::new(),
            tail: None,
            notes: Notes::default(),
            foot: Foot::default(),
            frames: Vec::new(),
            start: sheet.top,
        }
    }

    /// Paint something on the current page.
    pub(crate) fn mark(&mut self, mark: Mark) {
        self.page.marks.push(mark);
    }

    /// Paint a rectangle.
    pub(crate) fn fill(&mut self, area: Area, colour: Colour) {
        self.mark(Mark::Fill { area, colour });
    }

    /// How much height is left on the page.
    pub(crate) fn room(&self) -> f32 {
        let padding = if self.frames.is_empty() {
            0.0
        } else {
            FRAME_PADDING
        };
        self.sheet.bottom - self.foot.height - padding - self.y
    }

    /// Whether nothing stands on the page yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.y <= self.start + 0.01
    }

    /// How much a fresh page without footnotes holds.
    pub(crate) fn full_height(&self) -> f32 {
        let padding = if self.frames.is_empty() {
            0.0
        } else {
            2.0 * FRAME_PADDING
        };
        self.sheet.text_height() - padding
    }

    /// Go on to the next page unless this one has room for `height`.
    pub(crate) fn ensure(&mut self, height: f32) {
        while self.room() < height && (!self.is_fresh() || self.is_crowded(height)) {
            self.new_page();
        }
    }

    /// Whether notes of earlier pages take the room of something that would fit without them.
    fn is_crowded(&self, height: f32) -> bool {
        self.foot.height > 0.0 && height <= self.full_height()
    }

    /// Leave room, unless at the top of a page.
    pub(crate) fn skip(&mut self, height: f32) {
        if !self.is_fresh() {
            self.y += height;
        }
    }

    /// End the page and begin another.
    pub(crate) fn new_page(&mut self) {
        let tail = self.cut_tail();
        self.close_frames();
        let mut page = std::mem::take(&mut self.page);
        self.foot.settle(self.shaper, &self.sheet, &mut page);
        self.pages.push(page);
        self.foot.refill(self.sheet.text_height());
        self.y = self.sheet.top;
        self.open_frames();
        self.start = self.y;
        if let Some((tail, height, marks)) = tail {
            self.paste_tail(tail, height, marks);
        }
    }

    /// End the last page; what is left of footnotes goes on pages of its own.
    pub(crate) fn finish(&mut self) {
        loop {
            self.new_page();
            if self.foot.is_empty() {
                return;
            }
        }
    }

    /// Count what was placed since the page began as the top of the page, as for a repeated header.
    pub(crate) fn set_start(&mut self) {
        self.start = self.y;
    }

    /// The place where the next thing goes.
    pub(crate) fn place(&self) -> Place {
        Place {
            page: self.pages.len(),
            y: self.y,
        }
    }

    /// Give the place a name that links in this section can use; the first of a name counts.
    pub(crate) fn name_place(&mut self, name: &str) {
        let place = self.place();
        self.places
            .entry((self.section, name.to_owned()))
            .or_insert(place);
    }

    /// Break spans into lines as wide as the column.
    pub(crate) fn lines(&mut self, spans: &[Span], kind: Type, width: f32, fit: Fit) -> Vec<Line> {
        let pieces = pieces(self.shaper, &mut self.notes, spans, kind.into());
        break_lines(self.shaper, pieces, width, fit)
    }

    /// Set running text, over as many pages as it takes; no line stands alone on a page.
    pub(crate) fn paragraph(&mut self, spans: &[Span], kind: Type) {
        let lines = self.lines(spans, kind, self.width, Fit::Even);
        self.place_lines(&lines, kind);
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
            let baseline = self.y + kind.baseline();
            self.draw_line(line, self.left, baseline, Align::Start, self.width);
            self.y += kind.leading;
        }
    }

    /// Reserve room at the foot of the page for the notes that a line refers to.
    fn take_notes(&mut self, line: &Line, leading: f32) {
        if line.pieces.iter().all(|piece| piece.note.is_none()) {
            return;
        }
        let mut added = Vec::new();
        for number in line.pieces.iter().filter_map(|piece| piece.note) {
            let text = self.notes.0.get(number - 1).cloned().unwrap_or_default();
            added.extend(Foot::lines(
                self.shaper,
                number,
                &text,
                self.sheet.text_width(),
            ));
        }
        let height = self.foot.height_with(added.len());
        if self.room() < leading + height - self.foot.height {
            self.ensure(f32::INFINITY);
        }
        let limit = self.room() + self.foot.height - leading;
        self.foot.add(added, limit);
    }

    /// Draw a line of text; `width` is that of its column.
    pub(crate) fn draw_line(
        &mut self,
        line: &Line,
        x: f32,
        baseline: f32,
        align: Align,
        width: f32,
    ) {
        let spare = (width - line.width).max(0.0);
        let mut x = x + match align {
            Align::Start => 0.0,
            Align::Center => spare / 2.0,
            Align::End => spare,
        };
        for run in line
            .pieces
            .chunk_by(|a, b| a.href == b.href && a.underline == b.underline)
        {
            let from = x;
            for piece in run {
                self.draw_piece(piece, x, baseline);
                x += piece.width + piece.gap;
            }
            if let Some(first) = run.first() {
                let end = x - run.last().map_or(0.0, |piece| piece.gap);
                self.decorate(first, from, end, baseline);
            }
        }
    }

    fn draw_piece(&mut self, piece: &Piece, x: f32, baseline: f32) {
        let (size, colour) = (piece.size, piece.colour);
        let at = Point::new(x, baseline - piece.rise);
        self.mark(Mark::Text {
            at,
            size,
            colour,
            word: piece.word,
        });
        if let Some(word) = piece.space {
            let at = Point::new(x + piece.width, baseline - piece.rise);
            self.mark(Mark::Text {
                at,
                size,
                colour,
                word,
            });
        }
    }

    fn decorate(&mut self, piece: &Piece, from: f32, end: f32, baseline: f32) {
        if piece.underline {
            let area = Area::new(
                from,
                baseline + piece.size * 0.14,
                end - from,
                piece.size * 0.06,
            );
            self.fill(area, piece.colour);
        }
        if let Some(to) = piece.href.as_ref().and_then(Self::target) {
            let area = Area::new(
                from,
                baseline - piece.size * 0.9,
                end - from,
                piece.size * 1.2,
            );
            self.page.links.push(Link { area, to });
        }
    }

    fn target(href: &Arc<str>) -> Option<Target> {
        if let Some(place) = href.strip_prefix('#') {
            // `Numbering::worded` wrote it so.
            let (section, name) = place.split_once('/')?;
            return Some(Target::Anchor {
                section: section.parse().ok()?,
                name: Arc::from(name),
            });
        }
        href.starts_with("https:")
            .then(|| Target::Address(Arc::clone(href)))
    }

    /// Write one line where it is wanted, without breaking it. Returns how wide it is.
    pub(crate) fn label(&mut self, text: &str, at: Point, kind: Type, align: Align) -> f32 {
        let word = self.shaper.word(kind.look, text);
        let width = self.shaper.width_of(word) * kind.size;
        let x = match align {
            Align::Start => at.x,
            Align::Center => at.x - width / 2.0,
            Align::End => at.x - width,
        };
        let at = Point::new(x, at.y);
        self.mark(Mark::Text {
            at,
            size: kind.size,
            colour: kind.colour,
            word,
        });
        width
    }

    /// A line's words.
    pub(crate) fn text_of(&self, line: &Line) -> String {
        let mut text = String::new();
        for piece in &line.pieces {
            text.push_str(self.shaper.glyphs(piece.word).1);
            if piece.space.is_some() {
                text.push(' ');
            }
        }
        text
    }

    /// How wide a label is.
    pub(crate) fn label_width(&mut self, text: &str, kind: Type) -> f32 {
        self.shaper.width(kind.look, text, kind.size)
    }

    /// A label that fits a width, shortened with an ellipsis if need be.
    pub(crate) fn shortened(&mut self, text: &str, kind: Type, width: f32) -> String {
        if self.label_width(text, kind) <= width {
            return text.to_owned();
        }
        let room = width - self.label_width("…", kind);
        let mut used = 0.0;
        let mut short = String::new();
        let mut buffer = [0; 4];
        for character in text.chars() {
            used += self.label_width(character.encode_utf8(&mut buffer), kind) * 1.002;
            if used > room {
                break;
            }
            short.push(character);
        }
        format!("{}…", short.trim_end())
    }

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

    fn close_frames(&mut self) {
        let frames = std::mem::take(&mut self.frames);
        for frame in frames.iter().rev() {
            self.paint_frame(frame);
        }
        self.frames = frames;
    }

    fn open_frames(&mut self) {
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
            [
                Mark::Fill {
                    area,
                    colour: frame.fill,
                },
                Mark::Fill {
                    area: bar,
                    colour: frame.bar,
                },
            ],
        );
    }

    /// Turn links to names into links to places; those to unknown names are taken out.
    pub(crate) fn resolve_links(&mut self) {
        let places = &self.places;
        for page in &mut self.pages {
            page.links.retain_mut(|link| {
                if let Target::Anchor { section, name } = &link.to {
                    match places.get(&(*section, name.to_string())) {
                        Some(place) => link.to = Target::Place(*place),
                        None => return false,
                    }
                }
                true
            });
        }
    }
}
