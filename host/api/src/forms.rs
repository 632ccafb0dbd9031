//! `GET /api/tasks/{task_id}/{html,json,csv}`: the other forms of the document.
//!
//! The JSON is stored with the PDF; HTML and CSV are made from it on request. So all forms hold the
//! same numbers, also after modules were replaced or data were fetched anew.

use std::sync::{Arc, LazyLock};

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use quire_model::{Digest, Document, ProblemKind};
use quire_records::{ArtifactRef, ReportRow};
use quire_render::RenderError;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, IntoResponses};

use crate::{
    ApiError,
    auth::Caller,
    download::{Asked, Form, Held, Wanted, Withheld},
    etag,
    path::TaskPath,
    query::Params,
};

/// Forms that are made at the same time in this process; further requests wait. Each takes a core
/// and, for the largest documents, some hundred megabytes.
const AT_ONCE: usize = 2;

static MAKING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE)));

/// Part of the entity tags: raised when the bytes that are made of a document change.
const REVISION: &[u8] = concat!(env!("CARGO_PKG_VERSION"), " 3").as_bytes();

/// What a browser may do with the page: what the page itself says, and not show it inside another.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!("{}; frame-ancestors 'none'", quire_render::html_policy());
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
});

#[derive(IntoResponses)]
/// The key has no such task, or the report was made before other forms were stored
#[response(status = 404)]
pub(crate) struct NotStored;

/// The document as one HTML file: no script, nothing fetched, tables whole.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/html", operation_id = "downloadReportHtml",
    params(TaskPath, Held, Wanted),
    responses(
        (status = 200, description = "The document", body = String, content_type = "text/html"),
        NotStored,
        Withheld,
    ),
)]
pub(crate) async fn html(asked: Asked) -> Result<Response, ApiError> {
    let document = document(&asked)?;
    let form = Form {
        name: "html".to_owned(),
        tag: tag(document, "html"),
        stored: None,
        media_type: "text/html; charset=utf-8",
        kind: "inline",
        ending: ".html".to_owned(),
    };
    let bytes = made(&asked, document, quire_render::html);
    let mut response = asked.send(form, bytes).await?;
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    Ok(response)
}

/// The document as JSON: blocks, facts and numbers, as `/schemas/document-1.json` describes.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/json", operation_id = "downloadReportJson",
    params(TaskPath, Held, Wanted),
    responses(
        (status = 200, description = "The document, `quire:document/1`: `/schemas/document-1.json` describes it", body = Map<String, Value>),
        NotStored,
        Withheld,
    ),
)]
pub(crate) async fn json(asked: Asked) -> Result<Response, ApiError> {
    let document = document(&asked)?;
    let form = Form {
        name: "json".to_owned(),
        tag: etag::of(document.digest),
        stored: Some(document),
        media_type: "application/json",
        kind: "inline",
        ending: ".json".to_owned(),
    };
    let bytes = asked.stored(document);
    asked.send(form, bytes).await
}

/// Which table.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CsvParams {
    /// One table, as `section/id`, as `index.csv` lists it: the answer is that file alone. Without
    /// it, all of them come in a ZIP archive.
    #[param(example = "reaction-table/reactions")]
    table: Option<String>,
}

impl CsvParams {
    /// That table, or all of them.
    pub(crate) const fn of(table: Option<String>) -> Self {
        Self { table }
    }
}

/// The tables as CSV: all rows, numbers in full. A ZIP archive of one file a table, with
/// `index.csv` and `columns.csv`, or one table as `text/csv`.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/csv", operation_id = "downloadReportCsv",
    params(TaskPath, Held, Wanted, CsvParams),
    responses(
        (status = 200, description = "The tables", content(
            (Vec<u8> = "application/zip"),
            (String = "text/csv"),
        )),
        NotStored,
        Withheld,
        (status = 422, description = "The document has no such table; those that it has are named"),
    ),
)]
pub(crate) async fn csv(
    asked: Asked,
    Params(CsvParams { table }): Params<CsvParams>,
) -> Result<Response, ApiError> {
    let document = document(&asked)?;
    let Some(table) = table else {
        let form = Form {
            name: "csv".to_owned(),
            tag: tag(document, "csv"),
            stored: None,
            media_type: "application/zip",
            kind: "attachment",
            ending: "-tables.zip".to_owned(),
        };
        let bytes = made(&asked, document, quire_render::csv);
        return asked.send(form, bytes).await;
    };
    let name = format!("csv {table}");
    let form = Form {
        tag: tag(document, &name),
        name,
        stored: None,
        media_type: "text/csv; charset=utf-8; header=present",
        kind: "attachment",
        ending: ending(&table),
    };
    let bytes = made(&asked, document, move |document| {
        quire_render::csv_table(document, &table).map(|file| file.bytes)
    });
    asked.send(form, bytes).await
}

