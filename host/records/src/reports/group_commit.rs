//! Where accepted reports wait for the writer, and enter the ledger together: one transaction and
//! one sync of the disk for all of them. Nobody waits for company: whoever is there when the writer
//! is free goes in, so a single report is as quick as ever.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Sqlite, Transaction};
use tokio::sync::oneshot;

use crate::{Accepted, Records, RecordsError, reports::accept::NewReport};

/// Those that wait.
#[derive(Debug, Default)]
pub(crate) struct GroupCommit(Mutex<Vec<Waiting>>);

#[derive(Debug)]
struct Waiting {
    report: NewReport,
    answer: oneshot::Sender<Result<Accepted, RecordsError>>,
}

impl GroupCommit {
    /// Join those that wait. True for the first: it has to commit for all.
    fn join(&self, waiting: Waiting) -> bool {
        let mut waiting_now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting_now.push(waiting);
        waiting_now.len() == 1
    }

    /// Everyone who waits; whoever comes next is the first again.
    fn take(&self) -> Vec<Waiting> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Records {
    /// Enter a report with all that wait now. The work is a task of its own, so that a caller who
    /// goes away takes nobody else along.
    pub(crate) async fn accept_together(
        &self,
        report: NewReport,
    ) -> Result<Accepted, RecordsError> {
        let (answer, answered) = oneshot::channel();
        if self.group_commit.join(Waiting { report, answer }) {
            tokio::spawn(self.clone().commit_group());
        }
        answered.await.unwrap_or(Err(RecordsError::Unreachable))
    }

    /// Wait for the writer, then accept everyone who waits by then.
    async fn commit_group(self) {
        let change = self.write().await;
        let group = self.group_commit.take();
        let reports = group.iter().map(|waiting| &waiting.report);
        let accepted = match change {
            Ok(change) => self.accept_all(change, reports).await,
            Err(error) => Err(error),
        };
        match self.health.note(accepted) {
            Ok(results) => {
                for (waiting, result) in group.into_iter().zip(results) {
                    let _ = waiting.answer.send(result);
                }
            }
            Err(error) => self.refuse(group, error).await,
        }
    }

    /// One transaction for all. A conflict is its own report's result and harms nobody: nothing was
    /// written for it. With any other error nothing is accepted.
    async fn accept_all(
        &self,
        mut change: Transaction<'static, Sqlite>,
        reports: impl Iterator<Item = &NewReport>,
    ) -> Result<Vec<Result<Accepted, RecordsError>>, RecordsError> {
        let mut results = Vec::new();
        for report in reports {
            results.push(match report.enter(&mut change, &self.settings).await {
                Err(error) if !matches!(error, RecordsError::Conflict { .. }) => return Err(error),
                result => result,
            });
        }
        change.commit().await?;
        if results
            .iter()
            .flatten()
            .any(|new| new.shared_from.is_some())
        {
            self.told.notify_one();
        }
        Ok(results)
    }

    /// Nothing was accepted. A fault of the machine is everyone's; anything else may lie in one report,
    /// so each then tries alone.
    async fn refuse(&self, group: Vec<Waiting>, error: RecordsError) {
        let alone = group.len() > 1 && error.host_fault().is_none();
        let error = Arc::new(error);
        for Waiting { report, answer } in group {
            let result = match alone {
                true => self.accept_alone(&report).await,
                false => Err(RecordsError::Together(Arc::clone(&error))),
            };
            let _ = answer.send(result);
        }
    }

    async fn accept_alone(&self, report: &NewReport) -> Result<Accepted, RecordsError> {
        let mut change = self.write().await?;
        let accepted = report.enter(&mut change, &self.settings).await?;
        change.commit().await?;
        Ok(accepted)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures::future::join_all;
    use quire_model::Digest;

    use crate::{
        Accepted, HostFault, IdempotencyKey, RecordsError,
        fixture::{Fixture, actor, request},
    };

    fn key(text: &str, body: &[u8]) -> IdempotencyKey {
        IdempotencyKey {
            key: text.to_owned(),
            fingerprint: Digest::of(body),
        }
    }

    async fn accept(
        records: &Fixture,
        key: Option<&IdempotencyKey>,
    ) -> Result<Accepted, RecordsError> {
        records
            .accept(&request("61958-0802"), &actor(), "r", key)
            .await
    }

    #[tokio::test]
    async fn those_that_wait_enter_in_one_transaction_and_each_is_audited() {
        let records = Fixture::new().await;
        let writer = records.write().await.unwrap();
        let commits = records.commits();

        let (accepted, ()) =
            tokio::join!(join_all((0..50).map(|_| accept(&records, None))), async {
                tokio::task::yield_now().await;
                drop(writer);
            });

        let ids: BTreeSet<_> = accepted.into_iter().map(|one| one.unwrap().id).collect();
        assert_eq!(ids.len(), 50);
        assert_eq!(records.waiting().await.unwrap(), 50);
        assert_eq!(records.verify_audit().await.unwrap(), Ok(50));
        assert_eq!(records.commits() - commits, 1);
    }

    #[tokio::test]
    async fn in_one_party_a_key_makes_one_report_and_a_conflict_harms_nobody() {
        let records = Fixture::new().await;
        let writer = records.write().await.unwrap();
        let (same, other) = (key("order-7", b"one"), key("order-7", b"other"));

        let (first, again, conflict, plain, ()) = tokio::join!(
            accept(&records, Some(&same)),
            accept(&records, Some(&same)),
            accept(&records, Some(&other)),
            accept(&records, None),
            async {
                tokio::task::yield_now().await;
                drop(writer);
            }
        );

        let (first, again) = (first.unwrap(), again.unwrap());
        assert!(first.created && !again.created);
        assert_eq!(first.id, again.id);
        assert!(
            matches!(conflict, Err(RecordsError::Conflict { report }) if report == Some(first.id.clone()))
        );
        assert!(plain.unwrap().created);
        assert_eq!(records.waiting().await.unwrap(), 2);
        assert_eq!(records.verify_audit().await.unwrap(), Ok(2));
    }

    #[tokio::test]
    async fn a_caller_who_goes_away_takes_nobody_along() {
        let records = Fixture::new().await;
        let writer = records.write().await.unwrap();
        let mut leaves = Box::pin(accept(&records, None));
        assert!(futures::poll!(&mut leaves).is_pending());

        let (stays, ()) = tokio::join!(accept(&records, None), async {
            tokio::task::yield_now().await;
            drop(leaves);
            drop(writer);
        });

        assert!(stays.unwrap().created);
        assert_eq!(records.waiting().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn the_machines_fault_is_everyones_and_nothing_is_entered() {
        let records = Fixture::new().await;
        records.fill_disk().await;

        let refused = join_all((0..300).map(|_| accept(&records, None))).await;

        for one in refused {
            let error = one.unwrap_err();
            assert_eq!(error.host_fault(), Some(HostFault::DiskFull), "{error}");
        }
        records.free_disk().await;
        assert_eq!(records.waiting().await.unwrap(), 0);
        assert!(accept(&records, None).await.unwrap().created);
        assert_eq!(records.verify_audit().await.unwrap(), Ok(1));
    }
}
