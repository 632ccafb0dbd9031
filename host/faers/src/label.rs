//! The question for the label of a product, out of openFDA's `drug/label`. Never an error of openFDA's: a
//! report without a label is a report, and says why it has none. Only a fault of this machine is one.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use quire_model::{Digest, HostFault, Label, LabelText, Ndc, ProductNdc, Stale};

use crate::{
    FaersError,
    cache::Entry,
    client::Request,
    error::for_readers,
    kept::{Ask, Fresh, Kept, Served},
    openfda::LabelPage,
    source::Source,
};

/// Grows when the kept form changes: entries of another form are then not found.
const FORM: u32 = 1;

/// Labels out of openFDA's API. Cheap to clone; one for the process.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    address: String,
    kept: Kept<LabelOf>,
}

/// The question for the label of some product codes, and the key under which it is kept.
#[derive(Clone, Debug)]
struct LabelOf {
    candidates: Arc<[ProductNdc]>,
    key: Digest,
}

impl Labels {
    pub(crate) fn new(source: Arc<Source>) -> Self {
        Self {
            address: source.address.clone(),
            kept: Kept::new(source),
        }
    }

    /// The newest label that carries one of the codes.
    pub(crate) async fn of(&self, ndc: &Ndc) -> Result<Arc<Label>, HostFault> {
        let candidates: Arc<[ProductNdc]> = ndc.candidates().into();
        let codes = candidates.iter().map(ProductNdc::as_str);
        let form = FORM.to_string();
        let parts = ["label", &self.address, &form].into_iter().chain(codes);
        let key = Digest::of_parts(parts.map(str::as_bytes));
        let question = LabelOf { candidates, key };
        let label = match self.kept.answer(question).await {
            Ok(served) => dated(served),
            Err(FaersError::Host(fault)) => return Err(fault),
            Err(error) => {
                tracing::warn!(%error, "openFDA has no label for a report");
                Label::Unavailable(for_readers(&error).to_owned())
            }
        };
        Ok(Arc::new(label))
    }
}

impl Ask for LabelOf {
    type Answer = Label;

    const ASKS_RESTING: bool = false;

    fn key(&self) -> Digest {
        self.key
    }

    async fn fetch(&self, source: &Source) -> Result<Fresh<Self::Answer>, FaersError> {
        let candidates = Arc::clone(&self.candidates);
        let request = Request::label(&candidates);
        let read = move |body: &[u8]| LabelPage::parse(body, &candidates);
        let reply = source.client.ask(&request, read).await?;
        let fetched_ms = source.tuning.clock.now_ms();
        let page = reply.content.and_then(|page| page.label);
        let answer = match page {
            Some(label) => Label::Found(LabelText {
                queries: vec![reply.answered.query(0)],
                ..label
            }),
            None => Label::Unavailable("the source has no label of the product".to_owned()),
        };
        if let Ok(bytes) = answer.encode() {
            let entry = Entry::new(fetched_ms, Some(Digest::of(&bytes)));
            let (cache, keep_for) = (&source.cache, self.oldest(source));
            cache.keep(self.key, entry, bytes.into(), keep_for).await;
        }
        Ok(Fresh { answer, fetched_ms })
    }

    async fn read(&self, source: &Source, entry: Entry) -> Option<Self::Answer> {
        let bytes = source.cache.bytes(self.key, entry.digest?).await?;
        let label = Label::decode(&bytes);
        if label.is_err() {
            tracing::warn!("a cached label cannot be read");
        }
        label.ok()
    }

    fn fresh_at_most(&self, source: &Source) -> Duration {
        source.spread(self.key, source.tuning.background_ttl)
    }

    /// A day: labels change a few times a year.
    fn fresh_for(&self, source: &Source, _: &Self::Answer) -> Duration {
        self.fresh_at_most(source)
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

/// The label, with its age where a reader sees it if it is past its time.
fn dated(served: Served<Label>) -> Label {
    match (served.answer, served.stale) {
        (Label::Found(label), Some(Stale { since, reason })) => {
            let read = Timestamp::from_millisecond(served.fetched_ms).unwrap_or(since);
            let day = read.strftime("%F");
            Label::Found(LabelText {
                stale: Some(format!("read on {day} and not since, because {reason}")),
                ..label
            })
        }
        (label, _) => label,
    }
}
