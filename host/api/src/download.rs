//! Sends the forms of a document: whole, in part, or not at all if the caller has them.

use axum::{
    body::{Body, Bytes},
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use quire_model::{Digest, Problem, ProblemKind, ReportRequest};
use quire_records::{Actor, ArtifactRef, ReportRow, State as ReportState, Success};
use utoipa::{IntoParams, IntoResponses};

use crate::{
    ApiError, ApiState, ProblemBody,
    auth::Caller,
    byte_range::{self, Part},
    coding::takes_identity,
    envelope::RequestId,
    etag,
    path::TaskPath,
    tasks,
};

/// The digest of what is sent, and of the whole document (RFC 9530).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
pub(crate) const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// Sections that a box in the document stands for, by name.
const MISSING_SECTIONS: HeaderName = HeaderName::from_static("quire-missing-sections");

/// A form of a report is asked for, by someone who may see the report.
pub struct Asked {
    pub(crate) caller: Caller,
    row: ReportRow,
    method: Method,
    headers: HeaderMap,
    /// Whether a link stands for the key.
    by_link: bool,
}

/// Which bytes the caller has.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header")]
pub(crate) struct Held {
    /// Entity tags that the caller has
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

/// Which bytes the caller wants.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes headers, which `Asked` reads")]
pub(crate) struct Wanted {
    /// One range of bytes; several are answered with the whole document
    #[param(rename = "Range")]
    range: Option<String>,
    /// Entity tag for which the range is meant
    #[param(rename = "If-Range")]
    if_range: Option<String>,
}

/// Why a task has no document.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes what `no_document` answers")]
pub(crate) enum Withheld {
    /// It has not ended; ask again after `Retry-After`
    #[response(status = 409)]
    Unfinished,
    /// It ended without a document, and `cause` says why; or a rule of retention removed it, and it cannot be made again
    #[response(status = 410)]
    Ended,
}

/// One form of a document, before its bytes are read or made.
pub(crate) struct Form {
    /// As the audit trail calls it: `pdf`, `csv reaction-table/reactions`.
    pub(crate) name: String,
    /// The strong entity tag, quotes included.
    pub(crate) tag: String,
    /// What the bytes are, if they are stored; then neither `HEAD` nor a match needs them.
    pub(crate) stored: Option<ArtifactRef>,
    pub(crate) media_type: &'static str,
    /// `inline` or `attachment`.
    pub(crate) kind: &'static str,
    /// The end of the name to save it under; letters, digits, hyphens and dots.
    pub(crate) ending: String,
}

impl FromRequestParts<ApiState> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        Self::of(caller, parts, state).await
    }
}

impl Asked {
    /// The report that the address names, asked for by an actor, whoever found out who that is.
    ///
    /// # Errors
    ///
    /// If there is no such report for the actor.
    pub async fn by(actor: Actor, parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let RequestId(request_id) = RequestId::from_request_parts(parts, state).await?;
        let state = state.clone();
        let caller = Caller {
            state: state.clone(),
            actor,
            request_id,
        };
        Self::of(caller, parts, &state).await
    }

    async fn of(caller: Caller, parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let TaskPath(id) = TaskPath::from_request_parts(parts, state).await?;
        Ok(Self {
            row: tasks::find(&caller, &id).await?,
            caller,
            method: parts.method.clone(),
            headers: parts.headers.clone(),
            by_link: false,
        })
    }

    /// The same by a link that needs no key, which the trail says.
    pub(crate) fn by_link(self) -> Self {
        Self {
            by_link: true,
            ..self
        }
    }
}

impl Asked {
    /// What the report left behind.
    ///
    /// # Errors
    ///
    /// If it has not ended, or ended without a document.
    pub(crate) fn success(&self) -> Result<&Success, ApiError> {
        self.row
            .success
            .as_ref()
            .ok_or_else(|| no_document(&self.row))
    }

    /// The bytes of a form that is stored; those that a rule of retention removed are made again.
    ///
    /// # Errors
    ///
    /// If they cannot be.
    pub(crate) async fn stored(&self, stored: ArtifactRef) -> Result<Bytes, ApiError> {
        let registry = self.caller.registry();
        let bytes = quire_reports::stored_bytes(registry, &self.row, stored).await?;
        Ok(Bytes::from(bytes))
    }

