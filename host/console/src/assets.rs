//! The files that pages load: compiled in, and served with their digest in the address, so that a
//! browser asks for each once.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use quire_model::{Digest, ProblemKind};

use crate::refusal::Refusal;

/// A file that pages load.
pub(crate) struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
    /// Where it is served.
    pub(crate) address: LazyLock<String>,
}

macro_rules! asset {
    ($item:ident, $name:literal, $media_type:literal) => {
        pub(crate) static $item: Asset = Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../assets/", $name)),
            address: LazyLock::new(|| $item.with_digest()),
        };
    };
}

asset!(STYLE, "console.css", "text/css; charset=utf-8");
asset!(HTMX, "htmx.min.js", "text/javascript; charset=utf-8");
asset!(HTMX_SSE, "hx-sse.min.js", "text/javascript; charset=utf-8");

asset!(VERIFIER, "verify.js", "text/javascript; charset=utf-8");

static ALL: [&Asset; 4] = [&STYLE, &HTMX, &HTMX_SSE, &VERIFIER];

impl Asset {
    fn with_digest(&self) -> String {
        let digest = Digest::of(self.bytes).short();
        format!("/console/assets/{digest}/{}", self.name)
    }
}

/// A file, if it is the one of this version.
pub(crate) async fn serve(
    Path((digest, name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let asked = format!("/console/assets/{digest}/{name}");
    let asset = ALL.iter().find(|asset| *asset.address == asked);
    let asset = asset.ok_or_else(|| {
        Refusal::new(
            ProblemKind::NotFound,
            "there is no such file in this version of Quire; load the page again",
        )
    })?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes).into_response())
}
