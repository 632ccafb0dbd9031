//! Headings at the end of a page: they move on with what follows them.

use crate::{
    flow::Flow,
    page::{Mark, Place, Point, Tagged},
};

/// The headings that nothing follows yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeepWithNext {
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
        if self.kept.is_none_or(|kept| !self.is_last(kept)) {
            self.kept = Some(KeepWithNext {
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
        self.kept = self.kept.filter(|kept| kept.page == self.pages.len());
        if let Some(kept) = &mut self.kept {
            kept.end = self.page.marks.len();
            if kept.mark == 0 {
                self.set_start();
            }
        }
    }

    fn is_last(&self, kept: KeepWithNext) -> bool {
        kept.page == self.pages.len() && kept.end == self.page.marks.len()
    }

    /// Take the headings off the end of the page, unless they are all that stands on it.
    pub(crate) fn take_kept(&mut self) -> Option<(KeepWithNext, f32, Vec<Tagged>)> {
        let kept = self
            .kept
            .take()
            .filter(|kept| kept.mark > 0 && self.is_last(*kept))?;
        Some((
            kept,
            self.y - kept.top,
            self.page.marks.split_off(kept.mark),
        ))
    }

    /// Take the headings off a page on which nothing else stands.
    pub(crate) fn take_headings(&mut self) -> Option<(KeepWithNext, f32, Vec<Tagged>)> {
        let kept = self
            .kept
            .filter(|kept| kept.mark == 0 && self.is_last(*kept))?;
        let marks = std::mem::take(&mut self.page.marks);
        Some((kept, self.y - kept.top, marks))
    }

    /// Put headings at the top of the new page.
    pub(crate) fn place_kept(&mut self, kept: KeepWithNext, height: f32, marks: Vec<Tagged>) {
        // What follows may be indented already; headings never are.
        let (right, down) = (self.sheet.left - kept.left, self.y - kept.top);
        let page = self.pages.len();
        let moved = |place: &mut Place| {
            *place = Place {
                page,
                y: place.y + down,
            }
        };
        for entry in self.entries.iter_mut().skip(kept.entry) {
            moved(&mut entry.place);
        }
        for place in self.places.values_mut() {
            if place.page == kept.page && place.y > kept.top - 0.01 {
                moved(place);
            }
        }
        self.kept = Some(KeepWithNext {
            page,
            mark: 0,
            end: marks.len(),
            top: self.y,
            left: self.sheet.left,
            ..kept
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
