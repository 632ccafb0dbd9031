//! `GET /`: what can be found here; and what everything else is answered with.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Extension, Json, http::Uri};
use quire_model::ProblemKind;
use serde_json::{Value, json};

use crate::{ApiError, base_path::address};

/// Every address of the description, and what it does: by tag, then by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses(Arc<BTreeMap<String, Vec<Served>>>);

/// A method at an address.
#[derive(Clone, Debug)]
struct Served {
    method: String,
    path: String,
    summary: String,
}

impl Addresses {
    /// Those of an OpenAPI document, so that none is left out.
    pub(crate) fn of(description: &[u8]) -> Self {
        let description: Value = serde_json::from_slice(description).unwrap_or_default();
        let mut addresses: BTreeMap<String, Vec<Served>> = BTreeMap::new();
        let paths = description.get("paths").and_then(Value::as_object);
        let paths = paths.into_iter().flatten();
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().into_iter().flatten() {
                let text = |pointer: &str| {
                    let value = operation.pointer(pointer).and_then(Value::as_str);
                    value.unwrap_or_default().to_owned()
                };
                addresses.entry(text("/tags/0")).or_default().push(Served {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    summary: text("/summary"),
                });
            }
        }
        Self(Arc::new(addresses))
    }

    /// By tag, with the path under which the server is shown before each.
    fn shown(&self, base: &str) -> Value {
        let tags = self.0.iter().map(|(tag, served)| {
            let lines = served.iter().map(|served| {
                let named = format!("{} {base}{}", served.method, served.path);
                (named, Value::from(served.summary.as_str()))
            });
            (tag.clone(), Value::Object(lines.collect()))
        });
        Value::Object(tags.collect())
    }
}

/// The addresses that are served.
#[utoipa::path(
    get, path = "/", operation_id = "getIndex",
    responses((status = 200, description = "Where to begin (`links`), and every address with what it does (`addresses`)", body = Map<String, Value>)),
)]
pub(crate) async fn show(Extension(addresses): Extension<Addresses>) -> Json<Value> {
    let base = address("");
    let at = |served: &str| served.replacen(" /", &format!(" {base}/"), 1);
    Json(json!({
        "name": "Quire",
        "version": env!("CARGO_PKG_VERSION"),
        "about": "Turns a drug code into a finished, cited, reproducible drug-safety report.",
        "links": {
            "request a report": at("POST /api/cer/{ndc}/enhanced-pdf"),
            "follow it": at("GET /api/tasks/{task_id}"),
            "download it": at("GET /api/tasks/{task_id}/pdf"),
            "description of all of it": at("GET /openapi.json"),
            "problems explained": at("GET /problems"),
        },
        "addresses": addresses.shown(&base),
        "authentication": "Authorization: Bearer qk_…",
    }))
}

/// An address that is not served.
pub(crate) async fn nothing_here(uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(200).collect();
    let slashes = match path.ends_with('/') || path.contains("//") {
        true => " without a slash at the end, or two in a row, something may be;",
        false => "",
    };
    let detail = format!("nothing is served at {path};{slashes} GET / lists the addresses");
    ApiError::new(ProblemKind::NotFound, detail)
}
