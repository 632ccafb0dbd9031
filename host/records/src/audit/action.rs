//! What the audit trail can tell of: what is done, and to what.

use crate::{Records, RecordsError};

/// Every action that this version writes, by what it is done to.
pub const ACTIONS: [&str; 63] = [
    "audit.checkpoint",
    "audit.key",
    "batch.accepted",
    "batch.cancelled",
    "clock.went-back",
    "definition.added",
    "definition.put",
    "definition.rolled-back",
    "definition.used",
    "host.fault",
    "host.recovered",
    "host.started",
    "key.created",
    "key.revoked",
    "module.activated",
    "module.added",
    "module.canary-ended",
    "module.canary-rolled-back",
    "module.canary-started",
    "module.differences-accepted",
    "module.limits",
    "module.probation-passed",
    "module.probation-rolled-back",
    "module.required-clean",
    "module.retired",
    "module.rolled-back",
    "module.shadow-differed",
    "module.shadow-ended",
    "module.shadow-failed",
    "module.shadow-proven",
    "module.shadow-started",
    "module.staged",
    "records.backed-up",
    "records.restored",
    "report.accepted",
    "report.cancel-requested",
    "report.cancelled",
    "report.downloaded",
    "report.failed",
    "report.handed-back",
    "report.link-made",
    "report.pinned",
    "report.remade",
    "report.retried",
    "report.shared",
    "report.started",
    "report.succeeded",
    "report.withdrawn",
    "retention.removed",
    "schedule.changed",
    "schedule.created",
    "schedule.deleted",
    "schedule.ran",
    "schedule.skipped",
    "schedule.stopped",
    "session.closed",
    "session.opened",
    "sign-ins.refused",
    "webhook.changed",
    "webhook.created",
    "webhook.deleted",
    "webhook.disabled",
    "webhook.rotated",
];

/// The kinds of things that something is done to and that have names: an event's object is a kind and a name.
pub const KINDS: [&str; 9] = [
    "batch",
    "checkpoint",
    "definition",
    "key",
    "module",
    "report",
    "schedule",
    "session",
    "webhook",
];

impl Records {
    /// Whether the trail can tell of an action: this version writes it, or an event has it that another version wrote.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn knows_action(&self, action: &str) -> Result<bool, RecordsError> {
        if ACTIONS.contains(&action) {
            return Ok(true);
        }
        let told = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM audit WHERE action = $1)");
        Ok(told.bind(action).fetch_one(&self.readers).await?)
    }

    /// Whether the trail can tell of such an object: it is a name alone, begins with a [kind](KINDS), or an event has it
    /// or one of its kind that another version wrote.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn knows_object(&self, object: &str) -> Result<bool, RecordsError> {
        let Some((kind, _)) = object.split_once(' ') else {
            return Ok(true);
        };
        if KINDS.contains(&kind) {
            return Ok(true);
        }
        // What begins with the kind and a blank stands before what begins with the kind and the next character.
        let told = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM audit WHERE object = $1 OR object >= $2 AND object < $3)",
        )
        .bind(object)
        .bind(format!("{kind} "))
        .bind(format!("{kind}!"));
        Ok(told.fetch_one(&self.readers).await?)
    }
}
