//! The first stage: the reports that are analysed, and what they are compared with.

use std::{sync::Arc, time::Duration};

use quire_faers::{CacheState, CaseSeries, Faers, FaersError, Fetched, Period};
use quire_model::{
    Background, CaseSelection, Definition, DrugRole, Failure, Problem, ProblemKind, ReportRequest,
};

/// What a report is made from, beside its modules.
#[derive(Debug)]
pub(crate) struct Data {
    /// The reports that are analysed.
    pub(crate) series: Arc<CaseSeries>,
    /// What they are compared with; none if no module of the report asks.
    pub(crate) background: Option<Arc<Background>>,
}

/// How data were had. Nothing of it reaches a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// How the cache served them.
    pub cache: CacheState,
    /// How old they are.
    pub age: Duration,
}

impl Data {
    /// Reports that are compared with nothing.
    pub(crate) fn alone(series: Arc<CaseSeries>) -> Self {
        Self {
            series,
            background: None,
        }
    }

    /// Reports that are compared with these.
    pub(crate) fn compared(series: Arc<CaseSeries>, background: Arc<Background>) -> Self {
        let series = CaseSeries::clone(&series).compared_with(&background);
        Self {
            series: Arc::new(series),
            background: Some(background),
        }
    }

    /// The reports of the period and the role that are asked for.
    pub(crate) async fn series(
        faers: &Faers,
        request: &ReportRequest,
        definition: &Definition,
    ) -> Result<(Arc<CaseSeries>, Freshness), Failure> {
        let selection = selection(request, definition);
        let Fetched { series, cache, age } = fetch(faers, request, &selection).await?;
        let series = in_role(series, selection.role).await?;
        Ok((series, Freshness { cache, age }))
    }

    /// Of stored reports, those of the role that was asked for.
    pub(crate) async fn of_role(
        series: Arc<CaseSeries>,
        request: &ReportRequest,
        definition: &Definition,
    ) -> Result<Arc<CaseSeries>, Failure> {
        in_role(series, selection(request, definition).role).await
    }
}

/// Which reports are analysed: what the caller asks for, else what the definition says.
fn selection(request: &ReportRequest, definition: &Definition) -> CaseSelection {
    request.selection.unwrap_or(definition.selection)
}

/// The reports of the period. None is younger than the document: where the source has such, those
/// up to its day are asked for instead.
async fn fetch(
    faers: &Faers,
    request: &ReportRequest,
    selection: &CaseSelection,
) -> Result<Fetched, FaersError> {
    let wanted = Period::from(selection);
    let fetched = faers.received(&request.ndc, wanted).await?;
    let newest = fetched.series.received().and_then(<[_]>::last);
    if newest.is_none_or(|day| day.received <= request.as_of) {
        return Ok(fetched);
    }
    let until = Period {
        to: Some(request.as_of),
        ..wanted
    };
    faers.received(&request.ndc, until).await
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
