//! Why a document could not be drawn.

/// Why a document could not be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The PDF writer failed; ours to fix.
    #[error("the PDF could not be written: {0}")]
    Writer(String),
}
