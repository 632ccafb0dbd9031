//! The foot of a page, where notes stand.

use std::collections::VecDeque;

use quire_model::{Span, Style};

use crate::{
    element::ElementId,
    page::{Area, Mark, Page, Point, Tagged},
    style::{STRONG_RULE, Type},
    text::{Fit, Line, Notes, Shaper, break_lines, pieces},
};

/// Room above the first note, with the rule.
const HEAD: f32 = 14.0;

/// Of that room, what stands between the rule and the first note; and how long and thick the rule is:
/// long enough not to be taken for underlining.
const ABOVE_NOTES: f32 = 4.0;
const BELOW_RULE: f32 = 3.0;
const RULE: (f32, f32) = (72.0, 0.5);

/// How much of a page the notes of earlier pages may take, so that text still moves on.
const CARRIED_SHARE: f32 = 0.6;

/// The notes of the current page, and those lines that it had no room for.
#[derive(Default)]
pub(super) struct Footnotes {
    lines: Vec<(Line, ElementId)>,
    waiting: VecDeque<(Line, ElementId)>,
    /// What the notes take from the page.
    height: f32,
}

impl Footnotes {
    /// Whether no note is left to be drawn.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.waiting.is_empty()
    }

    /// What the notes take from the page.
    pub(super) const fn height(&self) -> f32 {
        self.height
    }

    /// The lines of a note.
    pub(super) fn lines(shaper: &mut Shaper, number: usize, text: &str, width: f32) -> Vec<Line> {
        let raised = Style {
            superscript: true,
            ..Style::default()
        };
        let spans = [
            Span {
                text: number.to_string(),
                style: raised,
                ..Span::default()
            },
            Span::plain(format!("\u{a0}{text}")),
        ];
        let pieces = pieces(shaper, &mut Notes::default(), &spans, Type::FOOTNOTE.into());
        break_lines(shaper, pieces, width, Fit::Full)
    }

    /// How high the foot would be with more lines.
    pub(super) fn height_with(&self, lines: usize) -> f32 {
        let head = if self.lines.is_empty() { HEAD } else { 0.0 };
        let lines = lines as f32;
        self.height + head + lines * Type::FOOTNOTE.leading
    }

    /// Add lines as long as the foot stays within `limit`; the others wait for the next page.
    pub(super) fn add(&mut self, lines: Vec<(Line, ElementId)>, limit: f32) {
        for line in lines {
            let height = self.height_with(1);
            if self.waiting.is_empty() && height <= limit {
                self.lines.push(line);
                self.height = height;
            } else {
                self.waiting.push_back(line);
            }
        }
    }

    /// Begin a page with what waits.
    pub(super) fn refill(&mut self, page_height: f32) {
        let waiting = std::mem::take(&mut self.waiting);
        self.add(waiting.into(), page_height * CARRIED_SHARE);
    }

    /// Draw the notes on their page and forget them.
    pub(super) fn settle(&mut self, shaper: &Shaper, page: &mut Page) {
        let sheet = page.sheet;
        let lines = std::mem::take(&mut self.lines);
        let mut y = sheet.bottom - self.height + HEAD - ABOVE_NOTES;
        self.height = 0.0;
        if lines.is_empty() {
            return;
        }
        let rule = Area::new(sheet.left, y - BELOW_RULE, RULE.0, RULE.1);
        page.marks.push(Tagged::decoration(Mark::Fill {
            area: rule,
            colour: STRONG_RULE,
        }));
        for (line, owner) in lines {
            let at = Point::new(sheet.left, y + Type::FOOTNOTE.baseline());
            draw(shaper, &line, owner, at, page);
            y += Type::FOOTNOTE.leading;
        }
    }
}

fn draw(shaper: &Shaper, line: &Line, owner: ElementId, at: Point, page: &mut Page) {
    let mut x = at.x;
    for piece in &line.pieces {
        let words = [Some(piece.word), piece.space];
        for word in words.into_iter().flatten() {
            let at = Point::new(x, at.y - piece.rise);
            let mark = Mark::Text {
                at,
                size: piece.size,
                colour: piece.colour,
                word,
            };
            page.marks.push(Tagged { owner, mark });
            x += shaper.width_of(word) * piece.size;
        }
    }
}
