//! Proof that nobody altered the audit trail.

use crate::{Records, RecordsError, audit::StoredEvent};

/// Rows read at a time: memory stays flat however long the trail.
const PAGE: u32 = 1000;

/// The first event that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit event {sequence} does not fit: {why}")]
pub struct FirstBroken {
    /// Its place in the sequence.
    pub sequence: u64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The end of the part of the chain that has been verified.
struct Link {
    sequence: u64,
    hash: String,
}

impl Records {
    /// Recompute the chain: the number of events, or the first that does not fit.
    ///
    /// # Errors
    ///
    /// The outer error if the records cannot be read.
    pub async fn verify_audit(&self) -> Result<Result<u64, FirstBroken>, RecordsError> {
        // Read before the events, so that one written meanwhile is no reason for alarm.
        let head = self.audit_head().await?;
        let mut last = Link {
            sequence: 0,
            hash: "0".repeat(64),
        };
        let mut head_passed = head.sequence == 0;
        loop {
            let page = self.stored_events(last.sequence, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for event in page {
                if let Err(broken) = last.follow(event) {
                    return Ok(Err(broken));
                }
                if last.sequence == head.sequence {
                    head_passed = last.hash == head.hash;
                }
            }
        }
        if !head_passed {
            return Ok(Err(head.unfulfilled(&last)));
        }
        let end = self.audit_head().await?;
        if last.sequence > end.sequence {
            let why = "it was added behind the last event";
            let sequence = end.sequence + 1;
            return Ok(Err(FirstBroken { sequence, why }));
        }
        Ok(Ok(last.sequence))
    }

    async fn audit_head(&self) -> Result<Link, RecordsError> {
        let (sequence, hash): (i64, String) =
            sqlx::query_as("SELECT sequence, hash FROM audit_head")
                .fetch_one(&self.readers)
                .await?;
        Ok(Link {
            sequence: sequence.unsigned_abs(),
            hash,
        })
    }
}

impl Link {
    /// Why the chain that ends at `last` does not hold this, the last event that was written.
    fn unfulfilled(&self, last: &Self) -> FirstBroken {
        if last.sequence < self.sequence {
            FirstBroken {
                sequence: last.sequence + 1,
                why: "it is missing, and so is everything after it",
            }
        } else {
            FirstBroken {
                sequence: self.sequence,
                why: "it is not the event that was written last",
            }
        }
    }

    /// Move on to the next event, if it is the next.
    fn follow(&mut self, event: StoredEvent) -> Result<(), FirstBroken> {
        let sequence = self.sequence + 1;
        let broken = |why| Err(FirstBroken { sequence, why });
        if event.sequence.unsigned_abs() != sequence {
            return broken("it is missing");
        }
        if event.previous != self.hash {
            return broken("it does not follow the event before it");
        }
        if event.expected_hash().to_string() != event.hash {
            return broken("its content is not what was written");
        }
        self.sequence = sequence;
        self.hash = event.hash;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// Three events, then a change by hand.
    async fn after(sql: &'static str) -> Result<u64, FirstBroken> {
        let records = Fixture::new().await;
        for _ in 0..3 {
            records.enter().await;
        }
        assert_eq!(records.verify_audit().await.unwrap(), Ok(3));
        records.tamper(sql).await;
        records.verify_audit().await.unwrap()
    }

    async fn first_broken_after(sql: &'static str) -> u64 {
        after(sql).await.unwrap_err().sequence
    }

    #[tokio::test]
    async fn the_trail_cannot_be_changed_through_its_triggers() {
        let records = Fixture::new().await;
        records.enter().await;

        for sql in [
            "UPDATE audit SET actor = 'nobody'",
            "DELETE FROM audit",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit",
            "INSERT INTO audit SELECT sequence + 2, time, actor, role, action, object, before,
                after, reason, request_id, hash, hash FROM audit",
            "UPDATE audit_head SET sequence = 0",
            "DELETE FROM audit_head",
        ] {
            let mut change = records.write().await.unwrap();
            let result = sqlx::query(sql).execute(&mut *change).await;
            assert!(result.is_err(), "{sql}");
        }
        assert_eq!(records.verify_audit().await.unwrap(), Ok(1));
    }

    #[tokio::test]
    async fn a_changed_row_is_found() {
        let one = "UPDATE audit SET actor = 'nobody' WHERE sequence = 2";
        assert_eq!(first_broken_after(one).await, 2);
        let null = "UPDATE audit SET request_id = NULL WHERE sequence = 3";
        assert_eq!(first_broken_after(null).await, 3);
        let time = "UPDATE audit SET time = '2020-01-01T00:00:00Z' WHERE sequence = 1";
        assert_eq!(first_broken_after(time).await, 1);
    }

    #[tokio::test]
    async fn a_deleted_row_is_found_at_the_start_in_the_middle_and_at_the_end() {
        assert_eq!(
            first_broken_after("DELETE FROM audit WHERE sequence = 1").await,
            1
        );
        assert_eq!(
            first_broken_after("DELETE FROM audit WHERE sequence = 2").await,
            2
        );
        assert_eq!(
            first_broken_after("DELETE FROM audit WHERE sequence = 3").await,
            3
        );
        assert_eq!(first_broken_after("DELETE FROM audit").await, 1);
    }

    #[tokio::test]
    async fn an_inserted_row_is_found() {
        let behind = "INSERT INTO audit SELECT 4, time, actor, role, action, object, before, after,
            reason, request_id, hash, hash FROM audit WHERE sequence = 3";
        assert_eq!(first_broken_after(behind).await, 4);
        let between = "UPDATE audit SET sequence = 4 WHERE sequence = 3;
            INSERT INTO audit SELECT 3, time, actor, role, action, object, before, after,
            reason, request_id, hash, hash FROM audit WHERE sequence = 2";
        assert_eq!(first_broken_after(between).await, 3);
    }

    #[tokio::test]
    async fn reordered_rows_are_found() {
        let swap = "UPDATE audit SET sequence = 9 WHERE sequence = 2;
            UPDATE audit SET sequence = 2 WHERE sequence = 3;
            UPDATE audit SET sequence = 3 WHERE sequence = 9";
        assert_eq!(first_broken_after(swap).await, 2);
    }
}
