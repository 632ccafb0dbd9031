//! A query parameter that an operation does not know is refused: what is misspelt, or belongs into the body, would
//! otherwise be left out without a word.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{MatchedPath, Query, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, Parameter, ParameterIn},
};

use crate::ApiError;

/// Where it is looked at: what asks for health and metrics may say what it likes.
const WHERE: &str = "/api/";

/// But not what came with a link: whoever opens it has not written it, and is told so there.
const LINKS: &str = "/api/links/";

/// The query parameters of every operation, as they are described. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct KnownParameters(Arc<HashMap<(Method, String), Vec<String>>>);

impl KnownParameters {
    /// Those of a description.
    pub(crate) fn of(description: &OpenApi) -> Self {
        let mut known = HashMap::new();
        for (path, item) in &description.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::HEAD, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    known.insert((method, path.clone()), names(operation));
                }
            }
        }
        Self(Arc::new(known))
    }

    /// The methods that are served at an address, in their usual order; none if it is not described.
    pub(crate) fn methods(&self, path: &str) -> Vec<&'static str> {
        let all = [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ];
        let names = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        let served = all.into_iter().zip(names);
        let served =
            served.filter(|(method, _)| self.0.contains_key(&(method.clone(), path.to_owned())));
        served.map(|(_, name)| name).collect()
    }

    /// The first parameter of a request that its operation does not know, with those that it does.
    fn unknown<'a>(&'a self, request: &Request) -> Option<(String, &'a [String])> {
        let path = request.extensions().get::<MatchedPath>()?.as_str();
        if request.uri().query().is_none_or(str::is_empty)
            || !path.starts_with(WHERE)
            || path.starts_with(LINKS)
        {
            return None;
        }
        let operation = (request.method().clone(), path.to_owned());
        let known = self.0.get(&operation)?;
        // What cannot be read is for the operation to refuse.
        let Query(sent) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).ok()?;
        let unknown = sent.into_iter().find(|(name, _)| !known.contains(name));
        unknown.map(|(name, _)| (name, known.as_slice()))
    }
}

/// Refuse a request with a parameter that nobody reads.
pub(crate) async fn only(
    State(known): State<KnownParameters>,
    request: Request,
    next: Next,
) -> Response {
    let Some((name, known)) = known.unknown(&request) else {
        return next.run(request).await;
    };
    let name: String = name.chars().take(40).collect();
    let instead = match known {
        [] => "this takes none; what it is to do stands in its body, if it takes one".to_owned(),
        known => format!("there are {}", known.join(", ")),
    };
    let detail = format!("there is no query parameter {name:?} here: {instead}");
    ApiError::new(ProblemKind::InvalidRequest, detail).into_response()
}

fn names(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten();
    let of_query = parameters.filter_map(|parameter| match parameter {
        RefOr::T(Parameter {
            name,
            parameter_in: ParameterIn::Query,
            ..
        }) => Some(name.clone()),
        _ => None,
    });
    of_query.collect()
}
