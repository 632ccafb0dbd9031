//! `/api/admin/audit`: who did what to what, when and why.

use axum::{
    Json,
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::stream;
use quire_model::{Digest, ProblemKind};
use quire_records::{ACTIONS, AuditEvent, AuditFilter, Checkpoint, KINDS, Records, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Admin,
    described::{CheckpointShape, DigestText},
    query::{self, Order, Params},
};

/// Events sent when the caller does not say how many, and most that are sent.
const USUAL_EVENTS: u32 = 100;
const MOST_EVENTS: u32 = 1_000;

/// Letters of what was misspelt that are shown.
const SHOWN: usize = 80;

/// Which events.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParams {
    /// Events after this sequence number; from the first one if absent.
    after: Option<u64>,
    /// Events before this sequence number; to the last one if absent.
    before: Option<u64>,
    /// Only events on this: a kind and a name, or a name alone. A kind that there is not is refused; a name that nothing
    /// bears finds nothing.
    #[param(example = "module trend")]
    object: Option<String>,
    /// Only what was done by this one: a key's id or a part of its label, `operator` or a worker.
    actor: Option<String>,
    /// Only what was done in this way.
    #[param(example = "module.activated")]
    action: Option<String>,
    /// How many; 100 if absent, at most 1,000.
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<u32>,
    /// Which come first; `oldest` if absent.
    #[serde(default)]
    order: Order,
}

/// A stretch of the audit trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// In the order that was asked for.
    events: Vec<AuditEntry>,
    /// The `after` of the next stretch; absent at the end, and where the newest come first.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<u64>,
    /// The `before` of the next stretch, where the newest come first; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
}

/// One event. Its hash covers everything in it and the hash of the event before.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Counts from 1 without gaps.
    sequence: u64,
    /// When, by the host's clock, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    time: Timestamp,
    /// Who: a key's id, `operator` for the command line, or a worker.
    actor: String,
    /// As what: `consumer`, `admin` or `host`.
    role: String,
    /// What was done.
    #[schema(example = "report.accepted")]
    action: String,
    /// To what.
    object: String,
    /// The object's digest before.
    #[schema(value_type = Option<DigestText>)]
    before: Option<Digest>,
    /// And after.
    #[schema(value_type = Option<DigestText>)]
    after: Option<Digest>,
    /// Why.
    reason: Option<String>,
    /// The HTTP request that caused it.
    request_id: Option<String>,
    /// Where its connection came from, if it came over one.
    #[schema(example = "203.0.113.7")]
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The hash of the event before.
    #[schema(value_type = DigestText)]
    previous: Digest,
    /// The hash of this event.
    #[schema(value_type = DigestText)]
    hash: Digest,
}

/// The audit trail, or what of it is on an object, by an actor or of an action.
#[utoipa::path(
    get, path = "/api/admin/audit", operation_id = "listAuditEvents",
    params(AuditParams),
    responses((status = 200, description = "A stretch of the trail", body = AuditPage)),
)]
pub(crate) async fn list(
    Admin(caller): Admin,
    Params(params): Params<AuditParams>,
) -> Result<Json<AuditPage>, ApiError> {
    let limit = query::bounded("limit", params.limit.unwrap_or(USUAL_EVENTS), MOST_EVENTS)?;
    if let Some(action) = &params.action {
        known(caller.records(), action).await?;
    }
    if let Some(object) = &params.object {
        told_of(caller.records(), object).await?;
    }
    let filter = AuditFilter {
        object: params.object,
        actor: params.actor,
        action: params.action,
        before: query::place("before", params.before)?,
        after: query::place("after", params.after)?,
    };
    let records = caller.records();
    let events = match params.order {
        Order::Oldest => records.audit_oldest(&filter, limit).await?,
        Order::Newest => records.audit_newest(&filter, limit).await?,
    };
    let full = u32::try_from(events.len()).is_ok_and(|len| len >= limit);
    let last = events.last().map(|event| event.sequence).filter(|_| full);
    let next = |order: Order| last.filter(|_| params.order == order);
    Ok(Json(AuditPage {
        next_after: next(Order::Oldest),
        next_before: next(Order::Newest),
        events: events.into_iter().map(AuditEntry::from).collect(),
    }))
}

