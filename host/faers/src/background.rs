//! Decides where a background comes from: the cache, openFDA, or, if openFDA fails, an older answer.
//! Never an error of openFDA's: a report without a comparison is a report, and says why it has none.
//! Only a fault of this machine is one, since the same report has its comparison a moment later.

mod plan;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use quire_model::{Attribute, Background, BackgroundTotals, Digest, HostFault, Ndc, reaction_key};

use crate::{
    CaseSeries, FaersError, Period,
    cache::{Entry, Turn},
    flight::Flights,
    snapshot::SCHEMA,
    source::{LONGEST_FETCH, STALE_REASON, STALE_SINCE, Source},
    tuning::{milliseconds, since},
};
use plan::{FEWEST_REQUESTS, Gathered, Plan};

/// Remark on totals of which the rarer reactions are missing: what ended the search for them.
const CUT_SHORT: &str = "cut-short";
/// Reactions of a case series that can be asked for at all: far more than there are requests, and
/// few enough for a key.
const REACTIONS: u32 = 2_000;

/// Backgrounds out of openFDA's API. Cheap to clone; one for the process.
#[derive(Clone, Debug)]
pub(crate) struct Backgrounds {
    source: Arc<Source>,
    /// Most requests for one background; 0 is none at all.
    requests: u32,
    flights: Arc<Flights<Arc<Background>>>,
    /// Until then openFDA is not asked, since it failed just now. Apart from that of the reports:
    /// counts are slower than pages, and may fail alone.
    rest_until_ms: Arc<AtomicI64>,
}

/// A background that was kept.
struct Kept {
    totals: BackgroundTotals,
    age: Duration,
    fetched_ms: i64,
}

