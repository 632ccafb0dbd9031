//! The question for the label of a product, out of openFDA's `drug/label`. Labels change a few times a year.

use std::sync::Arc;

use quire_model::{Digest, HostFault, Label, LabelText, Ndc, ProductNdc, Stale};

use crate::{
    FaersError, Lasting,
    client::Request,
    kept::Kept,
    openfda::LabelPage,
    source::Source,
    supplement::{self, Supplement},
};

/// Grows when the kept form changes: entries of another form are then not found.
const FORM: u32 = 2;

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
    pub(crate) async fn of(&self, ndc: &Ndc) -> Result<Lasting<Label>, HostFault> {
        let candidates: Arc<[ProductNdc]> = ndc.candidates().into();
        let codes = candidates.iter().map(ProductNdc::as_str);
        let form = FORM.to_string();
        let parts = ["label", &self.address, &form].into_iter().chain(codes);
        let key = Digest::of_parts(parts.map(str::as_bytes));
        let question = LabelOf { candidates, key };
        supplement::answer(&self.kept, question).await
    }
}

impl Supplement for LabelOf {
    type Answer = Label;

    const NAME: &'static str = "label";

    fn key(&self) -> Digest {
        self.key
    }

    async fn ask(&self, source: &Source) -> Result<Label, FaersError> {
        let candidates = Arc::clone(&self.candidates);
        let request = Request::label(&candidates);
        let read = move |body: &[u8]| LabelPage::parse(body, &candidates);
        let reply = source.client.ask(&request, read).await?;
        let queries = vec![reply.answered.query(0)];
        Ok(match reply.content.and_then(|page| page.label) {
            Some(label) => Label::Found(LabelText { queries, ..label }),
            None => Label::Absent(queries),
        })
    }

    fn encode(label: &Label) -> Option<Vec<u8>> {
        label.encode().ok()
    }

    fn decode(bytes: &[u8]) -> Option<Label> {
        Label::decode(bytes).ok()
    }

    fn aged(label: Label, day: &str, Stale { reason, .. }: Stale) -> Label {
        match label {
            Label::Found(label) => Label::Found(LabelText {
                stale: Some(format!("read on {day} and not since, because {reason}")),
                ..label
            }),
            none @ (Label::Absent(_) | Label::Unavailable(_)) => none,
        }
    }

    fn none(reason: String) -> Label {
        Label::Unavailable(reason)
    }
}
