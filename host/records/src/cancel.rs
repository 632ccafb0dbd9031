//! Someone calls a report off.

use quire_model::ReportId;

use crate::{Actor, Records, RecordsError, State};

/// What came of calling a report off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// It had not begun; it is off.
    Done,
    /// It runs; its worker has been told.
    Requested,
    /// It had ended already, so.
    Finished(State),
    /// There is no such report.
    Missing,
}

impl Records {
    /// Call a report off, with its audit event.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn cancel(
        &self,
        id: &ReportId,
        actor: &Actor,
        request_id: &str,
    ) -> Result<Cancel, RecordsError> {
        let _ = (id, actor, request_id);
        Ok(Cancel::Missing)
    }
}
