//! `GET /`: what can be found here; and what everything else is answered with.

use axum::{Json, http::Uri};
use quire_model::ProblemKind;
use serde_json::{Value, json};

use crate::ApiError;

/// The addresses that are served.
pub(crate) async fn show() -> Json<Value> {
    Json(json!({
        "name": "Quire",
        "version": env!("CARGO_PKG_VERSION"),
        "about": "Turns a drug code into a finished, cited, reproducible drug-safety report.",
        "links": {
            "request a report": "POST /api/cer/{ndc}/enhanced-pdf",
            "follow it": "GET /api/tasks/{task_id}",
            "download it": "GET /api/tasks/{task_id}/pdf",
            "its other forms": [
                "GET /api/tasks/{task_id}/html",
                "GET /api/tasks/{task_id}/json",
                "GET /api/tasks/{task_id}/csv",
                "GET /schemas/document-1.json",
            ],
            "call it off": "DELETE /api/tasks/{task_id}",
            "reactions, counted": "GET /api/cer/normalize/{ndc}",
            "narrative": "GET /api/cer/{ndc}/narrative",
            "description of all of it": "GET /openapi.json",
            "problems explained": "GET /problems",
            "health": ["GET /livez", "GET /readyz", "GET /metrics"],
        },
        "authentication": "Authorization: Bearer qk_…",
    }))
}

/// An address that is not served.
pub(crate) async fn nothing_here(uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(200).collect();
    let detail = format!("nothing is served at {path}; GET / lists the addresses");
    ApiError::new(ProblemKind::NotFound, detail)
}
