//! What openFDA is asked for the background of one report, and how its answers become totals.
//!
//! One count query gives the drug's reports of each reaction, another those of the thousand commonest
//! reactions of the whole source; only rarer ones are asked for one by one. Both sides are restricted
//! alike. The source counts any role of the drug: its index cannot say which role a drug had.

use std::collections::{BTreeMap, BTreeSet};

use quire_model::{
    BackgroundRole, BackgroundTotals, Period, ProductNdc, ReactionTotals, Strata, reaction_key,
};

use super::{
    again::{Again, FEWEST_REPORTS, Frame},
    counted::Counted,
    log::Log,
};
use crate::{
    FaersError,
    client::{Client, Request, is_searchable, reports_of_drug, with_reaction, within},
    openfda::{ReactionCounts, Total},
    question,
};

/// Requests that every background costs: two totals and two counts.
pub(crate) const FEWEST_REQUESTS: u32 = 4;

/// Everything that decides what is asked.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) candidates: Vec<ProductNdc>,
    /// What entries of the drug state as its substance, as far as it can be searched.
    pub(crate) substances: Vec<String>,
    /// Days of first receipt.
    pub(crate) received: Period,
    /// Reactions of the case series, most reports first.
    pub(crate) reactions: Vec<String>,
    /// Keys of those that may become a signal, which the source is counted again for.
    pub(crate) suspected: BTreeSet<String>,
    /// Most requests that may be made.
    pub(crate) requests: u32,
}

/// Totals, and what ended the search for more before its time.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) totals: BackgroundTotals,
    pub(crate) cut_short: Option<FaersError>,
}

impl Plan {
    pub(crate) fn new(
        (candidates, substances): (&[ProductNdc], Vec<String>),
        received: Period,
        (reactions, suspected): (Vec<String>, BTreeSet<String>),
        requests: u32,
    ) -> Self {
        Self {
            candidates: candidates.to_vec(),
            substances,
            received,
            reactions,
            suspected,
            requests,
        }
    }

    /// Asks, within the number of requests.
    ///
    /// # Errors
    ///
    /// Whatever kept openFDA from answering one of the four questions without which there is no
    /// background. What goes wrong after them only ends the search for rarer reactions.
    pub(crate) async fn gather(&self, client: &Client) -> Result<Gathered, FaersError> {
        let mut log = Log::default();
        let total = self.total(client, &mut log, self.all()).await?;
        let drug = self.total(client, &mut log, self.of_drug()).await?;
        let common = self.count(client, &mut log, self.all()).await?;
        let mut all = common.clone();
        let both = self.count(client, &mut log, self.of_drug()).await?;
        // Half of what is left, and none for what no rule can be met with, until the reactions that stand
        // out are counted again.
        let often = |reports| reports >= FEWEST_REPORTS;
        let half = self.left(&log) / 2;
        let mut cut_short = self
            .rarer(client, &mut log, &mut all, (&both, often, half))
            .await;
        let mut strata = Strata::default();
        if cut_short.is_none() {
            let frame = Frame {
                all: self.all(),
                of_drug: self.of_drug(),
                suspected: &self.suspected,
                requests: self.requests as usize,
                total,
                drug,
                common: &common,
                own: &both,
                reactions: joined(&both, &all, drug, total),
            };
            (strata, cut_short) = Again::new(client, &frame, &mut log).count().await;
        }
        if cut_short.is_none() {
            let any = |_| true;
            let left = self.left(&log);
            cut_short = self
                .rarer(client, &mut log, &mut all, (&both, any, left))
                .await;
        }
        let totals = BackgroundTotals {
            label: log.label(self.received) + &self.found_by(),
            role: BackgroundRole::AnyRole,
            as_of: log.as_of(),
            total,
            drug,
            reactions: joined(&both, &all, drug, total),
            complete: both.whole && all.whole,
            prior: None,
            strata,
            queries: log.queries,
            attributes: Vec::new(),
        };
        Ok(Gathered { totals, cut_short })
    }

    /// The whole source.
    fn all(&self) -> Option<String> {
        question::search(self.received)
    }

    /// How the drug is found, where that is not by its codes alone.
    fn found_by(&self) -> String {
        match self.substances.as_slice() {
            [] => String::new(),
            substances => format!(
                " (the drug by its code, or by its substance as reports state it: {})",
                substances.join(", ")
            ),
        }
    }

