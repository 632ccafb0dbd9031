//! A request for a report as a member of a longer body: the drug code stands in it, and what is wrong with it is
//! pointed at.

use std::borrow::Cow;

use quire_model::{FieldError, Ndc, NdcError, Problem, ProblemKind};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Object, ObjectBuilder, RefOr, Schema, Type},
};

use crate::{plainly::plainly, reports::CreateReport};

/// Most wrong members of one item that are told: a body may have any number.
const MOST_TOLD: usize = 8;

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
            "Drug code: a product code, a package code, the 10, 11 or 12 digits without hyphens, or the digits of the \
             package's barcode",
        ))
        .examples(["61958-0802"])
        .build()
}

/// The drug code, and the rest of a request for a report; or what is wrong with it, each member pointed at from the item.
pub(crate) fn read_item(item: &Value) -> Result<(Ndc, CreateReport), Vec<FieldError>> {
    let Value::Object(members) = item else {
        let pointer = String::new();
        let detail = "expected a JSON object".to_owned();
        return Err(vec![FieldError { pointer, detail }]);
    };
    let mut members = members.clone();
    let code = match members.remove("ndc") {
        Some(Value::String(code)) => code.parse().map_err(|error: NdcError| error.to_string()),
        Some(_) => Err("the drug code must be a text".to_owned()),
        None => Err("the drug code is missing".to_owned()),
    };
    let ndc = code.map_err(|wrong| FieldError::of_member("ndc", wrong));
    let body = serde_json::from_value::<CreateReport>(Value::Object(members.clone()));
    match (ndc, body) {
        (Ok(ndc), Ok(body)) => Ok((ndc, body)),
        (ndc, body) => {
            let mut errors = Vec::from_iter(ndc.err());
            if let Err(error) = body {
                errors.extend(wrong_members(members, &error));
            }
            Err(errors)
        }
    }
}

/// What is wrong with the members of a request for a report: each is read alone, since all of them are optional.
fn wrong_members(members: Map<String, Value>, whole: &serde_json::Error) -> Vec<FieldError> {
    let alone = members.into_iter().filter_map(|(name, value)| {
        let alone = Value::Object(Map::from_iter([(name.clone(), value)]));
        let error = serde_json::from_value::<CreateReport>(alone).err()?;
        Some(FieldError::of_member(&name, plainly(&error.to_string())))
    });
    let errors: Vec<FieldError> = alone.take(MOST_TOLD).collect();
    match errors.is_empty() {
        true => faults(Problem::new(ProblemKind::InvalidRequest, whole.to_string())),
        false => errors,
    }
}

/// What a problem says is wrong with an item: with the item itself where it points at no member.
pub(crate) fn faults(problem: Problem) -> Vec<FieldError> {
    if !problem.errors.is_empty() {
        return problem.errors;
    }
    let (pointer, detail) = (String::new(), problem.detail);
    vec![FieldError { pointer, detail }]
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
