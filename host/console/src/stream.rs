//! Tells open pages of changes, by server-sent events whose data are HTML.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use maud::{Markup, html};
use quire_api::{News, Params, TaskPath, Told, Topic};
use quire_model::ProblemKind;
use quire_records::Right;
use serde::Deserialize;
use tokio::sync::watch;

use crate::{
    Console, following, home,
    refusal::Refusal,
    report::{self, Wanted},
    visitor::Visitor,
};

/// Where all streams are.
pub(crate) const ADDRESS: &str = "/console/live/";

/// How often a quiet stream gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What the page shows already.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    /// The id of the event that would have drawn it.
    seen: String,
}

/// A page that is open.
struct Open {
    console: Console,
    visitor: Visitor,
    told: Told,
    stop: watch::Receiver<bool>,
    /// What it shows.
    seen: String,
    /// Nothing more will happen; what is left is to say so.
    over: bool,
}

/// One report, to its end.
pub(crate) async fn report(
    State(console): State<Console>,
    visitor: Visitor,
    TaskPath(id): TaskPath,
    Params(shown): Params<Shown>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    visitor.report(&console, &id).await?;
    open(console, visitor, Topic::Report(id), shown, &headers)
}

/// What is being made now.
pub(crate) async fn running(
    State(console): State<Console>,
    visitor: Visitor,
    Params(shown): Params<Shown>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Request, Right::ReadAll])?;
    let topic = Topic::Running(visitor.owner());
    open(console, visitor, topic, shown, &headers)
}

fn open(
    console: Console,
    visitor: Visitor,
    topic: Topic,
    shown: Shown,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let told = console.api.live.listen(topic).ok_or_else(|| {
        Refusal::new(
            ProblemKind::TooManyRequests,
            "too many pages are open; this one does not change by itself",
        )
    })?;
    let last = headers.get(LAST_EVENT_ID);
    let last = last.and_then(|value| value.to_str().ok());
    let open = Open {
        seen: last.map_or(shown.seen, str::to_owned),
        stop: console.stop.clone(),
        console,
        visitor,
        told,
        over: false,
    };
    let events = stream::unfold(open, |mut open| async {
        let event = open.next().await?;
        Some((Ok::<_, Infallible>(event), open))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

impl Open {
    /// The next event; none when the page is to be let go.
    async fn next(&mut self) -> Option<Event> {
        if self.over {
            self.over = false;
            return Some(done());
        }
        loop {
            tokio::select! {
                changed = self.told.news.changed() => changed.ok()?,
                _ = self.stop.wait_for(|stop| *stop) => return None,
            }
            let news = self.told.news.borrow_and_update().clone();
            let version = news.version();
            let is_end = matches!(&news, News::Report(row) if row.state.is_final());
            if version == self.seen {
                match is_end {
                    true => return Some(done()),
                    false => continue,
                }
            }
            let records = &self.console.api.records;
            // A session can end while its page is open.
            if !records.session_stands(&self.visitor.secret).await.ok()? {
                return None;
            }
            let mut drawn = self.draw(&news).await?;
            if is_end {
                drawn = html! { (drawn) (following::ended()) };
            }
            self.over = is_end;
            self.seen.clone_from(&version);
            let text = drawn.into_string().replace('\r', " ");
            return Some(Event::default().id(version).data(text));
        }
    }

    async fn draw(&self, news: &News) -> Option<Markup> {
        match news {
            News::None => None,
            News::Report(row) => report::body(&self.console, &self.visitor, row, Wanted::default())
                .await
                .ok(),
            News::Running(rows) => Some(home::running(rows)),
        }
    }
}

/// What a page that cannot be told hears in place of a page that says why, which it would show in its
/// middle: that it stands still, and the end.
pub(crate) fn let_go(refused: Response) -> Response {
    let status = match refused.status() {
        // To the sign-in; a stream leads nowhere.
        status if status.is_redirection() || status.is_success() => StatusCode::UNAUTHORIZED,
        status => status,
    };
    let why = match status {
        StatusCode::TOO_MANY_REQUESTS => "too many pages are open",
        StatusCode::UNAUTHORIZED => "you are not signed in any more",
        _ => "the server does not tell of it",
    };
    let events = format!(
        "data: {}\n\nevent: done\ndata: done\n\n",
        following::stands_still(why).into_string()
    );
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    (status, headers, events).into_response()
}

/// The page closes the stream when it hears this; it would begin anew otherwise.
fn done() -> Event {
    Event::default().event("done").data("done")
}
