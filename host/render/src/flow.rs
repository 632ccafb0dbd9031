//! Fills page after page from top to bottom.

mod frame;
mod keep_with_next;
mod lettering;

use std::collections::BTreeMap;

use quire_model::{Align, Span};

use crate::{
    element::{ElementId, Role},
    footnotes::Footnotes,
    page::{Area, Mark, Page, Place, Sheet, Tagged, Target},
    style::{Colour, Type},
    tags::Tree,
    text::{Fit, Line, Notes, Shaper, break_lines, pieces},
};

use frame::{FRAME_PADDING, Frame};
use keep_with_next::KeepWithNext;

/// A heading, for the table of contents and the bookmarks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) level: u8,
    /// Such as `2.1`; empty in documents that are not numbered.
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) place: Place,
}

/// Where the next thing goes, and everything that was placed before.
pub(crate) struct Flow<'a> {
    pub(crate) shaper: &'a mut Shaper,
    pub(crate) tree: &'a mut Tree,
    /// The element that is being placed.
    pub(crate) owner: ElementId,
    /// The document's own sheet, and that of the current page.
    pub(crate) base: Sheet,
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
    pub(crate) kept: Option<KeepWithNext>,
    notes: Notes,
    footnotes: Footnotes,
    pub(crate) frames: Vec<Frame>,
    /// Where the page's first content stands.
    start: f32,
}

impl<'a> Flow<'a> {
    /// Begin with an empty page; what is placed belongs to `owner`.
    pub(crate) fn new(
        shaper: &'a mut Shaper,
        tree: &'a mut Tree,
        owner: ElementId,
        sheet: Sheet,
    ) -> Self {
        Self {
            shaper,
            tree,
            owner,
            base: sheet,
            sheet,
            pages: Vec::new(),
            page: Page::new(sheet),
            y: sheet.top,
            left: sheet.left,
            width: sheet.text_width(),
            entries: Vec::new(),
            section: 0,
            places: BTreeMap::new(),
            kept: None,
            notes: Notes::default(),
            footnotes: Footnotes::default(),
            frames: Vec::new(),
            start: sheet.top,
        }
    }

    /// Paint something on the current page.
    pub(crate) fn mark(&mut self, mark: Mark) {
        let owner = self.owner;
        self.page.marks.push(Tagged { owner, mark });
    }

    /// Begin an element within the current one. What is given back has to be given to
    /// [`Flow::leave`].
    pub(crate) fn enter(&mut self, role: Role) -> ElementId {
        let inner = self.tree.add(self.owner, role);
        std::mem::replace(&mut self.owner, inner)
    }

    /// End an element.
    pub(crate) fn leave(&mut self, outer: ElementId) {
        self.owner = outer;
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
        self.sheet.bottom - self.footnotes.height - padding - self.y
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
        self.footnotes.height > 0.0 && height <= self.full_height()
    }

    /// Leave room, unless at the top of a page.
    pub(crate) fn skip(&mut self, height: f32) {
        if !self.is_fresh() {
            self.y += height;
        }
    }

    /// End the page and begin another.
    pub(crate) fn new_page(&mut self) {
        let kept = self.take_kept();
        self.close_frames();
        let mut page = std::mem::replace(&mut self.page, Page::new(self.sheet));
        self.footnotes.settle(self.shaper, &mut page);
        self.pages.push(page);
        self.footnotes.refill(self.sheet.text_height());
        self.y = self.sheet.top;
        self.open_frames();
        self.start = self.y;
        if let Some((kept, height, marks)) = kept {
            self.place_kept(kept, height, marks);
        }
    }

    /// Go on upright or on its side, on another page unless nothing but headings stands on this one.
    pub(crate) fn turn(&mut self, sheet: Sheet) {
        if self.sheet == sheet {
            return;
        }
        self.sheet = sheet;
        self.left = sheet.left;
        self.width = sheet.text_width();
        let headings = self.take_headings();
        if headings.is_none() && !self.page.marks.is_empty() {
            return self.new_page();
        }
        self.page.sheet = sheet;
        self.y = sheet.top;
        self.start = self.y;
        if let Some((kept, height, marks)) = headings {
            self.place_kept(kept, height, marks);
        }
    }

    /// End the last page; what is left of footnotes goes on pages of its own.
    pub(crate) fn finish(&mut self) {
        loop {
            self.new_page();
            if self.footnotes.is_empty() {
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
        self.text(Role::Paragraph, spans, kind);
    }

    /// Set text as an element of its own, as [`Flow::paragraph`] does.
    pub(crate) fn text(&mut self, role: Role, spans: &[Span], kind: Type) {
        let outer = self.enter(role);
        let lines = self.lines(spans, kind, self.width, Fit::Even);
        self.place_lines(&lines, kind);
        self.leave(outer);
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
            let lines = Footnotes::lines(self.shaper, number, &text, self.base.text_width());
            let owner = self.tree.note(self.owner);
            added.extend(lines.into_iter().map(|line| (line, owner)));
        }
        let height = self.footnotes.height_with(added.len());
        if self.room() < leading + height - self.footnotes.height {
            self.ensure(f32::INFINITY);
        }
        let limit = self.room() + self.footnotes.height - leading;
        self.footnotes.add(added, limit);
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