    /// Reports that name the drug.
    fn of_drug(&self) -> Option<String> {
        Some(reports_of_drug(
            &self.candidates,
            &self.substances,
            self.received,
        ))
    }

    async fn total(
        &self,
        client: &Client,
        log: &mut Log,
        search: Option<String>,
    ) -> Result<u64, FaersError> {
        let request = Request::total(search);
        let reply = client.ask(&request, Total::parse).await?;
        Ok(log
            .note(reply, |total| &total.meta)
            .map_or(0, |total| total.reports))
    }

    async fn count(
        &self,
        client: &Client,
        log: &mut Log,
        search: Option<String>,
    ) -> Result<Counted, FaersError> {
        let request = Request::reactions(search, Counted::ROWS);
        let reply = client.ask(&request, ReactionCounts::parse).await?;
        let counts = log.note(reply, |counts| &counts.meta);
        Ok(counts.map_or_else(Counted::nothing, |counts| Counted::by_reaction(counts.rows)))
    }

    /// Totals of the reactions of the report that are not among the commonest, one by one: of `most` whose
    /// reports with the drug are enough. What ended that before its time.
    async fn rarer(
        &self,
        client: &Client,
        log: &mut Log,
        all: &mut Counted,
        (both, is_enough, most): (&Counted, fn(u64) -> bool, usize),
    ) -> Option<FaersError> {
        if all.whole {
            return None;
        }
        let unknown: Vec<String> = self
            .reactions
            .iter()
            .map(|term| reaction_key(term))
            .filter(|key| !all.reports.contains_key(key))
            .filter(|key| both.of(key).is_some_and(is_enough))
            .filter(|key| is_searchable(key))
            .take(most)
            .collect();
        for key in unknown {
            let search = within(with_reaction(&key), self.received);
            match self.total(client, log, Some(search)).await {
                Ok(reports) => all.reports.insert(key, reports),
                Err(error) => return Some(error),
            };
        }
        None
    }

    /// Requests that may still be made.
    fn left(&self, log: &Log) -> usize {
        (self.requests as usize).saturating_sub(log.queries.len())
    }
}

/// Both numbers of every reaction of which both are known. Counts are of reports, but openFDA's are
/// approximate in the tail: numbers that cannot belong to one table are left out, since nothing
/// can be computed from them.
fn joined(
    both: &Counted,
    all: &Counted,
    drug: u64,
    total: u64,
) -> BTreeMap<String, ReactionTotals> {
    let pair = |(key, all): (&String, &u64)| {
        let totals = ReactionTotals {
            both: both.of(key)?,
            all: *all,
        };
        totals.fit(drug, total).then(|| (key.clone(), totals))
    };
    all.reports.iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(rows: &[(&str, u64)], whole: bool) -> Counted {
        let rows = rows.iter();
        Counted {
            reports: rows
                .map(|(term, count)| ((*term).to_owned(), *count))
                .collect(),
            whole,
        }
    }

    #[test]
    fn only_reactions_of_which_both_numbers_are_known_are_given() {
        let all = counted(&[("NAUSEA", 90), ("COUGH", 10), ("RASH", 5)], false);
        let both = counted(&[("NAUSEA", 4), ("DROWNING", 1)], false);

        let joined = joined(&both, &all, 10, 1_000);

        assert_eq!(joined.len(), 1);
        assert_eq!(joined["NAUSEA"], ReactionTotals { both: 4, all: 90 });
    }

    #[test]
    fn a_whole_list_says_that_what_it_lacks_is_zero() {
        let all = counted(&[("NAUSEA", 90)], false);

        let joined = joined(&counted(&[], true), &all, 10, 1_000);

        assert_eq!(joined["NAUSEA"], ReactionTotals { both: 0, all: 90 });
    }

    #[test]
    fn numbers_that_contradict_each_other_are_left_out() {
        let all = counted(&[("A", 3), ("B", 20), ("C", 995)], false);
        let both = counted(&[("A", 4), ("B", 11), ("C", 4)], true);

        assert!(joined(&both, &all, 10, 1_000).is_empty());
    }

    #[test]
    fn terms_that_openfda_stores_with_a_caret_are_not_searched() {
        assert!(is_searchable("DRUG-INDUCED LIVER INJURY"));
        assert!(!is_searchable("CROHN'S DISEASE"));
        assert!(!is_searchable("RAYNAUD^S"));
        assert!(!is_searchable("A\"B"));
    }
}
