//! The files that pages load: compiled in, and served with their digest in the address, so that a
//! browser asks for each once.

use std::sync::OnceLock;

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
    address: OnceLock<String>,
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// How all screens look.
pub(crate) static STYLE: Asset =
    Asset::new("console.css", CSS, include_bytes!("../assets/console.css"));

/// Swaps what changes into a page.
pub(crate) static HTMX: Asset = Asset::new(
    "htmx.min.js",
    SCRIPT,
    include_bytes!("../assets/htmx.min.js"),
);

/// Its ear for server-sent events.
pub(crate) static HTMX_SSE: Asset = Asset::new(
    "hx-sse.min.js",
    SCRIPT,
    include_bytes!("../assets/hx-sse.min.js"),
);

/// Verifies an exported audit trail.
pub(crate) static VERIFIER: Asset =
    Asset::new("verify.js", SCRIPT, include_bytes!("../assets/verify.js"));

/// Shows what is new on the page of `quire module watch`.
pub(crate) static WORKSHOP: Asset = Asset::new(
    "workshop.js",
    SCRIPT,
    include_bytes!("../assets/workshop.js"),
);

static ALL: [&Asset; 5] = [&STYLE, &HTMX, &HTMX_SSE, &VERIFIER, &WORKSHOP];

impl Asset {
    const fn new(name: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        Self {
            name,
            media_type,
            bytes,
            address: OnceLock::new(),
        }
    }

    /// Where it is served: another address for other bytes.
    pub(crate) fn address(&self) -> &str {
        self.address.get_or_init(|| {
            let digest = Digest::of(self.bytes).short();
            format!("/console/assets/{digest}/{}", self.name)
        })
    }
}

/// A file, if it is the one of this version.
pub(crate) async fn serve(
    Path((digest, name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let asked = format!("/console/assets/{digest}/{name}");
    let asset = ALL.iter().find(|asset| asset.address() == asked);
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
