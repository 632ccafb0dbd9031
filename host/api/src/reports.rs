//! `POST /api/cer/{ndc}/enhanced-pdf`: take a request for a report and answer before it is made.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_jobs::SubmitError;
use quire_model::{
    Date, DrugRole, HostFault, Ndc, Paper, Problem, ProblemKind, ReportId, ReportRequest,
};
use quire_registry::Definitions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiError, ApiState, auth::Caller, envelope::RequestId, idempotency, json_body::JsonBody,
    path::NdcPath, selection, selection::RoleOfDrug,
};

/// The report definition when the caller names none.
pub(crate) const STANDARD_DEFINITION: &str = "cer";

/// After how many seconds the first look at a task is worthwhile: a report from cached data takes
/// well under a second, one from openFDA a few.
const FIRST_LOOK_S: u64 = 1;

/// After how many seconds another try is worthwhile while nothing is accepted: the machine is tried
/// every second, and all who wait come back together.
const CLOSED_S: u64 = 5;

/// When `/enhanced-pdf-celery` was deprecated (RFC 9745): 2026-11-23.
const DEPRECATED_SINCE: &str = "@1795392000";

/// What a caller may say about the report. Everything is optional, the body too.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateReport {
    /// "Today" for the document; today, UTC, if absent. Part of what determines the bytes.
    #[serde(default)]
    #[schema(example = "2025-06-30", format = Date)]
    pub(crate) as_of: Option<String>,
    /// BCP 47 tag of the language wanted; `en` if absent.
    #[serde(default)]
    #[schema(example = "en")]
    pub(crate) locale: Option<String>,
    /// Paper size; the definition's if absent.
    #[serde(default)]
    #[schema(value_type = Option<PaperName>)]
    pub(crate) paper: Option<Paper>,
    /// The report definition; `cer` if absent.
    #[serde(default)]
    #[schema(example = "cer")]
    pub(crate) definition: Option<String>,
    /// Which roles of the drug make a report count; as the definition says if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleOfDrug>)]
    pub(crate) role: Option<DrugRole>,
    /// Only reports first received on this day or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2014-01-01", format = Date)]
    pub(crate) received_from: Option<String>,
    /// Only reports first received on this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2014-12-31", format = Date)]
    pub(crate) received_to: Option<String>,
}

/// Paper size and orientation.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `quire_model::Paper` to OpenAPI")]
pub(crate) enum PaperName {
    /// 215.9 × 279.4 mm, upright.
    Letter,
    /// 279.4 × 215.9 mm.
    LetterLandscape,
    /// 210 × 297 mm, upright.
    A4,
    /// 297 × 210 mm.
    A4Landscape,
}

/// A report was accepted: it will come to an end, and the task says how.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedReport {
    /// For people.
    message: &'static str,
    /// Names the task.
    #[schema(value_type = String, example = "01JD3Q0V5N8R6Z2W4Y7XK9MTBC")]
    task_id: ReportId,
    /// `PENDING`.
    status: &'static str,
    /// Where to go from here.
    links: AcceptedLinks,
}

/// Where to go from an accepted report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedLinks {
    /// Says where the report stands.
    status: String,
    /// The document, once the task's status is `SUCCESS`.
    pdf: String,
}

/// Queue a report. The answer comes at once; follow the task until it ends.
///
/// With an `Idempotency-Key` the same request can be sent again safely: within 24 hours it gives
/// the same task.
#[utoipa::path(
    post,
    path = "/api/cer/{ndc}/enhanced-pdf",
    operation_id = "requestReport",
    params(
        NdcPath,
        ("Idempotency-Key" = Option<String>, Header, description = "Your name for this request, quoted or bare, 1 to 255 characters; remembered for 24 hours"),
    ),
    request_body(content = Option<CreateReport>, description = "May be left out"),
    responses(
        (status = 202, description = "Accepted; `Location` is the task", body = AcceptedReport, headers(
            ("Location" = String, description = "The task"),
            ("Retry-After" = u64, description = "Seconds after which the task is worth a look"),
        )),
        (status = 422, description = "The drug code, the definition or a field cannot be used, or the Idempotency-Key belongs to another request"),
        (status = 429, description = "Too many reports wait already"),
        (status = 503, description = "The queue cannot be used, or this server lacks what a report needs (room, files, memory): `detail` names it; nothing was accepted, and it will be again by itself", headers(
            ("Retry-After" = u64, description = "Seconds after which another try may succeed"),
        )),
    ),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Caller(actor): Caller,
    RequestId(request_id): RequestId,
    NdcPath(ndc): NdcPath,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateReport>,
) -> Result<Response, ApiError> {
    let key = idempotency::key(&headers, &ndc, &body)?;
    let request = request(ndc, body, &state.maker.registry.definitions)?;
    let accepted = state
        .queue
        .submit(&request, &actor, &request_id, key.as_ref())
        .await?;
    Ok(answer(accepted.id))
}

