//! Fills page after page from top to bottom.

mod footnotes;
mod frame;
mod keep_with_next;
mod lettering;
mod paragraphs;

use std::collections::BTreeMap;

use crate::{
    element::{ElementId, Role},
    page::{Area, Column, Link, Mark, Page, Place, Sheet, Tagged, Target},
    style::Colour,
    tags::Tree,
    text::{Notes, Shaper},
};

use footnotes::Footnotes;
pub(crate) use frame::{FRAME_PADDING, FRAME_SIDES};
pub(crate) use lettering::offset;

use frame::Frame;
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

impl Entry {
    /// The same heading, at another place.
    pub(crate) fn moved(&self, to: impl Fn(Place) -> Place) -> Self {
        Self {
            place: to(self.place),
            ..self.clone()
        }
    }
}

/// Pages that were filled together, and their headings; places count from the first of them.
#[derive(Default)]
pub(crate) struct Filled {
    pub(crate) pages: Vec<Page>,
    pub(crate) entries: Vec<Entry>,
}

/// Where the next thing goes.
struct Cursor {
    /// How far the page is filled.
    y: f32,
    /// What text is set in.
    column: Column,
    /// Where the page's first content stands.
    start: f32,
}

/// The document's own sheet, and that of the current page.
struct Sheets {
    base: Sheet,
    current: Sheet,
}

/// What was placed.
struct Output {
    /// The page that is being filled, and those before it.
    page: Page,
    filled: Filled,
    /// Names that can be linked to, by section.
    places: BTreeMap<(usize, String), Place>,
}

/// What matters when the page ends.
#[derive(Default)]
struct Keep {
    headings: Option<KeepWithNext>,
    frames: Vec<Frame>,
    notes: Notes,
    footnotes: Footnotes,
}

