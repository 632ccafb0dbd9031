//! `GET /api/cer/normalize/{ndc}`: the reactions in a drug's reports, counted.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use quire_faers::{CaseSeries, Count};
use quire_model::{CaseSelection, DrugRole, Period, ProblemKind};
use quire_reports::spending;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::Caller,
    cache_headers::{self, NoData},
    described::RoleOfDrug,
    path::NdcPath,
    query,
    query::Params,
};

/// Most rows that are sent. A drug with many reports has a few thousand reactions.
const MOST_ROWS: u32 = 10_000;

/// How much to send.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NormalizeParams {
    /// How many rows, most frequent first; all if absent, at most 10,000.
    #[param(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
    /// Which roles of the drug make a report count; `any` if absent.
    #[param(value_type = Option<RoleOfDrug>)]
    role: Option<DrugRole>,
    /// Only reports first received on this day or later.
    #[param(example = "2014-01-01", format = Date)]
    received_from: Option<String>,
    /// Only reports first received on this day or earlier.
    #[param(example = "2014-12-31", format = Date)]
    received_to: Option<String>,
}

/// A drug code, what it means, and the reactions in its reports.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Normalized {
    /// The drug code, as it was sent.
    #[schema(example = "61958-0802-1")]
    ndc: String,
    /// The product codes it may mean, most likely first.
    candidates: Vec<String>,
    /// Those of them that openFDA knows.
    matched: Vec<String>,
    /// Reports in openFDA that name the product, in the period if one is asked for.
    total: u64,
    /// How many of them were fetched, newest first.
    fetched: u64,
    /// How many of those are counted below: duplicates, unreadable ones, and those in another role than
    /// asked for are left out.
    analysed: u64,
    /// How many different reactions there are, sent or not.
    distinct: u32,
    /// The reactions: most reports first, ties in code point order of the text.
    rows: Vec<ReactionRow>,
}

/// One reaction. A report counts once for it, however often it names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ReactionRow {
    /// The reaction, as a MedDRA preferred term.
    #[schema(example = "Dyspnoea")]
    event: String,
    /// Reports that name it.
    count: u32,
    /// Of them, reports marked serious.
    serious: u32,
    /// Of them, reports of a death: by the seriousness criterion, a fatal outcome, or a reaction that means
    /// death.
    fatal: u32,
}

/// The reactions in a drug's reports, each counted once a report.
#[utoipa::path(
    get, path = "/api/cer/normalize/{ndc}", operation_id = "countReactions",
    params(NdcPath, NormalizeParams),
    responses(
        (status = 200, description = "The reactions; no rows if the product has no reports", body = Normalized, headers(
            ("X-Cache" = String, description = "`MISS`, `HIT`, or `STALE` when openFDA could not be reached"),
            ("Age" = u64, description = "Seconds since openFDA was asked"),
        )),
        NoData,
    ),
)]
pub(crate) async fn show(
    caller: Caller,
    NdcPath(ndc): NdcPath,
    Params(params): Params<NormalizeParams>,
) -> Result<Response, ApiError> {
    let limit = params
        .limit
        .map(|limit| query::bounded("limit", limit, MOST_ROWS))
        .transpose()?;
    let wanted = quire_registry::selected(
        CaseSelection::default(),
        params.role,
        params.received_from.as_deref(),
        params.received_to.as_deref(),
    );
    let wanted = wanted.map_err(query::unpointed)?;
    let wanted = wanted.unwrap_or_default();
    let faers = &caller.state.maker.faers;
    let fetched = faers.received(&ndc, Period::from(&wanted));
    let fetched = spending(caller.actor.key.as_str(), fetched).await?;
    let headers = cache_headers::of(fetched.cache, fetched.age);
    let series = fetched.series.analysed(&ndc, wanted.role, None);
    let body = normalized(&series, limit.unwrap_or(MOST_ROWS))?;
    Ok((headers, Json(body)).into_response())
}

fn normalized(series: &CaseSeries, limit: u32) -> Result<Normalized, ApiError> {
    let origin = series.origin();
    let counts = series
        .count_by(None, "reaction", Some(limit))
        .map_err(|error| ApiError::new(ProblemKind::Internal, error.to_string()))?;
    Ok(Normalized {
        ndc: series.analysis().ndc.clone(),
        candidates: origin.candidates.clone(),
        matched: origin.matched.clone(),
        total: origin.total,
        fetched: origin.fetched,
        analysed: u64::from(series.len()),
        distinct: counts.distinct,
        rows: counts.rows.into_iter().map(ReactionRow::from).collect(),
    })
}

impl From<Count> for ReactionRow {
    fn from(count: Count) -> Self {
        Self {
            event: count.value,
            count: count.reports,
            serious: count.serious,
            fatal: count.fatal,
        }
    }
}
