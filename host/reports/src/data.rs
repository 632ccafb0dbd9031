//! The first stage: the reports that are analysed, what they are compared with, and the drug's label.

use std::{sync::Arc, time::Duration};

use quire_faers::{CacheState, CaseSeries, Faers, FaersError, Fetched, FreshUntil};
use quire_model::{
    Background, CaseSelection, Definition, Failure, Label, Period, Problem, ProblemKind,
    ReportRequest, Stale,
};
use quire_registry::begins_in_time;

/// What a report is made from, beside its modules.
#[derive(Clone, Debug)]
pub struct Data {
    /// The reports that are analysed.
    pub series: Arc<CaseSeries>,
    /// What they are compared with; none if no module of the report asks.
    pub background: Option<Arc<Background>>,
    /// What the drug's label says; none if no module of the report asks.
    pub label: Option<Arc<Label>>,
}

/// How data were had. Nothing of it reaches a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// How the cache served them.
    pub cache: CacheState,
    /// How old they are.
    pub age: Duration,
    /// Until when the same request gets the same data.
    pub until: FreshUntil,
}

/// The reports that a request is about, and how they were had.
pub(crate) async fn series(
    faers: &Faers,
    request: &ReportRequest,
    definition: &Definition,
) -> Result<(Arc<CaseSeries>, Freshness), Failure> {
    let selection = selection(request, definition);
    begins_in_time(&selection, request.as_of).map_err(|problem| Failure::lasting(*problem))?;
    let fetched = fetch(faers, request, &selection).await?;
    let freshness = Freshness {
        cache: fetched.cache,
        age: fetched.age,
        until: fetched.until,
    };
    let series = analysed(fetched.series, request, definition, fetched.stale).await?;
    Ok((series, freshness))
}

/// Of the reports of any role, those that a request is about.
///
/// Takes milliseconds of CPU time for a large series, too long for a thread that others wait for.
pub(crate) async fn analysed(
    series: Arc<CaseSeries>,
    request: &ReportRequest,
    definition: &Definition,
    stale: Option<Stale>,
) -> Result<Arc<CaseSeries>, Failure> {
    let role = selection(request, definition).role;
    let ndc = request.ndc.clone();
    let work = move || Arc::new(series.analysed(&ndc, role, stale));
    let analysed = tokio::task::spawn_blocking(work).await;
    analysed.map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "selecting reports crashed");
        let detail = "Selecting the reports crashed; the log says where.";
        Failure::lasting(Problem::new(ProblemKind::Internal, detail))
    })
}

/// Which reports are analysed: what the caller asks for, else what the definition says.
fn selection(request: &ReportRequest, definition: &Definition) -> CaseSelection {
    request.selection.unwrap_or(definition.selection)
}

/// The reports of the period. None is younger than the document: where the source has such, or was updated
/// since, so that what is counted beside them could be, those up to the document's day are asked for instead.
async fn fetch(
    faers: &Faers,
    request: &ReportRequest,
    selection: &CaseSelection,
) -> Result<Fetched, FaersError> {
    let wanted = Period::from(selection);
    let fetched = faers.received(&request.ndc, wanted).await?;
    if !fetched.series.may_be_younger_than(request.as_of) {
        return Ok(fetched);
    }
    let until = Period {
        to: Some(request.as_of),
        ..wanted
    };
    let older = faers.received(&request.ndc, until).await?;
    Ok(Fetched {
        until: older.until.min(fetched.until),
        ..older
    })
}