/// The same under its older name.
#[utoipa::path(
    post,
    path = "/api/cer/{ndc}/enhanced-pdf-celery",
    operation_id = "requestReportDeprecated",
    params(NdcPath),
    request_body(content = Option<CreateReport>, description = "May be left out"),
    responses(
        (status = 202, description = "As /enhanced-pdf, with the headers `Deprecation` and `Link`", body = AcceptedReport),
        (status = 422, description = "As /enhanced-pdf"),
        (status = 429, description = "As /enhanced-pdf"),
        (status = 503, description = "As /enhanced-pdf"),
    ),
)]
pub(crate) async fn create_deprecated(
    state: State<ApiState>,
    caller: Caller,
    request_id: RequestId,
    NdcPath(ndc): NdcPath,
    headers: HeaderMap,
    body: JsonBody<CreateReport>,
) -> Result<Response, ApiError> {
    let successor = format!("</api/cer/{ndc}/enhanced-pdf>; rel=\"successor-version\"");
    let mut response = create(state, caller, request_id, NdcPath(ndc), headers, body).await?;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("deprecation"),
        HeaderValue::from_static(DEPRECATED_SINCE),
    );
    if let Ok(link) = HeaderValue::try_from(successor) {
        headers.insert(header::LINK, link);
    }
    Ok(response)
}

/// What the caller asks for, with every default filled in.
pub(crate) fn request(
    ndc: Ndc,
    body: CreateReport,
    definitions: &Definitions,
) -> Result<ReportRequest, ApiError> {
    let definition = body
        .definition
        .unwrap_or_else(|| STANDARD_DEFINITION.to_owned());
    let Some(known) = definitions.get(&definition) else {
        return Err(unknown_definition(&definition, definitions));
    };
    let (from, to) = (body.received_from.as_deref(), body.received_to.as_deref());
    Ok(ReportRequest {
        ndc,
        selection: selection::chosen(known.selection, body.role, from, to)?,
        definition,
        as_of: as_of(body.as_of.as_deref())?,
        locale: locale(body.locale)?,
        paper: body.paper,
    })
}

fn unknown_definition(name: &str, definitions: &Definitions) -> ApiError {
    let known = definitions.names().collect::<Vec<_>>().join(", ");
    let name: String = name.chars().take(80).collect();
    let detail = format!("there is no report definition {name:?}; there are: {known}");
    ApiError::new(ProblemKind::UnknownDefinition, detail)
}

fn as_of(text: Option<&str>) -> Result<Date, ApiError> {
    let today = || {
        let now = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now());
        now.date()
    };
    Ok(selection::day("as_of", text)?.unwrap_or_else(today))
}

/// Only the form is checked: modules fall back to a language that they have.
fn locale(tag: Option<String>) -> Result<String, ApiError> {
    let tag = tag.unwrap_or_else(|| "en".to_owned());
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if tag.len() <= 35 && tag.split('-').all(subtag) {
        return Ok(tag);
    }
    let tag: String = tag.chars().take(40).collect();
    let detail = format!("locale is {tag:?}; it must be a BCP 47 tag such as en or de-AT");
    Err(ApiError::new(ProblemKind::InvalidRequest, detail))
}

fn answer(id: ReportId) -> Response {
    let status = format!("/api/tasks/{id}");
    let headers = [
        (header::LOCATION, status.clone()),
        (header::RETRY_AFTER, FIRST_LOOK_S.to_string()),
    ];
    let body = AcceptedReport {
        message: "the report is queued; follow links.status until it ends",
        task_id: id,
        status: "PENDING",
        links: AcceptedLinks {
            pdf: format!("{status}/pdf"),
            status,
        },
    };
    (StatusCode::ACCEPTED, headers, Json(body)).into_response()
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        let (kind, retry_after_s) = match error {
            SubmitError::Conflict { .. } => return Self::idempotency_mismatch(),
            SubmitError::Records(source) => return source.into(),
            SubmitError::Host(fault) => return closed(fault),
            SubmitError::Full { .. } => (ProblemKind::TooManyRequests, 10),
            _ => (ProblemKind::QueueUnavailable, CLOSED_S),
        };
        let detail = format!("{error}; nothing was accepted, send the request again later");
        Problem::new(kind, detail).retry_after(retry_after_s).into()
    }
}

/// Nothing is accepted while this machine cannot do what a report needs.
fn closed(fault: HostFault) -> ApiError {
    let remedy = fault.remedy();
    let detail = format!(
        "no report is accepted, because {fault}: {remedy}. Nothing was accepted; send the request \
         again later"
    );
    let problem = Problem::new(ProblemKind::QueueUnavailable, detail);
    problem.retry_after(CLOSED_S).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_has_the_form_of_a_language_tag() {
        assert_eq!(locale(None).unwrap(), "en");
        assert!(locale(Some("de-AT".to_owned())).is_ok());
        assert!(locale(Some("en_US".to_owned())).is_err());
        assert!(locale(Some(String::new())).is_err());
    }

    #[test]
    fn a_wrong_day_is_named() {
        let error = as_of(Some("30.6.2025")).unwrap_err().to_string();

        assert!(error.contains("30.6.2025"), "{error}");
    }
}
