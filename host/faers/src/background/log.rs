//! What was asked for a background, and what the answers said about the source.

use quire_model::{Date, Period, SourceQuery};

use crate::{client::Reply, openfda::Meta};

/// What openFDA calls the collection that is asked.
const SOURCE: &str = "openFDA drug/event";

/// What was asked, and what the answers said about the source.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) queries: Vec<SourceQuery>,
    meta: Meta,
}

impl Log {
    /// Notes an answer; gives its content.
    pub(super) fn note<T>(&mut self, reply: Reply<T>, meta: impl Fn(&T) -> &Meta) -> Option<T> {
        let content = self.keep(reply);
        if let Some(content) = &content {
            self.meta = meta(content).clone();
        }
        content
    }

    /// The same for an answer of which only the content is kept.
    pub(super) fn keep<T>(&mut self, reply: Reply<T>) -> Option<T> {
        // Totals and counts: no report was transferred.
        self.queries.push(reply.answered.query(0));
        reply.content
    }

    pub(super) fn label(&self, received: Period) -> String {
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
    pub(super) fn as_of(&self) -> Date {
        let day = |text: &str| text.get(..10).and_then(|day| day.parse().ok());
        let asked = self.queries.last().map(|query| query.fetched_at.as_str());
        day(&self.meta.last_updated)
            .or_else(|| day(asked.unwrap_or_default()))
            .unwrap_or(Date::constant(1970, 1, 1))
    }
}
