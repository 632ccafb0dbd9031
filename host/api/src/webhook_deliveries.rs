//! `/api/webhooks/{webhook_id}/deliveries`: what was told there and what came of it, and having it told again.

use axum::{Json, http::StatusCode};
use quire_model::ReportId;
use quire_records::{DeliveryRow, DeliveryState, Timestamp, WebhookEvent};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Caller,
    described::TaskIdText,
    path::{DeliveryPath, WebhookPath},
    query::{self, Params},
    webhooks::unknown,
};

/// Deliveries sent when the caller does not say how many, and most that are sent.
const USUAL_DELIVERIES: u32 = 50;
const MOST_DELIVERIES: u32 = 200;

/// Which deliveries.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryParams {
    /// Only those before this one: `next_before` of the page before.
    before: Option<String>,
    /// How many; 50 if absent, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A page of deliveries.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryList {
    /// The last one first. Those that have ended are kept for 30 days.
    deliveries: Vec<Delivery>,
    /// The `before` of the next page; absent where this one is not full.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<String>,
}

/// One event on its way to a webhook, or what came of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Names it; the receiver knows it as `webhook-id`, at every attempt.
    #[schema(example = "msg_01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub id: String,
    /// What is told.
    #[schema(value_type = DeliveryEventName)]
    pub event: WebhookEvent,
    /// Of which task; absent for a ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TaskIdText>)]
    pub task_id: Option<ReportId>,
    /// Where it stands.
    #[schema(value_type = DeliveryStateName)]
    pub state: DeliveryState,
    /// How often it was tried, since it was last sent again.
    pub attempts: u32,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// When the last attempt began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub tried_at: Option<Timestamp>,
    /// When it is tried next; null if it is not, or while the webhook is paused.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    /// The HTTP status that the last attempt was answered with.
    pub answer: Option<u32>,
    /// Why that was no success: what failed, or how the answer began.
    pub fault: Option<String>,
}

/// What is told.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes `quire_records::WebhookEvent` to OpenAPI"
)]
pub(crate) enum DeliveryEventName {
    /// A report has its document.
    #[schema(rename = "report.succeeded")]
    Succeeded,
    /// It ended without one.
    #[schema(rename = "report.failed")]
    Failed,
    /// It was called off.
    #[schema(rename = "report.cancelled")]
    Cancelled,
    /// Nothing happened: its owner tries it.
    #[schema(rename = "webhook.ping")]
    Ping,
}

/// Where a delivery stands.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "describes `quire_records::DeliveryState` to OpenAPI"
)]
pub(crate) enum DeliveryStateName {
    /// It is to be tried, or is being tried.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Failed,
}

/// A delivery that was begun.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BegunDelivery {
    /// Names it; the receiver knows it as `webhook-id`.
    id: String,
}

/// What was told, and what is still to be: the last first.
#[utoipa::path(
    get, path = "/api/webhooks/{webhook_id}/deliveries", operation_id = "listWebhookDeliveries",
    params(WebhookPath, DeliveryParams),
    responses((status = 200, description = "A page of deliveries", body = DeliveryList)),
)]
pub(crate) async fn list(
    caller: Caller,
    WebhookPath(id): WebhookPath,
    Params(params): Params<DeliveryParams>,
) -> Result<Json<DeliveryList>, ApiError> {
    let limit = params.limit.unwrap_or(USUAL_DELIVERIES);
    let limit = query::bounded("limit", limit, MOST_DELIVERIES)?;
    let rows = caller
        .records()
        .deliveries(&caller.actor, &id, params.before.as_deref(), limit)
        .await?;
    let rows = rows.ok_or_else(unknown)?;
    let full = u32::try_from(rows.len()).is_ok_and(|len| len >= limit);
    let next_before = rows.last().map(|row| row.id.clone()).filter(|_| full);
    let deliveries = rows.into_iter().map(Delivery::from).collect();
    Ok(Json(DeliveryList {
        deliveries,
        next_before,
    }))
}

/// Tell it again from the beginning, whatever came of it; the receiver sees the same `webhook-id`.
#[utoipa::path(
    post, path = "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/resend", operation_id = "resendWebhookDelivery",
    params(DeliveryPath),
    responses(
        (status = 202, description = "It is on its way again", body = BegunDelivery),
        (status = 409, description = "The webhook is paused"),
    ),
)]
pub(crate) async fn resend(
    caller: Caller,
    DeliveryPath {
        webhook_id,
        delivery_id,
    }: DeliveryPath,
) -> Result<(StatusCode, Json<BegunDelivery>), ApiError> {
    let sent = caller
        .records()
        .resend(&caller.actor, &webhook_id, &delivery_id)
        .await?;
    let begun = BegunDelivery { id: delivery_id };
    sent.then_some((StatusCode::ACCEPTED, Json(begun)))
        .ok_or_else(unknown)
}

/// Have the webhook told `webhook.ping`, to see whether it arrives.
#[utoipa::path(
    post, path = "/api/webhooks/{webhook_id}/ping", operation_id = "pingWebhook",
    params(WebhookPath),
    responses(
        (status = 202, description = "It is on its way", body = BegunDelivery),
        (status = 409, description = "The webhook is paused, or another ping is on its way"),
    ),
)]
pub(crate) async fn ping(
    caller: Caller,
    WebhookPath(id): WebhookPath,
) -> Result<(StatusCode, Json<BegunDelivery>), ApiError> {
    let delivery = caller.records().ping_webhook(&id, &caller.actor).await?;
    let id = delivery.ok_or_else(unknown)?;
    Ok((StatusCode::ACCEPTED, Json(BegunDelivery { id })))
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            event: row.event,
            task_id: row.report,
            state: row.state,
            attempts: row.attempts,
            occurred_at: row.occurred_at,
            tried_at: row.tried_at,
            next_attempt_at: row.due_at,
            answer: row.answer,
            fault: row.fault,
        }
    }
}
