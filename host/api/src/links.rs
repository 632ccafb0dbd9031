//! `/api/tasks/{task_id}/links`: addresses that let whoever has them read one form of a report until a time, for a browser,
//! which sends no key. What stands behind the question mark is the secret: it is in no log, trace or metric, since none
//! of them has queries.

use std::time::Duration;

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use quire_model::{ProblemKind, ReportId};
use quire_records::{KeyId, LinkTerms, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError, ApiState,
    auth::Caller,
    base_path::address,
    caller_address::{AskedBy, CallerAddress},
    download::{self, Asked, Held, Wanted, Withheld},
    envelope::RequestId,
    forms::{self, CsvParams},
    json_body::JsonBody,
    link_refused,
    path::TaskPath,
    pdf,
    query::Params,
    rates::Policy,
    tasks,
};

/// How long a link holds if nobody says how long, and at the most: an address is passed on, and forgotten.
const USUAL_LIFE: Duration = Duration::from_hours(24);
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 7);

/// Longest name of a table, in bytes: two names of 64 and what stands between.
const LONGEST_TABLE: usize = 130;

const NO_REFERRER: (HeaderName, HeaderValue) = (
    header::REFERRER_POLICY,
    HeaderValue::from_static("no-referrer"),
);

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LinkForm {
    /// As it is printed.
    Pdf,
    /// One file for a browser.
    Html,
    /// Blocks, facts and numbers.
    Json,
    /// Every table, or one.
    Csv,
}

/// A link to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakeLink {
    /// Which form of the report.
    form: LinkForm,
    /// Which table of the form `csv`, as `section/id`; all of them in an archive if absent.
    #[serde(default)]
    #[schema(example = "reaction-table/reactions")]
    table: Option<String>,
    /// How many seconds it holds: a day if absent, at most seven days.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 604_800)]
    expires_in: Option<u64>,
}

/// A link.
#[derive(Serialize, ToSchema)]
pub(crate) struct Link {
    /// Where to read it, without a key. Unless the server knows its address (`--address`) it begins at `/`: put that
    /// before it. Whoever has the whole can read it.
    url: String,
    /// Until when, unless the key that made it is revoked or ends before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What stands in a link.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LinkParams {
    /// Which form of the report.
    form: LinkForm,
    /// Which table of it.
    table: Option<String>,
    /// The key that made the link, by its public name.
    key: String,
    /// Until when, in seconds since 1970-01-01 UTC.
    expires: i64,
    /// Proves that the link was made here and says what it said then.
    signature: String,
}

/// Someone who has a link that holds.
pub(crate) struct Linked {
    asked: Asked,
    form: LinkForm,
    table: Option<String>,
}

/// Make a link to one form of the report, for somebody who has no key. It holds until its time, and no longer than the
/// key that made it.
#[utoipa::path(
    post, path = "/api/tasks/{task_id}/links", operation_id = "makeLink",
    params(TaskPath),
    request_body = MakeLink,
    responses(
        (status = 201, description = "The link; whoever has it can read that form", body = Link),
        (status = 410, description = "The report ended without a document"),
        (status = 422, description = "A member cannot be used, or the report has no such table; those that it has are named"),
    ),
)]
pub(crate) async fn make(
    caller: Caller,
    TaskPath(id): TaskPath,
    JsonBody(body): JsonBody<MakeLink>,
) -> Result<Response, ApiError> {
    let life = life(body.expires_in)?;
    table_of(body.form, body.table.as_deref())?;
    let row = tasks::find(&caller, &id).await?;
    // One that has not ended may still come to have a document.
    if row.state.is_final() && row.success.is_none() {
        return Err(download::no_document(&row));
    }
    if let Some(table) = &body.table {
        forms::has_table(&caller, &row, table.clone()).await?;
    }
    let expires_s = Timestamp::now().as_second().saturating_add(life);
    let terms = terms(
        id,
        body.form,
        body.table,
        caller.actor.key.clone(),
        expires_s,
    )?;
    let signature = caller
        .records()
        .make_link_to(&terms, &caller.actor, &caller.request_id)
        .await?;
    let link = Link {
        url: url(&caller.state, &terms, &signature),
        expires_at: terms.expires_at,
    };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(link)).into_response())
}

