//! `/openapi.json`: the description of this API that tools read. It is made from the handlers; what
//! follows from the kind of a route, its parameters or its body is added here, once for all.

use std::borrow::Cow;

use axum::{
    body::Bytes,
    http::{HeaderName, header},
};
use utoipa::{
    Modify, OpenApi, PartialSchema, ToSchema,
    openapi::{
        Content, Deprecated, Header, KnownFormat, Object, ObjectBuilder, Ref, RefOr, Response,
        Schema, SchemaFormat, Type,
        path::{Operation, ParameterIn, PathItem},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{ProblemBody, base_path::address};

/// The part of the description that is about no route.
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
    components(schemas(ProblemBody)),
    modifiers(&ApiKey),
    tags(
        (name = "reports", description = "Ask for reports"),
        (name = "tasks", description = "Follow and download them"),
        (name = "data", description = "What reports are made from"),
        (name = "admin", description = "Needs a key with the role admin; to read, backtest and compare, auditor is enough; to check, author"),
        (name = "operation", description = "Needs no key"),
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

/// The description, as JSON; with the path under which the server is shown, if there is one.
pub(crate) async fn show(description: Bytes) -> ([(HeaderName, &'static str); 1], Bytes) {
    let base = address("");
    let placed = match base.is_empty() {
        true => None,
        false => serde_json::from_slice::<serde_json::Value>(&description)
            .ok()
            .and_then(|mut description| {
                let servers = serde_json::json!([{"url": base}]);
                let members = description.as_object_mut()?;
                members.insert("servers".to_owned(), servers);
                serde_json::to_vec(&description).ok()
            }),
    };
    let description = placed.map_or(description, Bytes::from);
    ([(header::CONTENT_TYPE, "application/json")], description)
}

/// A digest in a body, as `quire_model::Digest` is written.
pub(crate) struct DigestText;

impl PartialSchema for DigestText {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9a-f]{64}$"));
        RefOr::T(text.build().into())
    }
}

impl ToSchema for DigestText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Digest")
    }
}

/// The tag of routes that need no key.
pub(crate) const OPEN: &str = "operation";

/// Complete the description of routes that are of one kind.
pub(crate) fn group<S>(tag: &str, mut routes: OpenApiRouter<S>) -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    for (path, item) in &mut routes.get_openapi_mut().paths.paths {
        for operation in operations(item) {
            operation.tags = Some(vec![tag.to_owned()]);
            if path.ends_with("-celery") {
                operation.deprecated = Some(Deprecated::True);
            }
            if tag != OPEN {
                describe_key(operation);
            }
            describe_parameters(operation);
            describe_body(operation);
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    describe_content(status, response);
                }
            }
        }
    }
    routes
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        post,
        put,
        delete,
        patch,
        ..
    } = item;
    [get, post, put, delete, patch].into_iter().flatten()
}

/// What the check of the key can come to, and what can befall every handler behind it.
fn describe_key(operation: &mut Operation) {
    let key = SecurityRequirement::new("api_key", [""; 0]);
    operation.security = Some(vec![key]);
    answers(operation, "401", "There is no valid key");
    answers(
        operation,
        "403",
        "The role of the key does not allow it: `detail` says which does",
    );
    answers(
        operation,
        "429",
        "The key has sent more requests than it may in a minute; try again after `Retry-After`",
    );
    answers(operation, "500", "A fault of the server");
    answers(
        operation,
        "503",
        "The records cannot be used; try again after `Retry-After`",
    );
    answers(operation, "504", "The answer took too long");
}

/// What parameters make possible: conditions, parts, and what is not there.
fn describe_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.clone().unwrap_or_default() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        match (parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Query, _) => answers(operation, "422", "A parameter cannot be used"),
            (_, "task_id") => answers(operation, "404", "The key has no such task"),
            (_, "If-Match") => describe_change(operation),
            (_, "If-None-Match") => {
                sends(
                    operation,
                    "200",
                    "ETag",
                    "Names the bytes, for `If-None-Match`",
                );
                answers(operation, "304", "The caller has it");
            }
            (_, "Range") => {
                sends(
                    operation,
                    "200",
                    "Content-Digest",
                    "sha-256 of the content, RFC 9530",
                );
                describe_part(operation);
            }
            _ => {}
        }
    }
}

/// How a change of an object can fail.
fn describe_change(operation: &mut Operation) {
    for (status, meaning) in [
        ("404", "There is no such object or version"),
        ("409", "The state of the object does not allow it"),
        ("412", "The object was changed since it was read"),
        ("422", "There is no reason, or a field cannot be used"),
        ("428", "`If-Match` is missing"),
    ] {
        answers(operation, status, meaning);
    }
}

/// What asking for a part of the whole can come to.
fn describe_part(operation: &mut Operation) {
    answers(
        operation,
        "406",
        "`Accept-Encoding` excludes documents as they are",
    );
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(whole)) = responses.get("200") {
        let mut part = whole.clone();
        part.description = "The part that was asked for".to_owned();
        responses.insert("206".to_owned(), part.into());
    }
    answers(operation, "416", "The range lies outside the document");
    for status in ["206", "416"] {
        sends(
            operation,
            status,
            "Content-Range",
            "Which part it is, or how long the whole is",
        );
    }
}

/// What reading a body can come to.
fn describe_body(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    describe_bytes(&mut body.content);
    let is_json = body.content.contains_key("application/json");
    answers(operation, "400", "The body cannot be read");
    if is_json {
        answers(operation, "413", "The body is too long");
        answers(operation, "415", "The body is not declared as JSON");
        answers(operation, "422", "A field cannot be used");
    }
}

/// Every failure has the same body, and what is no text is no list of numbers either.
fn describe_content(status: &str, response: &mut Response) {
    if status.starts_with(['4', '5']) && response.content.is_empty() {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let media_type = "application/problem+json".to_owned();
        response.content.insert(media_type, problem.into());
    }
    describe_bytes(&mut response.content);
}

/// An answer of that status, unless the route itself says what it means there.
fn answers(operation: &mut Operation, status: &str, meaning: &str) {
    let responses = &mut operation.responses.responses;
    responses
        .entry(status.to_owned())
        .or_insert_with(|| RefOr::T(Response::new(meaning)));
}

/// A header of the answer of that status.
fn sends(operation: &mut Operation, status: &str, name: &str, meaning: &str) {
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) {
        let mut header = Header::new(Object::with_type(Type::String));
        header.description = Some(meaning.to_owned());
        response.headers.insert(name.to_owned(), header.into());
    }
}

/// Bytes that are no text, of a media type that this API takes or sends.
fn describe_bytes<'a>(content: impl IntoIterator<Item = (&'a String, &'a mut RefOr<Content>)>) {
    for (media_type, content) in content {
        if let ("application/pdf" | "application/wasm" | "application/zip", RefOr::T(content)) =
            (media_type.as_str(), content)
        {
            let bytes = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
            content.schema = Some(RefOr::T(bytes.build().into()));
        }
    }
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
}
