//! Why a document could not be drawn, or read back.

/// Why a document could not be drawn, or read back. What is in it never is the reason, except its size.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The PDF writer failed; ours to fix.
    #[error("the PDF could not be written: {0}")]
    Writer(String),
    /// A bundled typeface could not be read or cut down; ours to fix.
    #[error("the typeface {face} could not be used: {reason}")]
    Typeface {
        /// Its PostScript name.
        face: &'static str,
        /// What the reader of the font file said.
        reason: String,
    },
    /// The document has no table of that name.
    #[error("there is no table {name:?} in the document; there are {}", .known.join(", "))]
    NoTable {
        /// What was asked for.
        name: String,
        /// The names of those that there are, as `section/id`.
        known: Vec<String>,
    },
    /// What should be a stored document is none.
    #[error("the stored document cannot be read: {reason}")]
    BadDocument {
        /// What is wrong with it.
        reason: String,
    },
    /// The document fills more pages than a person will ever read.
    #[error("the document fills more than {limit} pages; print fewer rows")]
    TooLong {
        /// The most pages that are drawn.
        limit: usize,
    },
    /// A PDF that was to be read is damaged, or is none; whoever gave it has to act.
    #[error("the PDF cannot be read: {0}")]
    Unreadable(String),
}
