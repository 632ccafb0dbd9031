//! The content of a page: marks as PDF operators.

use super::{
    fonts::Fonts,
    numeral::{decimal, hundredths, integer},
};
use crate::{
    element::{ElementId, Role},
    page::{Area, Dash, Mark, Page, Point, Tagged},
    style::Colour,
    tags::Tree,
    text::{FontFile, Glyph, Shaper, WordId},
};

/// Kerns beyond this are moves to another column; PDF/A-1 even forbids large ones. In em.
const WIDEST_KERN: f32 = 2.0;

/// Write a page's marks, and tell the tree which of its elements have parts on the page. Gives the
/// element of each part as well.
pub(super) fn content(
    shaper: &Shaper,
    fonts: &Fonts,
    tree: &mut Tree,
    page: &Page,
    number: usize,
) -> (Vec<u8>, Vec<ElementId>) {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let mut writer = Writer::new(shaper, fonts, page, number, tree);
    for tagged in &page.marks {
        writer.tagged(tagged);
    }
    writer.end_stretch();
    (writer.out, writer.stretches)
}

/// A part of the page that belongs to one element.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    owner: ElementId,
    /// It began within text, and has to end there.
    in_text: bool,
}

/// Text in one font on one baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    file: FontFile,
    size: f32,
    colour: Colour,
    /// In hundredths of a point, from the bottom.
    baseline: i32,
}

struct Writer<'a> {
    shaper: &'a Shaper,
    fonts: &'a Fonts,
    height: f32,
    page: u32,
    tree: &'a mut Tree,
    /// The elements of the stretches so far; a stretch is known by its number.
    stretches: Vec<ElementId>,
    stretch: Option<Stretch>,
    out: Vec<u8>,
    fill: Option<Colour>,
    stroke: Option<(Colour, i32, Dash)>,
    font: Option<(FontFile, f32)>,
    in_text: bool,
    /// Where the text matrix stands, in hundredths of a point.
    origin: (i32, i32),
    run: Option<Run>,
    /// Where the pen of a viewer stands, and whether a string is open.
    pen: f32,
    in_string: bool,
    /// Rectangles wait for others of their colour.
    rectangles: Option<Colour>,
}

impl<'a> Writer<'a> {
    fn new(
        shaper: &'a Shaper,
        fonts: &'a Fonts,
        page: &Page,
        number: u32,
        tree: &'a mut Tree,
    ) -> Self {
        Self {
            shaper,
            fonts,
            height: page.sheet.height,
            page: number,
            tree,
            stretches: Vec::new(),
            stretch: None,
            out: Vec::with_capacity(page.marks.len() * 48),
            fill: None,
            stroke: None,
            font: None,
            in_text: false,
            origin: (0, 0),
            run: None,
            pen: 0.0,
            in_string: false,
            rectangles: None,
        }
    }

    fn tagged(&mut self, tagged: &Tagged) {
        let is_text = matches!(tagged.mark, Mark::Text { .. });
        let owner = match self.tree.role(tagged.owner) {
            Some(Role::Figure) => {
                let figure = self.tree.figure_on(tagged.owner, self.page);
                if let Some(area) = self.extent(&tagged.mark) {
                    self.tree.cover(figure, area);
                }
                figure
            }
            Some(_) if !is_text => ElementId::DECORATION,
            _ => tagged.owner,
        };
        self.begin_stretch(owner);
        self.mark(&tagged.mark);
    }

    /// What a mark of a figure covers.
    fn extent(&self, mark: &Mark) -> Option<Area> {
        match mark {
            Mark::Text { at, size, word, .. } => {
                let width = self.shaper.width_of(*word) * size;
                Some(Area::new(at.x, at.y - size * 0.75, width, *size))
            }
            Mark::Fill { area, .. } | Mark::Picture { area, .. } => Some(*area),
            Mark::Stroke { points, .. } | Mark::Shape { points, .. } => {
                let mut points = points.iter();
                let first = points.next()?;
                let (mut from, mut to) = (*first, *first);
                for point in points {
                    from = Point::new(from.x.min(point.x), from.y.min(point.y));
                    to = Point::new(to.x.max(point.x), to.y.max(point.y));
                }
                Some(Area::new(from.x, from.y, to.x - from.x, to.y - from.y))
            }
        }
    }