/// The schema of a report's JSON form.
#[utoipa::path(
    get, path = "/schemas/document-1.json", operation_id = "getDocumentSchema",
    responses((
        status = 200, description = "JSON Schema 2020-12", body = Map<String, Value>,
        content_type = "application/schema+json",
    )),
)]
pub(crate) async fn schema() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/schema+json"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, quire_render::JSON_SCHEMA)
}

/// The document that the forms are made from; or why there is none.
fn document(asked: &Asked) -> Result<ArtifactRef, ApiError> {
    asked.success()?.document.ok_or_else(|| {
        let detail = "this report was made by an earlier version of Quire, which kept only the \
            PDF; ask for the report again to get its other forms";
        ApiError::new(ProblemKind::DataMissing, detail)
    })
}

/// Derives from what the form is made of, so that a match can be answered without making it.
fn tag(document: ArtifactRef, form: &str) -> String {
    let parts: [&[u8]; 3] = [document.digest.as_bytes(), form.as_bytes(), REVISION];
    etag::of(Digest::of_parts(parts))
}

/// The end of a file name for a table: letters, digits and hyphens.
fn ending(table: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = table.chars().take(80).map(plain).collect();
    format!("-{name}.csv")
}

/// That a report's tables have one of that name, as far as it has a document yet.
///
/// # Errors
///
/// If there is none; those that there are are named.
pub(crate) async fn has_table(
    caller: &Caller,
    row: &ReportRow,
    table: String,
) -> Result<(), ApiError> {
    let success = row.success.as_ref();
    let Some(document) = success.and_then(|success| success.document) else {
        return Ok(());
    };
    let permit = Arc::clone(&MAKING).acquire_owned().await;
    let json = quire_reports::stored_bytes(caller.registry(), row, document).await?;
    let look =
        move |document: &Document| quire_render::csv_table(document, &table).map(|file| file.bytes);
    away(permit, json.into(), look).await.map(drop)
}

/// Make a form of a stored document, away from the threads that answer requests. The permit goes
/// with the work: a caller who hangs up does not make room for another before it is done.
async fn made(
    asked: &Asked,
    document: ArtifactRef,
    make: impl FnOnce(&Document) -> Result<Vec<u8>, RenderError> + Send + 'static,
) -> Result<Bytes, ApiError> {
    let permit = Arc::clone(&MAKING).acquire_owned().await;
    let json = asked.stored(document).await?;
    away(permit, json, make).await
}

/// Away from the threads that answer requests, as long as the permit allows.
async fn away(
    permit: impl Send + 'static,
    json: Bytes,
    make: impl FnOnce(&Document) -> Result<Vec<u8>, RenderError> + Send + 'static,
) -> Result<Bytes, ApiError> {
    let work = move || {
        let _permit = permit;
        make(&quire_render::read_json(&json)?)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(bytes)) => Ok(Bytes::from(bytes)),
        Ok(Err(error @ RenderError::NoTable { .. })) => Err(ApiError::new(
            ProblemKind::InvalidRequest,
            error.to_string(),
        )),
        Ok(Err(error)) => {
            let detail = format!("the form could not be made: {error}");
            Err(ApiError::new(ProblemKind::RenderFailed, detail))
        }
        Err(panic) => {
            tracing::error!(
                error = &panic as &dyn std::error::Error,
                "making a form crashed"
            );
            let detail = "making the form crashed; the log says where";
            Err(ApiError::new(ProblemKind::Internal, detail))
        }
    }
}
