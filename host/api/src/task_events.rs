//! `/api/tasks/{task_id}/events`: a task as it goes on, by server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use quire_model::ProblemKind;
use quire_records::Actor;
use tokio::time::Instant;

use crate::{
    ApiError, News, Told, Topic, auth::Caller, path::TaskPath, task_status::TaskStatus, tasks,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How often a quiet stream gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long a stream is at most: who comes back is asked for a key again.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Follow a task.
///
/// Each event is named `task`, has the task as `GET /api/tasks/{task_id}` gives it, and an id. The first says how it
/// stands, the last how it ended; then the stream closes. Come back with `Last-Event-ID`: what was seen is not sent
/// again, and `204` says that there is nothing more. A stream closes after ten minutes, too, and when the server stops.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/events", operation_id = "followTask",
    params(
        TaskPath,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the event that was seen last; of one that is not known the task is told as it stands, as without this header"),
    ),
    responses(
        (status = 200, description = "Events named `task`", body = String, content_type = "text/event-stream"),
        (status = 204, description = "It has ended, and its end was seen"),
        (status = 410, description = "A rule of retention removed it"),
        (status = 429, description = "This server sends events to as many callers as it can: ask for the task, with `Prefer: wait=30`"),
    ),
)]
pub(crate) async fn follow(
    caller: Caller,
    TaskPath(id): TaskPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = tasks::find(&caller, &id).await?;
    let seen = headers.get(LAST_EVENT_ID);
    let seen = seen.and_then(|value| value.to_str().ok());
    let seen = seen.unwrap_or_default().to_owned();
    let is_over = row.state.is_final();
    if is_over && News::Report(Box::new(row)).version() == seen {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let told = caller.state.live.listen(Topic::Report(id)).ok_or_else(|| {
        let detail = "this server sends events to as many callers as it can, or is to stop; ask for the task with Prefer: wait=30";
        ApiError::new(ProblemKind::TooManyRequests, detail)
    })?;
    let following = Following {
        actor: caller.actor,
        told,
        seen,
        until: Instant::now() + LONGEST,
        is_over: false,
    };
    let events = stream::unfold(following, |mut following| async {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

/// A stream that is open.
struct Following {
    /// Who follows.
    actor: Actor,
    told: Told,
    /// The id of the last event.
    seen: String,
    until: Instant,
    is_over: bool,
}

impl Following {
    /// The next event; none when there is nothing more to say.
    async fn next(&mut self) -> Option<Event> {
        while !self.is_over {
            let changed = tokio::time::timeout_at(self.until, self.told.news.changed()).await;
            changed.ok()?.ok()?;
            let news = self.told.news.borrow_and_update().clone();
            let version = news.version();
            let News::Report(row) = news else {
                continue;
            };
            self.is_over = row.state.is_final();
            if version != self.seen {
                self.seen.clone_from(&version);
                let event = Event::default().event("task").id(version);
                return event.json_data(TaskStatus::seen_by(&self.actor, *row)).ok();
            }
        }
        None
    }
}
