//! What is told.

use quire_model::ObjectId;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{State, stored::stored_text};

/// What a webhook may be told.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
pub enum WebhookEvent {
    /// A report has its document.
    #[serde(rename = "report.succeeded")]
    #[strum(serialize = "report.succeeded")]
    Succeeded,
    /// It ended without one.
    #[serde(rename = "report.failed")]
    #[strum(serialize = "report.failed")]
    Failed,
    /// It was called off.
    #[serde(rename = "report.cancelled")]
    #[strum(serialize = "report.cancelled")]
    Cancelled,
    /// Nothing happened: its owner tries it.
    #[serde(rename = "webhook.ping")]
    #[strum(serialize = "webhook.ping")]
    Ping,
}

impl WebhookEvent {
    /// Every event.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// As stored and told: `report.succeeded`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What it is for a report to have come there; none while it has not ended.
    pub(crate) const fn of(state: State) -> Option<Self> {
        match state {
            State::Succeeded => Some(Self::Succeeded),
            State::Failed => Some(Self::Failed),
            State::Cancelled => Some(Self::Cancelled),
            State::Queued | State::Running | State::Retrying => None,
        }
    }
}

stored_text!(WebhookEvent);

/// What an event tells of its report; empty for a ping. Kept as JSON, so names that are not known yet are left aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The drug code, as it was sent.
    #[serde(default)]
    pub ndc: String,
    /// The step of a trace that asked for it (W3C `traceparent`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The caller's own line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The batch that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<ObjectId>,
}
