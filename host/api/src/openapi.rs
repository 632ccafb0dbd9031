//! `/openapi.json`: the description of this API that tools read. It is made from the handlers.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::{HeaderName, header},
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, Deprecated, Ref, RefOr, ResponseBuilder,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::{
    ProblemBody, audit, definitions, differences, forms, health, keys, manifest, module_changes,
    module_upload, modules, narrative, normalize, pdf, reports, tasks,
};

/// The whole description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Quire",
        description = "Turns a drug code (NDC) into a finished, cited, reproducible drug-safety \
            report.\n\nAsk for a report with POST; the answer names a task. Follow the task until \
            it ends, then download the PDF, or the same document \
            as HTML, JSON or CSV. Every error is an RFC 9457 problem whose `type` leads \
            to a page that says what to do.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        reports::create,
        reports::create_deprecated,
        tasks::show,
        tasks::cancel,
        pdf::download,
        forms::html,
        forms::json,
        forms::csv,
        manifest::show,
        manifest::verify,
        normalize::show,
        narrative::show,
        keys::list,
        keys::create,
        keys::revoke,
        modules::list,
        modules::show,
        module_upload::upload,
        module_upload::check,
        module_changes::stage,
        module_changes::activate,
        module_changes::rollback,
        module_changes::canary,
        module_changes::shadow,
        module_changes::accept_differences,
        module_changes::end_trial,
        module_changes::retire,
        module_changes::limits,
        module_changes::required_clean,
        differences::list,
        definitions::list,
        definitions::show,
        definitions::versions,
        definitions::put,
        definitions::check,
        definitions::use_version,
        definitions::rollback,
        audit::list,
        audit::verify,
        audit::checkpoints,
        audit::export,
        health::live,
        health::ready,
        health::metrics,
    ),
    components(schemas(ProblemBody)),
    modifiers(&ApiKey, &Problems),
    tags(
        (name = "reports", description = "Ask for reports"),
        (name = "tasks", description = "Follow and download them"),
        (name = "data", description = "What reports are made from"),
        (name = "admin", description = "Needs a key with the role admin"),
        (name = "operation", description = "Needs no key"),
    ),
)]
struct Description;

static DESCRIPTION: LazyLock<Bytes> =
    LazyLock::new(|| Bytes::from(Description::openapi().to_json().unwrap_or_default()));

/// The description, as JSON.
pub(crate) async fn show() -> ([(HeaderName, &'static str); 1], Bytes) {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, DESCRIPTION.clone())
}

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

/// Gives every failure the body that all failures have, and adds those that any request can meet.
struct Problems;

impl Modify for Problems {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        for (path, item) in &mut openapi.paths.paths {
            let operations = [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.delete,
            ];
            for operation in operations.into_iter().flatten() {
                describe_failures(operation);
                if path.ends_with("-celery") {
                    operation.deprecated = Some(Deprecated::True);
                }
            }
        }
    }
}

fn describe_failures(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    if operation.security.is_some() {
        let missing = "There is no valid key";
        let failures = [
            ("401", missing),
            ("500", "A fault of the server"),
            ("504", "The answer took too long"),
        ];
        for (status, description) in failures {
            let response = ResponseBuilder::new().description(description).build();
            responses
                .entry(status.to_owned())
                .or_insert(RefOr::T(response));
        }
    }
    for (status, response) in responses {
        if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response)
            && response.content.is_empty()
        {
            let schema = Ref::from_schema_name("Problem");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let media_type = "application/problem+json".to_owned();
            response.content.insert(media_type, RefOr::T(content));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operations_have_names_and_failures_are_problems() {
        let text = String::from_utf8(DESCRIPTION.to_vec()).unwrap();
        let description: serde_json::Value = serde_json::from_str(&text).unwrap();

        assert_eq!(description["openapi"], "3.1.0");
        let mut ids = BTreeSet::new();
        let paths = description["paths"].as_object().unwrap();
        assert_eq!(paths.len(), 40);
        for (path, operations) in paths {
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
}