/// A misspelt action would find nothing, which reads as if nothing had happened.
async fn known(records: &Records, action: &str) -> Result<(), ApiError> {
    if records.knows_action(action).await? {
        return Ok(());
    }
    let action: String = action.chars().take(SHOWN).collect();
    let detail = format!(
        "action is {action:?}, of which no trail tells; expected one of {}",
        ACTIONS.join(", ")
    );
    Err(ApiError::new(ProblemKind::InvalidRequest, detail))
}

/// So does a misspelt kind of object. A name that nobody bears finds nothing, since it may have been meant so.
async fn told_of(records: &Records, object: &str) -> Result<(), ApiError> {
    if records.knows_object(object).await? {
        return Ok(());
    }
    let object: String = object.chars().take(SHOWN).collect();
    let detail = format!(
        "object is {object:?}, of a kind of which no trail tells; name it alone, or after one of {}",
        KINDS.join(", ")
    );
    Err(ApiError::new(ProblemKind::InvalidRequest, detail))
}

/// Whether the trail is unaltered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AuditVerdict {
    /// Whether every event is as it was written, none is missing and none was put in between.
    intact: bool,
    /// How many events there are, if it is.
    events: Option<u64>,
    /// The first event that is not as it was written, in words, if there is one.
    first_broken: Option<String>,
}

/// Signed heads of the trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Checkpoints {
    /// Oldest first.
    #[schema(value_type = Vec<CheckpointShape>)]
    checkpoints: Vec<Checkpoint>,
}

/// Check that no event was altered, removed or put in between.
#[utoipa::path(
    get, path = "/api/admin/audit/verify", operation_id = "verifyAudit",
    responses((status = 200, description = "Whether it is intact", body = AuditVerdict)),
)]
pub(crate) async fn verify(Admin(caller): Admin) -> Result<Json<AuditVerdict>, ApiError> {
    let verified = caller.records().verify_audit().await?;
    Ok(Json(AuditVerdict {
        intact: verified.is_ok(),
        events: verified.as_ref().ok().copied(),
        first_broken: verified.err().map(|broken| broken.to_string()),
    }))
}

/// The signed heads of the trail. Keep one elsewhere, and later exports can be held to it.
#[utoipa::path(
    get, path = "/api/admin/audit/checkpoints", operation_id = "listCheckpoints",
    responses((status = 200, description = "All checkpoints", body = Checkpoints)),
)]
pub(crate) async fn checkpoints(Admin(caller): Admin) -> Result<Json<Checkpoints>, ApiError> {
    let checkpoints = caller.records().checkpoints().await?;
    Ok(Json(Checkpoints { checkpoints }))
}

/// The whole trail, signed: one JSON object a line, which `quire audit verify --file` checks without
/// the records.
///
/// If the records fail on the way the answer breaks off, and its end is not covered by a checkpoint.
#[utoipa::path(
    get, path = "/api/admin/audit/export", operation_id = "exportAudit",
    responses((status = 200, description = "The trail", body = String, content_type = "application/x-ndjson")),
)]
pub(crate) async fn export(Admin(caller): Admin) -> Response {
    exported_trail(caller.records().clone())
}

/// An answer that is the whole trail, signed, part by part.
pub fn exported_trail(records: Records) -> Response {
    // One part waits while one is sent: a slow reader must not make this process hold the trail.
    let (sender, receiver) = mpsc::channel::<std::io::Result<Bytes>>(1);
    tokio::spawn(async move {
        let send = |part: String| {
            let sender = sender.clone();
            let gone = |_| std::io::Error::other("the reader has gone away");
            async move { sender.send(Ok(part.into())).await.map_err(gone) }
        };
        if let Err(error) = records.export_audit(send).await {
            {
                // Ends before the await: what it refers to cannot be sent to another thread.
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the audit trail could not be exported");
            }
            let _ = sender.send(Err(std::io::Error::other(error))).await;
        }
    });
    let lines = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|part| (part, receiver))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(lines)).into_response()
}

impl From<AuditEvent> for AuditEntry {
    fn from(event: AuditEvent) -> Self {
        Self {
            sequence: event.sequence,
            time: event.time,
            actor: event.actor,
            role: event.role,
            action: event.action,
            object: event.object,
            before: event.before,
            after: event.after,
            reason: event.reason,
            request_id: event.request_id,
            address: event.address,
            previous: event.previous,
            hash: event.hash,
        }
    }
}
