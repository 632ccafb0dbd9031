//! Asks openFDA again about parts of the source, for the few reactions that stand out most: serious reports,
//! those of health professionals, by sex and age, and by quarter of receipt.
//!
//! The role of a drug cannot be asked for, since openFDA's index keeps roles apart from drugs. Both sides are
//! restricted alike, and no more is asked than the requests of one comparison allow.

use std::collections::{BTreeMap, BTreeSet};

use quire_model::{
    ReactionTotals, Strata, Stratification, StratifiedBy, Stratum, sex_and_age_names,
};
use quire_statistics::{TwoByTwo, strongest};

use super::{
    counted::Counted,
    log::Log,
    parts::{Quarters, SexAndAge},
};
use crate::{
    FaersError,
    client::{Client, Request, is_searchable, with_reaction},
    error::for_readers,
    openfda::{DayCounts, ReactionCounts, Total},
};

/// Most reactions that the source is counted again for: about a page of what comes of it.
const MOST_REACTIONS: usize = 8;
/// Reports with drug and reaction below which no rule can be met, and nothing is counted again.
pub(super) const FEWEST_REPORTS: u64 = 3;

const SERIOUS: &str = "serious:1";
const HEALTH_PROFESSIONAL: &str = "primarysource.qualification:(1 OR 2 OR 3)";
const SPENT: &str =
    "the requests that one comparison may make (QUIRE_BACKGROUND_REQUESTS) were spent";

/// What the background says as a whole.
pub(super) struct Frame<'a> {
    /// The searches for the whole source and for the drug.
    pub(super) all: Option<String>,
    pub(super) of_drug: Option<String>,
    /// Keys of the reactions that may become a signal.
    pub(super) suspected: &'a BTreeSet<String>,
    /// Requests that the whole comparison may make.
    pub(super) requests: usize,
    pub(super) total: u64,
    pub(super) drug: u64,
    /// The commonest reactions of the source and of the drug, as one list has them.
    pub(super) common: &'a Counted,
    pub(super) own: &'a Counted,
    pub(super) reactions: BTreeMap<String, ReactionTotals>,
}

/// The counting, within the requests that are left.
pub(super) struct Again<'a> {
    client: &'a Client,
    frame: &'a Frame<'a>,
    log: &'a mut Log,
    strata: Strata,
}

impl<'a> Again<'a> {
    pub(super) fn new(client: &'a Client, frame: &'a Frame<'a>, log: &'a mut Log) -> Self {
        Self {
            client,
            frame,
            log,
            strata: Strata::default(),
        }
    }

    /// Counts, and says what ended it before its time.
    pub(super) async fn count(mut self) -> (Strata, Option<FaersError>) {
        let worth = self.worth();
        if worth.is_empty() {
            return (self.strata, None);
        }
        let reactions = self.affordable(&worth);
        let mut stopped: Option<FaersError> = None;
        for by in StratifiedBy::ALL {
            if let Some(error) = &stopped {
                self.gap(by, for_readers(error));
            } else if reactions.is_empty() || self.most(by, reactions.len()) > self.left() {
                self.gap(by, SPENT);
            } else {
                stopped = self.one(by, &reactions).await.err();
                match (&stopped, reactions.len()) {
                    (Some(error), _) => self.gap(by, for_readers(error)),
                    (None, many) if many == worth.len() => {}
                    (None, 1) => self.gap(by, &format!("{SPENT} beyond the strongest reaction")),
                    (None, many) => {
                        self.gap(
                            by,
                            &format!("{SPENT} beyond the {many} strongest reactions"),
                        );
                    }
                }
            }
        }
        (self.strata, stopped)
    }

    /// Keys of the reactions that may be signals and stand out most.
    fn worth(&self) -> Vec<String> {
        let frame = self.frame;
        let suspected = frame
            .reactions
            .iter()
            .filter(|(key, _)| frame.suspected.contains(*key) && is_searchable(key));
        let tables = suspected.filter_map(|(key, totals)| {
            let table = TwoByTwo::from_margins(totals.both, frame.drug, totals.all, frame.total);
            Some((key.clone(), table.ok()?))
        });
        strongest(tables, FEWEST_REPORTS, MOST_REACTIONS)
    }

