//! The question for what a drug is compared with, out of openFDA's counts.
//! Never an error of openFDA's: a report without a comparison is a report, and says why it has none.
//! Only a fault of this machine is one, since the same report has its comparison a moment later.

mod plan;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use quire_contract::detail::{STALE_REASON, STALE_SINCE};
use quire_model::{
    Attribute, Background, BackgroundTotals, Digest, HostFault, Ndc, Stale, reaction_key,
};

use crate::{
    CaseSeries, FaersError,
    cache::Entry,
    error::for_readers,
    kept::{Ask, Fresh, Kept, Served},
    question,
    snapshot::SCHEMA,
    source::Source,
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
    address: String,
    /// Most requests for one background; 0 is none at all.
    requests: u32,
    kept: Kept<Totals>,
}

/// The question for the totals of one plan, and the key under which they are kept.
#[derive(Clone, Debug)]
struct Totals {
    plan: Arc<Plan>,
    key: Digest,
}

impl Backgrounds {
    pub(crate) fn new(source: Arc<Source>, requests: u32) -> Self {
        Self {
            address: source.address.clone(),
            requests,
            kept: Kept::new(source),
        }
    }

    /// How often reactions of the series are reported for other drugs.
    pub(crate) async fn of(
        &self,
        ndc: &Ndc,
        series: &CaseSeries,
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
        let received = series.origin().received;
        let plan = Plan::new(ndc.candidates(), received, reactions, self.requests);
        let key = self.key(&plan);
        let plan = Arc::new(plan);
        match self.kept.answer(Totals { plan, key }).await {
            Ok(served) => Ok(Arc::new(Background::Totals(dated(served)))),
            Err(FaersError::Host(fault)) => Err(fault),
            Err(error) => {
                tracing::warn!(%error, "openFDA has no background for a report");
                Ok(none(for_readers(&error)))
            }
        }
    }

    /// What equal backgrounds are kept under: everything that decides what openFDA is asked.
    fn key(&self, plan: &Plan) -> Digest {
        let fixed = [
            "background".to_owned(),
            self.address.clone(),
            SCHEMA.to_string(),
            plan.requests.to_string(),
            question::search(plan.received).unwrap_or_default(),
        ];
        let codes = plan.candidates.iter().map(|code| code.as_str().to_owned());
        let reactions = plan.reactions.iter().map(|term| reaction_key(term));
        let parts: Vec<String> = fixed.into_iter().chain(codes).chain(reactions).collect();
        Digest::of_parts(parts.iter().map(String::as_bytes))
    }
}

impl Ask for Totals {
    type Answer = BackgroundTotals;

    const ASKS_RESTING: bool = false;

    fn key(&self) -> Digest {
        self.key
    }

    async fn fetch(&self, source: &Source) -> Result<Fresh<Self::Answer>, FaersError> {
        let Gathered {
            mut totals,
            cut_short,
        } = self.plan.gather(&source.client).await?;
        match cut_short {
            Some(error @ FaersError::Host(_)) => return Err(error),
            Some(error) => {
                tracing::warn!(%error, "openFDA did not say how often rarer reactions are reported");
                totals.attributes.push(Attribute {
                    name: CUT_SHORT.to_owned(),
                    value: for_readers(&error).to_owned(),
                });
            }
            None => {}
        }
        let fetched_ms = source.tuning.clock.now_ms();
        let background = Background::Totals(totals.clone());
        if let Ok(bytes) = background.encode() {
            let entry = Entry::new(fetched_ms, Some(Digest::of(&bytes)));
            let keep_for = self.oldest(source);
            let cache = &source.cache;
            cache.keep(self.key, entry, bytes.into(), keep_for).await;
        }
        Ok(Fresh {
            answer: totals,
            fetched_ms,
        })
    }

    async fn read(&self, source: &Source, entry: Entry) -> Option<Self::Answer> {
        let bytes = source.cache.bytes(self.key, entry.digest?).await?;
        let Ok(Background::Totals(totals)) = Background::decode(&bytes) else {
            tracing::warn!("a cached background cannot be read");
            return None;
        };
        Some(totals)
    }

    fn fresh_at_most(&self, source: &Source) -> Duration {
        source
            .ttl
            .max(source.spread(self.key, source.tuning.background_ttl))
    }

    /// A day, or as long as any other answer of openFDA if it was cut short.
    fn fresh_for(&self, source: &Source, totals: &Self::Answer) -> Duration {
        let mut remarks = totals.attributes.iter();
        if remarks.any(|remark| remark.name == CUT_SHORT) {
            return source.ttl;
        }
        source.spread(self.key, source.tuning.background_ttl)
    }

    fn oldest(&self, source: &Source) -> Duration {
        source.tuning.background_ttl + source.tuning.stale_for
    }

    fn outlives(_: &Self::Answer) -> bool {
        true
    }

    fn reason(error: &FaersError) -> String {
        for_readers(error).to_owned()
    }
}

/// The totals, with their age where a reader sees it if they are past their time.
fn dated(served: Served<BackgroundTotals>) -> BackgroundTotals {
    let mut totals = served.answer;
    let Some(Stale { since, reason }) = served.stale else {
        return totals;
    };
    let counted = Timestamp::from_millisecond(served.fetched_ms).unwrap_or(since);
    let day = counted.strftime("%F");
    totals.label.push_str(&format!(
        "; counted on {day} and not since, because {reason}"
    ));
    for (name, value) in [(STALE_SINCE, since.to_string()), (STALE_REASON, reason)] {
        let name = name.to_owned();
        totals.attributes.push(Attribute { name, value });
    }
    totals
}

fn none(reason: &str) -> Arc<Background> {
    Arc::new(Background::Unavailable(reason.to_owned()))
}
