//! What stands on a page: a list of marks, before anyone thinks of PDF.
//!
//! Lengths are in points; x grows to the right and y downwards from the top left corner. Marks are
//! painted in their order.

use std::sync::Arc;

use quire_model::Paper;

use crate::{element::ElementId, style::Colour, text::WordId};

/// A position on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    pub(crate) const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    pub(crate) fn right(&self) -> f32 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f32 {
        self.y + self.height
    }
}

/// How a line is interrupted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
    Mixed,
}

/// One thing that is painted.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// A word; the point is the left end of its baseline.
    Text {
        at: Point,
        size: f32,
        colour: Colour,
        word: WordId,
    },
    /// A filled rectangle.
    Fill { area: Area, colour: Colour },
    /// A line through points.
    Stroke {
        points: Box<[Point]>,
        width: f32,
        colour: Colour,
        dash: Dash,
    },
    /// A filled shape; its outline runs through the points and back to the first.
    Shape {
        points: Box<[Point]>,
        colour: Colour,
    },
    /// A picture, by its number in the document.
    Picture { area: Area, number: usize },
}

/// A mark with the element that it belongs to. Only text, and what figures are made of, is read;
/// any other mark is decoration, whomever it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Tagged {
    pub(crate) owner: ElementId,
    pub(crate) mark: Mark,
}

impl Tagged {
    /// A mark that is not read.
    pub(crate) const fn decoration(mark: Mark) -> Self {
        Self {
            owner: ElementId::DECORATION,
            mark,
        }
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// Out of the document.
    Address(Arc<str>),
    /// To something named in a section, by the section's number.
    Anchor { section: usize, name: Arc<str> },
    /// To a place in the document.
    Place(Place),
}

/// A place in the document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Counted from 0.
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// An area that can be clicked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) area: Area,
    pub(crate) to: Target,
    pub(crate) owner: ElementId,
}

/// One page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) sheet: Sheet,
    pub(crate) marks: Vec<Tagged>,
    pub(crate) links: Vec<Link>,
}

impl Page {
    /// An empty page.
    pub(crate) const fn new(sheet: Sheet) -> Self {
        Self {
            sheet,
            marks: Vec::new(),
            links: Vec::new(),
        }
    }
}

/// Where lines of text begin, and how wide they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) left: f32,
    pub(crate) width: f32,
}

/// A paper size with its margins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// Where text begins, from the left edge.
    pub(crate) left: f32,
    /// Where text begins, from the top edge.
    pub(crate) top: f32,
    /// Where text ends, from the top edge.
    pub(crate) bottom: f32,
}

impl Sheet {
    /// The sheet for a paper. Upright lines hold about 90 characters, which is as long as they may
    /// be for comfort; sheets on their side are for tables and have narrower margins.
    pub(crate) fn of(paper: Paper) -> Self {
        let (width, height) = paper.size_pt();
        Self::sized(width, height)
    }

    fn sized(width: f32, height: f32) -> Self {
        let (left, top, foot) = if width > height {
            (46.0, 62.0, 54.0)
        } else {
            (64.0, 63.0, 56.0)
        };
        Self {
            width,
            height,
            left,
            top,
            bottom: height - foot,
        }
    }

    /// The same paper on its side.
    pub(crate) fn turned(&self) -> Self {
        Self::sized(self.height, self.width)
    }

    /// Whether it lies on its side.
    pub(crate) fn is_on_its_side(&self) -> bool {
        self.width > self.height
    }

    /// The column that text is set in.
    pub(crate) const fn column(&self) -> Column {
        Column {
            left: self.left,
            width: self.text_width(),
        }
    }

    /// How wide text is.
    pub(crate) const fn text_width(&self) -> f32 {
        self.width - 2.0 * self.left
    }

    /// How high text is.
    pub(crate) const fn text_height(&self) -> f32 {
        self.bottom - self.top
    }
}
