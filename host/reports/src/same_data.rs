//! Whether a document is of the same reports as one of before, whenever they were fetched.

use quire_faers::Snapshot;
use quire_model::{Digest, ReportId};
use quire_records::Records;

use crate::Composed;

impl Composed {
    /// Whether it is of the same reports of the drug, and of the same period and role, as a report that was made
    /// before. False where that cannot be told.
    pub async fn is_of_the_data_of(&self, records: &Records, report: &ReportId) -> bool {
        let Ok(Some(row)) = records.report(report).await else {
            return false;
        };
        let Some(success) = row.success else {
            return false;
        };
        if success.data_digest == self.series.digest() {
            return true;
        }
        let Ok(Some(before)) = records.snapshot(success.data_digest).await else {
            return false;
        };
        let Some(now) = self.series.encoded().cloned() else {
            return false;
        };
        let content = |bytes: &[u8]| -> Option<Digest> {
            Snapshot::decode(bytes).ok().map(|data| data.content())
        };
        // Decoding takes milliseconds a thousand reports.
        let same = tokio::task::spawn_blocking(move || {
            let (before, now) = (content(&before), content(&now));
            before.is_some() && before == now
        });
        same.await.unwrap_or(false)
    }
}
