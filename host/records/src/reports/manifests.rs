//! The manifest of a report: everything that is known about it, written with its settlement.

use quire_model::{Digest, ReportId};
use sqlx::{Sqlite, Transaction};

use crate::{Records, RecordsError, audit::event::NewEvent};

impl Records {
    /// The manifest of a report as canonical JSON; none before it has succeeded.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn manifest(&self, id: &ReportId) -> Result<Option<String>, RecordsError> {
        let text = sqlx::query_scalar("SELECT json FROM manifest WHERE report = $1")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?;
        Ok(text)
    }
}

/// Write a manifest in the transaction of its report's settlement; gives the event with its digest, which belongs into the
/// audit trail, so that a changed one is found out.
pub(crate) async fn write<'a>(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    worker: &'a str,
    json: &str,
) -> Result<NewEvent<'a>, RecordsError> {
    sqlx::query("INSERT INTO manifest (report, json) VALUES ($1, $2)")
        .bind(id.as_str())
        .bind(json)
        .execute(&mut **change)
        .await?;
    Ok(NewEvent {
        after: Some(Digest::of(json.as_bytes())),
        ..NewEvent::host(worker, "report.manifest", format!("report {id}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Outcome,
        fixture::{Fixture, success},
    };

    #[tokio::test]
    async fn a_manifest_is_written_with_its_report_and_its_digest_is_in_the_trail() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let pdf = records.put_artifact(b"%PDF".to_vec(), "application/pdf");
        let mut success = success(pdf.await.unwrap());
        success.manifest = Some("{}".to_owned());
        assert_eq!(records.manifest(&id).await.unwrap(), None);

        let outcome = Outcome::Succeeded(success);
        records.settle(&id, &claimed.token, &outcome).await.unwrap();
        records.settle(&id, &claimed.token, &outcome).await.unwrap();

        assert_eq!(records.manifest(&id).await.unwrap().as_deref(), Some("{}"));
        let events = records.audit(0, 100).await.unwrap();
        let written: Vec<_> = events
            .iter()
            .filter(|event| event.action == "report.manifest")
            .map(|event| event.after)
            .collect();
        assert_eq!(written, [Some(Digest::of(b"{}"))]);
    }
}
