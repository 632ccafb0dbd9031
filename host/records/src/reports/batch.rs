//! Many reports that are asked for together: all of them enter, or none.

use quire_model::{Digest, Note, ObjectId, ReportId, ReportRequest};
use sqlx::{FromRow, Sqlite, SqliteConnection, Transaction};
use ulid::Ulid;

use crate::{
    Actor, IdempotencyKey, KeyId, Manner, Records, RecordsError, State, Timestamp,
    audit::event::{NewEvent, append},
    clock::millis,
    reports::{
        accept::NewReport,
        cancel::{Cancel, cancel_in},
        named::{Made, remember, report_before},
    },
    stored::{Columns, StoredRow, unreadable},
};

/// A batch that is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedBatch {
    /// Which batch.
    pub id: ObjectId,
    /// False if an earlier request with the same idempotency key made it.
    pub created: bool,
    /// Its reports that need a ticket: those that were not given a document at once. None of a batch of before.
    pub open: Vec<ReportId>,
}

/// Where a batch stands.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchRow {
    /// Which batch.
    pub id: ObjectId,
    /// Who asked.
    pub owner: KeyId,
    /// The caller's own words about it.
    pub note: Note,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When it was called off; none if it was not.
    pub cancelled_at: Option<Timestamp>,
    /// How many reports were asked for.
    pub reports: u64,
    /// How many of them stand how; fewer in all where retention has removed some.
    pub states: Vec<(State, u64)>,
}

impl Records {
    /// Enter reports together, with their audit events: all or none, in one transaction. Others wait for it, for
    /// some tenths of a second where they are a thousand. The caller pushes tickets next; those that are not pushed
    /// are [overdue](Self::overdue) after the grace period.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Conflict`] if the idempotency key was used for another request; otherwise if the records
    /// cannot be changed.
    pub async fn accept_batch(
        &self,
        note: &Note,
        items: Vec<(ReportRequest, Manner)>,
        actor: &Actor,
        request_id: &str,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<AcceptedBatch, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        if let Some(before) = self.batch_before(&mut change, actor, idempotency).await? {
            return Ok(before);
        }
        let id = new_id()?;
        enter(
            &mut change,
            &id,
            note,
            items.len(),
            (actor, request_id),
            now,
        )
        .await?;
        let (mut open, mut first) = (Vec::new(), None);
        for (request, manner) in items {
            let manner = Manner {
                batch: Some(id.clone()),
                ..manner
            };
            let report = NewReport::new(manner, &request, actor, request_id, None)?;
            let accepted = report.enter(&mut change, &self.settings).await?;
            first.get_or_insert_with(|| accepted.id.clone());
            if accepted.shared_from.is_none() {
                open.push(accepted.id);
            }
        }
        if let (Some(key), Some(first)) = (idempotency, &first) {
            let oldest = now - millis(self.settings.idempotency_ttl);
            remember(&mut change, actor, key, Made::Report(first), (now, oldest)).await?;
        }
        change.commit().await?;
        self.told.notify_one();
        Ok(AcceptedBatch {
            id,
            created: true,
            open,
        })
    }

    /// The batch that an idempotency key already belongs to.
    ///
    /// # Errors
    ///
    /// As [`accept_batch`](Self::accept_batch).
    pub async fn accepted_batch_before(
        &self,
        actor: &Actor,
        idempotency: &IdempotencyKey,
    ) -> Result<Option<AcceptedBatch>, RecordsError> {
        let mut reader = self.readers.acquire().await?;
        self.batch_before(&mut reader, actor, Some(idempotency))
            .await
    }

    async fn batch_before(
        &self,
        connection: &mut SqliteConnection,
        actor: &Actor,
        idempotency: Option<&IdempotencyKey>,
    ) -> Result<Option<AcceptedBatch>, RecordsError> {
        let Some(key) = idempotency else {
            return Ok(None);
        };
        let oldest = self.now() - millis(self.settings.idempotency_ttl);
        let Some(report) = report_before(connection, actor, key, oldest).await? else {
            return Ok(None);
        };
        let row = sqlx::query("SELECT of_batch FROM report WHERE id = $1")
            .bind(report.as_str())
            .fetch_one(connection)
            .await?;
        match row.optional("of_batch")? {
            Some(id) => Ok(Some(AcceptedBatch {
                id,
                created: false,
                open: Vec::new(),
            })),
            None => Err(RecordsError::Conflict {
                report: Some(report),
            }),
        }
    }

