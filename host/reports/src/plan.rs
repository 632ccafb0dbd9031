//! The second and third stage: which module makes which section, the recipe, and the sections.

use std::{sync::Arc, time::Instant};

use quire_faers::CaseSeries;
use quire_model::{
    Background, Definition, Failure, Kind, Label, Recipe, ReportRequest, SectionFacts,
};
use quire_modules::{Call, Limits, ModuleHost};
use quire_registry::Journal;

use crate::{
    chosen::Chosen,
    data::Data,
    made::{Made, facts_of},
    recipe::recipe,
    sections::{SectionInput, make_all},
    steps::Steps,
};

/// Everything that determines a document, settled before its first section runs.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) recipe: Arc<Recipe>,
    pub(crate) data: Data,
    chosen: Vec<Chosen>,
}

impl Plan {
    pub(crate) fn new(
        request: &ReportRequest,
        definition: &Definition,
        chosen: Vec<Chosen>,
        data: Data,
    ) -> Self {
        let recipe = recipe(request, definition, &chosen, &data);
        Self {
            recipe: Arc::new(recipe),
            data,
            chosen,
        }
    }

    /// All sections in the order of the definition: those that read the data first, all at once;
    /// then the narratives, which read what the sections established.
    pub(crate) async fn make_sections(
        &self,
        modules: &ModuleHost,
        journal: &Journal,
        steps: &Steps<'_>,
    ) -> Result<Vec<Made>, Failure> {
        let began = Instant::now();
        let chosen = &self.chosen;
        let of_kind = |kind| chosen.iter().filter(move |chosen| chosen.spec.kind == kind);
        let done = |name: &str| steps.begin(name);
        let nothing: Arc<[SectionFacts]> = Arc::from([]);

        let sections = of_kind(Kind::Section).cloned().collect();
        let input = SectionInput {
            modules: modules.clone(),
            call: self.call(),
            series: Arc::clone(&self.data.series),
            facts: nothing,
            journal: journal.clone(),
        };
        let mut made = make_all(&input, sections, &done).await?;
        let facts = facts_of(&made);
        let narratives = of_kind(Kind::Narrative).cloned().collect();
        let input = SectionInput { facts, ..input };
        made.extend(make_all(&input, narratives, &done).await?);

        let place = |made: &Made| {
            let named = |chosen: &Chosen| chosen.spec.name == made.section.name;
            chosen.iter().position(named)
        };
        made.sort_by_key(place);
        steps.took("sections", began.elapsed());
        for section in &made {
            steps.took(&format!("section:{}", section.section.name), section.took);
        }
        Ok(made)
    }

    /// The language that the document is in: the wanted one if every section writes it, else English, as the words of the
    /// host are.
    pub(crate) fn language(&self) -> String {
        let wanted = &self.recipe.request.locale;
        match self.chosen.iter().all(|chosen| chosen.writes(wanted)) {
            true => wanted.clone(),
            false => "en".to_owned(),
        }
    }

    /// What every module of the report is told.
    fn call(&self) -> Call {
        let (recipe, request) = (&self.recipe, &self.recipe.request);
        let id = recipe.document_id();
        let nobody_asks = "no section asks for it".to_owned();
        let (background, label) = (self.data.background.clone(), self.data.label.clone());
        Call {
            title: recipe.definition.title.clone(),
            locale: request.locale.clone(),
            as_of: request.as_of,
            period: period(request, &self.data.series),
            // The id is hexadecimal; its first 16 digits are as random as a seed need be.
            seed: id
                .get(..16)
                .and_then(|digits| u64::from_str_radix(digits, 16).ok())
                .unwrap_or_default(),
            params: String::new(),
            limits: Limits::DEFAULT,
            attributes: Vec::new(),
            background: background
                .unwrap_or_else(|| Arc::new(Background::Unavailable(nobody_asks.clone()))),
            label: label.unwrap_or_else(|| Arc::new(Label::Unavailable(nobody_asks))),
            recipe: Some(Arc::clone(recipe)),
            document_id: id,
        }
    }
}

/// First and last day of what the report is about.
fn period(request: &ReportRequest, series: &CaseSeries) -> (quire_model::Date, quire_model::Date) {
    let wanted = series.origin().received;
    let first = series
        .received()
        .and_then(|days| days.first())
        .map_or(request.as_of, |day| day.received.min(request.as_of));
    let last = wanted.to.unwrap_or(request.as_of);
    (wanted.from.unwrap_or(first).min(last), last)
}
