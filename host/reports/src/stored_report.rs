//! A report as it was stored: its document and how it was made.

use quire_model::{Document, Manifest, ReportId};
use quire_records::{Records, ReportRow};

use crate::VerifyError;

/// The document and the manifest of a report that was made; none if an earlier version of Quire made it, which
/// kept neither.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn stored_report(
    records: &Records,
    row: &ReportRow,
) -> Result<Option<(Document, Manifest)>, VerifyError> {
    let Some(manifest) = stored_manifest(records, &row.id).await? else {
        return Ok(None);
    };
    let document = stored_document(records, row).await?;
    Ok(document.map(|document| (document, manifest)))
}

/// The document of a report that was made; none if an earlier version of Quire made it, which kept none.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn stored_document(
    records: &Records,
    row: &ReportRow,
) -> Result<Option<Document>, VerifyError> {
    let Some(document) = row.success.as_ref().and_then(|success| success.document) else {
        return Ok(None);
    };
    let json = records.artifact(document.digest).await?.bytes;
    // Long tables take too long for a thread that others wait for.
    let document = tokio::task::spawn_blocking(move || quire_render::read_json(&json).ok());
    Ok(document.await?)
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
