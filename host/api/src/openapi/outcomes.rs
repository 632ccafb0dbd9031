//! What follows from the kind of a route, its parameters or its body: the answers that it can come to, described once
//! for all.

use utoipa::openapi::{
    Content, Deprecated, Header, KnownFormat, Object, ObjectBuilder, Ref, RefOr, Required,
    Response, Schema, SchemaFormat, Type,
    path::{Operation, Parameter, ParameterIn, PathItem},
    schema::SchemaType,
    security::SecurityRequirement,
};
use utoipa_axum::router::OpenApiRouter;

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
            say_in_one_sentence(operation);
            match tag {
                OPEN => operation.security = Some(Vec::new()),
                _ => describe_key(operation),
            }
            plain_parameters(operation);
            describe_parameters(operation);
            describe_body(operation);
            if tag != OPEN {
                answers(operation, "422", "There is no such query parameter");
            }
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

/// A summary is one sentence; a description is all that is said.
fn say_in_one_sentence(operation: &mut Operation) {
    let said = operation.summary.take().unwrap_or_default();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = said
        .split_once(". ")
        .map_or(said.as_str(), |(first, _)| first);
    operation.summary = Some(first.trim_end_matches('.').to_owned());
    operation.description = Some(match operation.description.take() {
        Some(more) if !more.trim().is_empty() => format!("{said}\n\n{}", more.trim()),
        _ => said,
    });
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
        "The key has sent more requests than it may in a minute, or too many came from its address without a valid key; \
         try again after `Retry-After`",
    );
    answers(operation, "500", "A fault of the server");
    answers(
        operation,
        "503",
        "The records cannot be used; try again after `Retry-After`",
    );
    answers(operation, "504", "The answer took too long");
}

/// A parameter that may be left out is none that may be null.
fn plain_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(Parameter {
            schema: Some(RefOr::T(Schema::Object(object))),
            ..
        }) = parameter
            && let SchemaType::Array(types) = &object.schema_type
            && let Some(plain) = types.iter().find(|one| **one != Type::Null).cloned()
        {
            object.schema_type = SchemaType::Type(plain);
        }
    }
}

/// What parameters make possible: conditions, parts, and what is not there.
fn describe_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.clone().unwrap_or_default() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        match (parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Query, _) => answers(operation, "422", "A parameter cannot be used"),
            (ParameterIn::Path, "task_id") => answers(operation, "404", "The key has no such task"),
            (ParameterIn::Path, "batch_id") => {
                answers(operation, "404", "The key has no such batch")
            }
            (ParameterIn::Path, "schedule_id") => {
                answers(operation, "404", "The key has no such schedule");
            }
            (ParameterIn::Path, "webhook_id") => {
                answers(operation, "404", "The key has no such webhook or delivery");
            }
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
    describe_optional(&mut body.required, &mut body.content);
    let is_json = body.content.contains_key("application/json");
    answers(operation, "400", "The body cannot be read");
    answers(operation, "413", "The body is too long");
    let form = match is_json {
        true => "The body is not declared as JSON, or is compressed",
        false => "The body is compressed",
    };
    answers(operation, "415", form);
    if is_json {
        answers(operation, "422", "A field cannot be used");
    }
}

/// A body that may be left out is no body that may be null.
fn describe_optional(
    required: &mut Option<Required>,
    content: &mut std::collections::BTreeMap<String, RefOr<Content>>,
) {
    for content in content.values_mut() {
        let RefOr::T(Content {
            schema: Some(schema),
            ..
        }) = content
        else {
            continue;
        };
        if let RefOr::T(Schema::OneOf(either)) = schema {
            let meant = either
                .items
                .iter()
                .find(|item| matches!(item, RefOr::Ref(_)));
            if let Some(meant) = meant.cloned() {
                *schema = meant;
                *required = Some(Required::False);
            }
        }
    }
}

/// When a refusal says what to do with the request itself.
fn describe_refusal(status: &str, response: &mut Response) {
    let (name, meaning) = match status {
        "401" => ("WWW-Authenticate", "`Bearer`"),
        "429" | "503" | "504" => ("Retry-After", "Seconds after which another try may succeed"),
        _ => return,
    };
    let mut header = Header::new(Object::with_type(Type::String));
    header.description = Some(meaning.to_owned());
    let headers = &mut response.headers;
    headers.entry(name.to_owned()).or_insert(header.into());
}

/// Every failure has the same body, and what is no text is no list of numbers either.
fn describe_content(status: &str, response: &mut Response) {
    if status.starts_with(['4', '5']) && response.content.is_empty() {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let media_type = "application/problem+json".to_owned();
        response.content.insert(media_type, problem.into());
        describe_refusal(status, response);
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
        // A stream of events is no text that could be waited for, and no schema of OpenAPI 3.1 speaks of one event.
        if let ("text/event-stream", RefOr::T(content)) = (media_type.as_str(), &mut *content) {
            content.schema = None;
        }
        if let ("application/pdf" | "application/wasm" | "application/zip", RefOr::T(content)) =
            (media_type.as_str(), content)
        {
            let bytes = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
                .content_media_type(media_type);
            content.schema = Some(RefOr::T(bytes.build().into()));
        }
    }
}
