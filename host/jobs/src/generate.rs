//! Makes one report: data, sections, narratives, pages.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use quire_faers::{CacheState, CaseSeries, Faers, FaersError, Fetched, Period};
use quire_model::{
    Background, CaseSelection, Colophon, Definition, Digest, Document, DrugRole, HostFault, Kind,
    Making, Problem, ProblemKind, Recipe, ReportId, ReportRequest, SectionFacts, SectionSpec,
    SectionUsage,
};
use quire_modules::{Call, Limits, ModuleHost};
use quire_records::{Pins, Progress, Records, RecordsError};

use crate::{
    Assignments, Backgrounds, Definitions, SectionRun,
    assignments::LoadFault,
    colophon::{attachment, colophon, making},
    cover::{NOTICE, cover_lines, subtitle},
    journal::Journal,
    recipe::recipe,
    sections::{Chosen, Made, Make, choose, facts_of, make_all},
};

/// What the encoded data of a report are.
const SNAPSHOT: &str = "application/vnd.quire.snapshot";

/// Everything that making a report needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Where case series come from.
    pub faers: Faers,
    /// Where backgrounds come from.
    pub backgrounds: Backgrounds,
    /// What makes sections.
    pub modules: ModuleHost,
    /// Which sections there are.
    pub definitions: Definitions,
    /// Which versions make them, when not simply those that `modules` holds.
    pub assignments: Assignments,
    /// Name and version of the software, such as `Quire 0.1.0`.
    pub producer: String,
}

/// How long each stage took (`data`, `background`, `sections`, `pdf`) and each section (`section:trend`).
pub type Timings = BTreeMap<String, Duration>;

/// What a report is made from, beside its modules.
struct Material {
    /// The reports that are analysed.
    fetched: Fetched,
    /// What they are compared with; none if no module of the report asks.
    background: Option<Arc<Background>>,
}

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
    /// How the cache served the data.
    pub cache: CacheState,
    /// How old the data are.
    pub age: Duration,
    /// How long each stage and section took.
    pub timings: Timings,
    /// What each section used of its limits, in printed order.
    pub usage: Vec<SectionUsage>,
    /// Sections that a placeholder stands in for.
    pub placeholders: Vec<String>,
    /// What ran and at what cost, by section name. Not part of the document.
    pub runs: Vec<SectionRun>,
}

/// A finished report.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The document and how it came about; its timings include `pdf`.
    pub composed: Composed,
    /// The document, drawn.
    pub pdf: Vec<u8>,
    /// What there is to write down about it.
    pub making: Making,
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Failure {
    /// In the form that callers read.
    pub problem: Problem,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What this machine lacked, if nothing else is to blame: then the attempt does not count.
    pub fault: Option<HostFault>,
}

impl Composed {
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
        if let Some(background) = &self.background
            && let Ok(encoded) = background.encode()
        {
            let digest = Digest::of(&encoded);
            records
                .keep_snapshot(digest, &encoded, "application/json")
                .await?;
        }
        Ok(())
    }
}

