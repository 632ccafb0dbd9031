//! A report enters the ledger.

use quire_model::{Digest, Given, ObjectId, ReportId, ReportRequest};
use sqlx::{Sqlite, Transaction};
use ulid::Ulid;

use crate::{
    Actor, Manner, Records, RecordsError, RecordsSettings, State,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::{
        named::{Made, remember, report_before},
        source::Source,
        turns::Urgency,
        withdraw::tell,
    },
    stored::{time, unreadable},
};

/// Who is said to have shared a report that no worker had.
const HOST: &str = "quire";

/// A caller's own name for a request, so that sending it twice makes one report. Keys of different
/// API keys never meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// As the caller chose it.
    pub key: String,
    /// The digest of the request that it was first sent with.
    pub fingerprint: Digest,
}

/// A report that is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Which report.
    pub id: ReportId,
    /// False if an earlier request with the same idempotency key made it.
    pub created: bool,
    /// The report whose document it was given at once: it has ended, and needs no ticket.
    pub shared_from: Option<ReportId>,
}

/// What is asked for, by whom.
#[derive(Clone, Debug)]
pub(crate) struct NewReport {
    /// JSON.
    request: String,
    /// The product that its code most likely names.
    product: Option<String>,
    actor: Actor,
    request_id: String,
    idempotency: Option<IdempotencyKey>,
    manner: Manner,
}

impl Records {
    /// Enter a report, with its audit event. The caller pushes its ticket next; if that fails, the
    /// ticket is [overdue](Self::overdue) after the grace period.
    ///
    /// When this returns `Ok`, the report is on the disk. Reports that wait for the writer at the
    /// same time enter together; each has its own result. One whose caller goes
    /// away meanwhile may be entered all the same, as if the answer had been lost.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Conflict`] if the idempotency key was used for another request; otherwise if
    /// the records cannot be changed.
    pub async fn accept(
        &self,
        request: &ReportRequest,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Accepted, RecordsError> {
        let manner = Manner::default();
        self.accept_as(manner, request, actor, request_id, idempotency)
            .await
    }

    /// The same for a report of which the caller says more.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub async fn accept_as(
        &self,
        manner: Manner,
        request: &ReportRequest,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Accepted, RecordsError> {
        let report = NewReport::new(manner, request, actor, request_id, idempotency)?;
        self.accept_together(report).await
    }

    /// The report that an idempotency key already belongs to. From now on it is not
    /// [withdrawn](Self::withdraw).
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub async fn accepted_before(
        &self,
        actor: &Actor,
        idempotency: &IdempotencyKey,
    ) -> Result<Option<ReportId>, RecordsError> {
        let now = self.now();
        let oldest = now - millis(self.settings.idempotency_ttl);
        let mut reader = self.readers.acquire().await?;
        let Some(id) = report_before(&mut reader, actor, idempotency, oldest).await? else {
            return Ok(None);
        };
        drop(reader);
        let known = self.report(&id).await?;
        if known.is_some_and(|row| row.state != State::Queued || row.attempt > 0) {
            return Ok(Some(id));
        }
        // It may be withdrawn at this moment: whoever writes first decides.
        let mut change = self.write().await?;
        let id = report_before(&mut change, actor, idempotency, oldest).await?;
        if let Some(id) = &id {
            tell(&mut change, id, now).await?;
            change.commit().await?;
        }
        Ok(id)
    }
}

impl NewReport {
    pub(crate) fn new(
        manner: Manner,
        request: &ReportRequest,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Self, RecordsError> {
        Ok(Self {
            manner,
            request: serde_json::to_string(request)?,
            product: request.ndc.candidates().first().map(ToString::to_string),
            actor: actor.clone(),
            request_id: request_id.to_owned(),
            idempotency: idempotency.cloned(),
        })
    }

    /// Enter it. A conflict is found before anything is written.
    pub(crate) async fn enter(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        settings: &RecordsSettings,
    ) -> Result<Accepted, RecordsError> {
        let now = settings.clock.now_ms();
        let oldest = now - millis(settings.idempotency_ttl);
        if let Some(key) = &self.idempotency
            && let Some(id) = report_before(change, &self.actor, key, oldest).await?
        {
            tell(change, &id, now).await?;
            return Ok(Accepted::before(id));
        }
        let source = self.source(change, now).await?;
        let id = self.insert(change, source.as_ref(), now, settings).await?;
        if let Some(key) = &self.idempotency {
            remember(change, &self.actor, key, Made::Report(&id), (now, oldest)).await?;
        }
        let event = NewEvent {
            after: Some(Digest::of(self.request.as_bytes())),
            ..NewEvent::by(
                &self.actor,
                "report.accepted",
                format!("report {id}"),
                &self.request_id,
            )
        };
        let shared_from = source.as_ref().map(|source| source.id.clone());
        match source {
            None => append(change, now, event).await?,
            Some(source) => {
                let given = self.given(&id, &source, now)?;
                let written = source.given_to(change, &given, HOST, Some(event), now);
                written.await?;
            }
        }
        Ok(Accepted {
            id,
            created: true,
            shared_from,
        })
    }
}

impl Accepted {
    /// One that was accepted before.
    #[must_use]
    pub const fn before(id: ReportId) -> Self {
        Self {
            id,
            created: false,
            shared_from: None,
        }
    }
}

impl NewReport {
    /// The equal report whose document it is given, if there is one.
    async fn source(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        now: i64,
    ) -> Result<Option<Source>, RecordsError> {
        match self.manner.answer.filter(|_| !self.manner.anew) {
            Some(key) => Source::find(change, &key, now).await,
            None => Ok(None),
        }
    }

