//! The question for what a drug is compared with, out of openFDA's counts.

mod again;
mod counted;
mod log;
mod parts;
mod plan;

use std::{collections::BTreeSet, sync::Arc};

use quire_contract::detail::{STALE_REASON, STALE_SINCE};
use quire_model::{Attribute, Background, Digest, HostFault, Ndc, Stale, reaction_key};

use crate::{
    CaseSeries, Condition, FaersError, Filter, Lasting,
    client::is_searchable_substance,
    error::for_readers,
    kept::Kept,
    question,
    snapshot::SCHEMA,
    source::Source,
    supplement::{self, Supplement},
};
use plan::{FEWEST_REQUESTS, Gathered, Plan};

/// Remark on totals of which the rarer reactions are missing: what ended the search for them.
const CUT_SHORT: &str = "cut-short";
/// Analysed reports that suspect the drug, below which a reaction is not named as a signal.
const FEWEST_SUSPECT: u32 = 3;
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

    /// Most requests for one background.
    pub(crate) const fn requests(&self) -> u32 {
        self.requests
    }

    /// How often reactions of the series are reported for other drugs.
    pub(crate) async fn of(
        &self,
        ndc: &Ndc,
        series: &CaseSeries,
    ) -> Result<Lasting<Background>, HostFault> {
        if self.requests < FEWEST_REQUESTS {
            let reason = "it is switched off: QUIRE_BACKGROUND_REQUESTS allows too few requests";
            return Ok(Lasting::own(none(reason)));
        }
        if series.origin().total == 0 {
            return Ok(Lasting::own(none("no report names the drug")));
        }
        let counts = series.count_by(None, "reaction", Some(REACTIONS));
        let rows = counts.map(|counts| counts.rows).unwrap_or_default();
        let reactions = rows.into_iter().map(|row| row.value).collect();
        let reactions = (reactions, suspected(series));
        let received = series.origin().received;
        let substances = series.substances();
        let substances = substances.iter().filter(|one| is_searchable_substance(one));
        let drug = (ndc.candidates(), substances.cloned().collect());
        let plan = Plan::new(drug, received, reactions, self.requests);
        let key = self.key(&plan);
        let plan = Arc::new(plan);
        supplement::answer(&self.kept, Totals { plan, key }).await
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
        let parts = fixed.into_iter().chain(codes).chain(reactions);
        let parts = parts.chain(["substances".to_owned()]);
        let parts = parts.chain(plan.substances.iter().cloned());
        let parts = parts.chain(["suspected".to_owned()]);
        let parts: Vec<String> = parts.chain(plan.suspected.iter().cloned()).collect();
        Digest::of_parts(parts.iter().map(String::as_bytes))
    }
}

impl Supplement for Totals {
    type Answer = Background;

    const NAME: &'static str = "background";

    fn key(&self) -> Digest {
        self.key
    }

    async fn ask(&self, source: &Source) -> Result<Background, FaersError> {
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
        Ok(Background::Totals(totals))
    }

    fn encode(background: &Background) -> Option<Vec<u8>> {
        background.encode().ok()
    }

    fn decode(bytes: &[u8]) -> Option<Background> {
        Background::decode(bytes).ok()
    }

    fn is_whole(background: &Background) -> bool {
        let mut remarks = background
            .totals()
            .into_iter()
            .flat_map(|it| &it.attributes);
        !remarks.any(|remark| remark.name == CUT_SHORT)
    }

    fn aged(background: Background, day: &str, Stale { since, reason }: Stale) -> Background {
        let mut totals = match background {
            Background::Totals(totals) => totals,
            none @ Background::Unavailable(_) => return none,
        };
        totals.label.push_str(&format!(
            " (counted on {day} and not since, because {reason})"
        ));
        for (name, value) in [(STALE_SINCE, since.to_string()), (STALE_REASON, reason)] {
            let name = name.to_owned();
            totals.attributes.push(Attribute { name, value });
        }
        Background::Totals(totals)
    }

    fn none(reason: String) -> Background {
        Background::Unavailable(reason)
    }
}

/// Keys of the reactions that may become a signal: enough analysed reports suspect the drug, and it is not
/// what the drug is given for. The source is counted again for no others, since each costs requests.
fn suspected(series: &CaseSeries) -> BTreeSet<String> {
    let suspect = Filter {
        on: "role".to_owned(),
        is: Condition::OneOf(vec!["suspect".to_owned(), "interacting".to_owned()]),
    };
    let suspect = series.select(None, &[suspect]).ok();
    let often = |dimension: &str, selection| {
        let counts = series.count_by(selection, dimension, Some(REACTIONS));
        let rows = counts.map(|counts| counts.rows).unwrap_or_default();
        let often = rows.into_iter().filter(|row| row.reports >= FEWEST_SUSPECT);
        let keys = often.map(|row| reaction_key(&row.value));
        keys.collect::<BTreeSet<String>>()
    };
    let indications = often("indication", None);
    let named = often("reaction", suspect.as_ref());
    named.difference(&indications).cloned().collect()
}

fn none(reason: &str) -> Arc<Background> {
    Arc::new(Background::Unavailable(reason.to_owned()))
}