/// Where the next thing goes, and everything that was placed before.
pub(crate) struct Flow<'a> {
    shaper: &'a mut Shaper,
    tree: &'a mut Tree,
    /// The element that is being placed.
    owner: ElementId,
    /// Which section is being placed.
    section: usize,
    cursor: Cursor,
    sheets: Sheets,
    output: Output,
    keep: Keep,
    /// Names that were cut short, whole.
    cut: Vec<String>,
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
            section: 0,
            cursor: Cursor {
                y: sheet.top,
                column: sheet.column(),
                start: sheet.top,
            },
            sheets: Sheets {
                base: sheet,
                current: sheet,
            },
            output: Output {
                page: Page::new(sheet),
                filled: Filled::default(),
                places: BTreeMap::new(),
            },
            keep: Keep::default(),
            cut: Vec::new(),
        }
    }

    /// How far the page is filled.
    pub(crate) const fn y(&self) -> f32 {
        self.cursor.y
    }

    /// Where the column begins.
    pub(crate) const fn left(&self) -> f32 {
        self.cursor.column.left
    }

    /// How wide the column is.
    pub(crate) const fn width(&self) -> f32 {
        self.cursor.column.width
    }

    /// The document's own sheet.
    pub(crate) const fn base(&self) -> Sheet {
        self.sheets.base
    }

    /// The sheet of the current page.
    pub(crate) const fn sheet(&self) -> Sheet {
        self.sheets.current
    }

    /// Which section is being placed.
    pub(crate) const fn section(&self) -> usize {
        self.section
    }

    /// The element that is being placed.
    pub(crate) const fn owner(&self) -> ElementId {
        self.owner
    }

    /// What stands on the page.
    pub(crate) fn marks(&self) -> &[Tagged] {
        &self.output.page.marks
    }

    /// How many pages are full.
    pub(crate) const fn full_pages(&self) -> usize {
        self.output.filled.pages.len()
    }

    /// How many headings were listed.
    pub(crate) const fn entries(&self) -> usize {
        self.output.filled.entries.len()
    }

    /// Whether notes wait for the foot of the page.
    pub(crate) fn has_notes(&self) -> bool {
        !self.keep.footnotes.is_empty()
    }

    /// Whether nothing at all was painted on the page.
    pub(crate) const fn is_blank(&self) -> bool {
        self.output.page.marks.is_empty()
    }

    pub(crate) const fn shaper(&self) -> &Shaper {
        self.shaper
    }

    pub(crate) const fn shaper_mut(&mut self) -> &mut Shaper {
        self.shaper
    }

    pub(crate) const fn tree(&mut self) -> &mut Tree {
        self.tree
    }

    /// Leave so much room, even at the top of a page; a negative height goes back up.
    pub(crate) fn advance(&mut self, height: f32) {
        self.cursor.y += height;
    }

    /// Go on at this height of the page.
    pub(crate) const fn move_to(&mut self, y: f32) {
        self.cursor.y = y;
    }

    /// Set text in another column from here on. Gives the one before, to be set again.
    pub(crate) const fn set_column(&mut self, column: Column) -> Column {
        std::mem::replace(&mut self.cursor.column, column)
    }

    /// Paint something on the current page.
    pub(crate) fn mark(&mut self, mark: Mark) {
        let owner = self.owner;
        self.output.page.marks.push(Tagged { owner, mark });
    }

    /// Paint decoration behind all that was painted after the first `at` marks of the page.
    pub(crate) fn paint_behind(&mut self, at: usize, marks: impl IntoIterator<Item = Mark>) {
        let at = at.min(self.output.page.marks.len());
        let marks = marks.into_iter().map(Tagged::decoration);
        self.output.page.marks.splice(at..at, marks);
    }

    /// Paint a rectangle.
    pub(crate) fn fill(&mut self, area: Area, colour: Colour) {
        self.mark(Mark::Fill { area, colour });
    }

    /// Let a click on an area lead somewhere.
    pub(crate) fn link(&mut self, area: Area, to: Target) {
        let owner = self.owner;
        self.output.page.links.push(Link { area, to, owner });
    }

    /// Begin an element within the current one. What is given back has to be given to
    /// [`Flow::belong_to`] at its end.
    pub(crate) fn enter(&mut self, role: Role) -> ElementId {
        let inner = self.add(self.owner, role);
        self.belong_to(inner)
    }

    /// Let what comes belong to an element. Gives the one before.
    pub(crate) const fn belong_to(&mut self, element: ElementId) -> ElementId {
        std::mem::replace(&mut self.owner, element)
    }

    /// Add an element within another, to be placed later.
    pub(crate) fn add(&mut self, parent: ElementId, role: Role) -> ElementId {
        self.tree.add(parent, role)
    }

    /// Say in words what the current element shows.
    pub(crate) fn describe(&mut self, words: &str) {
        self.tree.describe(self.owner, words);
    }

    /// How much height is left on the page.
    pub(crate) fn room(&self) -> f32 {
        let padding = if self.keep.frames.is_empty() {
            0.0
        } else {
            FRAME_PADDING
        };
        self.sheets.current.bottom - self.keep.footnotes.height() - padding - self.cursor.y
    }

    /// Whether nothing stands on the page yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.cursor.y <= self.cursor.start + 0.01
    }

    /// How much a fresh page without footnotes holds.
    pub(crate) fn full_height(&self) -> f32 {
        let padding = if self.keep.frames.is_empty() {
            0.0
        } else {
            2.0 * FRAME_PADDING
        };
        self.sheets.current.text_height() - padding
    }

    /// Go on to the next page unless this one has room for `height`.
    pub(crate) fn ensure(&mut self, height: f32) {
        while self.room() < height && (!self.is_fresh() || self.is_crowded(height)) {
            self.new_page();
        }
    }

    /// Whether notes of earlier pages take the room of something that would fit without them.
    fn is_crowded(&self, height: f32) -> bool {
        self.keep.footnotes.height() > 0.0 && height <= self.full_height()
    }

    /// Leave room, unless at the top of a page.
    pub(crate) fn skip(&mut self, height: f32) {
        if !self.is_fresh() {
            self.advance(height);
        }
    }

    /// End the page and begin another.
    pub(crate) fn new_page(&mut self) {
        let headings = self.take_last_headings();
        self.close_frames();
        let sheet = self.sheets.current;
        let mut page = std::mem::replace(&mut self.output.page, Page::new(sheet));
        self.keep.footnotes.settle(self.shaper, &mut page);
        self.output.filled.pages.push(page);
        self.keep.footnotes.refill(sheet.text_height());
        self.cursor.y = sheet.top;
        self.open_frames();
        self.set_start();
        self.put_headings(headings);
    }

    /// Go on upright or on its side, on another page unless nothing but headings stands on this one.
    pub(crate) fn turn(&mut self, sheet: Sheet) {
        if self.sheets.current == sheet {
            return;
        }
        self.sheets.current = sheet;
        self.cursor.column = sheet.column();
        let headings = self.take_only_headings();
        if headings.is_none() && !self.output.page.marks.is_empty() {
            return self.new_page();
        }
        self.output.page.sheet = sheet;
        self.cursor.y = sheet.top;
        self.set_start();
        self.put_headings(headings);
    }

    /// Draw on a page that is full already.
    pub(crate) fn revisit(&mut self, page: &mut Page, draw: impl FnOnce(&mut Self)) {
        std::mem::swap(&mut self.output.page, page);
        self.sheets.current = self.output.page.sheet;
        draw(self);
        std::mem::swap(&mut self.output.page, page);
    }

    /// End the last page; what is left of footnotes goes on pages of its own.
    pub(crate) fn finish(mut self) -> Filled {
        loop {
            self.new_page();
            if self.keep.footnotes.is_empty() {
                break;
            }
        }
        self.resolve_links();
        self.output.filled
    }

    /// What stands on the only page.
    pub(crate) fn into_marks(self) -> Vec<Tagged> {
        self.output.page.marks
    }

    /// Count what was placed since the page began as the top of the page, as for a repeated header.
    pub(crate) const fn set_start(&mut self) {
        self.cursor.start = self.cursor.y;
    }

    /// Begin to place a section.
    pub(crate) const fn begin_section(&mut self, number: usize) {
        self.section = number;
    }

    /// List a heading that stands here in the contents and the bookmarks.
    pub(crate) fn list_heading(&mut self, level: u8, number: &str, title: &str) {
        let place = self.place();
        self.output.filled.entries.push(Entry {
            level,
            number: number.to_owned(),
            title: title.to_owned(),
            place,
        });
    }

    /// The place where the next thing goes.
    fn place(&self) -> Place {
        Place {
            page: self.full_pages(),
            y: self.cursor.y,
        }
    }

    /// Give the place a name that links in this section can use; the first of a name counts.
    pub(crate) fn name_place(&mut self, name: &str) {
        let place = self.place();
        self.output
            .places
            .entry((self.section, name.to_owned()))
            .or_insert(place);
    }

    /// Turn links to names into links to places; those to unknown names are taken out.
    fn resolve_links(&mut self) {
        let places = &self.output.places;
        for page in &mut self.output.filled.pages {
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
