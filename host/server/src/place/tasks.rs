//! Tasks: listed, looked at, followed, called off and made again.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::StreamExt as _;
use quire_api::{StatusName, TaskStatus};
use quire_model::{Moment, Ndc, ObjectId, ReportId, tidy};
use quire_records::{Cancel, Remade, ReportFilter, ReportRow, State};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Place, REQUEST_ID};
use crate::{
    operator,
    remote::{Refusal, Server, query},
};

/// How often records that are followed are looked at.
const LOOK: Duration = Duration::from_millis(200);

/// How long a server may be away while one of its tasks is followed: a restart takes seconds.
const AWAY: Duration = Duration::from_secs(60);

/// Most tasks that a server sends at a time.
const PAGE: u32 = 200;

/// Which tasks; all of them by default.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskFilter {
    /// Only those that stand in one of these ways; all, if there is none.
    pub(crate) status: Vec<StatusName>,
    /// Only those on this drug.
    pub(crate) ndc: Option<Ndc>,
    /// Only those whose label has these words in it.
    pub(crate) label: Option<String>,
    /// Only those of this batch.
    pub(crate) batch: Option<ObjectId>,
    /// Only the runs of this schedule.
    pub(crate) schedule: Option<ObjectId>,
    /// Only those accepted then or later.
    pub(crate) created_from: Option<Moment>,
    /// Only those accepted then or earlier.
    pub(crate) created_to: Option<Moment>,
    /// Only those accepted before this task.
    pub(crate) before: Option<ReportId>,
    /// Only those whose document lacks a section.
    pub(crate) incomplete: bool,
}

/// What came of calling a task off.
pub(crate) enum CalledOff {
    /// It is off, or will be as soon as its worker notices.
    Yes(Box<TaskStatus>),
    /// It is not, in words.
    No(String),
}

/// A page of tasks, as a server sends it.
#[derive(Deserialize)]
struct Page {
    tasks: Vec<TaskStatus>,
    next_before: Option<ReportId>,
}

impl Place {
    /// Tasks, the one accepted last first, at most `limit`.
    pub(crate) async fn tasks(
        &self,
        wanted: &TaskFilter,
        limit: u32,
    ) -> anyhow::Result<Vec<TaskStatus>> {
        match self {
            Self::Directory(records) => {
                let filter = ReportFilter {
                    states: wanted.status.iter().copied().map(State::from).collect(),
                    drug: wanted.ndc.clone(),
                    label: wanted.label.as_deref().map(tidy),
                    batch: wanted.batch.clone(),
                    schedule: wanted.schedule.clone(),
                    accepted_from: wanted.created_from.map(Moment::begin),
                    accepted_before: wanted.created_to.map(Moment::end),
                    before: wanted.before.clone(),
                    incomplete: wanted.incomplete,
                    ..ReportFilter::default()
                };
                let rows = records.reports(&filter, limit).await?;
                Ok(rows.into_iter().map(seen).collect())
            }
            Self::Server(server) => listed(server, wanted, limit).await,
        }
    }

    /// A task; none if there is no such task.
    pub(crate) async fn task(&self, id: &ReportId) -> anyhow::Result<Option<TaskStatus>> {
        match self {
            Self::Directory(records) => Ok(records.report(id).await?.map(seen)),
            Self::Server(server) => server.find(&format!("/api/tasks/{id}")).await,
        }
    }

