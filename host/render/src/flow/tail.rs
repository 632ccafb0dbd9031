//! Headings at the end of a page: they move on with what follows them.

use crate::{
    flow::Flow,
    page::{Mark, Place, Point, Tagged},
};

/// The headings that nothing follows yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    page: usize,
    /// Which of the page's marks are theirs: from here up to the end.
    mark: usize,
    end: usize,
    /// The first of the flow's entries that is theirs.
    entry: usize,
    top: f32,
    left: f32,
}

impl Flow<'_> {
    /// A heading comes here.
    pub(crate) fn begin_heading(&mut self) {
        if self.tail.is_none_or(|tail| !self.is_last(tail)) {
            self.tail = Some(Tail {
                page: self.pages.len(),
                mark: self.page.marks.len(),
                end: 0,
                entry: self.entries.len(),
                top: self.y,
                left: self.sheet.left,
            });
        }
    }

    /// The heading was placed. At the top of a page, what follows has all the room there is.
    pub(crate) fn end_heading(&mut self) {
        self.tail = self.tail.filter(|tail| tail.page == self.pages.len());
        if let Some(tail) = &mut self.tail {
            tail.end = self.page.marks.len();
            if tail.mark == 0 {
                self.set_start();
            }
        }
    }

    fn is_last(&self, tail: Tail) -> bool {
        tail.page == self.pages.len() && tail.end == self.page.marks.len()
    }

    /// Take the headings off the end of the page, unless they are all that stands on it.
    pub(crate) fn cut_tail(&mut self) -> Option<(Tail, f32, Vec<Tagged>)> {
        let tail = self
            .tail
            .take()
            .filter(|tail| tail.mark > 0 && self.is_last(*tail))?;
        Some((
            tail,
            self.y - tail.top,
            self.page.marks.split_off(tail.mark),
        ))
    }

    /// Take the headings off a page on which nothing else stands.
    pub(crate) fn take_headings(&mut self) -> Option<(Tail, f32, Vec<Tagged>)> {
        let tail = self
            .tail
            .filter(|tail| tail.mark == 0 && self.is_last(*tail))?;
        let marks = std::mem::take(&mut self.page.marks);
        Some((tail, self.y - tail.top, marks))
    }

    /// Put headings at the top of the new page.
    pub(crate) fn paste_tail(&mut self, tail: Tail, height: f32, marks: Vec<Tagged>) {
        // What follows may be indented already; headings never are.
        let (right, down) = (self.sheet.left - tail.left, self.y - tail.top);
        let page = self.pages.len();
        let moved = |place: &mut Place| {
            *place = Place {
                page,
                y: place.y + down,
            }
        };
        for entry in self.entries.iter_mut().skip(tail.entry) {
            moved(&mut entry.place);
        }
        for place in self.places.values_mut() {
            if place.page == tail.page && place.y > tail.top - 0.01 {
                moved(place);
            }
        }
        self.tail = Some(Tail {
            page,
            mark: 0,
            end: marks.len(),
            top: self.y,
            left: self.sheet.left,
            ..tail
        });
        let marks = marks.into_iter();
        self.page.marks = marks.map(|mark| moved_by(mark, right, down)).collect();
        self.y += height;
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
