//! Makes one report: data, sections, narratives, pages.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use quire_faers::{CacheState, CaseSeries, Faers, Fetched};
use quire_model::{
    Background, CaseSelection, Definition, Digest, Document, Kind, Problem, ProblemKind,
    ReportRequest, SectionFacts,
};
use quire_modules::{Call, Limits, ModuleHost};
use quire_records::Progress;

use crate::{
    Backgrounds, Definitions,
    cover::{NOTICE, cover_lines, subtitle},
    document_id::document_id,
    sections::{Chosen, Made, choose, facts_of, make_all},
};

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
    /// Name and version of the software, such as `Quire 0.1.0`.
    pub producer: String,
}

/// How long each stage took (`data`, `background`, `sections`, `pdf`) and each section (`section:trend`).
pub type Timings = BTreeMap<String, Duration>;

/// A document that is not drawn yet, and how it came about.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The document.
    pub document: Document,
    /// The digest of the data it was made from.
    pub data_digest: Digest,
    /// What it was compared with; none if no module of the report asks.
    pub background: Option<Arc<Background>>,
    /// How the cache served the data.
    pub cache: CacheState,
    /// How old the data are.
    pub age: Duration,
    /// How long each stage and section took.
    pub timings: Timings,
    /// Sections that a placeholder stands in for.
    pub placeholders: Vec<String>,
}

