//! Spans of text, cut where a line may break.

use std::{ops::Range, sync::Arc};

use quire_model::{Span, Style};
use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::{
    direction::{is_mixed, levels, mirrored},
    font::{FontFile, Look},
    shaper::{Shaper, WordId},
};
use crate::{
    element::Role,
    style::{ACCENT, Colour, Type},
};

/// What may happen after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// The next piece stays on this line.
    Glue,
    /// The line may end.
    Break,
    /// The line ends.
    End,
}

/// A stretch of text in one style that is never broken. Lengths are in points.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) word: WordId,
    pub(crate) look: Look,
    pub(crate) size: f32,
    pub(crate) colour: Colour,
    /// How far above the baseline it stands.
    pub(crate) rise: f32,
    pub(crate) width: f32,
    /// The space that follows unless the line ends, and its width.
    pub(crate) space: Option<WordId>,
    pub(crate) gap: f32,
    pub(crate) underline: bool,
    /// How deep it is nested in text of the other direction, and how deep the space is.
    pub(crate) level: u8,
    pub(crate) space_level: u8,
    pub(crate) href: Option<Arc<str>>,
    /// The footnote that it refers to.
    pub(crate) note: Option<usize>,
    pub(crate) after: After,
}

impl Piece {
    /// What the piece is, if it is more than a part of its line.
    pub(crate) fn role(&self) -> Option<Role> {
        if self.note.is_some() {
            Some(Role::Reference)
        } else if self.href.is_some() {
            Some(Role::Link)
        } else {
            None
        }
    }
}

/// How a span of text is set where its style says nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) size: f32,
    pub(crate) colour: Colour,
    pub(crate) look: Look,
}

impl From<Type> for Setting {
    fn from(kind: Type) -> Self {
        Self {
            size: kind.size,
            colour: kind.colour,
            look: kind.look,
        }
    }
}

impl Setting {
    fn look(self, style: Style) -> Look {
        if style.code {
            return Look::of(FontFile::Mono, false);
        }
        let bold = style.bold || matches!(self.look.file, FontFile::Bold | FontFile::BoldItalic);
        let italic =
            style.italic || matches!(self.look.file, FontFile::Italic | FontFile::BoldItalic);
        let file = match (bold, italic) {
            (false, false) => FontFile::Regular,
            (true, false) => FontFile::Bold,
            (false, true) => FontFile::Italic,
            (true, true) => FontFile::BoldItalic,
        };
        Look::of(file, self.look.tabular)
    }

    fn size_and_rise(self, style: Style) -> (f32, f32) {
        // Liberation Mono looks larger than Inter at the same size.
        let size = if style.code {
            self.size * 0.94
        } else {
            self.size
        };
        match (style.superscript, style.subscript) {
            (true, _) => (size * 0.66, self.size * 0.34),
            (_, true) => (size * 0.66, self.size * -0.14),
            _ => (size, 0.0),
        }
    }
}

/// Footnotes of a document, in the order in which they are referred to.
#[derive(Debug, Default)]
pub(crate) struct Notes(pub(crate) Vec<String>);

/// Cut spans where lines may break (Unicode Standard Annex 14) and shape the pieces.
pub(crate) fn pieces(
    shaper: &mut Shaper,
    notes: &mut Notes,
    spans: &[Span],
    setting: Setting,
) -> Vec<Piece> {
    let all: String = spans.iter().map(|span| span.text.as_str()).collect();
    let levels = if is_mixed(&all) {
        levels(&all)
    } else {
        Vec::new()
    };
    let mut breaks = linebreaks(&all).peekable();
    let mut pieces = Vec::new();
    let mut start = 0;
    for span in spans {
        let end = start + span.text.len();
        let mut cutter = Cutter {
            shaper,
            pieces: &mut pieces,
            span,
            setting,
            levels: levels.get(start..).unwrap_or_default(),
        };
        let mut from = 0;
        while let Some((at, kind)) = breaks.next_if(|(at, _)| *at <= end) {
            if at > start {
                cutter.cut(from..at - start, after(kind, at == all.len()));
                from = at - start;
            }
        }
        cutter.cut(from..span.text.len(), After::Glue);
        if let Some(note) = &span.footnote {
            notes.0.push(note.clone());
            cutter.refer(notes.0.len());
        }
        start = end;
    }
    pieces
}

fn after(kind: BreakOpportunity, last: bool) -> After {
    match kind {
        BreakOpportunity::Mandatory if !last => After::End,
        _ => After::Break,
    }
}

struct Cutter<'a> {
    shaper: &'a mut Shaper,
    pieces: &'a mut Vec<Piece>,
    span: &'a Span,
    setting: Setting,
    /// From the span's first byte on; empty if all text is read from left to right.
    levels: &'a [u8],
}

impl Cutter<'_> {
    /// Cut what may not be broken into pieces of one direction each.
    fn cut(&mut self, range: Range<usize>, after: After) {
        let (span, levels) = (self.span, self.levels);
        let word = span.text.get(range.clone()).unwrap_or_default();
        let mut start = range.start;
        if !levels.is_empty() {
            let places = word
                .trim_end()
                .char_indices()
                .map(|(at, _)| range.start + at);
            for at in places.skip(1) {
                if levels.get(at) != levels.get(start) {
                    self.piece(start..at, After::Glue);
                    start = at;
                }
            }
        }
        self.piece(start..range.end, after);
    }

    fn piece(&mut self, range: Range<usize>, after: After) {
        let level = |at: usize| self.levels.get(at).copied().unwrap_or(0);
        let (start, text) = (range.start, self.span.text.get(range).unwrap_or_default());
        if text.is_empty() {
            return;
        }
        let word = text.trim_end_matches([' ', '\n', '\r', '\t']);
        let spaced = word.len() < text.len() && after != After::End;
        let look = self.setting.look(self.span.style);
        let (size, rise) = self.setting.size_and_rise(self.span.style);
        let space = spaced.then(|| self.shaper.word(look, " "));
        let shaped = if level(start) % 2 == 1 && !is_mixed(word) {
            self.shaper.word(look, &mirrored(word))
        } else {
            self.shaper.word(look, word)
        };
        self.pieces.push(Piece {
            look,
            size,
            rise,
            colour: if self.span.href.is_some() {
                ACCENT
            } else {
                self.setting.colour
            },
            width: self.shaper.width_of(shaped) * size,
            gap: space.map_or(0.0, |space| self.shaper.width_of(space) * size),
            word: shaped,
            space,
            underline: self.span.style.underline,
            level: level(start),
            space_level: level(start + word.len()),
            href: self.span.href.as_deref().map(Arc::from),
            note: None,
            after,
        });
    }

    /// The raised number of a footnote; it sticks to what stands before it.
    fn refer(&mut self, number: usize) {
        let raised = Style {
            superscript: true,
            ..Style::default()
        };
        let (size, rise) = self.setting.size_and_rise(raised);
        let look = Look::FIGURES;
        let word = self.shaper.word(look, &number.to_string());
        let (mut space, mut gap, mut after, mut level) = (None, 0.0, After::Break, 0);
        if let Some(before) = self.pieces.last_mut() {
            space = before.space.take();
            gap = std::mem::take(&mut before.gap);
            after = std::mem::replace(&mut before.after, After::Glue);
            level = before.level;
        }
        self.pieces.push(Piece {
            word,
            look,
            size,
            colour: ACCENT,
            rise,
            width: self.shaper.width_of(word) * size,
            space,
            gap,
            underline: false,
            level,
            space_level: level,
            href: None,
            note: Some(number),
            after,
        });
    }
}
