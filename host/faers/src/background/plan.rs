//! What openFDA is asked for the background of one report, and how its answers become totals.
//!
//! One count query gives the drug's reports of each reaction, another those of the thousand commonest
//! reactions of the whole source; only rarer ones are asked for one by one. Both sides are restricted
//! alike. The source counts any role of the drug: its index cannot say which role a drug had.

use std::collections::BTreeMap;

use quire_model::{
    BackgroundRole, BackgroundTotals, Date, Period, ProductNdc, ReactionTotals, SourceQuery,
    reaction_key,
};

use crate::{
    FaersError,
    client::{Client, Reply, Request, is_searchable, reports_of, with_reaction, within},
    openfda::{Meta, ReactionCounts, Total},
    question,
};

/// Requests that every background costs: two totals and two counts.
pub(crate) const FEWEST_REQUESTS: u32 = 4;
/// Rows that openFDA gives of a count; with fewer, the list is whole.
const COUNT_ROWS: usize = 1_000;
/// What openFDA calls the collection that is asked.
const SOURCE: &str = "openFDA drug/event";

/// Everything that decides what is asked.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) candidates: Vec<ProductNdc>,
    /// Days of first receipt.
    pub(crate) received: Period,
    /// Reactions of the case series, most reports first.
    pub(crate) reactions: Vec<String>,
    /// Most requests that may be made.
    pub(crate) requests: u32,
}

/// Totals, and what ended the search for more before its time.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) totals: BackgroundTotals,
    pub(crate) cut_short: Option<FaersError>,
}

/// Reports of each reaction, by key, and whether that is all there are.
#[derive(Debug, Default)]
struct Counted {
    reports: BTreeMap<String, u64>,
    whole: bool,
}

impl Plan {
    pub(crate) fn new(
        candidates: &[ProductNdc],
        received: Period,
        reactions: Vec<String>,
        requests: u32,
    ) -> Self {
        Self {
            candidates: candidates.to_vec(),
            received,
            reactions,
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
        let both = self.count(client, &mut log, self.of_drug()).await?;
        let (all, cut_short) = self.rarer(client, &mut log, common, &both).await;
        let totals = BackgroundTotals {
            label: log.label(self.received),
            role: BackgroundRole::AnyRole,
            as_of: log.as_of(),
            total,
            drug,
            reactions: joined(&both, &all, drug, total),
            complete: both.whole && all.whole,
            prior: None,
            queries: log.queries,
            attributes: Vec::new(),
        };
        Ok(Gathered { totals, cut_short })
    }

    /// The whole source.
    fn all(&self) -> Option<String> {
        question::search(self.received)
    }

    /// Reports that name the drug.
    fn of_drug(&self) -> Option<String> {
        Some(reports_of(&self.candidates, self.received))
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
        let request = Request::reactions(search, COUNT_ROWS);
        let reply = client.ask(&request, ReactionCounts::parse).await?;
        let counts = log.note(reply, |counts| &counts.meta);
        Ok(counts.map_or_else(Counted::nothing, Counted::of))
    }

    /// Totals of the reactions of the report that are not among the commonest, one by one.
    async fn rarer(
        &self,
        client: &Client,
        log: &mut Log,
        mut all: Counted,
        both: &Counted,
    ) -> (Counted, Option<FaersError>) {
        if all.whole {
            return (all, None);
        }
        let room = self.requests.saturating_sub(FEWEST_REQUESTS) as usize;
        let unknown: Vec<String> = self
            .reactions
            .iter()
            .map(|term| reaction_key(term))
            .filter(|key| !all.reports.contains_key(key))
            .filter(|key| both.whole || both.reports.contains_key(key))
            .filter(|key| is_searchable(key))
            .take(room)
            .collect();
        for key in unknown {
            let search = within(with_reaction(&key), self.received);
            match self.total(client, log, Some(search)).await {
                Ok(reports) => all.reports.insert(key, reports),
                Err(error) => return (all, Some(error)),
            };
        }
        (all, None)
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
    let with_drug = |key: &String| {
        let known = both.reports.get(key).copied();
        known.or_else(|| both.whole.then_some(0))
    };
    let pair = |(key, all): (&String, &u64)| {
        let totals = ReactionTotals {
            both: with_drug(key)?,
            all: *all,
        };
        let fits = totals.both <= totals.all.min(drug)
            && drug.saturating_add(totals.all) <= total.saturating_add(totals.both);
        fits.then(|| (key.clone(), totals))
    };
    all.reports.iter().filter_map(pair).collect()
}

impl Counted {
    fn of(counts: ReactionCounts) -> Self {
        let whole = counts.rows.len() < COUNT_ROWS;
        let mut reports = BTreeMap::new();
        for (term, count) in counts.rows {
            // Two spellings of one term; some reports may have both, so the larger is the safe one.
            let known = reports.entry(reaction_key(&term)).or_insert(count);
            *known = count.max(*known);
        }
        Self { reports, whole }
    }

    /// "Nothing to count" is an answer: there are none.
    fn nothing() -> Self {
        Self {
            reports: BTreeMap::new(),
            whole: true,
        }
    }
}

/// What was asked, and what the answers said about the source.
#[derive(Debug, Default)]
struct Log {
    queries: Vec<SourceQuery>,
    meta: Meta,
}

impl Log {
    /// Notes an answer; gives its content.
    fn note<T>(&mut self, reply: Reply<T>, meta: impl Fn(&T) -> &Meta) -> Option<T> {
        // Totals and counts: no report was transferred.
        self.queries.push(reply.answered.query(0));
        if let Some(content) = &reply.content {
            self.meta = meta(content).clone();
        }
        reply.content
    }

    fn label(&self, received: Period) -> String {
        let source = match self.meta.source.as_str() {
            "" => SOURCE,
            source => source,
        };
        match (received.from, received.to) {
            (None, None) => source.to_owned(),
            (Some(from), None) => format!("{source}, received from {from}"),
            (None, Some(to)) => format!("{source}, received until {to}"),
            (Some(from), Some(to)) => format!("{source}, received from {from} to {to}"),
        }
    }

    /// What the source says of its age, or when it answered.
    fn as_of(&self) -> Date {
        let day = |text: &str| text.get(..10).and_then(|day| day.parse().ok());
        let asked = self.queries.last().map(|query| query.fetched_at.as_str());
        day(&self.meta.last_updated)
            .or_else(|| day(asked.unwrap_or_default()))
            .unwrap_or(Date::constant(1970, 1, 1))
    }
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
