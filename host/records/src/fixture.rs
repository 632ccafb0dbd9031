//! Records in a directory of their own, with a clock that stands still.

use std::{ops::Deref, time::Duration};

use quire_model::{Date, Digest, Problem, ProblemKind, ReportId, ReportRequest};

use crate::{
    Accepted, Actor, ArtifactRef, Claim, Claimed, Clock, Records, RecordsSettings, Success,
    Timestamp,
};

/// How long claims last in these tests.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Records that vanish with the test.
pub(crate) struct Fixture {
    pub(crate) records: Records,
    pub(crate) clock: Clock,
    pub(crate) dir: tempfile::TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::manual(Timestamp::from_second(1_750_000_000).unwrap());
        let records = open(&dir, &clock).await;
        Self {
            records,
            clock,
            dir,
        }
    }

    /// What another process on the same directory would hold.
    pub(crate) async fn another(&self) -> Records {
        open(&self.dir, &self.clock).await
    }

    /// The same, where nobody decides alone on what they added.
    pub(crate) async fn with_four_eyes(&self) -> Records {
        let settings = RecordsSettings {
            clock: self.clock.clone(),
            four_eyes: true,
            ..RecordsSettings::new(self.dir.path())
        };
        Records::open(settings).await.unwrap()
    }

    /// The same, where parameters are held to schemas.
    pub(crate) async fn with_params(&self, check_params: crate::CheckParams) -> Records {
        let settings = RecordsSettings {
            clock: self.clock.clone(),
            check_params,
            ..RecordsSettings::new(self.dir.path())
        };
        Records::open(settings).await.unwrap()
    }

    pub(crate) async fn enter(&self) -> ReportId {
        let Accepted { id, created, .. } = self
            .records
            .accept(&request("61958-0802"), &actor(), "request-1", None)
            .await
            .unwrap();
        assert!(created);
        id
    }

    pub(crate) async fn take(&self, id: &ReportId) -> Claimed {
        match self.records.claim(id, "worker 1", LEASE).await.unwrap() {
            Claim::Go(claimed) => *claimed,
            other => panic!("expected a claim, got {other:?}"),
        }
    }

    /// The writer's connection meets a full disk: the database may not grow by one page.
    pub(crate) async fn fill_disk(&self) {
        // One page is less than there are, so the limit becomes what there is.
        self.limit_pages("PRAGMA max_page_count = 1").await;
    }

    /// There is room again.
    pub(crate) async fn free_disk(&self) {
        self.limit_pages("PRAGMA max_page_count = 1000000").await;
    }

    async fn limit_pages(&self, limit: &'static str) {
        sqlx::query(limit)
            .execute(&self.records.writer)
            .await
            .unwrap();
    }

    /// How many transactions stand in the database's log: each ends in a frame that says how large
    /// the database is then.
    pub(crate) fn commits(&self) -> usize {
        let log = std::fs::read(self.dir.path().join("quire.db-wal")).unwrap();
        let (header, frames) = log.split_at(32);
        let (salt, page_bytes) = (
            &header[16..24],
            u32::from_be_bytes(header[8..12].try_into().unwrap()),
        );
        frames
            .chunks_exact(24 + page_bytes as usize)
            .filter(|frame| &frame[8..16] == salt && frame[4..8] != [0; 4])
            .count()
    }

    /// Change the database by hand, as someone with sqlite3 would, triggers out of the way.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(self.dir.path().join("quire.db"));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        for trigger in [
            "audit_is_not_updated",
            "audit_is_not_deleted",
            "audit_has_no_gaps",
            "audit_moves_its_head",
            "checkpoint_is_not_updated",
            "checkpoint_is_not_deleted",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}")))
                .execute(&pool)
                .await
                .unwrap();
        }
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

impl Deref for Fixture {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

async fn open(dir: &tempfile::TempDir, clock: &Clock) -> Records {
    let settings = RecordsSettings {
        clock: clock.clone(),
        ..RecordsSettings::new(dir.path())
    };
    Records::open(settings).await.unwrap()
}

pub(crate) fn request(ndc: &str) -> ReportRequest {
    ReportRequest {
        ndc: ndc.parse().unwrap(),
        definition: "cer".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        locale: "en".to_owned(),
        paper: None,
        selection: None,
    }
}

pub(crate) fn actor() -> Actor {
    Actor::operator()
}

pub(crate) fn problem() -> Problem {
    Problem::new(ProblemKind::SourceUnavailable, "openFDA is away")
}

pub(crate) fn success(artifact: ArtifactRef) -> Box<Success> {
    Box::new(Success {
        artifact,
        document: None,
        document_id: "d".repeat(32),
        data_digest: Digest::of(b"data"),
        cache: "miss".to_owned(),
        age_s: 0,
        timings_ms: Default::default(),
        placeholders: Vec::new(),
        fresh_until: None,
        manifest: None,
    })
}