    /// Where a batch stands, for those who may see it; none if there is no such batch.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn batch_for(
        &self,
        actor: &Actor,
        id: &ObjectId,
    ) -> Result<Option<BatchRow>, RecordsError> {
        let row = sqlx::query_as::<_, BatchRow>("SELECT * FROM batch WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?;
        let Some(mut batch) = row.filter(|row| actor.may_see(&row.owner)) else {
            return Ok(None);
        };
        let counted = sqlx::query(
            "SELECT state, count(*) AS reports FROM report WHERE of_batch = $1 GROUP BY state",
        )
        .bind(id.as_str())
        .fetch_all(&self.readers)
        .await?;
        let read = |row: &StoredRow| Ok((row.read("state")?, row.read("reports")?));
        batch.states = counted
            .iter()
            .map(read)
            .collect::<Result<_, RecordsError>>()?;
        Ok(Some(batch))
    }

    /// Call off whatever of a batch has not ended, with its audit events, in one transaction. Gives how many reports
    /// that was. Doing it again changes nothing.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn cancel_batch(
        &self,
        id: &ObjectId,
        actor: &Actor,
        request_id: &str,
    ) -> Result<u64, RecordsError> {
        let now = self.now();
        let mut change = self.write().await?;
        let rows = sqlx::query(
            "SELECT id FROM report WHERE of_batch = $1 AND cancel = 0
                 AND state IN ('queued', 'running', 'retrying') ORDER BY id",
        )
        .bind(id.as_str())
        .fetch_all(&mut *change)
        .await?;
        let mut called_off = 0;
        for row in &rows {
            let report: ReportId = row.read("id")?;
            let cancel = cancel_in(&mut change, &report, actor, request_id, now).await?;
            called_off += u64::from(matches!(cancel, Cancel::Done | Cancel::Requested));
        }
        if called_off == 0 {
            return Ok(0);
        }
        sqlx::query("UPDATE batch SET cancelled = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(now)
            .execute(&mut *change)
            .await?;
        let reason = format!("{called_off} reports");
        let event = NewEvent {
            reason: Some(&reason),
            ..NewEvent::by(actor, "batch.cancelled", format!("batch {id}"), request_id)
        };
        append(&mut change, now, event).await?;
        change.commit().await?;
        self.told.notify_one();
        Ok(called_off)
    }
}

/// A name for something new.
pub(crate) fn new_id() -> Result<ObjectId, RecordsError> {
    let id = Ulid::generate().to_string();
    id.parse().map_err(|_| unreadable("id", &id))
}

/// The row of the batch itself, with its audit event.
async fn enter(
    change: &mut Transaction<'static, Sqlite>,
    id: &ObjectId,
    note: &Note,
    reports: usize,
    (actor, request_id): (&Actor, &str),
    now: i64,
) -> Result<(), RecordsError> {
    let note = serde_json::to_string(note)?;
    sqlx::query(
        "INSERT INTO batch (id, owner, note, accepted, reports) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(actor.key.as_str())
    .bind(&note)
    .bind(now)
    .bind(i64::try_from(reports).unwrap_or(i64::MAX))
    .execute(&mut **change)
    .await?;
    let reason = format!("{reports} reports");
    let event = NewEvent {
        after: Some(Digest::of(note.as_bytes())),
        reason: Some(&reason),
        ..NewEvent::by(actor, "batch.accepted", format!("batch {id}"), request_id)
    };
    append(change, now, event).await
}

impl FromRow<'_, StoredRow> for BatchRow {
    /// Without how its reports stand.
    fn from_row(row: &StoredRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.read("id")?,
            owner: row.read("owner")?,
            note: row.json("note")?,
            accepted_at: row.read("accepted")?,
            cancelled_at: row.optional("cancelled")?,
            reports: row.read("reports")?,
            states: Vec::new(),
        })
    }
}