impl Pipeline {
    /// Make a report. `pins` are the versions to use; without them, those that are active.
    /// `progress` is called before each step, from any thread.
    ///
    /// # Errors
    ///
    /// [`Failure`] when there are no data, a required section fails or the pages cannot be drawn.
    pub async fn generate(
        &self,
        request: &ReportRequest,
        pins: Option<&Pins>,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Generated, Failure> {
        self.generate_noted(request, pins, &Journal::default(), progress)
            .await
    }

    /// The same, with a journal that outlives a failure.
    pub(crate) async fn generate_noted(
        &self,
        request: &ReportRequest,
        pins: Option<&Pins>,
        journal: &Journal,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Generated, Failure> {
        let definition = self.definition(request, pins).await?;
        let steps = Steps::new(&definition, &progress);
        let composed = self
            .compose(request, &definition, pins, journal, &steps)
            .await?;
        steps.begin("pdf");
        finish(composed).await
    }

    /// Make a document again from its recipe and the data that were stored, with the modules that the
    /// recipe names and no others. Asks nobody: no source, no cache.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate). A section whose module is not here follows its policy, as it
    /// did the first time: look for them before.
    pub async fn reproduce(
        &self,
        recipe: &Recipe,
        series: Arc<CaseSeries>,
        background: Option<Arc<Background>>,
    ) -> Result<Generated, Failure> {
        let modules = recipe.modules.iter().filter_map(|component| {
            let digest = component.digest?;
            Some((component.section.clone(), digest))
        });
        let pins = Pins {
            definition_version: None,
            modules: modules.collect(),
        };
        let role = selection(&recipe.request, &recipe.definition).role;
        let fetched = Fetched {
            series: in_role(series, role).await?,
            cache: CacheState::Hit,
            age: Duration::ZERO,
        };
        let material = Material {
            fetched,
            background,
        };
        let quiet = |_| {};
        let steps = Steps::new(&recipe.definition, &quiet);
        // Limits as they were, and no shadows.
        let (nobody, journal) = (Assignments::default(), Journal::default());
        let mut chosen = choose(&self.modules, &nobody, &recipe.definition, Some(&pins));
        for (chosen, component) in chosen.iter_mut().zip(&recipe.modules) {
            chosen.limit(component.limits);
        }
        let (request, definition) = (&recipe.request, &recipe.definition);
        let composed = self
            .assemble(request, definition, &chosen, material, &journal, &steps)
            .await?;
        finish(composed).await
    }

    /// The same without drawing pages.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub async fn document(
        &self,
        request: &ReportRequest,
        pins: Option<&Pins>,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Composed, Failure> {
        let definition = self.definition(request, pins).await?;
        let steps = Steps::new(&definition, &progress);
        self.compose(request, &definition, pins, &Journal::default(), &steps)
            .await
    }

    /// The versions that this report should be made with: the one that the definition names, the one
    /// on trial if the report is among its share, or the active one. Sections whose module is not
    /// installed are left out.
    #[must_use]
    pub fn pins(&self, report: &ReportId, definition: &Definition) -> Pins {
        let digest = |section: &SectionSpec| {
            let on_trial = || self.assignments.canary_for(report, &section.module);
            let active = || Some(self.modules.active(&section.module)?.digest);
            section.digest.or_else(on_trial).or_else(active)
        };
        Pins {
            definition_version: Some(definition.version),
            modules: definition
                .sections
                .iter()
                .filter_map(|section| Some((section.name.clone(), digest(section)?)))
                .collect(),
        }
    }

    /// Take over what the records say, if it is news: load versions, and swap. Without records this
    /// does nothing.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn catch_up(&self) -> Result<(), RecordsError> {
        self.assignments
            .catch_up(&self.modules, &self.definitions)
            .await
    }

    /// See to it that the versions of a report are loaded. Those that are not to be had count as
    /// missing when their section's turn comes.
    async fn load(&self, definition: &Definition, pins: Option<&Pins>) -> Result<(), Failure> {
        let pinned = pins.iter().flat_map(|pins| pins.modules.values().copied());
        let named = definition
            .sections
            .iter()
            .filter_map(|section| section.digest);
        let wanted: Vec<Digest> = pinned.chain(named).collect();
        for digest in wanted {
            let reason = match self.assignments.load(&self.modules, digest).await {
                Ok(_) | Err(LoadFault::Lasting) => continue,
                Err(LoadFault::Host(fault)) => return Err(Failure::of_host(fault)),
                Err(LoadFault::Passing(reason)) => reason,
            };
            let detail = format!(
                "The module {} could not be loaded just now: {reason}.",
                digest.short()
            );
            let problem = Problem::new(ProblemKind::ModuleMissing, detail);
            return Err(Failure::passing(problem));
        }
        Ok(())
    }

    async fn compose(
        &self,
        request: &ReportRequest,
        definition: &Definition,
        pins: Option<&Pins>,
        journal: &Journal,
        steps: &Steps<'_>,
    ) -> Result<Composed, Failure> {
        let began = Instant::now();
        steps.begin("data");
        let selection = selection(request, definition);
        let mut fetched = self.fetch(request, &selection).await?;
        fetched.series = in_role(fetched.series, selection.role).await?;
        let mut timings = Timings::from([("data".to_owned(), began.elapsed())]);

        self.load(definition, pins).await?;
        let chosen = choose(&self.modules, &self.assignments, definition, pins);
        let began = Instant::now();
        let background = self.background(request, &chosen, &fetched.series).await?;
        if background.is_some() {
            timings.insert("background".to_owned(), began.elapsed());
        }
        let material = Material {
            fetched,
            background,
        };
        let mut composed = self
            .assemble(request, definition, &chosen, material, journal, steps)
            .await?;
        composed.timings.append(&mut timings);
        Ok(composed)
    }

    /// The reports of the period. None is younger than the document: where the source has such, those
    /// up to its day are asked for instead.
    async fn fetch(
        &self,
        request: &ReportRequest,
        selection: &CaseSelection,
    ) -> Result<Fetched, FaersError> {
        let wanted = Period::from(selection);
        let fetched = self.faers.received(&request.ndc, wanted).await?;
        let newest = fetched.series.received().and_then(<[_]>::last);
        if newest.is_none_or(|day| day.received <= request.as_of) {
            return Ok(fetched);
        }
        let until = Period {
            to: Some(request.as_of),
            ..wanted
        };
        self.faers.received(&request.ndc, until).await
    }

    /// Everything that follows once data and modules are at hand.
    async fn assemble(
        &self,
        request: &ReportRequest,
        definition: &Definition,
        chosen: &[Chosen],
        material: Material,
        journal: &Journal,
        steps: &Steps<'_>,
    ) -> Result<Composed, Failure> {
        let Material {
            mut fetched,
            background,
        } = material;
        if let Some(background) = &background {
            let series = CaseSeries::clone(&fetched.series).compared_with(background);
            fetched.series = Arc::new(series);
        }
        let series = &fetched.series;
        let compared = background.as_ref().and_then(|one| one.digest().ok());
        let producer = &self.producer;
        let recipe = recipe(request, definition, chosen, series, compared, producer);
        let recipe = Arc::new(recipe);
        let mut call = call(&recipe, series);
        if let Some(background) = &background {
            call.background = Arc::clone(background);
        }
        let began = Instant::now();
        let made = self
            .make_sections(chosen, &call, series, journal, steps)
            .await?;
        let mut timings = Timings::from([("sections".to_owned(), began.elapsed())]);
        for section in &made {
            timings.insert(format!("section:{}", section.section.name), section.took);
        }
        let mut composed = bind(&recipe, fetched, made, timings);
        composed.background = background;
        composed.runs = journal.runs();
        Ok(composed)
    }

    /// What the report is compared with, if one of its modules asks.
    async fn background(
        &self,
        request: &ReportRequest,
        chosen: &[Chosen],
        series: &CaseSeries,
    ) -> Result<Option<Arc<Background>>, Failure> {
        if !chosen.iter().any(Chosen::wants_background) {
            return Ok(None);
        }
        let (faers, ndc) = (&self.faers, &request.ndc);
        let background = self.backgrounds.of(faers, ndc, series).await;
        background.map(Some).map_err(Failure::of_host)
    }

    /// All sections in the order of the definition: those that read the data first, all at once;
    /// then the narratives, which read what the sections established.
    async fn make_sections(
        &self,
        chosen: &[Chosen],
        call: &Call,
        series: &Arc<CaseSeries>,
        journal: &Journal,
        steps: &Steps<'_>,
    ) -> Result<Vec<Made>, Failure> {
        let of_kind = |kind| chosen.iter().filter(move |chosen| chosen.spec.kind == kind);
        let done = |name: &str| steps.begin(name);
        let nothing: Arc<[SectionFacts]> = Arc::from([]);

        let sections = of_kind(Kind::Section).cloned().collect();
        let make = Make {
            modules: self.modules.clone(),
            call: call.clone(),
            series: Arc::clone(series),
            facts: nothing,
            journal: journal.clone(),
        };
        let mut made = make_all(&make, sections, &done).await?;
        let facts = facts_of(&made);
        let narratives = of_kind(Kind::Narrative).cloned().collect();
        made.extend(make_all(&Make { facts, ..make }, narratives, &done).await?);

        let place = |made: &Made| {
            let named = |chosen: &Chosen| chosen.spec.name == made.section.name;
            chosen.iter().position(named)
        };
        made.sort_by_key(place);
        Ok(made)
    }
}

/// The document and how it came about.
fn bind(recipe: &Recipe, fetched: Fetched, made: Vec<Made>, timings: Timings) -> Composed {
    let Recipe {
        request,
        definition,
        ..
    } = recipe;
    let series = fetched.series;
    let colophon = colophon(recipe, &made);
    let placeholders = made.iter().filter(|made| made.placeholder);
    Composed {
        placeholders: placeholders.map(|made| made.section.name.clone()).collect(),
        usage: made.iter().map(|made| made.usage.clone()).collect(),
        document: Document {
            id: colophon.document_id.clone(),
            title: definition.title.clone(),
            subtitle: subtitle(request, series.origin()),
            language: request.locale.clone(),
            as_of: request.as_of,
            paper: request.paper.unwrap_or(definition.paper),
            front_matter: definition.front_matter,
            cover: cover_lines(
                request,
                series.origin(),
                series.len(),
                &colophon.document_id,
            ),
            notice: NOTICE.to_owned(),
            producer: recipe.producer.clone(),
            sections: made.into_iter().map(|made| made.section).collect(),
            attachments: vec![attachment(&colophon)],
        },
        colophon,
        series,
        background: None,
        cache: fetched.cache,
        age: fetched.age,
        timings,
        runs: Vec::new(),
    }
}

/// Which reports are analysed: what the caller asks for, else what the definition says.
fn selection(request: &ReportRequest, definition: &Definition) -> CaseSelection {
    request.selection.unwrap_or(definition.selection)
}

/// Takes milliseconds of CPU time for a large series, too long for a thread that others wait for.
async fn in_role(series: Arc<CaseSeries>, role: DrugRole) -> Result<Arc<CaseSeries>, Failure> {
    let selected = tokio::task::spawn_blocking(move || Arc::new(series.in_role(role))).await;
    selected.map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "selecting reports crashed");
        let detail = "Selecting the reports crashed; the log says where.";
        Failure::lasting(Problem::new(ProblemKind::Internal, detail))
    })
}

