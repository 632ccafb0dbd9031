//! The cells of a column, ready to be measured and drawn.

use std::collections::BTreeMap;

use quire_model::{Align, Cells, Column, RowMark, RowRole};

use crate::{
    format::{self, MISSING},
    text::{Look, Shaper, WordId, flat},
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
    column: &'a Column,
    /// Header with unit.
    pub(super) title: String,
    pub(super) align: Align,
    /// Numbers and dates are never wrapped.
    pub(super) is_text: bool,
    decimals: u8,
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
        let title = title(column);
        let is_text = matches!(column.cells, Cells::Text(_) | Cells::Boolean(_));
        let mut prepared = Self {
            column,
            align: align(column),
            is_text,
            decimals: decimals(column),
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
            let width = word.map_or(WIDEST, |word| shaper.width_of(word)) + indent;
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

    /// How wide a cell's text is on one line, or about so if it is long.
    pub(super) fn width_of(&self, shaper: &Shaper, row: usize) -> f32 {
        match (self.words.get(row), &self.column.cells) {
            (Some(Some(word)), _) => shaper.width_of(*word),
            // Letters are about half as wide as high.
            (Some(None), Cells::Text(values)) => {
                values.get(row).map_or(0.0, |text| text.len() as f32 * 0.5)
            }
            _ => 0.0,
        }
    }

    /// Whether a row has no value here.
    pub(super) fn is_missing(&self, row: usize) -> bool {
        let row_number = u32::try_from(row).unwrap_or(u32::MAX);
        self.column.missing.binary_search(&row_number).is_ok()
            || match &self.column.cells {
                Cells::Number(values) | Cells::Percent(values) => {
                    values.get(row).is_none_or(|value| !value.is_finite())
                }
                cells => row >= cells.len(),
            }
    }

    /// What is printed in a row.
    pub(super) fn text<'b>(&'b self, row: usize, buffer: &'b mut String) -> &'b str {
        if self.is_missing(row) {
            return MISSING;
        }
        buffer.clear();
        match &self.column.cells {
            Cells::Text(values) => return values.get(row).map_or(MISSING, String::as_str),
            Cells::Integer(values) => {
                format::integer(values.get(row).copied().unwrap_or_default(), buffer);
            }
            Cells::Number(values) => {
                format::number(
                    values.get(row).copied().unwrap_or_default(),
                    self.decimals,
                    buffer,
                );
            }
            Cells::Percent(values) => {
                format::number(
                    values.get(row).copied().unwrap_or_default(),
                    self.decimals,
                    buffer,
                );
                buffer.push('%');
            }
            Cells::Date(values) => {
                if let Some(date) = values.get(row) {
                    buffer.push_str(&date.to_string());
                }
            }
            Cells::Boolean(values) => {
                buffer.push_str(if values.get(row).copied().unwrap_or_default() {
                    "Yes"
                } else {
                    "No"
                });
            }
        }
        buffer
    }
}

/// The look of a row's cells.
pub(super) const fn look(role: Option<RowRole>) -> Look {
    match role {
        None | Some(RowRole::Body) => Look::FIGURES,
        Some(RowRole::Subtotal | RowRole::Total | RowRole::GroupHeader) => Look::BOLD_FIGURES,
    }
}

fn title(column: &Column) -> String {
    match column.unit.as_deref().filter(|unit| !unit.is_empty()) {
        Some(unit) => format!("{} ({unit})", flat(&column.title)),
        None => flat(&column.title).into_owned(),
    }
}

fn align(column: &Column) -> Align {
    let number = matches!(
        column.cells,
        Cells::Integer(_) | Cells::Number(_) | Cells::Percent(_)
    );
    if number && column.align == Align::Start {
        Align::End
    } else {
        column.align
    }
}

fn decimals(column: &Column) -> u8 {
    match (&column.cells, column.decimals) {
        (_, Some(decimals)) => decimals,
        (Cells::Percent(_), None) => 1,
        (Cells::Number(values), None) => format::decimals(values.iter().copied()),
        _ => 0,
    }
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