/// A form of a report by a link, without a key.
#[utoipa::path(
    get, path = "/api/links/{task_id}", operation_id = "downloadByLink",
    params(TaskPath, Held, Wanted, LinkParams),
    responses(
        (status = 200, description = "The document", content(
            (Vec<u8> = "application/pdf"),
            (String = "text/html"),
            (Object = "application/json"),
            (Vec<u8> = "application/zip"),
            (String = "text/csv"),
        )),
        (status = 403, description = "The link is not whole, does not hold, or not any more; a page for people if `Accept` names `text/html`, as every refusal here"),
        (status = 429, description = "The key that made it has sent more requests than it may, or too many came without a \
            valid key; try again after `Retry-After`"),
        Withheld,
        (status = 503, description = "The records cannot be used; try again after `Retry-After`"),
    ),
)]
pub(crate) async fn follow(
    State(state): State<ApiState>,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let answer = match Linked::from_request_parts(&mut parts, &state).await {
        Ok(linked) => linked.answer().await,
        Err(refused) => Err(refused),
    };
    let id = parts.extensions.get::<RequestId>();
    let mut response =
        answer.unwrap_or_else(|refused| link_refused::told(refused, &parts.headers, id));
    let (name, value) = NO_REFERRER;
    response.headers_mut().insert(name, value);
    response
}

impl FromRequestParts<ApiState> for Linked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let TaskPath(id) = TaskPath::from_request_parts(parts, state).await?;
        let link = Params::<LinkParams>::from_request_parts(parts, state).await;
        let Params(link) = link.map_err(|_| {
            let detail =
                "the link is not as it was made: something of it was cut off, or added, on its way";
            ApiError::new(ProblemKind::LinkInvalid, detail)
        })?;
        let LinkParams {
            form,
            table,
            key,
            expires,
            signature,
        } = link;
        let terms = terms(id, form, table, KeyId::from(key.as_str()), expires)?;
        let holder = state.records.link_holder(&terms, &signature).await?;
        let Some(actor) = holder else {
            state.sign_ins.pass(&parts.extensions)?;
            state.sign_ins.refused(&parts.extensions);
            let detail = "the link is not one of this server, or has ended: links end by themselves, and with the key \
                          that made them";
            return Err(ApiError::new(ProblemKind::LinkInvalid, detail));
        };
        AskedBy::tell(&parts.extensions, &actor.key);
        let came = CallerAddress::of(&parts.extensions);
        state.rates.take(&actor.key, Policy::Requests)?;
        Ok(Self {
            asked: Asked::by(actor.at(came), parts, state).await?.by_link(),
            form,
            table: terms.table,
        })
    }
}

impl Linked {
    async fn answer(self) -> Result<Response, ApiError> {
        match self.form {
            LinkForm::Pdf => pdf::download(self.asked).await,
            LinkForm::Html => forms::html(self.asked).await,
            LinkForm::Json => forms::json(self.asked).await,
            LinkForm::Csv => forms::csv(self.asked, Params(CsvParams::of(self.table))).await,
        }
    }
}

impl LinkForm {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

fn invalid(detail: impl Into<String>) -> ApiError {
    ApiError::new(ProblemKind::InvalidRequest, detail)
}

/// How many seconds a link is to hold.
fn life(asked: Option<u64>) -> Result<i64, ApiError> {
    let most = LONGEST_LIFE.as_secs();
    let life = asked.unwrap_or(USUAL_LIFE.as_secs());
    match i64::try_from(life) {
        Ok(life) if life >= 1 && life.unsigned_abs() <= most => Ok(life),
        _ => Err(invalid(format!(
            "`expires_in` is {life}; it must be from 1 to {most} seconds, which are seven days"
        ))),
    }
}

/// Only what is of tables has one, and its name stands in an address.
fn table_of(form: LinkForm, table: Option<&str>) -> Result<(), ApiError> {
    let Some(table) = table else { return Ok(()) };
    if form != LinkForm::Csv {
        return Err(invalid("`table` belongs to the form csv: leave it out"));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let is_name = (1..=LONGEST_TABLE).contains(&table.len()) && table.bytes().all(plain);
    is_name.then_some(()).ok_or_else(|| {
        invalid("`table` is no name of a table: write it as index.csv lists it, such as reaction-table/reactions")
    })
}

fn terms(
    report: ReportId,
    form: LinkForm,
    table: Option<String>,
    key: KeyId,
    expires_s: i64,
) -> Result<LinkTerms, ApiError> {
    let expires_at = Timestamp::from_second(expires_s);
    Ok(LinkTerms {
        report,
        form: form.as_str().to_owned(),
        table,
        key,
        expires_at: expires_at.map_err(|_| invalid("`expires` is no time"))?,
    })
}

/// The whole address where it is known, else as links elsewhere are. All of it is plain, so nothing is escaped.
fn url(state: &ApiState, terms: &LinkTerms, signature: &str) -> String {
    let path = format!("/api/links/{}", terms.report);
    let place = match state.place.0.is_empty() {
        true => address(&path),
        false => format!("{}{path}", state.place.0),
    };
    let table = terms.table.as_ref().map(|table| format!("&table={table}"));
    let (form, table) = (&terms.form, table.unwrap_or_default());
    let (key, expires) = (&terms.key, terms.expires_at.as_second());
    format!("{place}?form={form}{table}&key={key}&expires={expires}&signature={signature}")
}