    /// The reactions that the source can be counted again for: in all ways for as many as possible, in fewer
    /// ways only where not even one reaction could be asked about in all.
    fn affordable(&self, worth: &[String]) -> Vec<String> {
        let left = self.left();
        let plans = (1..=StratifiedBy::ALL.len())
            .rev()
            .flat_map(|ways| (1..=worth.len()).rev().map(move |most| (ways, most)));
        let fits = |(ways, most): &(usize, usize)| {
            let reactions = worth.get(..*most).unwrap_or_default();
            let ways = StratifiedBy::ALL.into_iter().take(*ways);
            ways.map(|by| self.cost(by, reactions)).sum::<usize>() <= left
        };
        let most = plans.into_iter().find(fits).map_or(0, |(_, most)| most);
        worth.iter().take(most).cloned().collect()
    }

    /// Requests that one way will probably take: a reaction that is not in the source's list of the commonest is
    /// not in that of a part of it either.
    fn cost(&self, by: StratifiedBy, reactions: &[String]) -> usize {
        let listed = |key: &&String| self.frame.common.of(key).is_some();
        requests(
            by,
            reactions.len(),
            reactions.len() - reactions.iter().filter(listed).count(),
        )
    }

    /// Requests that one way takes at most: a list of a part can be cut before a reaction that the whole list has.
    fn most(&self, by: StratifiedBy, reactions: usize) -> usize {
        let lists = [self.frame.common, self.frame.own];
        let cut = lists.iter().filter(|list| !list.whole).count();
        requests(by, reactions, cut * reactions)
    }

    fn left(&self) -> usize {
        self.frame.requests.saturating_sub(self.log.queries.len())
    }

    async fn one(&mut self, by: StratifiedBy, reactions: &[String]) -> Result<(), FaersError> {
        let found = match by {
            StratifiedBy::Serious => Some(self.restricted(SERIOUS, by, reactions).await?),
            StratifiedBy::HealthProfessional => {
                Some(self.restricted(HEALTH_PROFESSIONAL, by, reactions).await?)
            }
            StratifiedBy::SexAndAge => self.sex_and_age(reactions).await?,
            StratifiedBy::ReceivedQuarter => Some(self.quarters(reactions).await?),
        };
        match found {
            Some((strata, reactions)) => self.strata.stratifications.push(Stratification {
                by,
                strata,
                reactions,
            }),
            None => self.gap(by, "the totals of the source contradict each other"),
        }
        Ok(())
    }

    /// Reports of one kind only.
    async fn restricted(
        &mut self,
        clause: &str,
        by: StratifiedBy,
        reactions: &[String],
    ) -> Result<Parts, FaersError> {
        let all = and(self.frame.all.clone(), clause);
        let own = and(self.frame.of_drug.clone(), clause);
        let total = self.total(all.clone()).await?;
        let drug = self.total(own.clone()).await?;
        let common = self.list(all.clone()).await?;
        let both = self.list(own.clone()).await?;
        let mut counted = BTreeMap::new();
        for key in reactions {
            let naming = with_reaction(key);
            let found = ReactionTotals {
                both: self
                    .known(&both, key, || and(Some(own.clone()), &naming))
                    .await?,
                all: self
                    .known(&common, key, || and(Some(all.clone()), &naming))
                    .await?,
            };
            if found.fit(drug, total) {
                counted.insert(key.clone(), vec![found]);
            }
        }
        let stratum = Stratum {
            name: by.name().to_owned(),
            total,
            drug,
        };
        Ok((vec![stratum], counted))
    }

    /// By sex and age in years. None if the parts are more than the whole.
    async fn sex_and_age(&mut self, reactions: &[String]) -> Result<Option<Parts>, FaersError> {
        let frame = self.frame;
        let total = self.ages(frame.all.clone(), frame.total).await?;
        let drug = self.ages(frame.of_drug.clone(), frame.drug).await?;
        let (Some(total), Some(drug)) = (total, drug) else {
            return Ok(None);
        };
        let mut counted = BTreeMap::new();
        for key in reactions {
            let Some(whole) = frame.reactions.get(key) else {
                continue;
            };
            let naming = with_reaction(key);
            let all = self
                .ages(Some(and(frame.all.clone(), &naming)), whole.all)
                .await?;
            let both = self
                .ages(Some(and(frame.of_drug.clone(), &naming)), whole.both)
                .await?;
            if let (Some(all), Some(both)) = (all, both) {
                counted.extend(cells((&drug, &total), both, all).map(|cells| (key.clone(), cells)));
            }
        }
        let parts = total.into_iter().zip(drug);
        let stratum = |(name, (total, drug))| Stratum { name, total, drug };
        Ok(Some((
            sex_and_age_names().zip(parts).map(stratum).collect(),
            counted,
        )))
    }

