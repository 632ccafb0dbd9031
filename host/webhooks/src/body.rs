//! What is sent: what happened and where to look, and no more. Whoever wants the report asks for it with a key.

use quire_records::{ClaimedDelivery, WebhookEvent};
use serde::Serialize;

/// What stands before a path of ours where callers reach it, such as `https://tools.example/quire`; empty if that is not
/// known, and links are then paths.
#[derive(Clone, Debug, Default)]
pub struct Place(pub String);

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    event: WebhookEvent,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Report {
        task_id: &'a str,
        ndc: &'a str,
        status: &'static str,
        links: Links,
    },
    Ping {
        webhook: &'a str,
    },
}

#[derive(Serialize)]
struct Links {
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<String>,
}

/// The body of a delivery, the same at each attempt.
pub(crate) fn body(claimed: &ClaimedDelivery, place: &Place) -> serde_json::Result<Vec<u8>> {
    let data = match &claimed.report {
        Some(report) => Data::Report {
            task_id: report.as_str(),
            ndc: &claimed.subject.ndc,
            status: status(claimed.event),
            links: Links::of(report.as_str(), claimed.event, place),
        },
        None => Data::Ping {
            webhook: &claimed.webhook,
        },
    };
    serde_json::to_vec(&Body {
        event: claimed.event,
        timestamp: claimed.occurred_at.to_string(),
        data,
    })
}

impl Links {
    fn of(report: &str, event: WebhookEvent, place: &Place) -> Self {
        let status = format!("{}/api/tasks/{report}", place.0);
        let document = event == WebhookEvent::Succeeded;
        let part = |name: &str| document.then(|| format!("{status}/{name}"));
        Self {
            pdf: part("pdf"),
            manifest: part("manifest"),
            status,
        }
    }
}

/// As the API calls it.
const fn status(event: WebhookEvent) -> &'static str {
    match event {
        WebhookEvent::Succeeded | WebhookEvent::Ping => "SUCCESS",
        WebhookEvent::Failed => "FAILURE",
        WebhookEvent::Cancelled => "REVOKED",
    }
}
