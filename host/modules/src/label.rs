//! The interface `label`: the drug's own label, and where it names a term.

use quire_contract::bounds::{LABEL_INDICATIONS, LABEL_TERMS};
use quire_model::{LabelIndex, LabelText, Mention, epoch_days};

use crate::{bindings::label, stop::Stop, store::Guest};

fn document(text: &LabelText) -> label::Document {
    label::Document {
        set_id: text.set_id.clone(),
        version: text.version.clone(),
        effective: text.effective.map(epoch_days),
        names: text.names.clone(),
        indications: text.indications.chars().take(LABEL_INDICATIONS).collect(),
        stale: text.stale.clone(),
    }
}

fn mention(mention: Mention) -> label::Mention {
    label::Mention {
        section: <&str>::from(mention.place).to_owned(),
        wording: mention.wording,
    }
}

impl label::Host for Guest {
    async fn describe(&mut self) -> wasmtime::Result<Option<label::Document>> {
        Ok(self.label.text().map(document))
    }

    async fn unavailable(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.label.unavailable().map(str::to_owned))
    }

    async fn find(&mut self, terms: Vec<String>) -> wasmtime::Result<Vec<Vec<label::Mention>>> {
        if terms.len() > LABEL_TERMS {
            let asked = terms.len();
            let advice = format!(
                "`label.find` was asked for {asked} terms; ask for {LABEL_TERMS} at a time"
            );
            return Err(Stop::Misuse(advice).into());
        }
        let Some(text) = self.label.text() else {
            return Ok(vec![Vec::new(); terms.len()]);
        };
        let index = self
            .label_index
            .get_or_insert_with(|| LabelIndex::new(text));
        let find = |term: String| index.find(&term).into_iter().map(mention).collect();
        Ok(terms.into_iter().map(find).collect())
    }
}
