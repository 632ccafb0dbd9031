//! `/api/webhooks`: where callers want to be told that their reports have ended. What was told, and what still is to be,
//! is [`crate::webhook_deliveries`].

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;
use quire_records::{NewWebhook, Right, Timestamp, WebhookChange, WebhookEvent, WebhookRow};
use quire_webhooks::EventName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiError,
    auth::Caller,
    idempotency::{self, IdempotencyKeyHeader, replayed},
    json_body::JsonBody,
    path::WebhookPath,
};

/// Longest description, in letters: a line.
const LONGEST_DESCRIPTION: usize = 200;

/// A webhook to make.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateWebhook {
    /// Where it is: HTTPS, an address of the public internet, at most 2,048 bytes.
    #[schema(example = "https://hooks.example/quire")]
    url: String,
    /// What you call it: a line of at most 200 letters.
    #[serde(default)]
    #[schema(example = "pharmacy dashboard")]
    description: Option<String>,
    /// What it is told; everything if absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<EventName>>)]
    events: Option<Vec<WebhookEvent>>,
    /// Whose reports it is told of.
    #[serde(default)]
    reports: Reports,
}

/// What of a webhook is to become otherwise; what is absent stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeWebhook {
    /// Another address.
    #[serde(default)]
    #[schema(example = "https://hooks.example/quire")]
    url: Option<String>,
    /// What you call it; empty takes the name away.
    #[serde(default)]
    description: Option<String>,
    /// What it is told from now on.
    #[serde(default)]
    #[schema(value_type = Option<Vec<EventName>>)]
    events: Option<Vec<WebhookEvent>>,
    /// Whether nothing is noted for it and nothing is sent. False also lets one go on whose receiver had answered 410.
    #[serde(default)]
    paused: Option<bool>,
}

/// Whose reports a webhook is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reports {
    /// Of those that its key asks for.
    #[default]
    Own,
    /// Of those of all keys; an administrator's webhook alone.
    All,
}

impl Reports {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::All => "all",
        }
    }
}

/// A webhook, without its secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// Names the webhook.
    #[schema(example = "wh_01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    pub id: String,
    /// Where it is.
    pub url: String,
    /// What its maker calls it.
    pub description: Option<String>,
    /// What it is told.
    #[schema(value_type = Vec<EventName>)]
    pub events: Vec<WebhookEvent>,
    /// Whose reports it is told of.
    pub reports: Reports,
    /// The key that made it.
    pub owner: String,
    /// Nothing is noted for it and nothing is sent.
    pub paused: bool,
    /// When its receiver answered 410, that it is gone; it is paused since.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    /// Until when the secret of before signs beside the present one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A webhook that was made just now.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedWebhook {
    #[serde(flatten)]
    webhook: Webhook,
    /// What signs every delivery: the key of HMAC-SHA-256 is the bytes that the part after `whsec_` says in base64. It
    /// cannot be shown again: absent where the request was sent before with its Idempotency-Key. If the first answer was
    /// lost, `rotate` gives another.
    #[schema(value_type = String, required = false, example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw3HlmP3t1qzs=")]
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// Another secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct RotatedSecret {
    /// What signs every delivery from now on: `whsec_` and the key in base64. It cannot be shown again.
    secret: String,
    /// Until when the one of before signs beside it.
    #[schema(value_type = String, format = DateTime)]
    old_secret_until: Timestamp,
}

/// All webhooks that the caller may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    /// The first one first.
    webhooks: Vec<Webhook>,
}