/// A finished report.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The document and how it came about; its timings include `pdf`.
    pub composed: Composed,
    /// The document, drawn.
    pub pdf: Vec<u8>,
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Failure {
    /// In the form that callers read.
    pub problem: Problem,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Pipeline {
    /// Make a report. `pins` are the module digests to use; without them, the active ones.
    /// `progress` is called before each step, from any thread.
    ///
    /// # Errors
    ///
    /// [`Failure`] when there are no data, a required section fails or the pages cannot be drawn.
    pub async fn generate(
        &self,
        request: &ReportRequest,
        pins: Option<&BTreeMap<String, Digest>>,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Generated, Failure> {
        let steps = Steps::new(self.definition(request)?, &progress);
        let mut composed = self.compose(request, pins, &steps).await?;
        steps.begin("pdf");
        let began = Instant::now();
        let (document, pdf) = draw(composed.document).await?;
        composed.document = document;
        composed.timings.insert("pdf".to_owned(), began.elapsed());
        Ok(Generated { composed, pdf })
    }

    /// The same without drawing pages.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub async fn document(
        &self,
        request: &ReportRequest,
        pins: Option<&BTreeMap<String, Digest>>,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Composed, Failure> {
        let steps = Steps::new(self.definition(request)?, &progress);
        self.compose(request, pins, &steps).await
    }

    /// The active module digests of a definition, by section name. Sections whose module is not
    /// installed are left out.
    #[must_use]
    pub fn pins(&self, definition: &Definition) -> BTreeMap<String, Digest> {
        definition
            .sections
            .iter()
            .filter_map(|section| {
                let module = self.modules.active(&section.module)?;
                Some((section.name.clone(), module.digest))
            })
            .collect()
    }

    fn definition(&self, request: &ReportRequest) -> Result<&Definition, Failure> {
        self.definitions.get(&request.definition).ok_or_else(|| {
            let names: Vec<_> = self.definitions.names().collect();
            Failure::lasting(Problem::new(
                ProblemKind::UnknownDefinition,
                format!(
                    "There is no report definition called {:?}; there are {}.",
                    request.definition.chars().take(80).collect::<String>(),
                    names.join(", ")
                ),
            ))
        })
    }

    async fn compose(
        &self,
        request: &ReportRequest,
        pins: Option<&BTreeMap<String, Digest>>,
        steps: &Steps<'_>,
    ) -> Result<Composed, Failure> {
        let definition = self.definition(request)?;
        let began = Instant::now();
        steps.begin("data");
        let mut fetched = self.faers.case_series(&request.ndc).await?;
        fetched.series = select(fetched.series, selection(request, definition)).await?;
        let mut timings = Timings::from([("data".to_owned(), began.elapsed())]);

        let chosen = choose(&self.modules, definition, pins);
        let began = Instant::now();
        let background = self
            .background(request, definition, &chosen, &fetched.series)
            .await;
        if let Some(background) = &background {
            timings.insert("background".to_owned(), began.elapsed());
            let series = CaseSeries::clone(&fetched.series).compared_with(background);
            fetched.series = Arc::new(series);
        }
        let began = Instant::now();
        let id = document_id(
            request,
            definition,
            &chosen,
            &fetched.series,
            background.as_deref(),
            &self.producer,
        );
        let mut call = call(request, definition, &fetched.series, &id);
        if let Some(background) = &background {
            call.background = Arc::clone(background);
        }
        let made = self
            .make_sections(&chosen, &call, &fetched.series, steps)
            .await?;
        timings.insert("sections".to_owned(), began.elapsed());
        for section in &made {
            timings.insert(format!("section:{}", section.section.name), section.took);
        }
        let mut composed = self.bind(request, definition, fetched, made, id, timings);
        composed.background = background;
        Ok(composed)
    }

    /// What the report is compared with, if one of its modules asks.
    async fn background(
        &self,
        request: &ReportRequest,
        definition: &Definition,
        chosen: &[Chosen],
        series: &CaseSeries,
    ) -> Option<Arc<Background>> {
        if !chosen.iter().any(Chosen::wants_background) {
            return None;
        }
        let selection = selection(request, definition);
        let (faers, ndc) = (&self.faers, &request.ndc);
        Some(self.backgrounds.of(faers, ndc, series, &selection).await)
    }

    /// All sections in the order of the definition: those that read the data first, all at once;
    /// then the narratives, which read what the sections established.
    async fn make_sections(
        &self,
        chosen: &[Chosen],
        call: &Call,
        series: &Arc<CaseSeries>,
        steps: &Steps<'_>,
    ) -> Result<Vec<Made>, Failure> {
        let of_kind = |kind| chosen.iter().filter(move |chosen| chosen.spec.kind == kind);
        let done = |name: &str| steps.begin(name);
        let nothing: Arc<[SectionFacts]> = Arc::from([]);

        let sections = of_kind(Kind::Section).cloned().collect();
        let mut made = make_all(&self.modules, sections, call, series, &nothing, &done).await?;
        let facts = facts_of(&made);
        let narratives = of_kind(Kind::Narrative).cloned().collect();
        made.extend(make_all(&self.modules, narratives, call, series, &facts, &done).await?);

        let place = |made: &Made| {
            let named = |chosen: &Chosen| chosen.spec.name == made.section.name;
            chosen.iter().position(named)
        };
        made.sort_by_key(place);
        Ok(made)
    }

    fn bind(
        &self,
        request: &ReportRequest,
        definition: &Definition,
        fetched: Fetched,
        made: Vec<Made>,
        id: String,
        timings: Timings,
    ) -> Composed {
        let series = &fetched.series;
        let placeholders = made
            .iter()
            .filter(|made| made.placeholder)
            .map(|made| made.section.name.clone())
            .collect();
        Composed {
            document: Document {
                title: definition.title.clone(),
                subtitle: subtitle(request, series.origin()),
                language: request.locale.clone(),
                as_of: request.as_of,
                paper: request.paper.unwrap_or(definition.paper),
                front_matter: definition.front_matter,
                cover: cover_lines(request, series.origin(), series.len(), &id),
                notice: NOTICE.to_owned(),
                producer: self.producer.clone(),
                sections: made.into_iter().map(|made| made.section).collect(),
                attachments: Vec::new(),
                id,
            },
            data_digest: series.digest(),
            background: None,
            cache: fetched.cache,
            age: fetched.age,
            timings,
            placeholders,
        }
    }
}

/// Which reports are analysed: what the caller asks for, else what the definition says.
fn selection(request: &ReportRequest, definition: &Definition) -> CaseSelection {
    request.selection.unwrap_or(definition.selection)
}

/// Takes milliseconds of CPU time for a large series, too long for a thread that others wait for.
async fn select(
    series: Arc<CaseSeries>,
    wanted: CaseSelection,
) -> Result<Arc<CaseSeries>, Failure> {
    let selected = tokio::task::spawn_blocking(move || Arc::new(series.selected(&wanted))).await;
    selected.map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "selecting reports crashed");
        let detail = "Selecting the reports crashed; the log says where.";
        Failure::lasting(Problem::new(ProblemKind::Internal, detail))
    })
}

/// What every module of the report is told.
fn call(request: &ReportRequest, definition: &Definition, series: &CaseSeries, id: &str) -> Call {
    let wanted = selection(request, definition);
    let first = series
        .received()
        .and_then(|days| days.first())
        .map_or(request.as_of, |day| day.received.min(request.as_of));
    let last = wanted.received_to.unwrap_or(request.as_of);
    let first = wanted.received_from.unwrap_or(first).min(last);
    Call {
        document_id: id.to_owned(),
        title: definition.title.clone(),
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
        }
    }
}

impl From<quire_faers::FaersError> for Failure {
    fn from(error: quire_faers::FaersError) -> Self {
        Self {
            problem: error.problem(),
            retryable: error.is_retryable(),
        }
    }
}
