//! What is sent: what happened and where to look, and no more. Whoever wants the report asks for it with a key.
//!
//! These types are what is written and what `/openapi.json` describes, so that neither can be without the other.

use quire_model::{ObjectId, ReportId};
use quire_records::{ClaimedDelivery, Subject, Timestamp, WebhookEvent};
use serde::Serialize;
use utoipa::ToSchema;

/// What stands before a path of ours where callers reach it, such as `https://tools.example/quire`; empty if that is not
/// known, and links are then paths.
#[derive(Clone, Debug, Default)]
pub struct Place(pub String);

/// The end of a report, as a webhook is told of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportEnded {
    /// What happened.
    #[serde(rename = "type")]
    #[schema(value_type = EventName)]
    event: WebhookEvent,
    /// When it happened, RFC 3339; the same at every attempt, while `webhook-timestamp` is when this one was made.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// Which report, and where to look.
    data: EndedReport,
}

/// A report that has ended: enough to know it by and to find it, and nothing of what is in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EndedReport {
    /// Names its task.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    task_id: ReportId,
    /// The drug code, as it was sent.
    #[schema(example = "61958-0802")]
    ndc: String,
    /// How it ended.
    status: EndName,
    /// The line that its caller wrote about it; absent where there is none. Metadata are not sent: they are read with a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "weekly signals, desk 4", max_length = 120)]
    label: Option<String>,
    /// The batch that it belongs to; absent where it was asked for alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    batch_id: Option<ObjectId>,
    /// Where to look, with a key.
    links: EndedLinks,
}

/// Where to look. Whole addresses where the server was told its own (`QUIRE_ADDRESS`), else paths.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EndedLinks {
    /// The task.
    #[schema(example = "https://tools.example/quire/api/tasks/01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    status: String,
    /// The document; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf: Option<String>,
    /// How the document came about; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<String>,
}

/// A ping: nothing happened, and the owner of the webhook tries the way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Pinged {
    /// What happened.
    #[serde(rename = "type")]
    #[schema(value_type = PingName)]
    event: WebhookEvent,
    /// When it was asked for, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// Which webhook is tried.
    data: PingedWebhook,
}

/// The webhook that is tried.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PingedWebhook {
    /// Names it.
    #[schema(example = "wh_01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    webhook: String,
}

/// How a report ended, as the API calls it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EndName {
    /// The document is there.
    Success,
    /// It ended without a document; the task says why.
    Failure,
    /// It was called off.
    Revoked,
}

/// What a webhook may be told.
#[derive(Clone, Copy, Debug, ToSchema)]
pub enum EventName {
    /// A report has its document.
    #[schema(rename = "report.succeeded")]
    Succeeded,
    /// It ended without one.
    #[schema(rename = "report.failed")]
    Failed,
    /// It was called off.
    #[schema(rename = "report.cancelled")]
    Cancelled,
}

/// What a ping is called.
#[derive(Clone, Copy, Debug, ToSchema)]
pub enum PingName {
    /// Nothing happened.
    #[schema(rename = "webhook.ping")]
    Ping,
}

/// The body of a delivery, the same at each attempt.
pub(crate) fn body(claimed: &ClaimedDelivery, place: &Place) -> serde_json::Result<Vec<u8>> {
    let (event, timestamp) = (claimed.event, claimed.occurred_at);
    match (&claimed.report, end(event)) {
        (Some(report), Some(status)) => serde_json::to_vec(&ReportEnded {
            event,
            timestamp,
            data: EndedReport::of(report, status, &claimed.subject, place),
        }),
        _ => serde_json::to_vec(&Pinged {
            event,
            timestamp,
            data: PingedWebhook {
                webhook: claimed.webhook.clone(),
            },
        }),
    }
}

impl EndedReport {
    fn of(report: &ReportId, status: EndName, subject: &Subject, place: &Place) -> Self {
        Self {
            task_id: report.clone(),
            ndc: subject.ndc.clone(),
            status,
            label: subject.label.clone(),
            batch_id: subject.batch.clone(),
            links: EndedLinks::of(report, status, place),
        }
    }
}

impl EndedLinks {
    fn of(report: &ReportId, end: EndName, place: &Place) -> Self {
        let status = format!("{}/api/tasks/{report}", place.0);
        let document = matches!(end, EndName::Success);
        let part = |name: &str| document.then(|| format!("{status}/{name}"));
        Self {
            pdf: part("pdf"),
            manifest: part("manifest"),
            status,
        }
    }
}

/// What it is for a report to have come there; none for a ping.
const fn end(event: WebhookEvent) -> Option<EndName> {
    match event {
        WebhookEvent::Succeeded => Some(EndName::Success),
        WebhookEvent::Failed => Some(EndName::Failure),
        WebhookEvent::Cancelled => Some(EndName::Revoked),
        WebhookEvent::Ping => None,
    }
}
