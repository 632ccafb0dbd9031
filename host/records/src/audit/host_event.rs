//! What the host itself does that an auditor asks about: it starts.

use quire_model::Digest;

use crate::{
    Records, RecordsError,
    audit::event::{NewEvent, append},
};

impl Records {
    /// Requests came without a valid key: how many from where, in words. Told together, so that whoever tries keys
    /// does not fill the trail.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn sign_ins_refused(&self, words: &str) -> Result<(), RecordsError> {
        let event = NewEvent {
            reason: Some(words),
            ..NewEvent::host("quire", "sign-ins.refused", "sign-ins".to_owned())
        };
        let mut change = self.write().await?;
        append(&mut change, self.now(), event).await?;
        change.commit().await.map_err(RecordsError::from)
    }

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
        // What the process before could not bring in.
        self.settle_downloads().await?;
        self.make_room_for_downloads().await;
        let mut change = self.write().await?;
        append(&mut change, self.now(), event).await?;
        change.commit().await.map_err(RecordsError::from)
    }
}
