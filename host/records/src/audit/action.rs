//! What the audit trail can tell of.

use crate::{Records, RecordsError};

/// Every action that this version writes, by what it is done to.
pub const ACTIONS: [&str; 57] = [
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
    "session.closed",
    "session.opened",
    "sign-ins.refused",
    "webhook.changed",
    "webhook.created",
    "webhook.deleted",
    "webhook.disabled",
    "webhook.rotated",
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
}