    /// Answer with a form: whole, in part, or not at all if the caller has it. `bytes` is awaited only
    /// if they are needed. What is sent is written into the audit trail first.
    pub(crate) async fn send(
        &self,
        form: Form,
        bytes: impl Future<Output = Result<Bytes, ApiError>>,
    ) -> Result<Response, ApiError> {
        if !takes_identity(&self.headers) {
            let detail =
                "a document is sent as it is, and Accept-Encoding excludes that; allow identity";
            return Err(ApiError::new(ProblemKind::NotAcceptable, detail));
        }
        let known = form.stored.map(|stored| stored.digest);
        let describe = |response, digest| {
            let mut response = describe(response, &form, &self.row.request, digest);
            mark(response.headers_mut(), &self.row);
            response
        };
        let named = text(&self.headers, &header::IF_NONE_MATCH);
        if named.is_some_and(|named| etag::none_match_names(named, &form.tag)) {
            return Ok(describe(StatusCode::NOT_MODIFIED.into_response(), known));
        }
        let head_only = self.method == Method::HEAD;
        if let (true, Some(stored)) = (head_only, form.stored) {
            return Ok(describe(head(stored), known));
        }
        let bytes = bytes.await?;
        let digest = known.unwrap_or_else(|| Digest::of(&bytes));
        if head_only {
            let size_bytes = bytes.len() as u64;
            let made = ArtifactRef { digest, size_bytes };
            return Ok(describe(head(made), Some(digest)));
        }
        let range = text(&self.headers, &header::RANGE)
            .filter(|_| etag::range_holds(text(&self.headers, &header::IF_RANGE), &form.tag));
        let (is_part, response) = match byte_range::part(range, bytes.len()) {
            Part::Whole => (false, whole(bytes, digest)),
            Part::Bytes(range) => (true, partial(&bytes, range)),
            Part::Outside => {
                let size_bytes = bytes.len();
                return Err(ApiError::OutOfRange { size_bytes });
            }
        };
        let Caller {
            state,
            actor,
            request_id,
        } = &self.caller;
        let (id, key) = (&self.row.id, &actor.key);
        let name = match self.by_link {
            true => format!("{} by link", form.name),
            false => form.name.clone(),
        };
        if is_part && state.partly.is_told(id, &name, key) {
            return Ok(describe(response, Some(digest)));
        }
        state
            .records
            .downloaded(id, &name, digest, actor, request_id)
            .await
            .inspect_err(|error| {
                state.queue.admission().note(error);
            })?;
        state.partly.tell(id, &name, key);
        Ok(describe(response, Some(digest)))
    }
}

/// Why a task has no document.
pub(crate) fn no_document(row: &ReportRow) -> ApiError {
    let cause = row.problem.clone().map(ProblemBody::of).map(Box::new);
    let mut problem = if row.state == ReportState::Cancelled {
        let detail = "the report was called off, so there is no document";
        Problem::new(ProblemKind::Cancelled, detail)
    } else if row.state.is_final() {
        let why = cause.as_ref().map_or("", |cause| cause.detail.as_str());
        let detail = format!("the report failed, so there is no document: {why}");
        Problem::new(ProblemKind::TaskFailed, detail)
    } else {
        let detail = "the report is not finished; ask again after Retry-After";
        Problem::new(ProblemKind::NotFinished, detail)
    };
    problem.retry_after_s = tasks::retry_after_s(row);
    ApiError::NoDocument {
        cause: cause.filter(|_| problem.kind == ProblemKind::TaskFailed),
        problem: Box::new(problem),
    }
}

fn head(artifact: ArtifactRef) -> Response {
    let mut response = Body::empty().into_response();
    let size = HeaderValue::from(artifact.size_bytes);
    response.headers_mut().insert(header::CONTENT_LENGTH, size);
    insert_digest(&mut response, CONTENT_DIGEST, artifact.digest);
    response
}

fn whole(bytes: Bytes, digest: Digest) -> Response {
    let mut response = Body::from(bytes).into_response();
    insert_digest(&mut response, CONTENT_DIGEST, digest);
    response
}

fn partial(bytes: &Bytes, range: std::ops::Range<usize>) -> Response {
    let content_range = format!(
        "bytes {}-{}/{}",
        range.start,
        range.end.saturating_sub(1),
        bytes.len()
    );
    let part = bytes.slice(range);
    let digest = Digest::of(&part);
    let headers = [(header::CONTENT_RANGE, content_range)];
    let mut response = (StatusCode::PARTIAL_CONTENT, headers, Body::from(part)).into_response();
    insert_digest(&mut response, CONTENT_DIGEST, digest);
    response
}

/// What is the same for every way to send a form.
fn describe(
    mut response: Response,
    form: &Form,
    request: &ReportRequest,
    digest: Option<Digest>,
) -> Response {
    if let Some(digest) = digest {
        insert_digest(&mut response, REPR_DIGEST, digest);
    }
    let headers = response.headers_mut();
    let mut insert = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    insert(header::ETAG, &form.tag);
    insert(header::ACCEPT_RANGES, "bytes");
    // The caller may keep it, but asks each time: a key can be revoked. A proxy that compresses it would take away
    // its tag and its ranges.
    insert(header::CACHE_CONTROL, "private, no-cache, no-transform");
    insert(header::CONTENT_TYPE, form.media_type);
    // A drug code holds only digits and hyphens, so the name needs no escaping.
    let (Form { kind, ending, .. }, ReportRequest { ndc, as_of, .. }) = (form, request);
    let disposition = format!("{kind}; filename=\"quire-{ndc}-{as_of}{ending}\"");
    insert(header::CONTENT_DISPOSITION, &disposition);
    insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Say of a document that it lacks sections, and which task was made in its place.
fn mark(headers: &mut HeaderMap, row: &ReportRow) {
    let lacking = row.success.iter().flat_map(|success| &success.placeholders);
    let lacking = lacking.map(String::as_str).collect::<Vec<_>>().join(", ");
    if let (false, Ok(sections)) = (lacking.is_empty(), HeaderValue::try_from(lacking)) {
        headers.insert(MISSING_SECTIONS, sections);
    }
    let successor = row.remade_as.as_ref();
    let link = successor.map(|id| format!("</api/tasks/{id}>; rel=\"successor-version\""));
    if let Some(Ok(link)) = link.map(HeaderValue::try_from) {
        headers.insert(header::LINK, link);
    }
}

pub(crate) fn insert_digest(response: &mut Response, name: HeaderName, digest: Digest) {
    let value = format!("sha-256=:{}:", BASE64.encode(digest.as_bytes()));
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
