//! A request for a report as a member of a longer body: the drug code stands in it, and what is wrong with it is
//! pointed at.

use std::borrow::Cow;

use quire_model::{FieldError, Ndc, NdcError, Problem, ProblemKind};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Object, ObjectBuilder, RefOr, Schema, Type},
};

use crate::reports::CreateReport;

/// One report of a batch, or each of a schedule: the drug code, and what the request for one report takes.
pub(crate) struct BatchItem;

impl PartialSchema for BatchItem {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut item)) = CreateReport::schema() else {
            return CreateReport::schema();
        };
        item.description = Some(
            "What a report of a batch or a schedule is to be: the drug code, and what a request for one report takes"
                .to_owned(),
        );
        item.properties.insert("ndc".to_owned(), ndc().into());
        item.required.push("ndc".to_owned());
        RefOr::T(Schema::Object(item))
    }
}

impl ToSchema for BatchItem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("BatchItem")
    }
}

fn ndc() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(
            "Drug code: a product code, a package code, or 10 or 11 digits",
        ))
        .examples(["61958-0802"])
        .build()
}

/// The drug code, and the rest of a request for a report; or what is wrong with it, pointed at from the item.
pub(crate) fn read_item(item: &Value) -> Result<(Ndc, CreateReport), Vec<FieldError>> {
    let wrong = |pointer: &str, detail: String| {
        vec![FieldError {
            pointer: pointer.to_owned(),
            detail,
        }]
    };
    let Value::Object(members) = item else {
        return Err(wrong("", "expected a JSON object".to_owned()));
    };
    let mut members = members.clone();
    let code = match members.remove("ndc") {
        Some(Value::String(code)) => code,
        Some(_) => return Err(wrong("/ndc", "the drug code must be a text".to_owned())),
        None => return Err(wrong("/ndc", "the drug code is missing".to_owned())),
    };
    let body = serde_json::from_value::<CreateReport>(Value::Object(members));
    let body = body.map_err(|error| wrong("", error.to_string()))?;
    let ndc = code.parse();
    let ndc = ndc.map_err(|error: NdcError| wrong("/ndc", error.to_string()))?;
    Ok((ndc, body))
}

/// The same errors, pointed at from further out.
pub(crate) fn within(place: &str, errors: Vec<FieldError>) -> impl Iterator<Item = FieldError> {
    errors.into_iter().map(move |error| FieldError {
        pointer: format!("{place}{}", error.pointer),
        ..error
    })
}

/// A problem of these errors, which are pointed at from a place in the body.
pub(crate) fn pointed(place: &str, errors: Vec<FieldError>, what: &str) -> Box<Problem> {
    let errors: Vec<FieldError> = within(place, errors).collect();
    let first = errors.first();
    let first = first.map(|error| format!("{}: {}", error.pointer, error.detail));
    let detail = format!("{what}; the first fault is {}", first.unwrap_or_default());
    let mut problem = Problem::new(ProblemKind::InvalidRequest, detail);
    problem.errors = errors;
    Box::new(problem)
}
