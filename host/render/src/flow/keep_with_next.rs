//! Headings at the end of a page: they move on with what follows them.

use super::Flow;
use crate::page::{Mark, Place, Point, Tagged};

/// The headings that nothing follows yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeepWithNext {
    page: usize,
    /// Which of the page's marks are theirs: from here up to the end.
    mark: usize,
    end: usize,
    /// The first of the flow's entries that is theirs.
    entry: usize,
    top: f32,
    left: f32,
}

/// Headings on their way to another page.
pub(super) struct Moving {
    headings: KeepWithNext,
    height: f32,
    marks: Vec<Tagged>,
}

impl Flow<'_> {
    /// A heading comes here.
    pub(crate) fn begin_heading(&mut self) {
        if self.last_headings().is_none() {
            self.keep.headings = Some(KeepWithNext {
                page: self.full_pages(),
                mark: self.marks().len(),
                end: 0,
                entry: self.output.filled.entries.len(),
                top: self.y(),
                left: self.sheet().left,
            });
        }
    }

    /// The heading was placed. At the top of a page, what follows has all the room there is.
    pub(crate) fn end_heading(&mut self) {
        let (page, end) = (self.full_pages(), self.marks().len());
        self.keep.headings = self.keep.headings.filter(|headings| headings.page == page);
        if let Some(headings) = &mut self.keep.headings {
            headings.end = end;
            if headings.mark == 0 {
                self.set_start();
            }
        }
    }

    /// The headings with which the page ends.
    fn last_headings(&self) -> Option<KeepWithNext> {
        self.keep.headings.filter(|headings| {
            headings.page == self.full_pages() && headings.end == self.marks().len()
        })
    }

    /// Take the headings off the end of the page, unless they are all that stands on it.
    pub(super) fn take_last_headings(&mut self) -> Option<Moving> {
        let headings = self.last_headings().filter(|headings| headings.mark > 0);
        self.keep.headings = None;
        Some(self.take(headings?))
    }

    /// Take the headings off a page on which nothing else stands.
    pub(super) fn take_only_headings(&mut self) -> Option<Moving> {
        let headings = self.last_headings().filter(|headings| headings.mark == 0);
        Some(self.take(headings?))
    }

    fn take(&mut self, headings: KeepWithNext) -> Moving {
        Moving {
            headings,
            height: self.y() - headings.top,
            marks: self.output.page.marks.split_off(headings.mark),
        }
    }

    /// Put headings at the top of the page.
    pub(super) fn put_headings(&mut self, moving: Option<Moving>) {
        let Some(moving) = moving else { return };
        let headings = moving.headings;
        // What follows may be indented already; headings never are.
        let (left, top) = (self.sheet().left, self.y());
        let (right, down) = (left - headings.left, top - headings.top);
        let page = self.full_pages();
        let moved = |place: &mut Place| {
            *place = Place {
                page,
                y: place.y + down,
            }
        };
        for entry in self.output.filled.entries.iter_mut().skip(headings.entry) {
            moved(&mut entry.place);
        }
        for place in self.output.places.values_mut() {
            if place.page == headings.page && place.y > headings.top - 0.01 {
                moved(place);
            }
        }
        self.keep.headings = Some(KeepWithNext {
            page,
            mark: 0,
            end: moving.marks.len(),
            top,
            left,
            ..headings
        });
        let marks = moving.marks.into_iter();
        self.output.page.marks = marks.map(|mark| moved_by(mark, right, down)).collect();
        self.advance(moving.height);
        self.set_start();
    }
}

/// The same mark at another place; headings are made of words.
fn moved_by(mut tagged: Tagged, right: f32, down: f32) -> Tagged {
    if let Mark::Text { at, .. } = &mut tagged.mark {
        *at = Point::new(at.x + right, at.y + down);
    }
    tagged
}