    /// Put it into the ledger: in line, or at its end already with the document that it is given.
    async fn insert(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        source: Option<&Source>,
        now: i64,
        settings: &RecordsSettings,
    ) -> Result<ReportId, RecordsError> {
        let id = Ulid::generate().to_string();
        let id: ReportId = id.parse().map_err(|_| unreadable("report id", &id))?;
        let note = &self.manner.note;
        let metadata = match note.metadata() {
            pairs if pairs.is_empty() => None,
            pairs => Some(serde_json::to_string(pairs)?),
        };
        let (state, due) = match source {
            None => (State::Queued, Some(now + millis(settings.grace))),
            Some(_) => (State::Succeeded, None),
        };
        let success = source.map(|source| source.success_at(now)).transpose()?;
        sqlx::query(
            "INSERT INTO report (id, state, request, owner, batch, accepted, due, trace, label, metadata, anew, of_batch,
                                 of_schedule, unless_like, finished, success, artifact, pins, definition_version,
                                 shared_from, product)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        )
        .bind(id.as_str())
        .bind(state.as_str())
        .bind(&self.request)
        .bind(self.actor.key.as_str())
        .bind(i64::from(self.manner.urgency == Urgency::Batch))
        .bind(now)
        .bind(due)
        .bind(self.manner.trace.as_ref().map(ToString::to_string))
        .bind(note.label())
        .bind(metadata)
        .bind(self.manner.anew)
        .bind(self.manner.batch.as_ref().map(ObjectId::as_str))
        .bind(self.manner.schedule.as_ref().map(ObjectId::as_str))
        .bind(self.manner.unless_like.as_ref().map(ReportId::as_str))
        .bind(source.map(|_| now))
        .bind(success)
        .bind(source.map(|source| source.success.artifact.digest.to_string()))
        .bind(source.map(|source| source.pins.as_str()))
        .bind(source.and_then(|source| source.definition_version))
        .bind(source.map(|source| source.id.as_str()))
        .bind(&self.product)
        .execute(&mut **change)
        .await?;
        Ok(id)
    }

    /// What its manifest says of it where it is given a document at once.
    fn given(&self, id: &ReportId, source: &Source, now: i64) -> Result<Given, RecordsError> {
        Ok(Given {
            report: id.clone(),
            requested_by: self.actor.key.to_string(),
            accepted_at: time(now)?,
            started_at: None,
            trace_id: self.manner.trace.map(|trace| trace.trace_id()),
            note: self.manner.note.clone(),
            shared_from: source.id.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fixture::{Fixture, actor, request};

    fn key(text: &str, body: &[u8]) -> IdempotencyKey {
        IdempotencyKey {
            key: text.to_owned(),
            fingerprint: Digest::of(body),
        }
    }

    #[tokio::test]
    async fn the_same_key_and_request_make_one_report() {
        let records = Fixture::new().await;
        let key = key("order-7", b"body");

        let first = records
            .accept(&request("61958-0802"), &actor(), "r1", Some(&key))
            .await
            .unwrap();
        let second = records
            .accept(&request("61958-0802"), &actor(), "r2", Some(&key))
            .await
            .unwrap();

        assert!(first.created);
        assert!(!second.created);
        assert_eq!(first.id, second.id);
        assert_eq!(records.waiting().await.unwrap(), 1);
        assert_eq!(
            records.accepted_before(&actor(), &key).await.unwrap(),
            Some(first.id)
        );
    }

    #[tokio::test]
    async fn the_same_key_with_another_request_is_a_conflict() {
        let records = Fixture::new().await;
        let accept = async |body: &[u8]| {
            let key = key("order-7", body);
            records
                .accept(&request("61958-0802"), &actor(), "r", Some(&key))
                .await
        };

        let first = accept(b"one").await.unwrap();
        let second = accept(b"other").await;

        assert!(
            matches!(second, Err(RecordsError::Conflict { report }) if report == Some(first.id.clone()))
        );
    }

    #[tokio::test]
    async fn keys_of_different_callers_do_not_meet_and_expire_after_a_day() {
        let records = Fixture::new().await;
        let key = key("order-7", b"body");
        let other = Actor {
            key: "key_other".into(),
            ..actor()
        };
        let accept = async |actor: &Actor| {
            records
                .accept(&request("61958-0802"), actor, "r", Some(&key))
                .await
                .unwrap()
                .created
        };

        assert!(accept(&actor()).await);
        assert!(accept(&other).await);
        records.clock.advance(Duration::from_hours(24));
        assert!(accept(&actor()).await);
    }
}
