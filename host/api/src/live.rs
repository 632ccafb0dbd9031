//! What open pages and callers that wait are told by: one look at the records for all of them, and none while nobody
//! wants to know.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use quire_model::{Digest, ReportId};
use quire_records::{KeyId, Records, RecordsError, ReportFilter, ReportRow, State};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

/// Most pages that are told; the others are as without script.
const MOST_STREAMS: usize = 200;

/// Most callers that wait for the end of a report; the others are answered at once.
const MOST_WAITS: usize = 1_000;

/// How often the records are looked at: people see no difference to at once.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// The same while a program waits, for which a report is a fraction of a second.
const LOOK_OFTEN: Duration = Duration::from_millis(50);

/// Most running reports that one page lists.
pub const MOST_RUNNING: u32 = 20;

/// What a page is told of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// One report.
    Report(ReportId),
    /// What is being made now: of all, or what this key asked for.
    Running(Option<KeyId>),
}

/// How it stands.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// Nobody looked yet.
    None,
    /// One report.
    Report(Box<ReportRow>),
    /// Those that are being made, the newest first.
    Running(Vec<ReportRow>),
}

/// Whoever has something to tell. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Live {
    records: Records,
    heard: Arc<Mutex<HashMap<Topic, watch::Sender<News>>>>,
    opened: Arc<Notify>,
    streams: Arc<Semaphore>,
    waits: Arc<Semaphore>,
}

/// A page that is being told. When it is dropped, another may come.
#[derive(Debug)]
pub struct Told {
    /// What is new.
    pub news: watch::Receiver<News>,
    _place: OwnedSemaphorePermit,
}

impl News {
    /// What tells it from other news on the same topic; of what is drawn of it.
    #[must_use]
    pub fn version(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Report(row) => version(row),
            Self::Running(rows) => {
                let all = rows
                    .iter()
                    .map(|row| format!("{} {}", row.id, version(row)));
                let all: Vec<String> = all.collect();
                Digest::of(all.join("\n").as_bytes()).short()
            }
        }
    }
}

fn version(row: &ReportRow) -> String {
    let done = row.progress.as_ref().map_or(0, |progress| progress.done);
    let (state, cancel) = (row.state.as_str(), u8::from(row.cancel_requested));
    format!("{state}.{}.{done}.{cancel}", row.attempt)
}

/// What is being made now: of all, or what this key asked for.
#[must_use]
pub fn running(owner: Option<KeyId>) -> ReportFilter {
    ReportFilter {
        owner,
        states: vec![State::Running],
        ..ReportFilter::default()
    }
}

impl Live {
    /// Tells of what is in these records.
    #[must_use]
    pub fn of(records: Records) -> Self {
        Self {
            records,
            heard: Arc::default(),
            opened: Arc::default(),
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            waits: Arc::new(Semaphore::new(MOST_WAITS)),
        }
    }

    /// Look and tell, until the process is to end; then whoever is told, or waits, is let go.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        self.look_until(stop).await;
        let mut heard = self.lock();
        self.streams.close();
        self.waits.close();
        heard.clear();
    }

    async fn look_until(&self, mut stop: watch::Receiver<bool>) {
        let ended = async {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        tokio::pin!(ended);
        loop {
            let topics = self.topics();
            if topics.is_empty() {
                tokio::select! {
                    () = self.opened.notified() => continue,
                    () = &mut ended => return,
                }
            }
            if let Err(error) = self.look(&topics).await {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "open pages could not be told");
            }
            tokio::select! {
                () = tokio::time::sleep(self.pause()) => {}
                () = &mut ended => return,
            }
        }
    }

    fn pause(&self) -> Duration {
        match self.waits.available_permits() {
            MOST_WAITS => LOOK_EVERY,
            _ => LOOK_OFTEN,
        }
    }

    /// Wait until a report has ended, for so long at most. Says whether there was room to wait.
    pub(crate) async fn ended(&self, id: &ReportId, within: Duration) -> bool {
        let Some(mut told) = self.told(Topic::Report(id.clone()), &self.waits) else {
            return false;
        };
        let is_over = |news: &News| matches!(news, News::Report(row) if row.state.is_final());
        // An error means that this process is to end: then it stands as it stands.
        let _ = tokio::time::timeout(within, told.news.wait_for(is_over)).await;
        true
    }

    /// Be told of something; none if too many are already, or the process is to end.
    #[must_use]
    pub fn listen(&self, topic: Topic) -> Option<Told> {
        self.told(topic, &self.streams)
    }

    fn told(&self, topic: Topic, room: &Arc<Semaphore>) -> Option<Told> {
        let mut heard = self.lock();
        let place = Arc::clone(room).try_acquire_owned().ok()?;
        let sender = heard
            .entry(topic)
            .or_insert_with(|| watch::Sender::new(News::None));
        let mut news = sender.subscribe();
        // What is known already is news to this page.
        if *news.borrow() != News::None {
            news.mark_changed();
        }
        drop(heard);
        self.opened.notify_one();
        Some(Told {
            news,
            _place: place,
        })
    }

    /// What anyone listens to; the rest is forgotten.
    fn topics(&self) -> Vec<Topic> {
        let mut heard = self.lock();
        heard.retain(|_, sender| sender.receiver_count() > 0);
        heard.keys().cloned().collect()
    }

    async fn look(&self, topics: &[Topic]) -> Result<(), RecordsError> {
        let ids = topics.iter().filter_map(|topic| match topic {
            Topic::Report(id) => Some(id.clone()),
            Topic::Running(_) => None,
        });
        let ids: Vec<ReportId> = ids.collect();
        if !ids.is_empty() {
            for row in self.records.reports_named(&ids).await? {
                self.tell(Topic::Report(row.id.clone()), News::Report(Box::new(row)));
            }
        }
        for topic in topics {
            if let Topic::Running(owner) = topic {
                let running = running(owner.clone());
                let rows = self.records.reports(&running, MOST_RUNNING).await?;
                self.tell(topic.clone(), News::Running(rows));
            }
        }
        Ok(())
    }

    fn tell(&self, topic: Topic, news: News) {
        if let Some(sender) = self.lock().get(&topic) {
            sender.send_if_modified(|known| {
                let changed = *known != news;
                *known = news;
                changed
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Topic, watch::Sender<News>>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
