//! Draws a document as PDF bytes. A pure function: no clock, no I/O, no async; equal documents give
//! equal bytes.

mod error;

pub use error::RenderError;

use quire_model::Document;

/// Draw a document as a PDF.
///
/// # Errors
///
/// [`RenderError`] when the document is too large to draw. Content that cannot be shown as asked
/// (a missing glyph, an unknown chart kind) is shown as well as it can be, never an error.
pub fn pdf(document: &Document) -> Result<Vec<u8>, RenderError> {
    let _ = document;
    Err(RenderError::Writer(String::from("stub")))
}
