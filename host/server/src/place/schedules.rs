//! Schedules: listed, made, let rest, let go on and taken away.

use anyhow::{anyhow, bail};
use quire_api::{ProblemBody, PutSchedule, Schedule};
use quire_model::ObjectId;
use quire_records::{KeyId, NewSchedule, Plan, Records, Right, ScheduleChange, ScheduleRow};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Place, REQUEST_ID, keys::valid_key};
use crate::{
    maker, operator,
    remote::{Refusal, in_words, query},
};

/// Where a server has its schedules.
const SCHEDULES: &str = "/api/schedules";

/// Most schedules that are read at a time, as a server sends them.
const PAGE: u32 = 200;

/// A schedule to make.
pub(crate) struct WantedSchedule {
    /// When it runs, and what each run asks for.
    pub(crate) body: PutSchedule,
    /// Whose reports they are; with a server those of the key that asks.
    pub(crate) key: Option<KeyId>,
}

impl Place {
    /// All schedules that may be seen, the one made last first.
    pub(crate) async fn schedules(&self) -> anyhow::Result<Vec<Schedule>> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let page = self.page(before).await?;
            let len = u32::try_from(page.len())?;
            before = page.last().map(|last| last.schedule_id.clone());
            all.extend(page);
            if len < PAGE {
                return Ok(all);
            }
        }
    }

    /// Schedules made before this one, the last one made first; at most a page.
    async fn page(&self, before: Option<ObjectId>) -> anyhow::Result<Vec<Schedule>> {
        #[derive(Deserialize)]
        struct List {
            schedules: Vec<Schedule>,
        }
        match self {
            Self::Directory(records) => {
                let rows = records.schedules(None, before.as_ref(), PAGE).await?;
                Ok(Schedule::seen(records, rows).await?)
            }
            Self::Server(server) => {
                let asked = query(&[
                    ("before", before.map(String::from)),
                    ("limit", Some(PAGE.to_string())),
                ]);
                let list: List = server.get(&format!("{SCHEDULES}{asked}")).await?;
                Ok(list.schedules)
            }
        }
    }

    /// A schedule. None if there is no such schedule.
    pub(crate) async fn schedule(&self, id: &str) -> anyhow::Result<Option<Schedule>> {
        let Ok(id) = id.parse::<ObjectId>() else {
            return Ok(None);
        };
        match self {
            Self::Directory(records) => {
                let row = records.schedule_for(&operator::actor(), &id).await?;
                Ok(Schedule::seen(records, Vec::from_iter(row)).await?.pop())
            }
            Self::Server(server) => server.find(&format!("{SCHEDULES}/{id}")).await,
        }
    }

    /// Make a schedule.
    pub(crate) async fn make_schedule(&self, wanted: WantedSchedule) -> anyhow::Result<Schedule> {
        let server = match self {
            Self::Directory(records) => return self.made(records, wanted).await,
            Self::Server(server) => server,
        };
        if wanted.key.is_some() {
            bail!(
                "--key is for a data directory: a server makes the schedule for the key that asks, so ask with that one"
            );
        }
        server
            .tell(Method::POST, SCHEDULES, &json!(wanted.body))
            .await
    }

    /// Make a schedule in a data directory.
    async fn made(&self, records: &Records, wanted: WantedSchedule) -> anyhow::Result<Schedule> {
        let Some(key) = &wanted.key else {
            bail!(
                "a schedule belongs to a key, whose reports it asks for: name it with --key; `quire key list` shows them"
            );
        };
        let owner = valid_key(records, key).await?;
        if !owner.role.may(Right::Request) {
            bail!(
                "the key {:?} may not ask for reports: name one with the role consumer or admin with --key",
                key.as_str()
            );
        }
        let new = usable(records, wanted.body, None).await?;
        let actor = operator::actor();
        let id = records.create_schedule(&new, &owner.id, &actor, REQUEST_ID);
        let id = id.await?;
        let made = self.schedule(id.as_str()).await?;
        made.ok_or_else(|| anyhow!("the schedule {id} was deleted just now"))
    }

    /// Let a schedule rest, or go on, on the state that it is in now or on the revision that is named; all else of it
    /// stays. None if there is no such schedule.
    pub(crate) async fn rest_schedule(
        &self,
        id: &str,
        paused: bool,
        revision: Option<u64>,
    ) -> anyhow::Result<Option<Schedule>> {
        let Ok(id) = id.parse::<ObjectId>() else {
            return Ok(None);
        };
        let server = match self {
            Self::Directory(records) => {
                let row = records.schedule_for(&operator::actor(), &id).await?;
                let Some(row) = row else { return Ok(None) };
                rest(records, row, paused, revision).await?;
                return self.schedule(id.as_str()).await;
            }
            Self::Server(server) => server,
        };
        let path = format!("{SCHEDULES}/{id}");
        let found = server.find_tagged::<Schedule>(&path).await?;
        let Some((schedule, tag)) = found else {
            return Ok(None);
        };
        let tag = revision.map_or(tag, |revision| format!("\"{revision}\""));
        let body = PutSchedule {
            cron: schedule.cron,
            time_zone: schedule.time_zone,
            missed: schedule.missed,
            only_if_changed: schedule.only_if_changed,
            paused,
            request: schedule.request,
        };
        let body = json!(body);
        let changed = server.change_at(Method::PUT, &path, &tag, &body);
        changed.await.map(Some)
    }

    /// Take a schedule away. False if there is no such schedule.
    pub(crate) async fn delete_schedule(&self, id: &str) -> anyhow::Result<bool> {
        let Ok(id) = id.parse::<ObjectId>() else {
            return Ok(false);
        };
        match self {
            Self::Directory(records) => {
                let actor = operator::actor();
                Ok(records.delete_schedule(&id, &actor, REQUEST_ID).await?)
            }
            Self::Server(server) => {
                let request = server.request(Method::DELETE, &format!("{SCHEDULES}/{id}"));
                match server.send(request).await {
                    Ok(_) => Ok(true),
                    Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => Ok(false),
                    Err(error) => Err(error),
                }
            }
        }
    }
}

/// Let a schedule of a data directory rest, or go on.
async fn rest(
    records: &Records,
    row: ScheduleRow,
    paused: bool,
    revision: Option<u64>,
) -> anyhow::Result<()> {
    let plan = row.plan;
    let body = PutSchedule {
        cron: plan.cron.clone(),
        time_zone: plan.time_zone.clone(),
        missed: plan.missed,
        only_if_changed: plan.only_if_changed,
        paused,
        request: plan.request.clone(),
    };
    let new = usable(records, body, Some(&plan)).await?;
    let actor = operator::actor();
    let revision = revision.unwrap_or(row.revision);
    let changed = records.change_schedule(&row.id, &new, revision, &actor, REQUEST_ID);
    match changed.await? {
        ScheduleChange::Done => Ok(()),
        ScheduleChange::Other(now) => bail!(
            "the schedule was changed since: its revision is {now}, not {revision}; read it again and repeat the change"
        ),
        ScheduleChange::Missing => bail!("the schedule was deleted just now"),
    }
}

/// A schedule that can be used with the definitions of a data directory; refused in a server's words.
async fn usable(
    records: &Records,
    body: PutSchedule,
    kept: Option<&Plan>,
) -> anyhow::Result<NewSchedule> {
    let definitions = maker::definitions(Some(records)).await?;
    let usable = body.usable(kept, &definitions, records.clock_now()?);
    usable.map_err(|problem| anyhow!(in_words(&ProblemBody::of(*problem))))
}
