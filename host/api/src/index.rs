//! `GET /`: what can be found here; and what everything else is answered with.

use axum::{Json, http::Uri};
use quire_model::ProblemKind;
use serde_json::{Value, json};

use crate::{ApiError, base_path::address};

/// The addresses that are served.
#[utoipa::path(
    get, path = "/", operation_id = "getIndex",
    responses((status = 200, description = "What there is, by what it is for", body = Map<String, Value>)),
)]
pub(crate) async fn show() -> Json<Value> {
    let mut shown = json!({
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
    });
    place(&mut shown, &address(""));
    Json(shown)
}

/// Put the path under which the server is shown before each address, which follows its method.
fn place(shown: &mut Value, base: &str) {
    match shown {
        Value::String(text) => *text = text.replacen(" /", &format!(" {base}/"), 1),
        Value::Array(values) => values.iter_mut().for_each(|value| place(value, base)),
        Value::Object(members) => members.values_mut().for_each(|value| place(value, base)),
        _ => {}
    }
}

/// An address that is not served.
pub(crate) async fn nothing_here(uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(200).collect();
    let detail = format!("nothing is served at {path}; GET / lists the addresses");
    ApiError::new(ProblemKind::NotFound, detail)
}
