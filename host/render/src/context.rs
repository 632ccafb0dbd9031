//! What all blocks of a document share while they are placed.

use crate::{numbering::Numbering, picture::Pictures};

/// What all blocks of a document share.
pub(crate) struct Context<'a> {
    pub(crate) numbering: &'a Numbering,
    pub(crate) pictures: &'a mut Pictures,
    /// Every other row of tables is tinted.
    pub(crate) zebra: bool,
}
