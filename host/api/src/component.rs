//! `GET /api/admin/modules/{name}/versions/{digest}/component`: the very bytes that were pushed as a version of a module.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use quire_model::Digest;

use crate::{
    ApiError,
    auth::Admin,
    download::{self, Held, REPR_DIGEST},
    etag,
    path::VersionPath,
};

/// The component of a version, as it was pushed: to keep, to try, or to push elsewhere.
///
/// The entity tag is the SHA-256 digest of the bytes, which is the version's name. `If-None-Match` is honoured.
#[utoipa::path(
    get, path = "/api/admin/modules/{name}/versions/{digest}/component", operation_id = "downloadComponent",
    params(VersionPath, Held),
    responses(
        (status = 200, description = "The component", body = Vec<u8>, content_type = "application/wasm", headers(
            ("Repr-Digest" = String, description = "sha-256 of the component, RFC 9530"),
        )),
        (status = 404, description = "There is no such module or version, or several begin so; or its file is gone from the data directory"),
    ),
)]
pub(crate) async fn download(
    Admin(caller): Admin,
    VersionPath { name, digest }: VersionPath,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let records = caller.records();
    let digest = records.version_named(&name, &digest).await?;
    let tag = etag::of(digest);
    let held = download::text(&headers, &header::IF_NONE_MATCH);
    if held.is_some_and(|named| etag::none_match_names(named, &tag)) {
        let unchanged = StatusCode::NOT_MODIFIED.into_response();
        return Ok(described(unchanged, &name, digest));
    }
    let response = if method == Method::HEAD {
        let version = records.version(&name, digest).await?;
        let size = version.map_or(0, |version| version.size_bytes);
        ([(header::CONTENT_LENGTH, size)], Body::empty()).into_response()
    } else {
        let bytes = records.component(&name, digest).await?;
        Body::from(Bytes::from(bytes)).into_response()
    };
    Ok(described(response, &name, digest))
}

/// What is the same of every answer about a component.
fn described(mut response: Response, module: &str, digest: Digest) -> Response {
    download::insert_digest(&mut response, REPR_DIGEST, digest);
    let headers = response.headers_mut();
    let mut insert = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    insert(header::ETAG, &etag::of(digest));
    // The caller may keep it, but asks each time: a key can be revoked.
    insert(header::CACHE_CONTROL, "private, no-cache, no-transform");
    insert(header::CONTENT_TYPE, "application/wasm");
    // A name that a module has holds only letters, digits and hyphens, so it needs no escaping.
    let file = format!("{module}-{}.wasm", digest.short());
    insert(
        header::CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{file}\""),
    );
    insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}
