//! A ledger as it is after years: many reports that ended in every way, each with its events.

use std::path::Path;

use futures::{StreamExt as _, stream};
use quire_model::{Date, ReportRequest};
use quire_records::{Actor, Records, RecordsSettings};

/// Reports that are entered at a time.
const AT_ONCE: usize = 64;

/// Callers whose reports wait.
const CALLERS: usize = 8;

/// One of so many reports is on a drug of its own, so that a filter has to find it.
const RARE: usize = 1_000;

/// The drug of nearly all reports.
pub(crate) const USUAL_DRUG: &str = "61958-0802";
/// The drug of few.
pub(crate) const RARE_DRUG: &str = "0002-8215";

/// Enter so many reports by the usual way in, without syncing, and end them: one of 32 failed, one of 1,024
/// was called off. The ids of what stands in the middle and of the last.
pub(crate) async fn fill(data_dir: &Path, reports: usize) -> [String; 2] {
    let settings = RecordsSettings {
        synced: false,
        ..RecordsSettings::new(data_dir)
    };
    let records = Records::open(settings).await.unwrap();
    let entered = stream::iter(0..reports).map(|number| {
        let records = &records;
        async move {
            let drug = if number % RARE == 0 {
                RARE_DRUG
            } else {
                USUAL_DRUG
            };
            let (request, actor) = (request(drug), Actor::operator());
            records
                .accept(&request, &actor, "bench", None)
                .await
                .unwrap();
        }
    });
    entered.buffer_unordered(AT_ONCE).collect::<()>().await;
    drop(records);
    end_all(data_dir).await
}

/// Enter so many reports more, of many callers, that nobody makes.
pub(crate) async fn wait(data_dir: &Path, reports: usize) {
    let settings = RecordsSettings {
        synced: false,
        ..RecordsSettings::new(data_dir)
    };
    let records = Records::open(settings).await.unwrap();
    let entered = stream::iter(0..reports).map(|number| {
        let records = &records;
        async move {
            let caller = Actor {
                key: format!("caller-{}", number % CALLERS).as_str().into(),
                ..Actor::operator()
            };
            let request = request(USUAL_DRUG);
            records
                .accept(&request, &caller, "bench", None)
                .await
                .unwrap();
        }
    });
    entered.buffer_unordered(AT_ONCE).collect::<()>().await;
}

/// What workers would have written, in one statement: making a hundred thousand documents is not the matter here.
async fn end_all(data_dir: &Path) -> [String; 2] {
    let address = format!("sqlite://{}", data_dir.join("quire.db").display());
    let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
    let end = "UPDATE report SET due = NULL, attempt = 1, started = accepted + 20, finished = accepted + 320,
               worker = 'bench', state = CASE WHEN id LIKE '%00' THEN 'cancelled'
               WHEN id LIKE '%1' THEN 'failed' ELSE 'succeeded' END";
    sqlx::query(end).execute(&pool).await.unwrap();
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM report ORDER BY id")
        .fetch_all(&pool)
        .await
        .unwrap();
    pool.close().await;
    [ids.len() / 2, ids.len() - 1].map(|at| ids[at].clone())
}

pub(crate) fn request(drug: &str) -> ReportRequest {
    ReportRequest {
        ndc: drug.parse().unwrap(),
        definition: "cer".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        locale: "en".to_owned(),
        paper: None,
        selection: None,
    }
}