/// Draw a document, and put down what there is to say about it.
async fn finish(mut composed: Composed) -> Result<Generated, Failure> {
    let began = Instant::now();
    let (document, pdf) = draw(composed.document).await?;
    composed.document = document;
    composed.timings.insert("pdf".to_owned(), began.elapsed());
    Ok(Generated {
        making: making(&composed, &pdf),
        composed,
        pdf,
    })
}

/// What every module of the report is told.
fn call(recipe: &Arc<Recipe>, series: &CaseSeries) -> Call {
    let request = &recipe.request;
    let id = recipe.document_id();
    let wanted = series.period();
    let first = series
        .received()
        .and_then(|days| days.first())
        .map_or(request.as_of, |day| day.received.min(request.as_of));
    let last = wanted.to.unwrap_or(request.as_of);
    let first = wanted.from.unwrap_or(first).min(last);
    Call {
        title: recipe.definition.title.clone(),
        locale: request.locale.clone(),
        as_of: request.as_of,
        period: (first, last),
        // The id is hexadecimal; its first 16 digits are as random as a seed need be.
        seed: id
            .get(..16)
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .unwrap_or_default(),
        params: String::new(),
        limits: Limits::DEFAULT,
        attributes: Vec::new(),
        background: Arc::new(Background::Unavailable("no section asks for it".to_owned())),
        recipe: Some(Arc::clone(recipe)),
        document_id: id,
    }
}

