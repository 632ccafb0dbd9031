//! Pieces of text, gathered into lines.

use textwrap::{
    core::Fragment,
    wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit},
};

use super::{
    character::is_mark,
    direction,
    piece::{After, Piece},
    shaper::Shaper,
};

/// How lines are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// As evenly as possible; for running text.
    Even,
    /// As full as possible; for cells.
    Full,
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// In the order they are drawn.
    pub(crate) pieces: Vec<Piece>,
    /// In points, without the space at its end.
    pub(crate) width: f32,
}

/// Above this many boxes in a paragraph, even lines are not worth their time.
const EVEN_LIMIT: usize = 2_000;

/// Gather pieces into lines of at most `width` points. A piece that is wider is broken anywhere.
pub(crate) fn break_lines(
    shaper: &mut Shaper,
    pieces: Vec<Piece>,
    width: f32,
    fit: Fit,
) -> Vec<Line> {
    let width = width.max(1.0);
    let pieces = if boxes(&pieces)
        .iter()
        .all(|group| group.width <= f64::from(width))
    {
        pieces
    } else {
        break_words(shaper, pieces, width)
    };
    let mut lines = Vec::new();
    let mut rest = pieces;
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|piece| piece.after == After::End)
            .map_or(rest.len(), |at| at + 1);
        let tail = rest.split_off(end);
        fill(rest, width, fit, &mut lines);
        rest = tail;
    }
    lines
}

fn fill(pieces: Vec<Piece>, width: f32, fit: Fit, lines: &mut Vec<Line>) {
    let total: f32 = pieces.iter().map(|piece| piece.width + piece.gap).sum();
    if total <= width {
        lines.push(line(pieces));
        return;
    }
    let groups = boxes(&pieces);
    let widths = [f64::from(width)];
    let even = (fit == Fit::Even && groups.len() < EVEN_LIMIT)
        .then(|| wrap_optimal_fit(&groups, &widths, &penalties()).ok())
        .flatten()
        // A line that is too full is only a penalty to it.
        .filter(|lines| {
            lines
                .iter()
                .all(|line| length(line) <= f64::from(width) + 0.01)
        });
    let wrapped = even.unwrap_or_else(|| wrap_first_fit(&groups, &widths));
    let counts: Vec<usize> = wrapped
        .iter()
        .map(|groups| groups.iter().map(|group| group.pieces).sum())
        .collect();
    let mut pieces = pieces.into_iter();
    for count in counts.into_iter().filter(|count| *count > 0) {
        lines.push(line(pieces.by_ref().take(count).collect()));
    }
}

fn length(groups: &[Group]) -> f64 {
    let all: f64 = groups.iter().map(|group| group.width + group.gap).sum();
    all - groups.last().map_or(0.0, |group| group.gap)
}

fn line(mut pieces: Vec<Piece>) -> Line {
    // The space at its end takes no room, but keeps the words of two lines apart where text is copied
    // or read aloud.
    if let Some(last) = pieces.last_mut() {
        last.gap = 0.0;
    }
    if pieces.iter().any(|piece| piece.level > 0) {
        pieces = ordered(pieces);
    }
    let width = pieces.iter().map(|piece| piece.width + piece.gap).sum();
    Line { pieces, width }
}

/// The pieces of a line in the order they are drawn. Spaces are pieces of their own, since they may
/// stand at the other side of their word.
fn ordered(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut units = Vec::with_capacity(pieces.len() * 2);
    for mut piece in pieces {
        let space = piece.space.take().map(|word| Piece {
            word,
            width: piece.gap,
            gap: 0.0,
            note: None,
            level: piece.space_level,
            ..piece.clone()
        });
        piece.gap = 0.0;
        units.push(piece);
        units.extend(space);
    }
    let levels: Vec<u8> = units.iter().map(|unit| unit.level).collect();
    let order = direction::order(&levels);
    order
        .into_iter()
        .filter_map(|at| units.get(at).cloned())
        .collect()
}

/// Pieces that stay on one line.
#[derive(Debug)]
struct Group {
    pieces: usize,
    width: f64,
    gap: f64,
}

impl Fragment for Group {
    fn width(&self) -> f64 {
        self.width
    }

    fn whitespace_width(&self) -> f64 {
        self.gap
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

fn boxes(pieces: &[Piece]) -> Vec<Group> {
    pieces
        .chunk_by(|before, _| before.after == After::Glue)
        .map(|group| {
            let gap = f64::from(group.last().map_or(0.0, |piece| piece.gap));
            let total: f64 = group
                .iter()
                .map(|piece| f64::from(piece.width + piece.gap))
                .sum();
            Group {
                pieces: group.len(),
                width: total - gap,
                gap,
            }
        })
        .collect()
}

fn penalties() -> Penalties {
    Penalties {
        nline_penalty: 200,
        overflow_penalty: 2500,
        short_last_line_fraction: 6,
        short_last_line_penalty: 60,
        hyphen_penalty: 25,
    }
}

/// Break what is wider than a line: first between pieces that were glued, then within a piece.
fn break_words(shaper: &mut Shaper, pieces: Vec<Piece>, width: f32) -> Vec<Piece> {
    let mut broken = Vec::with_capacity(pieces.len());
    for group in pieces.chunk_by(|before, _| before.after == After::Glue) {
        let total: f32 = group.iter().map(|piece| piece.width).sum();
        for piece in group {
            if piece.width > width {
                break_word(shaper, piece, width, &mut broken);
            } else {
                let mut piece = piece.clone();
                if total > width && piece.after == After::Glue {
                    piece.after = After::Break;
                }
                broken.push(piece);
            }
        }
    }
    broken
}

fn break_word(shaper: &mut Shaper, piece: &Piece, width: f32, broken: &mut Vec<Piece>) {
    let text = shaper.glyphs(piece.word).1.to_owned();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(cut(shaper, piece, rest, width));
        let word = shaper.word(piece.look, head);
        let last = tail.is_empty();
        broken.push(Piece {
            word,
            width: shaper.width_of(word) * piece.size,
            space: piece.space.filter(|_| last),
            gap: if last { piece.gap } else { 0.0 },
            note: piece.note.filter(|_| last),
            after: if last { piece.after } else { After::Break },
            ..piece.clone()
        });
        rest = tail;
    }
}

/// How many bytes of a word fit into a width; never none.
pub(crate) fn cut(shaper: &mut Shaper, piece: &Piece, text: &str, width: f32) -> usize {
    let mut used = 0.0;
    let mut end = 0;
    let mut buffer = [0; 4];
    for (at, character) in text.char_indices() {
        let next = at + character.len_utf8();
        if !is_mark(character) {
            // Two per mille are left for what kerning adds.
            used +=
                shaper.width(piece.look, character.encode_utf8(&mut buffer), piece.size) * 1.002;
            if used > width && end > 0 {
                break;
            }
        }
        end = next;
    }
    // Joined letters may be wider than single ones.
    while let Some((shorter, _)) = text
        .get(..end)
        .unwrap_or_default()
        .char_indices()
        .next_back()
    {
        let head = text.get(..end).unwrap_or_default();
        if shorter == 0 || shaper.width(piece.look, head, piece.size) <= width {
            break;
        }
        end = shorter;
    }
    end.max(text.chars().next().map_or(1, char::len_utf8))
        .min(text.len())
}