/// Be told when reports end. The answer is the only time that the secret is shown: it signs every delivery, as Standard
/// Webhooks 1.0.0 says.
///
/// With an `Idempotency-Key` the same request can be sent again safely: within 24 hours it gives the same webhook, as it
/// stands by then, and without its secret: if the first answer was lost, have another made with `rotate`. A key names one
/// request, be it for a report, a batch, a schedule or a webhook.
#[utoipa::path(
    post, path = "/api/webhooks", operation_id = "createWebhook",
    params(IdempotencyKeyHeader),
    request_body = CreateWebhook,
    responses(
        (status = 201, description = "The webhook, and its secret, which is shown only here", body = CreatedWebhook, headers(
            ("Location" = String, description = "The webhook"),
            ("Idempotency-Replayed" = Option<String>, description = "`true` where the request was sent before with this key: nothing new was made, and no secret is shown"),
        )),
        (status = 409, description = "The key has as many webhooks as it may have; or the one that this Idempotency-Key made was deleted since"),
        (status = 422, description = "A member cannot be used: `detail` says which. Or the Idempotency-Key belongs to another request"),
    ),
)]
pub(crate) async fn create(
    caller: Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateWebhook>,
) -> Result<Response, ApiError> {
    let name = idempotency::key_of(&headers, "webhook", &body)?;
    let everyone = body.reports == Reports::All;
    if everyone && !caller.actor.role.may(Right::Change) {
        let detail = "a webhook for the reports of all keys needs a key with the role admin; leave `reports` out for \
                      those of yours";
        return Err(ApiError::new(ProblemKind::Forbidden, detail));
    }
    let description = body.description.as_deref().map(description).transpose()?;
    let events = body.events.as_deref();
    events.map_or(Ok(()), told)?;
    let (url, host) = checked(&caller, &body.url).await?;
    let new = NewWebhook {
        url: &url,
        host: &host,
        description: description.filter(|text| !text.is_empty()),
        events,
        everyone,
        owner: None,
    };
    let (row, secret) = caller
        .records()
        .make_webhook_once(&new, &caller.actor, &caller.request_id, name.as_ref())
        .await?;
    let is_new = secret.is_some();
    let location = format!("/api/webhooks/{}", row.id);
    let created = CreatedWebhook {
        webhook: row.into(),
        secret: secret.map(|secret| secret.expose().to_owned()),
    };
    let headers = [
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::LOCATION, location),
    ];
    let answer = (StatusCode::CREATED, headers, Json(created)).into_response();
    Ok(match is_new {
        true => answer,
        false => replayed(answer),
    })
}

/// The webhooks of the caller's key; for administrators and auditors those of all keys.
#[utoipa::path(
    get, path = "/api/webhooks", operation_id = "listWebhooks",
    responses((status = 200, description = "All webhooks that the key may see", body = WebhookList)),
)]
pub(crate) async fn list(caller: Caller) -> Result<Json<WebhookList>, ApiError> {
    let rows = caller.records().webhooks(&caller.actor).await?;
    let webhooks = rows.into_iter().map(Webhook::from).collect();
    Ok(Json(WebhookList { webhooks }))
}

/// One webhook.
#[utoipa::path(
    get, path = "/api/webhooks/{webhook_id}", operation_id = "getWebhook",
    params(WebhookPath),
    responses((status = 200, description = "The webhook", body = Webhook)),
)]
pub(crate) async fn show(
    caller: Caller,
    WebhookPath(id): WebhookPath,
) -> Result<Json<Webhook>, ApiError> {
    let row = caller.records().webhook(&caller.actor, &id).await?;
    Ok(Json(row.ok_or_else(unknown)?.into()))
}

/// Change a webhook: what is absent stays.
#[utoipa::path(
    patch, path = "/api/webhooks/{webhook_id}", operation_id = "changeWebhook",
    params(WebhookPath),
    request_body = ChangeWebhook,
    responses((status = 200, description = "The webhook as it is now", body = Webhook)),
)]
pub(crate) async fn change(
    caller: Caller,
    WebhookPath(id): WebhookPath,
    JsonBody(body): JsonBody<ChangeWebhook>,
) -> Result<Json<Webhook>, ApiError> {
    let description = body.description.as_deref().map(description).transpose()?;
    let events = body.events.as_deref();
    events.map_or(Ok(()), told)?;
    let url = match &body.url {
        Some(url) => Some(checked(&caller, url).await?),
        None => None,
    };
    let change = WebhookChange {
        url: url
            .as_ref()
            .map(|(url, host)| (url.as_str(), host.as_str())),
        description,
        events,
        paused: body.paused,
    };
    let row = caller
        .records()
        .change_webhook(&id, &change, &caller.actor, &caller.request_id)
        .await?;
    Ok(Json(row.ok_or_else(unknown)?.into()))
}

