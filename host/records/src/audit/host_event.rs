//! What the host itself does that an auditor asks about: it starts, and hands documents out.

use quire_model::{Digest, ReportId};

use crate::{
    Actor, Records, RecordsError,
    audit::event::{NewEvent, append},
};

impl Records {
    /// A process of the host began: which, of what version, with which settings. `settings` must
    /// hold no secrets; its digest shows at a glance whether two starts had the same.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn host_started(&self, process: &str, settings: &str) -> Result<(), RecordsError> {
        let event = NewEvent {
            after: Some(Digest::of(settings.as_bytes())),
            reason: Some(settings),
            ..NewEvent::host("quire", "host.started", process.to_owned())
        };
        let mut change = self.write().await?;
        append(&mut change, self.now(), event).await?;
        change.commit().await.map_err(RecordsError::from)
    }

    /// A caller was sent a report: which form of it, and the digest of what was sent.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn downloaded(
        &self,
        report: &ReportId,
        form: &str,
        digest: Digest,
        actor: &Actor,
        request_id: &str,
    ) -> Result<(), RecordsError> {
        let event = NewEvent {
            after: Some(digest),
            reason: Some(form),
            ..NewEvent::by(
                actor,
                "report.downloaded",
                format!("report {report}"),
                request_id,
            )
        };
        let mut change = self.write().await?;
        append(&mut change, self.now(), event).await?;
        change.commit().await.map_err(RecordsError::from)
    }
}
