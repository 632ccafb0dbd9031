//! How the line of reports stands: what somebody who watches wants to know.

use std::time::Duration;

use crate::{Records, RecordsError, stored::Columns};

/// How the line of reports stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Reports that are being made.
    pub running: u64,
    /// How long the one that has waited longest for its first attempt has waited; zero if none does.
    pub oldest_waiting: Duration,
    /// How long ago one of the last reports was finished; none if none ever was.
    pub since_last_finish: Option<Duration>,
}

impl Records {
    /// How the line of reports stands. Costs three looks at an index.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn line(&self) -> Result<Line, RecordsError> {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM report WHERE state = 'running') AS running,
                    (SELECT accepted FROM report WHERE state = 'queued' ORDER BY id LIMIT 1) AS oldest,
                    (SELECT max(finished) FROM (
                        SELECT finished FROM report WHERE state = 'succeeded' ORDER BY id DESC LIMIT 100
                    ) AS lately) AS succeeded,
                    (SELECT max(finished) FROM (
                        SELECT finished FROM report WHERE state = 'failed' ORDER BY id DESC LIMIT 100
                    ) AS lately) AS failed",
        )
        .fetch_one(&self.readers)
        .await?;
        let now = self.now();
        let since = |time: i64| Duration::from_millis((now - time).max(0).unsigned_abs());
        let oldest: Option<i64> = row.optional("oldest")?;
        let finished: Option<i64> = row.optional("succeeded")?;
        let finished = finished.max(row.optional("failed")?);
        Ok(Line {
            running: row.read("running")?,
            oldest_waiting: oldest.map_or(Duration::ZERO, since),
            since_last_finish: finished.map(since),
        })
    }
}
