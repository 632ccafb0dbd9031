//! Tickets that may have been lost on their way.

use quire_model::ReportId;

use crate::{Records, RecordsError, clock::millis, stored::Columns};

impl Records {
    /// Reports whose ticket should be pushed again: never delivered, a retry that is due, or a
    /// lease that ran out; or one of these put off by a clock that has been set back since. Each is
    /// handed out once per grace period, whichever process asks.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn overdue(&self, limit: u32) -> Result<Vec<ReportId>, RecordsError> {
        let bounds = self.bounds();
        let mut change = self.write().await?;
        let rows = sqlx::query(
            "UPDATE report SET due = $4 WHERE id IN
                 (SELECT id FROM report
                  WHERE due <= $1
                     OR due > $2 AND due > CASE state WHEN 'retrying' THEN $3 ELSE $2 END
                  ORDER BY due LIMIT $5)
             RETURNING id",
        )
        .bind(bounds.now)
        .bind(bounds.lease)
        .bind(bounds.pause)
        .bind(bounds.now + millis(self.settings.grace))
        .bind(limit)
        .fetch_all(&mut *change)
        .await?;
        change.commit().await?;
        rows.iter().map(|row| Ok(row.read("id")?)).collect()
    }

    /// How many reports could be claimed now and are not. While the queue holds as many tickets,
    /// none is lost and pushing more would only double them.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn claimable(&self) -> Result<u64, RecordsError> {
        let bounds = self.bounds();
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM report WHERE due IS NOT NULL AND
                 (state = 'queued'
                  OR (state = 'retrying' AND (not_before <= $1 OR not_before > $3))
                  OR (state = 'running' AND (lease_until <= $1 OR lease_until > $2)))",
        )
        .bind(bounds.now)
        .bind(bounds.lease)
        .bind(bounds.pause)
        .fetch_one(&self.readers)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// How many reports wait for their first claim, or were handed back and rest no longer.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn queued(&self) -> Result<u64, RecordsError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM report
             WHERE state = 'queued' AND (not_before IS NULL OR not_before <= $1)",
        )
        .bind(self.now())
        .fetch_one(&self.readers)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// The oldest of them.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn oldest_queued(&self, limit: u32) -> Result<Vec<ReportId>, RecordsError> {
        let rows = sqlx::query(
            "SELECT id FROM report
             WHERE state = 'queued' AND (not_before IS NULL OR not_before <= $1)
             ORDER BY id LIMIT $2",
        )
        .bind(self.now())
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok(row.read("id")?)).collect()
    }

    /// Whether [`overdue`](Self::overdue) would hand anything out. Asked every second by every
    /// process, so it takes no write lock.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn any_overdue(&self) -> Result<bool, RecordsError> {
        let bounds = self.bounds();
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM report
                            WHERE due <= $1
                               OR due > $2 AND due > CASE state WHEN 'retrying' THEN $3 ELSE $2 END)",
        )
        .bind(bounds.now)
        .bind(bounds.lease)
        .bind(bounds.pause)
        .fetch_one(&self.readers)
        .await?)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Duration};

    use crate::{
        Outcome,
        fixture::{Fixture, LEASE, problem},
    };

    const GRACE: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn a_lost_ticket_is_handed_out_once_per_grace_period() {
        let records = Fixture::new().await;
        let another = records.another().await;
        let id = records.enter().await;

        assert!(records.overdue(10).await.unwrap().is_empty());
        records.clock.advance(GRACE);
        assert_eq!(
            records.overdue(10).await.unwrap(),
            std::slice::from_ref(&id)
        );
        assert!(another.overdue(10).await.unwrap().is_empty());
        records.clock.advance(GRACE);
        assert_eq!(another.overdue(10).await.unwrap(), [id]);
    }

    #[tokio::test]
    async fn a_running_report_is_overdue_when_its_lease_runs_out() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;

        records.clock.advance(LEASE / 2);
        records.renew(&id, &claimed.token, LEASE).await.unwrap();
        records.clock.advance(LEASE / 2);
        assert!(records.overdue(10).await.unwrap().is_empty());
        assert_eq!(records.claimable().await.unwrap(), 0);

        records.clock.advance(LEASE / 2);
        assert_eq!(records.claimable().await.unwrap(), 1);
        assert_eq!(records.overdue(10).await.unwrap(), [id]);
    }

    #[tokio::test]
    async fn a_retry_is_overdue_when_it_is_due() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        let claimed = records.take(&id).await;
        let after = Duration::from_secs(2);
        let retry = Outcome::Retry {
            after,
            problem: problem(),
        };
        records.settle(&id, &claimed.token, &retry).await.unwrap();

        assert!(records.overdue(10).await.unwrap().is_empty());
        records.clock.advance(after);

        assert_eq!(records.overdue(10).await.unwrap(), [id]);
    }

    #[tokio::test]
    async fn the_longest_overdue_come_first() {
        let records = Fixture::new().await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(records.enter().await);
            records.clock.advance(Duration::from_secs(1));
        }
        records.clock.advance(GRACE);

        // Ids that are made in one millisecond have no order.
        let first: BTreeSet<_> = records.overdue(2).await.unwrap().into_iter().collect();

        assert_eq!(first, ids.iter().take(2).cloned().collect());
        assert_eq!(records.overdue(2).await.unwrap(), ids.get(2..).unwrap());
    }
}