    /// By quarter of first receipt.
    async fn quarters(&mut self, reactions: &[String]) -> Result<Parts, FaersError> {
        let frame = self.frame;
        let all = self.days(frame.all.clone()).await?;
        let (names, total) = (all.names(), all.counts());
        let drug = self.days(frame.of_drug.clone()).await?.along(&names);
        let mut counted = BTreeMap::new();
        for key in reactions {
            let naming = with_reaction(key);
            let all = self
                .days(Some(and(frame.all.clone(), &naming)))
                .await?
                .along(&names);
            let both = self
                .days(Some(and(frame.of_drug.clone(), &naming)))
                .await?
                .along(&names);
            counted.extend(cells((&drug, &total), both, all).map(|cells| (key.clone(), cells)));
        }
        let parts = names.into_iter().zip(total.into_iter().zip(drug));
        let stratum = |(name, (total, drug))| Stratum { name, total, drug };
        Ok((parts.map(stratum).collect(), counted))
    }

    fn gap(&mut self, by: StratifiedBy, reason: &str) {
        self.strata.gaps.push((by, reason.to_owned()));
    }

    /// Reports of a reaction, out of a list or, if that is cut before it, by a question of its own.
    async fn known(
        &mut self,
        list: &Counted,
        key: &str,
        search: impl FnOnce() -> String,
    ) -> Result<u64, FaersError> {
        match list.of(key) {
            Some(reports) => Ok(reports),
            None => self.total(search()).await,
        }
    }

    async fn total(&mut self, search: String) -> Result<u64, FaersError> {
        let request = Request::total(Some(search));
        let reply = self.client.ask(&request, Total::parse).await?;
        let total = self.log.note(reply, |total| &total.meta);
        Ok(total.map_or(0, |total| total.reports))
    }

    async fn list(&mut self, search: String) -> Result<Counted, FaersError> {
        let request = Request::reactions(Some(search), Counted::ROWS);
        let reply = self.client.ask(&request, ReactionCounts::parse).await?;
        let counts = self.log.note(reply, |counts| &counts.meta);
        Ok(counts.map_or_else(Counted::nothing, |counts| Counted::by_reaction(counts.rows)))
    }

    /// The matching reports by sex and age, those that do not state both last; none if they are more than
    /// `total`.
    async fn ages(
        &mut self,
        search: Option<String>,
        total: u64,
    ) -> Result<Option<Vec<u64>>, FaersError> {
        let mut counted = SexAndAge::default();
        for (place, clause) in SexAndAge::CLAUSES.iter().enumerate() {
            let request = Request::ages(Some(and(search.clone(), clause)));
            let reply = self.client.ask(&request, ReactionCounts::parse).await?;
            let counts = self.log.note(reply, |counts| &counts.meta);
            counted.add(place, counts.unwrap_or_default().rows);
        }
        Ok(counted.of(total))
    }

    async fn days(&mut self, search: Option<String>) -> Result<Quarters, FaersError> {
        let request = Request::days_of(search);
        let reply = self.client.ask(&request, DayCounts::parse).await?;
        let days = self.log.keep(reply);
        Ok(Quarters::of(&days.unwrap_or_default().0))
    }
}

/// Requests of one way of counting so many reactions, `singly` of them by questions of their own.
fn requests(by: StratifiedBy, reactions: usize, singly: usize) -> usize {
    match by {
        StratifiedBy::Serious | StratifiedBy::HealthProfessional => 4 + singly,
        StratifiedBy::SexAndAge => 4 + 4 * reactions,
        StratifiedBy::ReceivedQuarter => 2 + 2 * reactions,
    }
}

/// Strata, and what each reaction has in them.
type Parts = (Vec<Stratum>, BTreeMap<String, Vec<ReactionTotals>>);

/// Both numbers of a reaction in every stratum; none if they contradict each other in one.
fn cells(
    (drug, total): (&[u64], &[u64]),
    both: Vec<u64>,
    all: Vec<u64>,
) -> Option<Vec<ReactionTotals>> {
    let cells = both.into_iter().zip(all);
    let cells: Vec<ReactionTotals> = cells
        .map(|(both, all)| ReactionTotals { both, all })
        .collect();
    let mut strata = cells.iter().zip(drug.iter().zip(total));
    let fit = strata.all(|(cell, (drug, total))| cell.fit(*drug, *total));
    fit.then_some(cells)
}

/// The same search for reports that also hold `clause`.
fn and(search: Option<String>, clause: &str) -> String {
    match search {
        Some(search) => format!("{search} AND {clause}"),
        None => clause.to_owned(),
    }
}
