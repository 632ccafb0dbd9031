//! The document that a file was drawn from, made again from what is stored: where only the file was kept.

use quire_model::{Colophon, Document};
use quire_registry::Registry;

use crate::{
    VerifyError,
    backtest::{as_stored, stored_data},
    maker::compose_again,
    verify::TURNS,
};

/// The document that a file states; or in words why it cannot be made again, by which of its sections.
///
/// # Errors
///
/// If the records cannot be read, or this machine lacks what loading a module needs.
pub async fn made_again(
    registry: &Registry,
    stated: &Colophon,
) -> Result<Result<Document, String>, VerifyError> {
    let _turn = TURNS.acquire().await;
    let data = match stored_data(registry, &stated.recipe).await? {
        Ok(data) => data,
        Err(why) => return Ok(Err(why)),
    };
    let again = match compose_again(registry, &stated.recipe, data).await {
        Ok(again) => again,
        Err(failure) => return Ok(Err(failure.problem.detail)),
    };
    let sections = stated.sections.iter();
    let other = sections.filter(|section| !again.colophon.sections.contains(section));
    let other: Vec<&str> = other.map(|section| section.section.as_str()).collect();
    if !other.is_empty() {
        return Ok(Err(format!(
            "made again by its own modules it reads otherwise than the file states ({}); the file was made by {}.",
            other.join(", "),
            stated.recipe.producer
        )));
    }
    let stored = tokio::task::spawn_blocking(move || as_stored(again)).await?;
    Ok(stored
        .map(|again| again.document)
        .map_err(|error| error.to_string()))
}
