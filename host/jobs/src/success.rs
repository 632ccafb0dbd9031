//! Stores what was made, before the report is settled as succeeded.

use quire_model::{Document, Failure, Making, Manifest, OutputForm, ReportId, millis};
use quire_records::{ArtifactRef, Claimed, Success, Timestamp};
use quire_reports::Generated;

use crate::{
    consumer::Consumer,
    failures::{internal, unstored},
    work::Work,
};

impl<W: Work> Consumer<W> {
    /// Store the document, and with it its blocks, from which its other forms are made on request:
    /// so all of them hold the same numbers, whatever becomes of the modules and the data. Keep what
    /// it was made from, too, and what there is to write down about it.
    pub(crate) async fn store(
        &self,
        id: &ReportId,
        claimed: &Claimed,
        generated: Generated,
    ) -> Result<Success, Failure> {
        let kept = generated.composed.keep_data(&self.records).await;
        kept.map_err(|error| unstored(&error))?;
        let Generated {
            composed,
            freshness,
            pdf,
            mut making,
        } = generated;
        let document_id = composed.document.id.clone();
        let artifact = self.put(pdf, "application/pdf").await?;
        let json = written(composed.document).await?;
        let document = self.put(json, "application/json").await?;
        making.outputs.push(OutputForm {
            form: "json".to_owned(),
            media_type: "application/json".to_owned(),
            digest: document.digest,
            size_bytes: document.size_bytes,
        });
        let manifest = self.manifest(id, claimed, making).await?;
        Ok(Success {
            artifact,
            document: Some(document),
            document_id,
            data_digest: composed.series.digest(),
            cache: <&str>::from(freshness.cache).to_owned(),
            age_s: freshness.age.as_secs(),
            timings_ms: composed
                .timings
                .iter()
                .map(|(stage, time)| (stage.clone(), millis(*time)))
                .collect(),
            placeholders: composed.placeholders,
            fresh_until: Some(freshness.until.milliseconds()),
            manifest: String::from_utf8(manifest.to_bytes()).ok(),
        })
    }

    /// Everything that is known about the report now.
    async fn manifest(
        &self,
        id: &ReportId,
        claimed: &Claimed,
        making: Making,
    ) -> Result<Manifest, Failure> {
        let row = self.records.report(id).await;
        let row = row.map_err(|error| unstored(&error))?.ok_or_else(|| {
            internal(
                "The report is not in the ledger any more.".to_owned(),
                false,
            )
        })?;
        Ok(Manifest {
            schema: Manifest::SCHEMA.to_owned(),
            report: id.clone(),
            requested_by: row.owner.to_string(),
            accepted_at: row.accepted_at,
            started_at: row.started_at,
            made_at: Timestamp::now(),
            attempt: claimed.attempt,
            worker: self.name.clone(),
            trace_id: row.trace.map(|trace| trace.trace_id()),
            note: row.note,
            shared_from: None,
            making,
        })
    }

    async fn put(&self, bytes: Vec<u8>, media_type: &str) -> Result<ArtifactRef, Failure> {
        let stored = self.records.put_artifact(bytes, media_type).await;
        stored.map_err(|error| unstored(&error))
    }
}

/// The document as JSON; long tables take too long for a thread that others wait for.
async fn written(document: Document) -> Result<Vec<u8>, Failure> {
    let written = tokio::task::spawn_blocking(move || quire_render::json(&document)).await;
    let error: Box<dyn std::error::Error> = match written {
        Ok(Ok(json)) => return Ok(json),
        Ok(Err(error)) => error.into(),
        Err(panic) => panic.into(),
    };
    tracing::error!(error = &*error, "a document could not be written as JSON");
    let detail = "The finished document could not be written as JSON.".to_owned();
    Err(internal(detail, false))
}