impl Backgrounds {
    pub(crate) fn new(source: Arc<Source>, requests: u32) -> Self {
        Self {
            source,
            requests,
            flights: Arc::default(),
            rest_until_ms: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// How often reactions of the series are reported for other drugs.
    pub(crate) async fn of(
        &self,
        ndc: &Ndc,
        series: &CaseSeries,
        received: Period,
    ) -> Result<Arc<Background>, HostFault> {
        if self.requests < FEWEST_REQUESTS {
            let reason = "it is switched off: QUIRE_BACKGROUND_REQUESTS allows too few requests";
            return Ok(none(reason));
        }
        if series.origin().total == 0 {
            return Ok(none("no report names the drug"));
        }
        let counts = series.count_by(None, "reaction", Some(REACTIONS));
        let rows = counts.map(|counts| counts.rows).unwrap_or_default();
        let reactions = rows.into_iter().map(|row| row.value).collect();
        let plan = Plan::new(ndc.candidates(), received, reactions, self.requests);
        let key = self.key(&plan);
        if let Some(totals) = self.fresh(key).await {
            return Ok(Arc::new(Background::Totals(totals)));
        }
        let own = self.clone();
        let work = async move { Ok(Arc::new(own.serve(key, &plan).await?)) };
        match self.flights.join(key, work).await {
            Ok(background) => Ok(background),
            Err(FaersError::Host(fault)) => Err(fault),
            Err(error) => Ok(none(reason(&error))),
        }
    }

    /// What equal backgrounds are kept under: everything that decides what openFDA is asked.
    fn key(&self, plan: &Plan) -> Digest {
        let fixed = [
            "background".to_owned(),
            self.source.address.clone(),
            SCHEMA.to_string(),
            plan.requests.to_string(),
            plan.received.key(),
        ];
        let codes = plan.candidates.iter().map(|code| code.as_str().to_owned());
        let reactions = plan.reactions.iter().map(|term| reaction_key(term));
        let parts: Vec<String> = fixed.into_iter().chain(codes).chain(reactions).collect();
        Digest::of_parts(parts.iter().map(String::as_bytes))
    }

    /// The kept answer, if it is within its time to live.
    async fn fresh(&self, key: Digest) -> Option<BackgroundTotals> {
        let kept = self.kept(key).await?;
        (kept.age < self.lives(key, &kept.totals)).then_some(kept.totals)
    }

    /// How long an answer is fresh: a day, or as long as any other answer of openFDA if it was cut
    /// short.
    fn lives(&self, key: Digest, totals: &BackgroundTotals) -> Duration {
        if totals
            .attributes
            .iter()
            .any(|remark| remark.name == CUT_SHORT)
        {
            return self.source.ttl;
        }
        self.source.spread(key, self.source.tuning.background_ttl)
    }

    async fn kept(&self, key: Digest) -> Option<Kept> {
        let entry = self.source.cache.entry(key).await?;
        let bytes = self.source.cache.bytes(key, entry.digest?).await?;
        let Ok(Background::Totals(totals)) = Background::decode(&bytes) else {
            tracing::warn!("a cached background cannot be read");
            return None;
        };
        Some(Kept {
            totals,
            age: since(entry.fetched_ms, self.source.tuning.clock.now_ms()),
            fetched_ms: entry.fetched_ms,
        })
    }

    /// An answer by whatever way; run once for all who ask at the same time.
    ///
    /// # Errors
    ///
    /// [`FaersError::Host`] alone.
    async fn serve(&self, key: Digest, plan: &Plan) -> Result<Background, FaersError> {
        // It may have come between the caller's look and now.
        if let Some(totals) = self.fresh(key).await {
            return Ok(Background::Totals(totals));
        }
        let now = self.source.tuning.clock.now_ms();
        if now < self.rest_until_ms.load(Ordering::Relaxed) {
            return Ok(self.stale(key, "openFDA failed just now").await);
        }
        let turn = match self.turn(key).await {
            Ok(totals) => return Ok(Background::Totals(totals)),
            Err(turn) => turn,
        };
        let work = plan.gather(&self.source.client);
        let gathered = match &turn {
            Turn::Ours(lock) => lock.hold_during(work).await,
            _ => work.await,
        };
        let served = match gathered {
            Ok(Gathered {
                cut_short: Some(error @ FaersError::Host(_)),
                ..
            })
            | Err(error @ FaersError::Host(_)) => Err(error),
            Ok(gathered) => Ok(self.keep(key, gathered).await),
            Err(error) => {
                tracing::warn!(%error, "openFDA has no background for a report");
                self.rest();
                Ok(self.stale(key, reason(&error)).await)
            }
        };
        if let Turn::Ours(lock) = turn {
            lock.release().await;
        }
        served
    }

    /// Waits while another process asks the same: its answer, or our turn.
    async fn turn(&self, key: Digest) -> Result<BackgroundTotals, Turn> {
        let tuning = &self.source.tuning;
        let poll = tuning.lock_poll.max(Duration::from_millis(1));
        let longest = tuning.lock_for * LONGEST_FETCH;
        let polls = longest.as_millis() / poll.as_millis().max(1);
        for _ in 0..polls {
            match self.source.cache.turn(key).await {
                Turn::Theirs => tokio::time::sleep(poll).await,
                turn => return Err(turn),
            }
            if let Some(totals) = self.fresh(key).await {
                return Ok(totals);
            }
        }
        Err(Turn::Alone)
    }

    async fn keep(&self, key: Digest, gathered: Gathered) -> Background {
        let mut totals = gathered.totals;
        if let Some(error) = &gathered.cut_short {
            tracing::warn!(%error, "openFDA did not say how often rarer reactions are reported");
            totals.attributes.push(Attribute {
                name: CUT_SHORT.to_owned(),
                value: reason(error).to_owned(),
            });
        }
        let background = Background::Totals(totals);
        if let Ok(bytes) = background.encode() {
            let tuning = &self.source.tuning;
            let entry = Entry::new(tuning.clock.now_ms(), Some(Digest::of(&bytes)));
            let keep_for = tuning.background_ttl + tuning.stale_for;
            let cache = &self.source.cache;
            cache.keep(key, entry, bytes.into(), keep_for).await;
        }
        background
    }

    /// An answer past its time to live, marked as such; or why there is none.
    async fn stale(&self, key: Digest, reason: &str) -> Background {
        let tuning = &self.source.tuning;
        let longest = tuning.background_ttl + tuning.stale_for;
        match self.kept(key).await.filter(|kept| kept.age <= longest) {
            Some(kept) => Background::Totals(remarked(kept, reason)),
            None => Background::Unavailable(reason.to_owned()),
        }
    }

    fn rest(&self) {
        let rest = milliseconds(self.source.tuning.source_cool_down);
        let until = self.source.tuning.clock.now_ms().saturating_add(rest);
        self.rest_until_ms.store(until, Ordering::Relaxed);
    }
}

/// The same with its age where a reader sees it.
fn remarked(kept: Kept, reason: &str) -> BackgroundTotals {
    let mut totals = kept.totals;
    let counted = Timestamp::from_second(kept.fetched_ms.div_euclid(1_000)).unwrap_or_default();
    let text = counted.to_string();
    let day = text.get(..10).unwrap_or_default();
    totals.label.push_str(&format!(
        "; counted on {day} and not since, because {reason}"
    ));
    for (name, value) in [
        (STALE_SINCE, text.clone()),
        (STALE_REASON, reason.to_owned()),
    ] {
        let name = name.to_owned();
        totals.attributes.push(Attribute { name, value });
    }
    totals
}

fn none(reason: &str) -> Arc<Background> {
    Arc::new(Background::Unavailable(reason.to_owned()))
}

/// Why, for a reader: the same words for the same cause, so that equal reports stay equal.
fn reason(error: &FaersError) -> &'static str {
    match error {
        FaersError::Unavailable { .. } => "openFDA could not be reached",
        FaersError::Throttled { .. } => "openFDA asked for fewer requests",
        FaersError::BudgetExhausted { .. } => {
            "the part of today's requests to openFDA that may be spent on comparisons is used up"
        }
        FaersError::Refused { .. } | FaersError::BadRequest { .. } => "openFDA refused the request",
        FaersError::Invalid { .. } | FaersError::TooLarge { .. } => {
            "openFDA's answer could not be read"
        }
        _ => "asking openFDA broke off; the log says why",
    }
}
