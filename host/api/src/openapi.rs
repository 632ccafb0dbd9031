//! `/openapi.json`: the description of this API that tools read. It is made from the handlers; what
//! follows from the kind of a route, its parameters or its body is added here, once for all.

mod members;
mod outcomes;
mod told;

pub(crate) use members::describe_members;
pub(crate) use outcomes::{OPEN, group};
pub(crate) use told::describe_webhooks;

use axum::{
    Extension,
    body::Bytes,
    http::{HeaderName, header},
};
use quire_webhooks::{Pinged, ReportEnded};
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use crate::{ProblemBody, base_path::address, described::NdcText, query::Order};

/// The part of the description that is about no route.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Quire",
        description = "Turns a drug code (NDC) into a finished, cited, reproducible drug-safety \
            report.\n\nAsk for a report with POST; the answer names a task. Follow the task until \
            it ends, then download the PDF, or the same document \
            as HTML, JSON or CSV. Every error is an RFC 9457 problem whose `type` leads \
            to a page that says what to do.\n\nEvery answer has `X-Request-Id`: name it when you ask for help. \
            A method that is not served at an address is answered with 405 and `Allow`, and `HEAD` is served wherever \
            `GET` is.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server, at the path under which it is shown")),
    components(schemas(ProblemBody, Order, NdcText, ReportEnded, Pinged)),
    modifiers(&ApiKey),
    tags(
        (name = "reports", description = "Ask for reports"),
        (name = "tasks", description = "Follow and download them"),
        (name = "webhooks", description = "Be told when reports end"),
        (name = "data", description = "What reports are made from"),
        (name = "admin", description = "Needs a key with the role admin; to read, backtest and compare, auditor is enough; to check, author"),
        (name = "operation", description = "Needs no key: how the process is, and what this API is"),
    ),
)]
struct Heading;

/// Describes the bearer key.
struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key: qk_…; `quire key create` makes one"))
            .build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
}

/// The description, without any route.
pub(crate) fn heading() -> utoipa::openapi::OpenApi {
    Heading::openapi()
}

/// The description as JSON, once made.
#[derive(Clone, Debug)]
pub(crate) struct Description(pub(crate) Bytes);

/// This description, with the path under which the server is shown.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "getDescription",
    responses((status = 200, description = "OpenAPI 3.1", body = Map<String, Value>)),
)]
pub(crate) async fn show(
    Extension(Description(description)): Extension<Description>,
) -> ([(HeaderName, &'static str); 1], Bytes) {
    let base = address("");
    let placed = match base.is_empty() {
        true => None,
        false => placed(&description, base),
    };
    let description = placed.map_or(description, Bytes::from);
    ([(header::CONTENT_TYPE, "application/json")], description)
}

/// The description of a server that is shown under a path.
fn placed(description: &[u8], base: String) -> Option<Vec<u8>> {
    let mut description: Value = serde_json::from_slice(description).ok()?;
    *description.pointer_mut("/servers/0/url")? = Value::String(base);
    serde_json::to_vec(&description).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    #[test]
    fn operations_have_names_and_failures_are_problems() {
        let description = crate::routes::described().into_openapi();
        let text = description.to_json().unwrap();
        let description: Value = serde_json::from_str(&text).unwrap();

        assert_eq!(description["openapi"], "3.1.0");
        let mut ids = BTreeSet::new();
        for (path, operations) in description["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                assert!(
                    ids.insert(operation["operationId"].to_string()),
                    "{method} {path}"
                );
                for (status, response) in operation["responses"].as_object().unwrap() {
                    if status.starts_with('4') {
                        let schema = &response["content"]["application/problem+json"]["schema"];
                        assert_eq!(
                            schema["$ref"], "#/components/schemas/Problem",
                            "{method} {path} {status}"
                        );
                    }
                }
            }
        }
        assert!(!text.contains("$ref\":\"#/components/schemas/ProblemBody"));
    }

    #[test]
    fn bytes_are_binary_and_a_body_may_be_left_out_where_it_may() {
        let description = crate::routes::described().into_openapi();
        let description = serde_json::to_value(description).unwrap();
        let at = |pointer: &str| description.pointer(pointer).unwrap_or(&Value::Null);

        let pdf = "/paths/~1api~1tasks~1{task_id}~1pdf/get/responses/200/content/application~1pdf/schema/format";
        let zip = "/paths/~1api~1tasks~1{task_id}~1csv/get/responses/200/content/application~1zip/schema/format";
        let wasm =
            "/paths/~1api~1admin~1modules/post/requestBody/content/application~1wasm/schema/format";
        for pointer in [pdf, zip, wasm] {
            assert_eq!(at(pointer), "binary", "{pointer}");
        }
        let request = "/paths/~1api~1cer~1{ndc}~1enhanced-pdf/post/requestBody";
        let schema = format!("{request}/content/application~1json/schema/$ref");
        assert_eq!(at(&schema), "#/components/schemas/CreateReport");
        assert_ne!(at(&format!("{request}/required")), true);
        assert_eq!(at("/servers/0/url"), "/");
        assert_eq!(at("/paths/~1livez/get/security"), &serde_json::json!([]));
    }
}
