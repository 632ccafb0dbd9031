//! From characters to lines: typefaces, shaping, breaking.

mod character;
mod direction;
mod font;
mod line;
mod piece;
mod shaper;

pub(crate) use character::{REPLACEMENT, flat, is_invisible, is_right_to_left};
pub use font::fonts;
pub(crate) use font::{FontFile, Look, library};
pub(crate) use line::{Fit, Line, break_lines};
pub(crate) use piece::{Notes, Piece, pieces};
pub(crate) use shaper::{Glyph, Shaper, WordId, with_shaper};
