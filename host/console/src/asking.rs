//! Asks for a report: what the API does with the same words.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use quire_api::{ApiError, Policy, ProblemBody, RequestId};
use quire_model::{Digest, ProblemKind, ReportId};
use quire_records::{IdempotencyKey, Manner, Right};
use quire_registry::Wanted;
use serde::de::DeserializeOwned;

use crate::{
    Console, ask_box::Ask, form::Posted, home, page::unprocessable, refusal::Refusal,
    visitor::Visitor,
};

/// Ask for a report.
pub(crate) async fn ask(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    Posted(ask): Posted<Ask>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Request])?;
    match accept(&console, &visitor, &request_id, &ask).await {
        Ok(id) => Ok(Redirect::to(&format!("/console/reports/{id}")).into_response()),
        // What was typed stands beside what is wrong with it.
        Err(ApiError::Problem(problem)) if is_about_the_words(problem.kind) => {
            let wrong = ProblemBody::of(*problem);
            let page = home::draw(&console, &visitor, (&ask, Some(&wrong)), true).await?;
            Ok(unprocessable(page))
        }
        Err(error) => Err(error.into()),
    }
}

const fn is_about_the_words(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::InvalidNdc | ProblemKind::InvalidRequest | ProblemKind::UnknownDefinition
    )
}

async fn accept(
    console: &Console,
    visitor: &Visitor,
    request_id: &str,
    ask: &Ask,
) -> Result<ReportId, ApiError> {
    let api = &console.api;
    let ndc = ask
        .ndc
        .trim()
        .parse()
        .map_err(|error: quire_model::NdcError| {
            ApiError::new(ProblemKind::InvalidNdc, error.to_string())
        })?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let wanted = Wanted {
        as_of: given(&ask.as_of),
        locale: given(&ask.locale),
        paper: chosen("paper", &ask.paper)?,
        definition: given(&ask.definition),
        role: chosen("role", &ask.role)?,
        received_from: given(&ask.received_from),
        received_to: given(&ask.received_to),
    };
    let request = api.maker.registry.definitions.request(ndc, wanted)?;
    let sent = serde_json::to_vec(ask).unwrap_or_default();
    let key = IdempotencyKey {
        key: format!("console {}", Digest::of(&sent)),
        fingerprint: Digest::of(&sent),
    };
    let key = Some(&key).filter(|_| !ask.once.is_empty());
    api.rates.take(&visitor.actor().key, Policy::Reports)?;
    let manner = Manner {
        answer: api.maker.answer_key(&request, None),
        ..Manner::default()
    };
    let accepted = api
        .queue
        .submit(manner, &request, visitor.actor(), request_id, key);
    Ok(accepted.await?.id)
}

/// One of several, as it is written in JSON; none where nothing was chosen.
fn chosen<T: DeserializeOwned>(what: &str, word: &str) -> Result<Option<T>, ApiError> {
    if word.is_empty() {
        return Ok(None);
    }
    let read = serde_json::from_value(serde_json::Value::from(word));
    read.map(Some).map_err(|error| {
        let detail = format!("{what} is {word:?}, which cannot be used: {error}");
        ApiError::new(ProblemKind::InvalidRequest, detail)
    })
}
