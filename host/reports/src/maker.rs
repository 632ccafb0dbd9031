//! Makes one report: data, plan, sections, document, pages.

use std::time::Instant;

use quire_faers::Faers;
use quire_model::{Definition, Failure, Recipe, ReportRequest};
use quire_records::{Pins, Progress};
use quire_registry::{Assignments, Journal, Registry};
use tracing::Instrument as _;

use crate::{
    Backgrounds, Composed, Freshness, Generated,
    chosen::choose,
    data::{self, Data},
    pages::draw,
    plan::Plan,
    steps::Steps,
};

/// Everything that making a report needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Maker {
    /// Where case series come from.
    pub faers: Faers,
    /// Where backgrounds come from.
    pub backgrounds: Backgrounds,
    /// Which code makes a section, and which sections make a report.
    pub registry: Registry,
    /// Whether equal requests are given one document.
    pub sharing: bool,
}

impl Maker {
    /// Make a report. `pins` are the versions to use; without them, those that are active.
    /// `journal` hears what became of each section, also of a report that fails. `progress` is called
    /// before each step, from any thread.
    ///
    /// # Errors
    ///
    /// [`Failure`] when there are no data, a required section fails or the pages cannot be drawn.
    pub async fn generate(
        &self,
        request: &ReportRequest,
        pins: Option<&Pins>,
        journal: &Journal,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Generated, Failure> {
        let definition = self.registry.definition(request, pins).await?;
        let steps = Steps::new(&definition, &progress);
        let (composed, freshness) = self
            .compose(request, &definition, pins, journal, &steps)
            .await?;
        steps.begin("pdf");
        let drawing = draw(composed).instrument(tracing::info_span!("render"));
        let (composed, pdf) = drawing.await?;
        Ok(Generated::new(composed, freshness, pdf))
    }

    /// The same without drawing pages.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub async fn document(
        &self,
        request: &ReportRequest,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<(Composed, Freshness), Failure> {
        let definition = self.registry.definition(request, None).await?;
        let steps = Steps::new(&definition, &progress);
        self.compose(request, &definition, None, &Journal::default(), &steps)
            .await
    }

    /// The first four stages.
    async fn compose(
        &self,
        request: &ReportRequest,
        definition: &Definition,
        pins: Option<&Pins>,
        journal: &Journal,
        steps: &Steps<'_>,
    ) -> Result<(Composed, Freshness), Failure> {
        let Registry {
            modules,
            assignments,
            ..
        } = &self.registry;
        let began = Instant::now();
        steps.begin("data");
        let fetching = tracing::info_span!("faers.fetch", cache = tracing::field::Empty);
        let fetched = data::series(&self.faers, request, definition).instrument(fetching.clone());
        let (series, mut freshness) = fetched.await?;
        fetching.record("cache", <&str>::from(freshness.cache));
        drop(fetching);
        steps.took("data", began.elapsed());

        self.registry.load_all(definition, pins).await?;
        let chosen = choose(modules, assignments, definition, pins);
        let background = if chosen.iter().any(|section| section.wants_background()) {
            let began = Instant::now();
            let ndc = &request.ndc;
            let background = self.backgrounds.of(&self.faers, ndc, &series).await;
            let background = background.map_err(Failure::of_host)?;
            steps.took("background", began.elapsed());
            freshness.until = freshness.until.min(background.until);
            Some(background.answer)
        } else {
            None
        };
        let label = if chosen.iter().any(|section| section.wants_label()) {
            let label = self.faers.label(&request.ndc).await;
            let label = label.map_err(Failure::of_host)?;
            freshness.until = freshness.until.min(label.until);
            Some(label.answer)
        } else {
            None
        };
        let data = Data {
            series,
            background,
            label,
        };

        let plan = Plan::new(request, definition, chosen, data);
        let made = plan.make_sections(modules, journal, steps).await?;
        Ok((Composed::new(plan, made, journal, steps), freshness))
    }
}

/// Make a document of data that are at hand, with the modules that are active, without drawing pages: for the author of
/// one of them.
///
/// # Errors
///
/// As [`Maker::document`], but for the data.
pub async fn of_data(
    registry: &Registry,
    request: &ReportRequest,
    definition: &Definition,
    data: Data,
) -> Result<Composed, Failure> {
    let quiet = |_| {};
    let (journal, steps) = (Journal::default(), Steps::new(definition, &quiet));
    let chosen = choose(&registry.modules, &registry.assignments, definition, None);
    let plan = Plan::new(request, definition, chosen, data);
    let made = plan
        .make_sections(&registry.modules, &journal, &steps)
        .await?;
    Ok(Composed::new(plan, made, &journal, &steps))
}

/// Make a document again from its recipe and the data that were stored, with the modules that the
/// recipe names and no others. Asks nobody: no source, no cache. A section whose module is not here
/// follows its policy, as it did the first time: look for them before.
///
/// # Errors
///
/// As [`Maker::generate`].
pub(crate) async fn reproduce(
    registry: &Registry,
    recipe: &Recipe,
    data: Data,
) -> Result<(Composed, Vec<u8>), Failure> {
    draw(compose_again(registry, recipe, data).await?).await
}

/// The same without drawing pages.
///
/// # Errors
///
/// As [`Maker::document`].
pub(crate) async fn compose_again(
    registry: &Registry,
    recipe: &Recipe,
    data: Data,
) -> Result<Composed, Failure> {
    let (request, definition) = (&recipe.request, &recipe.definition);
    let stale = recipe.data.stale.clone();
    let series = data::analysed(data.series, request, definition, stale).await?;
    let data = Data { series, ..data };
    let modules = recipe.modules.iter().filter_map(|component| {
        let digest = component.digest?;
        Some((component.section.clone(), digest))
    });
    let pins = Pins {
        definition_version: None,
        modules: modules.collect(),
    };
    // Limits as they were, and no shadows.
    let nobody = Assignments::default();
    let mut chosen = choose(&registry.modules, &nobody, definition, Some(&pins));
    for (chosen, component) in chosen.iter_mut().zip(&recipe.modules) {
        chosen.limit(component.limits);
    }
    let quiet = |_| {};
    let (journal, steps) = (Journal::default(), Steps::new(definition, &quiet));
    let plan = Plan::new(request, definition, chosen, data);
    let made = plan
        .make_sections(&registry.modules, &journal, &steps)
        .await?;
    Ok(Composed::new(plan, made, &journal, &steps))
}
