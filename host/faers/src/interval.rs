//! A requested period beside all time: how many matching reports there are in each, by the source's own totals.

use std::collections::BTreeMap;

use quire_model::fold;
use serde::{Deserialize, Serialize};

/// Matching reports of a span of days, in any role of the drug.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanTotals {
    /// All of them.
    pub reports: u64,
    /// Of them marked serious; none where the source did not say.
    pub serious: Option<u64>,
    /// Of them with the seriousness criterion death; none where the source did not say.
    pub death: Option<u64>,
}

/// Matching reports that name a reaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionSpan {
    /// The preferred term, as the source counts it.
    pub reaction: String,
    /// Received in the period.
    pub period: u64,
    /// Received up to its end; none where the source's list of the commonest is full without it.
    pub cumulative: Option<u64>,
}

/// The period and all time up to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Received in the period.
    pub period: SpanTotals,
    /// Received up to its end.
    pub cumulative: SpanTotals,
    /// The reactions of the period, most reports first.
    pub reactions: Vec<ReactionSpan>,
}

/// How often each reaction is named, the commonest first.
pub(crate) struct Counted {
    pub(crate) rows: Vec<(String, u64)>,
    /// Whether these are all.
    pub(crate) whole: bool,
}

/// The reactions of a period beside those of all time. Counts of a source are approximate in the tail: what is
/// reported in a period is reported in all time at least as often.
pub(crate) fn reactions(period: Counted, cumulative: Counted) -> Vec<ReactionSpan> {
    let known: BTreeMap<String, u64> = cumulative
        .rows
        .into_iter()
        .map(|(term, reports)| (fold(&term), reports))
        .collect();
    let beside = |(reaction, period): (String, u64)| {
        let found = known.get(&fold(&reaction)).copied();
        let least = cumulative.whole.then_some(period);
        ReactionSpan {
            cumulative: found.map(|reports| reports.max(period)).or(least),
            reaction,
            period,
        }
    };
    period.rows.into_iter().map(beside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_full_list_does_not_name_is_not_known() {
        let counted = |rows: &[(&str, u64)], whole| Counted {
            rows: rows
                .iter()
                .map(|(term, reports)| ((*term).to_owned(), *reports))
                .collect(),
            whole,
        };
        let beside = |whole| {
            let spans = reactions(
                counted(&[("NAUSEA", 3), ("RASH", 1)], true),
                counted(&[("NAUSEA", 9)], whole),
            );
            spans.iter().map(|span| span.cumulative).collect::<Vec<_>>()
        };

        assert_eq!(beside(true), [Some(9), Some(1)]);
        assert_eq!(beside(false), [Some(9), None]);
    }
}