    /// Say whom the next marks belong to.
    fn begin_stretch(&mut self, owner: ElementId) {
        if self.stretch.is_some_and(|stretch| stretch.owner == owner) {
            return;
        }
        let role = self.tree.role(owner);
        // A figure is painted with more than text, and so is decoration; all else is nothing but
        // text, which goes on from one element to the next.
        let in_text = role.is_some_and(|role| role != Role::Figure);
        if in_text && self.stretch.is_none_or(|stretch| stretch.in_text) {
            self.end_run();
            self.end_marked();
            self.begin_text();
        } else {
            self.end_stretch();
            if in_text {
                self.begin_text();
            }
        }
        match role {
            Some(role) => self.begin_element(owner, role),
            None => self.out.extend_from_slice(match owner {
                ElementId::HEADER => {
                    b"/Artifact<</Type/Pagination/Subtype/Header>>BDC\n".as_slice()
                }
                ElementId::FOOTER => b"/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n",
                _ => b"/Artifact BMC\n",
            }),
        }
        self.stretch = Some(Stretch { owner, in_text });
    }

    fn begin_element(&mut self, owner: ElementId, role: Role) {
        let number = u32::try_from(self.stretches.len()).unwrap_or(u32::MAX);
        self.stretches.push(owner);
        self.tree.paint(owner, self.page, number);
        self.out.push(b'/');
        self.out.extend_from_slice(role.name().as_bytes());
        self.out.extend_from_slice(b"<</MCID ");
        integer(number, &mut self.out);
        self.out.extend_from_slice(b">>BDC\n");
    }

    fn end_marked(&mut self) {
        if self.stretch.take().is_some() {
            self.out.extend_from_slice(b"EMC\n");
        }
    }