/// Drawing takes milliseconds to seconds of CPU time, too long for a thread that others wait for.
async fn draw(document: Document) -> Result<(Document, Vec<u8>), Failure> {
    tokio::task::spawn_blocking(move || {
        let pdf = quire_render::pdf(&document);
        (document, pdf)
    })
    .await
    .map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "drawing a document crashed");
        let detail = "Drawing the document crashed; the log says where.";
        Failure::lasting(Problem::new(ProblemKind::RenderFailed, detail))
    })
    .and_then(|(document, pdf)| match pdf {
        Ok(pdf) => Ok((document, pdf)),
        Err(error) => Err(Failure::lasting(Problem::new(
            ProblemKind::RenderFailed,
            format!("The document could not be drawn: {error}."),
        ))),
    })
}

/// Counts the steps of one report and passes them on.
struct Steps<'a> {
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Steps begun so far.
    begun: Mutex<u32>,
    total: u32,
}

impl<'a> Steps<'a> {
    /// Data and pages are a step each, and every section is one.
    fn new(definition: &Definition, progress: &'a (dyn Fn(Progress) + Send + Sync)) -> Self {
        let sections = u32::try_from(definition.sections.len()).unwrap_or(u32::MAX - 2);
        Self {
            progress,
            begun: Mutex::new(0),
            total: sections + 2,
        }
    }

    fn begin(&self, section: &str) {
        let Ok(mut begun) = self.begun.lock() else {
            return;
        };
        (self.progress)(Progress {
            section: section.to_owned(),
            done: *begun,
            total: self.total,
        });
        *begun += 1;
    }
}

impl Failure {
    /// A failure that another attempt would meet again.
    pub(crate) const fn lasting(problem: Problem) -> Self {
        Self {
            problem,
            retryable: false,
            fault: None,
        }
    }

    /// A failure that another attempt may not meet.
    pub(crate) const fn passing(problem: Problem) -> Self {
        Self {
            problem,
            retryable: true,
            fault: None,
        }
    }

    /// This machine could not; another attempt may succeed once it can.
    pub(crate) fn of_host(fault: HostFault) -> Self {
        let detail = format!("This server could not make the report: {fault}.");
        Self {
            fault: Some(fault),
            ..Self::passing(Problem::new(ProblemKind::HostFault, detail))
        }
    }
}

impl From<quire_faers::FaersError> for Failure {
    fn from(error: quire_faers::FaersError) -> Self {
        if let quire_faers::FaersError::Host(fault) = error {
            return Self::of_host(fault);
        }
        Self {
            problem: error.problem(),
            retryable: error.is_retryable(),
            fault: None,
        }
    }
}