    /// Tell of each change of a task until it has ended; gives how. None if there is no such task.
    pub(crate) async fn follow(
        &self,
        id: &ReportId,
        mut tell: impl FnMut(&TaskStatus),
    ) -> anyhow::Result<Option<TaskStatus>> {
        if let Self::Server(server) = self {
            return followed(server, id, tell).await;
        }
        let mut seen = None;
        loop {
            let Some(task) = self.task(id).await? else {
                return Ok(None);
            };
            let at = task.progress.as_ref().map(|progress| progress.done);
            if seen.replace((task.status, at)) != Some((task.status, at)) {
                tell(&task);
            }
            if task.status.is_final() {
                return Ok(Some(task));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Call a task off; none if there is no such task.
    pub(crate) async fn call_off(&self, id: &ReportId) -> anyhow::Result<Option<CalledOff>> {
        match self {
            Self::Directory(records) => {
                let (actor, id) = (operator::actor(), id);
                match records.cancel(id, &actor, REQUEST_ID).await? {
                    Cancel::Done | Cancel::Requested | Cancel::Finished(State::Cancelled) => {
                        let task = self.task(id).await?;
                        Ok(task.map(Box::new).map(CalledOff::Yes))
                    }
                    Cancel::Finished(state) => {
                        let ended = StatusName::from(state).as_str();
                        Ok(Some(CalledOff::No(format!("has already ended as {ended}"))))
                    }
                    Cancel::Missing => Ok(None),
                }
            }
            Self::Server(server) => {
                let request = server.request(Method::DELETE, &format!("/api/tasks/{id}"));
                let refused = match server.send(request).await {
                    Ok(_) => return Ok(self.task(id).await?.map(Box::new).map(CalledOff::Yes)),
                    Err(error) => error,
                };
                if Refusal::is(&refused, StatusCode::NOT_FOUND) {
                    return Ok(None);
                }
                match (
                    Refusal::is(&refused, StatusCode::CONFLICT),
                    self.task(id).await?,
                ) {
                    (true, Some(task)) => {
                        let ended = task.status.as_str();
                        Ok(Some(CalledOff::No(format!("has already ended as {ended}"))))
                    }
                    _ => Err(refused),
                }
            }
        }
    }

    /// Have a report made again.
    pub(crate) async fn remake(&self, id: &ReportId, reason: &str) -> anyhow::Result<Remade> {
        let server = match self {
            Self::Directory(records) => {
                let person = operator::actor();
                return Ok(records
                    .remake(id, reason, &person, REQUEST_ID, None)
                    .await?);
            }
            Self::Server(server) => server,
        };
        #[derive(Deserialize)]
        struct Made {
            task_id: ReportId,
        }
        let path = format!("/api/admin/tasks/{id}/remake");
        let body = json!({"reason": reason});
        match server.tell::<Made>(Method::POST, &path, &body).await {
            Ok(made) if made.task_id == *id => Ok(Remade::Again),
            Ok(made) => Ok(Remade::As(made.task_id)),
            Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => Ok(Remade::Missing),
            Err(error) => match (
                Refusal::is(&error, StatusCode::CONFLICT),
                self.task(id).await?,
            ) {
                (true, Some(task)) => Ok(Remade::NotNeeded(task.status.into())),
                _ => Err(error),
            },
        }
    }
}

/// As the person at this machine sees it.
fn seen(row: ReportRow) -> TaskStatus {
    TaskStatus::seen_by(&operator::actor(), row)
}

async fn listed(
    server: &Server,
    wanted: &TaskFilter,
    limit: u32,
) -> anyhow::Result<Vec<TaskStatus>> {
    let (mut tasks, mut before) = (Vec::new(), wanted.before.clone());
    loop {
        let rest = limit.saturating_sub(u32::try_from(tasks.len())?);
        let status: Vec<_> = wanted.status.iter().map(|status| status.as_str()).collect();
        let asked = query(&[
            ("status", (!status.is_empty()).then(|| status.join(","))),
            ("ndc", wanted.ndc.as_ref().map(ToString::to_string)),
            ("label", wanted.label.clone()),
            ("batch", wanted.batch.as_ref().map(ToString::to_string)),
            (
                "schedule",
                wanted.schedule.as_ref().map(ToString::to_string),
            ),
            ("created_from", wanted.created_from.map(|at| at.to_string())),
            ("created_to", wanted.created_to.map(|at| at.to_string())),
            ("incomplete", wanted.incomplete.then(|| "true".to_owned())),
            ("before", before.map(|id| id.to_string())),
            ("limit", Some(rest.clamp(1, PAGE).to_string())),
        ]);
        let page: Page = server.get(&format!("/api/tasks{asked}")).await?;
        tasks.extend(page.tasks);
        before = page.next_before;
        if before.is_none() || tasks.len() >= usize::try_from(limit)? {
            return Ok(tasks);
        }
    }
}

/// Follow a server's task by its events, over as many connections as it takes.
async fn followed(
    server: &Server,
    id: &ReportId,
    mut tell: impl FnMut(&TaskStatus),
) -> anyhow::Result<Option<TaskStatus>> {
    let path = format!("/api/tasks/{id}/events");
    let (mut seen, mut away_since) = (String::new(), None);
    loop {
        match server.events(&path, &seen).await {
            Ok(None) => return server.find(&format!("/api/tasks/{id}")).await,
            Ok(Some(events)) => {
                let mut events = std::pin::pin!(events);
                while let Some(event) = events.next().await {
                    away_since = None;
                    let task: TaskStatus = serde_json::from_str(&event.data)
                        .with_context(|| format!("an event of {id} cannot be read"))?;
                    tell(&task);
                    if task.status.is_final() {
                        return Ok(Some(task));
                    }
                    seen = event.id;
                }
            }
            Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => return Ok(None),
            Err(error) if !may_pass(&error) => return Err(error),
            Err(error) => {
                let since = *away_since.get_or_insert_with(tokio::time::Instant::now);
                if since.elapsed() > AWAY {
                    return Err(error);
                }
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether a server that refused or was not there may answer later.
fn may_pass(error: &anyhow::Error) -> bool {
    let waits = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::BAD_GATEWAY,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT,
    ];
    match error.downcast_ref::<Refusal>() {
        Some(refusal) => waits.contains(&refusal.status()),
        None => true,
    }
}

/// A task's id, as it was typed.
pub(crate) fn task_id(text: &str) -> anyhow::Result<ReportId> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => bail!("{text:?} names no task; quire task list shows them"),
    }
}
