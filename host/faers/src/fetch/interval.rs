//! The requested period beside all time: seven small questions.

use quire_model::Period;

use crate::{
    FaersError,
    client::{Client, Request},
    interval::{Counted, Interval, SpanTotals, reactions},
    openfda::{ReactionCounts, Total},
    question::Question,
    snapshot::{Answered, Gathering},
};

/// openFDA lists no more terms than this.
const ROWS: usize = 1_000;

const SERIOUS: &str = "serious:1";
const DEATH: &str = "seriousnessdeath:1";

/// Worth having, but no reason to go without the reports; that this machine could not ask is no reason to go
/// without it.
pub(super) async fn count(
    client: &Client,
    question: &Question,
    gathering: &mut Gathering,
) -> Result<(), FaersError> {
    if question.received.from.is_none() || gathering.fetched() == 0 {
        return Ok(());
    }
    let mut asking = Asking {
        client,
        question,
        answers: Vec::new(),
    };
    match asking.interval(gathering.total()).await {
        Ok(interval) => gathering.add_interval(interval, asking.answers),
        Err(error @ FaersError::Host(_)) => return Err(error),
        Err(error) => {
            tracing::warn!(%error, "openFDA did not say what was reported before the period")
        }
    }
    Ok(())
}

struct Asking<'a> {
    client: &'a Client,
    question: &'a Question,
    answers: Vec<Answered>,
}

impl Asking<'_> {
    async fn interval(&mut self, matching: u64) -> Result<Interval, FaersError> {
        let period = self.question.received;
        let all = Period {
            from: None,
            ..period
        };
        let counted = self.reactions(period).await?;
        let cumulative = self.reactions(all).await?;
        Ok(Interval {
            period: SpanTotals {
                reports: matching,
                serious: Some(self.total(period, SERIOUS).await?),
                death: Some(self.total(period, DEATH).await?),
            },
            cumulative: SpanTotals {
                reports: self.total(all, "").await?.max(matching),
                serious: Some(self.total(all, SERIOUS).await?),
                death: Some(self.total(all, DEATH).await?),
            },
            reactions: reactions(counted, cumulative),
        })
    }

    async fn total(&mut self, received: Period, and: &str) -> Result<u64, FaersError> {
        let request = Request::matching(self.question.ndc.candidates(), received, and);
        let reply = self.client.ask(&request, Total::parse).await?;
        self.answers.push(reply.answered);
        Ok(reply.content.map_or(0, |total| total.reports))
    }

    async fn reactions(&mut self, received: Period) -> Result<Counted, FaersError> {
        let request = Request::matching_reactions(self.question.ndc.candidates(), received, ROWS);
        let reply = self.client.ask(&request, ReactionCounts::parse).await?;
        self.answers.push(reply.answered);
        let rows = reply.content.unwrap_or_default().rows;
        Ok(Counted {
            whole: rows.len() < ROWS,
            rows,
        })
    }
}
