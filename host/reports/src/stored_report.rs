//! A report as it was stored: its document and how it was made.

use quire_model::{Document, Manifest};
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
    let document = row.success.as_ref().and_then(|success| success.document);
    let (Some(document), Some(manifest)) = (document, records.manifest(&row.id).await?) else {
        return Ok(None);
    };
    let json = records.artifact(document.digest).await?.bytes;
    // Long tables take too long for a thread that others wait for.
    let read = move || {
        let document: Option<Document> = quire_render::read_json(&json).ok();
        let manifest: Option<Manifest> = serde_json::from_str(&manifest).ok();
        document.zip(manifest)
    };
    Ok(tokio::task::spawn_blocking(read).await?)
}
