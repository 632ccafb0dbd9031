//! Proof that nobody altered the audit trail.

use jiff::Timestamp;

use crate::{
    FirstBroken, Records, RecordsError,
    audit::checkpoint::{AGE_MS, EVENTS},
    audit::event::audit_head,
    audit::signer::Signer,
    audit::trail::Trail,
};

/// Rows read at a time: memory stays flat however long the trail.
const PAGE: u32 = 1000;
/// Longest time between the first and the last of many events behind the last checkpoint. A running
/// host looks whether one is due some times a minute, and a busy one has written thousands by then.
const UNSIGNED_MS: i64 = 2 * AGE_MS;

/// The last event, as the records remember it beside the trail.
struct Link {
    sequence: u64,
    hash: String,
}

impl Records {
    /// Recompute the chain and hold the checkpoints to it: the number of events, or the first that
    /// does not fit.
    ///
    /// # Errors
    ///
    /// The outer error if the records cannot be read.
    pub async fn verify_audit(&self) -> Result<Result<u64, FirstBroken>, RecordsError> {
        // Read before the events, so that one written meanwhile is no reason for alarm.
        let head = self.audit_head().await?;
        let mut last = Trail::new(self.checkpoints().await?);
        let mut head_passed = head.sequence == 0;
        loop {
            let page = self.stored_events(last.sequence, PAGE).await?;
            if page.is_empty() {
                break;
            }
            // Read after the page, so that a checkpoint that an event tells of is among them.
            let until = page.last().map_or(0, |event| event.sequence.unsigned_abs());
            last.learn_of(self.checkpoints_of(last.sequence, until).await?);
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
        if let Err(broken) = last.end() {
            return Ok(Err(broken));
        }
        Ok(self.signed_by_us(&last).await?.map(|()| last.sequence))
    }

    /// Whoever can write the records can chain events anew, but not sign them: the key of this data
    /// directory, once made, signs the trail again and again, and no other signs after it.
    async fn signed_by_us(&self, trail: &Trail) -> Result<Result<(), FirstBroken>, RecordsError> {
        let dir = self.settings.data_dir.clone();
        let path = dir.clone();
        let signer = tokio::task::spawn_blocking(move || Signer::existing(&dir))
            .await
            .map_err(|error| RecordsError::File {
                path,
                source: std::io::Error::other(error),
            })??;
        let Some(signer) = signer else {
            return Ok(Ok(()));
        };
        let ours = signer.public_key();
        let signed = trail.signed().filter(|(_, key)| *key == ours);
        let covered = signed.map_or(0, |(covered, _)| covered);
        let went_on = trail.unsigned().is_some_and(|(first, last)| {
            let ms = |time: &str| time.parse::<Timestamp>().map(Timestamp::as_millisecond);
            let span = ms(last).and_then(|last| Ok(last - ms(first)?));
            span.is_ok_and(|span| span > UNSIGNED_MS)
        });
        let is_behind = went_on && trail.sequence.saturating_sub(covered) > EVENTS;
        if !is_behind && (signed.is_some() || trail.signed().is_none()) {
            return Ok(Ok(()));
        }
        Ok(Err(FirstBroken {
            sequence: covered + 1,
            why: "no checkpoint of this host's key covers it, nor what follows",
        }))
    }

    async fn audit_head(&self) -> Result<Link, RecordsError> {
        let (sequence, hash) = audit_head(&self.readers).await?;
        Ok(Link {
            sequence: sequence.unsigned_abs(),
            hash,
        })
    }
}

impl Link {
    /// Why the chain that ends at `last` does not hold this, the last event that was written.
    fn unfulfilled(&self, last: &Trail) -> FirstBroken {
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
                after, reason, request_id, hash, hash, address FROM audit",
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
            reason, request_id, hash, hash, address FROM audit WHERE sequence = 3";
        assert_eq!(first_broken_after(behind).await, 4);
        let between = "UPDATE audit SET sequence = 4 WHERE sequence = 3;
            INSERT INTO audit SELECT 3, time, actor, role, action, object, before, after,
            reason, request_id, hash, hash, address FROM audit WHERE sequence = 2";
        assert_eq!(first_broken_after(between).await, 3);
    }

    #[tokio::test]
    async fn reordered_rows_are_found() {
        let swap = "UPDATE audit SET sequence = 9 WHERE sequence = 2;
            UPDATE audit SET sequence = 2 WHERE sequence = 3;
            UPDATE audit SET sequence = 3 WHERE sequence = 9";
        assert_eq!(first_broken_after(swap).await, 2);
    }

    /// Two events, a checkpoint, two events, then a change by hand.
    async fn signed_after(sql: &'static str) -> Result<u64, FirstBroken> {
        let records = Fixture::new().await;
        records.enter().await;
        records.enter().await;
        let checkpoint = records.checkpoint().await.unwrap();
        assert_eq!(
            checkpoint.sequence, 3,
            "behind the event that names the key"
        );
        records.enter().await;
        records.enter().await;
        assert_eq!(records.verify_audit().await.unwrap(), Ok(6));
        records.tamper(sql).await;
        records.verify_audit().await.unwrap()
    }

    #[tokio::test]
    async fn a_changed_or_removed_checkpoint_is_found() {
        let changed = "UPDATE checkpoint SET time = '2020-01-01T00:00:00Z'";
        assert_eq!(signed_after(changed).await.unwrap_err().sequence, 3);
        let other_key = "UPDATE checkpoint SET public_key = '00'";
        assert_eq!(signed_after(other_key).await.unwrap_err().sequence, 3);
        let gone = "DELETE FROM checkpoint";
        assert_eq!(signed_after(gone).await.unwrap_err().sequence, 4);
        let moved = "UPDATE checkpoint SET sequence = 9";
        assert_eq!(signed_after(moved).await.unwrap_err().sequence, 4);
    }

    #[tokio::test]
    async fn a_trail_that_the_hosts_key_did_not_sign_is_found() {
        let records = Fixture::new().await;
        records.enter().await;
        let checkpoint = records.checkpoint().await.unwrap();
        for _ in 0..=EVENTS {
            records.enter().await;
        }
        assert!(
            records.verify_audit().await.unwrap().is_ok(),
            "a busy host writes that many before it looks"
        );
        let long = u64::try_from(UNSIGNED_MS).unwrap() + 1;
        records
            .clock
            .advance(std::time::Duration::from_millis(long));
        records.enter().await;

        let broken = records.verify_audit().await.unwrap().unwrap_err();

        assert_eq!(broken.sequence, checkpoint.sequence + 1);
        records.checkpoint().await.unwrap();
        assert!(records.verify_audit().await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_checkpoint_is_due_after_events_and_not_without() {
        let records = Fixture::new().await;
        assert_eq!(records.checkpoint_if_due().await.unwrap(), None);
        records.enter().await;

        let first = records.checkpoint_if_due().await.unwrap().unwrap();
        assert_eq!(records.checkpoint_if_due().await.unwrap(), None);
        assert_eq!(records.checkpoint().await.unwrap(), first);
        records.enter().await;
        assert_eq!(records.checkpoint_if_due().await.unwrap(), None);
        records.clock.advance(std::time::Duration::from_mins(10));

        assert!(records.checkpoint_if_due().await.unwrap().is_some());
        assert!(records.verify_audit().await.unwrap().is_ok());
    }
}