/// Take a webhook away, with what was still to be told.
#[utoipa::path(
    delete, path = "/api/webhooks/{webhook_id}", operation_id = "deleteWebhook",
    params(WebhookPath),
    responses((status = 204, description = "Nothing more is told there")),
)]
pub(crate) async fn delete(
    caller: Caller,
    WebhookPath(id): WebhookPath,
) -> Result<StatusCode, ApiError> {
    let deleted = caller
        .records()
        .delete_webhook(&id, &caller.actor, &caller.request_id)
        .await?;
    deleted
        .then_some(StatusCode::NO_CONTENT)
        .ok_or_else(unknown)
}

/// Give a webhook another secret. For a day the one of before signs too, so that the receiver can be told meanwhile.
#[utoipa::path(
    post, path = "/api/webhooks/{webhook_id}/rotate", operation_id = "rotateWebhookSecret",
    params(WebhookPath),
    responses((status = 200, description = "The secret; it is shown only here", body = RotatedSecret)),
)]
pub(crate) async fn rotate(
    caller: Caller,
    WebhookPath(id): WebhookPath,
) -> Result<Response, ApiError> {
    let rotated = caller
        .records()
        .rotate_webhook(&id, &caller.actor, &caller.request_id)
        .await?;
    let (secret, old_secret_until) = rotated.ok_or_else(unknown)?;
    let rotated = RotatedSecret {
        secret: secret.expose().to_owned(),
        old_secret_until,
    };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((headers, Json(rotated)).into_response())
}

/// The address as it is kept and its host, if anything may be sent there.
async fn checked(caller: &Caller, url: &str) -> Result<(String, String), ApiError> {
    let url = caller.state.guard.check(url).await.map_err(|refused| {
        let detail = format!("`url` cannot be used: {refused}");
        ApiError::new(ProblemKind::InvalidRequest, detail)
    })?;
    let host = url.host_str().unwrap_or_default().to_owned();
    Ok((url.into(), host))
}

/// What a webhook can be told of.
fn told(events: &[WebhookEvent]) -> Result<(), ApiError> {
    let wrong = |detail| Err(ApiError::new(ProblemKind::InvalidRequest, detail));
    if events.is_empty() {
        return wrong("`events` is empty: name what is to be told, or leave it out for everything");
    }
    if events.contains(&WebhookEvent::Ping) {
        return wrong(
            "`events` names webhook.ping, which is sent when it is asked for: leave it out",
        );
    }
    Ok(())
}

fn description(text: &str) -> Result<&str, ApiError> {
    let wrong = |wrong| {
        ApiError::new(
            ProblemKind::InvalidRequest,
            format!("`description` {wrong}"),
        )
    };
    webhook_description(text).map_err(wrong)
}

/// What a webhook's maker calls it, without the blanks around; empty: nothing.
///
/// # Errors
///
/// If it is no line, or longer than 200 letters: what it must be, in words.
pub fn webhook_description(text: &str) -> Result<&str, String> {
    let text = text.trim();
    let is_line = !text.chars().any(char::is_control);
    if is_line && text.chars().count() <= LONGEST_DESCRIPTION {
        return Ok(text);
    }
    Err(format!(
        "must be one line of at most {LONGEST_DESCRIPTION} letters"
    ))
}

/// The webhook, or the delivery, is not there for the caller, or only to be looked at.
pub(crate) fn unknown() -> ApiError {
    let detail =
        "the key has no such webhook, or it has no such delivery; GET /api/webhooks lists them";
    ApiError::new(ProblemKind::NotFound, detail)
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        let reportable = || {
            let all = WebhookEvent::ALL.iter().copied();
            all.filter(|event| *event != WebhookEvent::Ping).collect()
        };
        Self {
            id: row.id,
            url: row.url,
            description: row.description,
            events: row.events.unwrap_or_else(reportable),
            reports: match row.everyone {
                true => Reports::All,
                false => Reports::Own,
            },
            owner: row.owner.to_string(),
            paused: row.paused,
            disabled_at: row.disabled_at,
            old_secret_until: row.old_secret_until,
            created_at: row.created_at,
        }
    }
}