    /// End everything that is open.
    fn end_stretch(&mut self) {
        self.end_text();
        self.paint_rectangles();
        self.end_marked();
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Text {
                at,
                size,
                colour,
                word,
            } => self.text(*at, *size, *colour, *word),
            Mark::Fill { area, colour } => self.rectangle(*area, *colour),
            Mark::Stroke {
                points,
                width,
                colour,
                dash,
            } => self.line(points, *width, *colour, *dash),
            Mark::Shape { points, colour } => self.shape(points, *colour),
            Mark::Picture { area, number } => self.picture(*area, *number),
        }
    }

    fn text(&mut self, at: Point, size: f32, colour: Colour, word: WordId) {
        let (glyphs, _) = self.shaper.glyphs(word);
        if glyphs.is_empty() {
            return;
        }
        self.paint_rectangles();
        let mut pen = at.x;
        for glyph in glyphs {
            let (x, y) = (pen + glyph.shift_x * size, at.y - glyph.shift_y * size);
            let baseline = hundredths(self.height - y);
            self.glyph(
                glyph,
                Run {
                    file: glyph.file,
                    size,
                    colour,
                    baseline,
                },
                x,
            );
            pen += glyph.advance * size;
        }
    }

    fn glyph(&mut self, glyph: &Glyph, run: Run, x: f32) {
        let kern = (x - self.pen) / run.size;
        if self.run != Some(run) || !(-WIDEST_KERN..WIDEST_KERN).contains(&kern) {
            self.start_run(run, x);
        } else {
            self.kern(kern, run.size);
        }
        if !self.in_string {
            self.out.push(b'(');
            self.in_string = true;
        }
        let [high, low] = self.fonts.code(glyph.file, glyph.id).to_be_bytes();
        escape(high, &mut self.out);
        escape(low, &mut self.out);
        self.pen += glyph.natural * run.size;
    }

    fn kern(&mut self, kern: f32, size: f32) {
        let units = (kern * 1000.0).round() as i32;
        // Half a thousandth of an em is nothing; a whole one would add up along a line.
        if units != 0 {
            self.end_string();
            if units > 0 {
                self.out.push(b'-');
            }
            integer(units.unsigned_abs(), &mut self.out);
            let moved = units as f32 / 1000.0 * size;
            self.pen += moved;
        }
    }

    fn start_run(&mut self, run: Run, x: f32) {
        self.end_run();
        self.begin_text();
        self.set_fill(run.colour);
        if self.font != Some((run.file, run.size)) {
            self.out.push(b'/');
            self.out.extend_from_slice(run.file.resource().as_bytes());
            self.out.push(b' ');
            decimal(hundredths(run.size), &mut self.out);
            self.out.extend_from_slice(b" Tf ");
            self.font = Some((run.file, run.size));
        }
        let to = (hundredths(x), run.baseline);
        decimal(to.0 - self.origin.0, &mut self.out);
        self.out.push(b' ');
        decimal(to.1 - self.origin.1, &mut self.out);
        self.out.extend_from_slice(b" Td[");
        self.origin = to;
        self.run = Some(run);
        self.pen = x;
    }

    fn end_string(&mut self) {
        if self.in_string {
            self.out.push(b')');
            self.in_string = false;
        }
    }

    fn end_run(&mut self) {
        self.end_string();
        if self.run.take().is_some() {
            self.out.extend_from_slice(b"]TJ\n");
        }
    }

    fn begin_text(&mut self) {
        if !self.in_text {
            self.paint_rectangles();
            self.out.extend_from_slice(b"BT\n");
            self.in_text = true;
            self.origin = (0, 0);
        }
    }

    fn end_text(&mut self) {
        self.end_run();
        if self.stretch.is_some_and(|stretch| stretch.in_text) {
            self.end_marked();
        }
        if self.in_text {
            self.out.extend_from_slice(b"ET\n");
            self.in_text = false;
        }
    }

    fn set_fill(&mut self, colour: Colour) {
        if self.fill != Some(colour) {
            self.colour(colour);
            self.out.extend_from_slice(b" rg ");
            self.fill = Some(colour);
        }
    }

    fn colour(&mut self, colour: Colour) {
        for (at, part) in [colour.0, colour.1, colour.2].into_iter().enumerate() {
            if at > 0 {
                self.out.push(b' ');
            }
            decimal((i32::from(part) * 100 + 127) / 255, &mut self.out);
        }
    }

    fn rectangle(&mut self, area: Area, colour: Colour) {
        self.end_text();
        if self.rectangles != Some(colour) {
            self.paint_rectangles();
            self.set_fill(colour);
            self.rectangles = Some(colour);
        }
        let top = self.height - area.y;
        for length in [area.x, top - area.height, area.width, area.height] {
            decimal(hundredths(length), &mut self.out);
            self.out.push(b' ');
        }
        self.out.extend_from_slice(b"re\n");
    }

    fn paint_rectangles(&mut self) {
        if self.rectangles.take().is_some() {
            self.out.extend_from_slice(b"f\n");
        }
    }

    fn path(&mut self, points: &[Point]) {
        for (at, point) in points.iter().enumerate() {
            decimal(hundredths(point.x), &mut self.out);
            self.out.push(b' ');
            decimal(hundredths(self.height - point.y), &mut self.out);
            self.out
                .extend_from_slice(if at == 0 { b" m " } else { b" l " });
        }
    }

    fn line(&mut self, points: &[Point], width: f32, colour: Colour, dash: Dash) {
        if points.len() < 2 {
            return;
        }
        self.end_text();
        self.paint_rectangles();
        let width = hundredths(width);
        if self.stroke != Some((colour, width, dash)) {
            self.colour(colour);
            self.out.extend_from_slice(b" RG ");
            decimal(width, &mut self.out);
            self.out.extend_from_slice(b" w 1 j ");
            self.out.extend_from_slice(match dash {
                Dash::Solid => b"[]0 d\n".as_slice(),
                Dash::Dashed => b"[4 2.5]0 d\n",
                Dash::Dotted => b"[1.2 2]0 d\n",
                Dash::Mixed => b"[6 2 1.2 2]0 d\n",
            });
            self.stroke = Some((colour, width, dash));
        }
        self.path(points);
        self.out.extend_from_slice(b"S\n");
    }

    fn shape(&mut self, points: &[Point], colour: Colour) {
        self.end_text();
        self.paint_rectangles();
        self.set_fill(colour);
        self.path(points);
        self.out.extend_from_slice(b"h f\n");
    }

    fn picture(&mut self, area: Area, number: usize) {
        self.end_text();
        self.paint_rectangles();
        self.out.extend_from_slice(b"q ");
        decimal(hundredths(area.width), &mut self.out);
        self.out.extend_from_slice(b" 0 0 ");
        for length in [area.height, area.x, self.height - area.bottom()] {
            decimal(hundredths(length), &mut self.out);
            self.out.push(b' ');
        }
        self.out.extend_from_slice(b"cm /I");
        integer(u32::try_from(number).unwrap_or(0), &mut self.out);
        self.out.extend_from_slice(b" Do Q\n");
    }
}

/// Write a byte of a literal string.
fn escape(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        // A bare carriage return would be read as a line feed.
        b'\r' => out.extend_from_slice(b"\\r"),
        _ => out.push(byte),
    }
}
