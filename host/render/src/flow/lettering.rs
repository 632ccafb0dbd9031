//! Words where they are wanted: lines, labels, links.

use std::sync::Arc;

use quire_model::Align;

use super::Flow;
use crate::{
    page::{Area, Mark, Point, Target},
    style::Type,
    text::{Line, Piece},
};

/// In em: how far below the baseline an underline is and how thick, clear of most descenders.
const UNDERLINE: (f32, f32) = (0.14, 0.06);

/// In em: how far above the baseline a link can be clicked, and how high that area is; more would reach
/// into the next line.
const CLICKED: (f32, f32) = (0.9, 1.2);

/// Letters measured one by one lack their kerning: so much is added for it.
const UNKERNED: f32 = 1.002;

/// How far what is aligned moves to the right when there is room to spare.
pub(crate) fn offset(align: Align, spare: f32) -> f32 {
    match align {
        Align::Start => 0.0,
        Align::Center => spare / 2.0,
        Align::End => spare,
    }
}

impl Flow<'_> {
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
        let mut x = x + offset(align, spare);
        for run in line.pieces.chunk_by(|a, b| {
            a.href == b.href && a.underline == b.underline && a.note.is_none() && b.note.is_none()
        }) {
            let from = x;
            let outer = self.owner;
            if let Some(role) = run.first().and_then(Piece::role) {
                self.owner = self.tree.inline(outer, role);
            }
            for piece in run {
                self.draw_piece(piece, x, baseline);
                x += piece.width + piece.gap;
            }
            if let Some(first) = run.first() {
                let end = x - run.last().map_or(0.0, |piece| piece.gap);
                self.decorate(first, from, end, baseline);
            }
            self.owner = outer;
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
                baseline + piece.size * UNDERLINE.0,
                end - from,
                piece.size * UNDERLINE.1,
            );
            self.fill(area, piece.colour);
        }
        if let Some(to) = piece.href.as_ref().and_then(Self::target) {
            let area = Area::new(
                from,
                baseline - piece.size * CLICKED.0,
                end - from,
                piece.size * CLICKED.1,
            );
            self.link(area, to);
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
        let at = Point::new(at.x + offset(align, -width), at.y);
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
        text.truncate(text.trim_end().len());
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
            used += self.label_width(character.encode_utf8(&mut buffer), kind) * UNKERNED;
            if used > room {
                break;
            }
            short.push(character);
        }
        format!("{}…", short.trim_end())
    }

    /// The same for a name that is told whole elsewhere if it was cut: [`Flow::names_cut_short`].
    pub(crate) fn named(&mut self, name: &str, kind: Type, width: f32) -> String {
        let short = self.shortened(name, kind, width);
        if short != name {
            self.cut_short(name);
        }
        short
    }

    /// This name is not there whole.
    pub(crate) fn cut_short(&mut self, name: &str) {
        if !self.cut.iter().any(|known| known == name) {
            self.cut.push(name.to_owned());
        }
    }

    /// The names that were cut short since this was last asked, whole, each once.
    pub(crate) fn names_cut_short(&mut self) -> Vec<String> {
        std::mem::take(&mut self.cut)
    }
}
