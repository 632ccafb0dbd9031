//! A report as it was stored: its document and how it was made.

use quire_model::{Digest, Document, Manifest, ReportId};
use quire_records::{ArtifactRef, Records, RecordsError, Removed, ReportRow};
use quire_registry::Registry;

use crate::{PRODUCER, VerifyError, backtest::stored_data, maker::reproduce, verify::TURNS};

/// The document and the manifest of a report that was made; none if an earlier version of Quire made it, which
/// kept neither.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn stored_report(
    registry: &Registry,
    row: &ReportRow,
) -> Result<Option<(Document, Manifest)>, VerifyError> {
    let Some(manifest) = stored_manifest(registry.records()?, &row.id).await? else {
        return Ok(None);
    };
    let document = stored_document(registry, row).await?;
    Ok(document.map(|document| (document, manifest)))
}

/// The document of a report that was made; none if an earlier version of Quire made it, which kept none.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn stored_document(
    registry: &Registry,
    row: &ReportRow,
) -> Result<Option<Document>, VerifyError> {
    let Some(document) = row.success.as_ref().and_then(|success| success.document) else {
        return Ok(None);
    };
    let json = stored_bytes(registry, row, document).await?;
    // Long tables take too long for a thread that others wait for.
    let document = tokio::task::spawn_blocking(move || quire_render::read_json(&json).ok());
    Ok(document.await?)
}

/// The bytes of a form of a report that is stored: as they are, or, where they were removed, made again from the recipe
/// and found to be the same.
///
/// # Errors
///
/// [`VerifyError::Removed`] if they were removed and cannot be made again, or if the records cannot be read.
pub async fn stored_bytes(
    registry: &Registry,
    row: &ReportRow,
    stored: ArtifactRef,
) -> Result<Vec<u8>, VerifyError> {
    let records = registry.records()?;
    match records.artifact(stored.digest).await {
        Ok(artifact) => Ok(artifact.bytes),
        Err(error @ RecordsError::NoArtifact(_)) => {
            let Some(removed) = records.removed_document(&row.id).await? else {
                return Err(error.into());
            };
            let again = made_again(registry, row, stored.digest).await?;
            again.map_err(|why| VerifyError::Removed(in_words(&removed, &why)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The bytes with that digest, or why they cannot be had.
async fn made_again(
    registry: &Registry,
    row: &ReportRow,
    digest: Digest,
) -> Result<Result<Vec<u8>, String>, VerifyError> {
    let Some(manifest) = stored_manifest(registry.records()?, &row.id).await? else {
        return Ok(Err(
            "an earlier version made it, which kept no manifest.".to_owned()
        ));
    };
    let recipe = &manifest.making.colophon.recipe;
    let _turn = TURNS.acquire().await;
    let data = match stored_data(registry, recipe).await? {
        Ok(data) => data,
        Err(why) => return Ok(Err(why)),
    };
    let (composed, pdf) = match reproduce(registry, recipe, data).await {
        Ok(again) => again,
        Err(failure) => return Ok(Err(failure.problem.detail)),
    };
    // Long tables take too long for a thread that others wait for.
    let found = tokio::task::spawn_blocking(move || {
        let json = quire_render::json(&composed.document).unwrap_or_default();
        [pdf, json]
            .into_iter()
            .find(|bytes| Digest::of(bytes) == digest)
    });
    let found = found.await?;
    Ok(found.ok_or_else(|| {
        format!(
            "made again by {PRODUCER} it is not the same; it was made by {}.",
            recipe.producer
        )
    }))
}

fn in_words(removed: &Removed, why: &str) -> String {
    format!(
        "the document was removed on {:.0} by the rule {:?} of this server's retention, and cannot be made again: {why}",
        removed.at, removed.rule
    )
}

/// How a report was made; none if it was not, or by an earlier version of Quire, which kept no manifest.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn stored_manifest(
    records: &Records,
    id: &ReportId,
) -> Result<Option<Manifest>, VerifyError> {
    let json = records.manifest(id).await?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}
