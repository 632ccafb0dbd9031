//! What a guest holds a handle to.

use std::sync::Arc;

use quire_faers::{CaseSeries, Selection};

/// A set of reports that a guest holds a handle to.
#[expect(unreachable_pub, reason = "the bindings re-export it")]
pub struct Series {
    pub(crate) data: Arc<CaseSeries>,
    /// All reports if absent.
    pub(crate) selection: Option<Selection>,
}

impl Series {
    /// Every report.
    pub(crate) fn all(data: Arc<CaseSeries>) -> Self {
        Self {
            data,
            selection: None,
        }
    }

    pub(crate) fn len(&self) -> u32 {
        self.selection
            .as_ref()
            .map_or_else(|| self.data.len(), Selection::len)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.selection.as_ref().map_or(0, Selection::bytes)
    }
}
