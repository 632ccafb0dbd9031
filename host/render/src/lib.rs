//! Draws a document as PDF bytes. A pure function: no clock, no I/O, no async; equal documents give
//! equal bytes.
//!
//! A document passes through these modules from top to bottom:
//!
//! 1. `numbering` counts sections, tables and figures;
//! 2. `blocks` hands each block to the module that can place it (`list`, `table`, `chart`, `boxes`,
//!    `images`); `cover` and `contents` come before them, `running` stands above and below;
//! 3. `flow` fills pages from top to bottom, with `text` for lines and
//!    `footnotes`;
//! 4. `page` is what they all produce: a list of marks with positions in points, each of which belongs
//!    to an element of the tree in `tags`: a heading, a cell, a figure;
//! 5. `write` turns marks into PDF, with printpdf for the page tree and the fonts.
//!
//! # Invariants
//!
//! - Only `write` knows PDF, and `read`, which takes attachments out again.
//! - Nothing is drawn outside the margins but the running header and footer.
//! - No glyph is unknown. The typefaces have Latin, Greek, Cyrillic, Hebrew, Arabic and symbols; a
//!   character of another script (Chinese, Japanese, Korean, Indian and Thai letters, most emoji) is
//!   shown as U+FFFD, and the foot of its page says so.
//! - Every file is PDF/A-2b, or PDF/A-3b if it has attachments, which part 2 does not allow.
//! - What one document leaves in the caches never changes the bytes of another.

mod blocks;
mod boxes;
mod captions;
mod chart;
mod compare;
mod contents;
mod context;
mod cover;
mod csv;
mod draw;
mod element;
mod error;
mod flow;
mod format;
mod html;
mod images;
mod json;
mod list;
mod numbering;
mod page;
mod picture;
mod plain;
mod printed;
mod read;
mod running;
#[cfg(test)]
mod sample;
mod sanitise;
mod style;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod write;

pub use self::csv::{CsvFile, csv, csv_files, csv_table};
pub use compare::{Difference, first_difference};
pub use error::RenderError;
pub use html::{html, html_policy};
pub use json::{JSON_SCHEMA, SCHEMA, json, read_json};
pub use numbering::Numbering;
pub use plain::plain;
pub use printed::printed_cell;
pub use read::{attachment, attachments, bookmarks};
pub use text::fonts;

use quire_model::Document;

/// The standard that a document with attachments follows, and every report has one.
pub const CONFORMANCE: &str = "PDF/A-3b";

/// Draw a document as a PDF.
///
/// # Errors
///
/// [`RenderError`] when the document is too large to draw. Content that cannot be shown as asked
/// (a missing glyph, an unknown chart kind) is shown as well as it can be, never an error.
pub fn pdf(document: &Document) -> Result<Vec<u8>, RenderError> {
    text::with_shaper(|shaper| {
        let mut drawn = draw::draw(shaper, document)?;
        write::write(shaper, document, &mut drawn)
    })?
}
