//! The cells of a column, ready to be measured and drawn.

use std::collections::BTreeMap;

use quire_model::{Align, Column, RowMark, RowRole};

use crate::{
    printed::Printed,
    text::{Look, Shaper, WordId},
};

/// Rows set apart, by row.
pub(super) type Marks = BTreeMap<u32, RowMark>;

/// Above this many bytes a text is certain to need several lines and is not shaped as one word.
const LONG: usize = 160;

/// No column asks for more than this, in em: longer text is wrapped.
const WIDEST: f32 = 44.0;

/// No column insists on more than this, in em: longer words are broken.
const NARROW_LIMIT: f32 = 15.0;

/// How far a row's indent moves its first cell, in em.
pub(super) const INDENT: f32 = 1.2;

/// A column with its printed cells shaped. Widths are in em.
pub(super) struct Prepared<'a> {
    printed: Printed<'a>,
    /// Header with unit.
    pub(super) title: String,
    pub(super) align: Align,
    /// Numbers and dates are never wrapped.
    pub(super) is_text: bool,
    /// One for each printed row; none where the text is long.
    pub(super) words: Vec<Option<WordId>>,
    /// So that no cell wraps.
    pub(super) natural: f32,
    /// The header on one line.
    pub(super) title_natural: f32,
    /// The longest word of the header.
    pub(super) title_narrow: f32,
}

impl<'a> Prepared<'a> {
    /// Shape the first `rows` cells.
    pub(super) fn new(
        shaper: &mut Shaper,
        column: &'a Column,
        rows: usize,
        marks: &Marks,
        first: bool,
    ) -> Self {
        let printed = Printed::new(column);
        let title = printed.title();
        let mut prepared = Self {
            printed,
            align: printed.align(),
            is_text: printed.is_text(),
            words: Vec::with_capacity(rows),
            natural: 0.0,
            title_natural: shaper.width(Look::BOLD, &title, 1.0),
            title_narrow: longest_word(shaper, Look::BOLD, &title),
            title,
        };
        prepared.shape(shaper, rows, marks, first);
        prepared
    }

    fn shape(&mut self, shaper: &mut Shaper, rows: usize, marks: &Marks, first: bool) {
        let mut buffer = String::new();
        for row in 0..rows {
            let mark = marks.get(&u32::try_from(row).unwrap_or(u32::MAX));
            let look = look(mark.map(|mark| mark.role));
            let indent = if first {
                mark.map_or(0.0, |mark| f32::from(mark.indent.min(4)) * INDENT)
            } else {
                0.0
            };
            let text = self.text(row, &mut buffer);
            let word =
                (text.len() <= LONG && !text.contains('\n')).then(|| shaper.word(look, text));
            let width = match word {
                Some(word) => shaper.width_of(word),
                None if text.len() <= LONG => widest_line(shaper, look, text),
                None => WIDEST,
            } + indent;
            let spans = mark.is_some_and(|mark| mark.role == RowRole::GroupHeader);
            if !spans {
                self.natural = self.natural.max(width.min(WIDEST));
            }
            self.words.push(word);
        }
    }

    /// The narrowest the column may become before words are broken.
    pub(super) fn narrow(&self, shaper: &mut Shaper) -> f32 {
        let cells = if self.is_text {
            let mut buffer = String::new();
            let mut widest: f32 = 0.0;
            for row in 0..self.words.len() {
                let text = self.text(row, &mut buffer);
                widest = widest.max(longest_word(shaper, Look::FIGURES, text));
                if widest >= NARROW_LIMIT {
                    break;
                }
            }
            widest.min(NARROW_LIMIT)
        } else {
            self.natural
        };
        cells.max(self.title_narrow.min(NARROW_LIMIT))
    }

    /// About how many lines a cell takes in a column of this width; what does not break where the line
    /// ends makes its words wider by `ragged`.
    pub(super) fn lines(&self, shaper: &Shaper, row: usize, width: f32, ragged: f32) -> f32 {
        let lines = |natural: f32| (natural * ragged / width).ceil().max(1.0);
        match self.words.get(row) {
            Some(Some(word)) => lines(shaper.width_of(*word)),
            // Letters are about half as wide as high.
            Some(None) => {
                let mut buffer = String::new();
                let text = self.text(row, &mut buffer);
                text.split('\n')
                    .map(|line| lines(line.len() as f32 * 0.5))
                    .sum()
            }
            None => 1.0,
        }
    }

    /// Whether a row has no value here.
    pub(super) fn is_missing(&self, row: usize) -> bool {
        self.printed.is_missing(row)
    }

    /// What is printed in a row.
    pub(super) fn text<'b>(&'b self, row: usize, buffer: &'b mut String) -> &'b str {
        self.printed.text(row, buffer)
    }
}

/// The look of a row's cells.
pub(super) const fn look(role: Option<RowRole>) -> Look {
    match role {
        None | Some(RowRole::Body) => Look::FIGURES,
        Some(RowRole::Subtotal | RowRole::Total | RowRole::GroupHeader) => Look::BOLD_FIGURES,
    }
}

fn widest_line(shaper: &mut Shaper, look: Look, text: &str) -> f32 {
    let lines = text.split('\n');
    lines
        .map(|line| shaper.width(look, line, 1.0))
        .fold(0.0, f32::max)
}

fn longest_word(shaper: &mut Shaper, look: Look, text: &str) -> f32 {
    let words = text
        .split([' ', '\n', '\t'])
        .filter(|word| !word.is_empty());
    let mut longest: f32 = 0.0;
    for word in words.take(400) {
        let width = if word.len() > LONG {
            NARROW_LIMIT
        } else {
            shaper.width(look, word, 1.0)
        };
        longest = longest.max(width);
    }
    longest
}
