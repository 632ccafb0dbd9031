//! The fourth stage: the document, and how it came about.

use std::sync::Arc;

use quire_faers::CaseSeries;
use quire_model::{Background, Colophon, Digest, Document, Label, Recipe, SectionUsage};
use quire_records::{Records, RecordsError};
use quire_registry::{Journal, SectionRun};

use crate::{
    Timings,
    cover::{cover_lines, notice, subtitle},
    data::Data,
    made::Made,
    manifest::{attachment, colophon},
    plan::Plan,
    steps::Steps,
};

/// What the encoded data of a report are.
const SNAPSHOT: &str = "application/vnd.quire.snapshot";

/// A document that is not drawn yet, and how it came about.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The document, which carries its colophon.
    pub document: Document,
    /// What determines it, and what became of each section.
    pub colophon: Colophon,
    /// What it was made from.
    pub series: Arc<CaseSeries>,
    /// What it was compared with; none if no module of the report asks.
    pub background: Option<Arc<Background>>,
    /// What the drug's label says; none if no module of the report asks.
    pub label: Option<Arc<Label>>,
    /// How long each stage and section took.
    pub timings: Timings,
    /// What each section used of its limits, in printed order.
    pub usage: Vec<SectionUsage>,
    /// Sections that a placeholder stands in for.
    pub placeholders: Vec<String>,
    /// What ran and at what cost, by section name. Not part of the document.
    pub runs: Vec<SectionRun>,
}

impl Composed {
    /// The document of a plan and its sections.
    pub(crate) fn new(plan: Plan, made: Vec<Made>, journal: &Journal, steps: &Steps<'_>) -> Self {
        let language = plan.language();
        let Plan { recipe, data, .. } = plan;
        let Data {
            series,
            background,
            label,
        } = data;
        let colophon = colophon(&recipe, &made);
        let placeholders = made.iter().filter(|made| made.placeholder);
        Self {
            placeholders: placeholders.map(|made| made.section.name.clone()).collect(),
            usage: made.iter().map(|made| made.usage.clone()).collect(),
            document: document(&recipe, language, &series, &colophon, made),
            colophon,
            series,
            background,
            label,
            timings: steps.timings(),
            runs: journal.runs(),
        }
    }

    /// Keep what the document was made from, so that it can be made again.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn keep_data(&self, records: &Records) -> Result<(), RecordsError> {
        let series = &self.series;
        if let Some(encoded) = series.encoded() {
            records
                .keep_snapshot(series.digest(), encoded, SNAPSHOT)
                .await?;
        }
        let background = self.background.as_ref().map(|one| one.encode().ok());
        let label = self.label.as_ref().map(|one| one.encode().ok());
        for encoded in [background, label].into_iter().flatten().flatten() {
            let digest = Digest::of(&encoded);
            records
                .keep_snapshot(digest, &encoded, "application/json")
                .await?;
        }
        Ok(())
    }
}

fn document(
    recipe: &Recipe,
    language: String,
    series: &CaseSeries,
    colophon: &Colophon,
    made: Vec<Made>,
) -> Document {
    let Recipe {
        request,
        definition,
        ..
    } = recipe;
    let id = &colophon.document_id;
    Document {
        id: id.clone(),
        title: definition.title.clone(),
        subtitle: subtitle(request, series.origin()),
        language,
        as_of: request.as_of,
        paper: request.paper.unwrap_or(definition.paper),
        front_matter: definition.front_matter,
        cover: cover_lines(
            request,
            series.origin(),
            series.analysis(),
            series.len(),
            id,
        ),
        notice: notice(&made),
        producer: recipe.producer.clone(),
        sections: made.into_iter().map(|made| made.section).collect(),
        attachments: vec![attachment(colophon)],
    }
}
