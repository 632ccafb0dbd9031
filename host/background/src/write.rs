//! Writes a batch and its place in one transaction: either both are there after a crash, or neither.
//!
//! A batch goes to SQLite as one JSON array and is spread there, so that its cost is a few statements
//! and not a few for each row.

use std::collections::BTreeSet;

use quire_model::reaction_key;
use serde_json::{Value, json};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{BackgroundError, names::drug_key, profile::Profile};

/// Rows that were read, and how far that is.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) rows: Filled,
    /// Rows of the file that are done once this is written.
    pub(crate) rows_done: u64,
    /// Bytes read so far, for the progress.
    pub(crate) bytes: u64,
    /// Rows of the batch that are not as they should be.
    pub(crate) aside: Aside,
    /// The digest of the content, with the last batch.
    pub(crate) sha256: Option<String>,
    /// What a bulk file says of its age.
    pub(crate) last_updated: Option<String>,
}

/// Rows that are not as they should be.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// Rows that could not be read, and the place of the first.
    skipped: u64,
    first: Option<u64>,
    /// Rows that were torn, and are read.
    pub(crate) joined: u64,
    /// Rows that stood in the line of another, and are read.
    pub(crate) parted: u64,
}

impl Aside {
    /// The row at this place could not be read.
    pub(crate) fn row(&mut self, place: u64) {
        self.skipped += 1;
        self.first.get_or_insert(place);
    }
}

/// The system that a quarterly file comes from: AERS up to 2012Q3, then FAERS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    Aers,
    Faers,
}

/// Rows of one kind.
#[derive(Debug)]
pub(crate) enum Filled {
    Reports(Vec<ReportRow>),
    Drugs(Vec<DrugRow>),
    Reactions(Vec<ReactionRow>),
    /// Numbers of report versions with an outcome that makes them serious.
    Serious(Vec<String>),
    Deleted(Vec<String>),
    Bulk(Vec<BulkReport>),
}

/// A version of a report.
#[derive(Debug)]
pub(crate) struct ReportRow {
    pub(crate) era: Era,
    pub(crate) number: String,
    pub(crate) case: String,
    pub(crate) version: i64,
    pub(crate) profile: Profile,
}

/// The primary suspect of a report version.
#[derive(Debug)]
pub(crate) struct DrugRow {
    pub(crate) number: String,
    pub(crate) product: String,
    pub(crate) substance: String,
}

/// A reaction of a report version.
#[derive(Debug)]
pub(crate) struct ReactionRow {
    pub(crate) number: String,
    pub(crate) term: String,
}

/// A whole report.
#[derive(Debug)]
pub(crate) struct BulkReport {
    pub(crate) case: String,
    pub(crate) version: i64,
    pub(crate) profile: Profile,
    /// Whether there is a suspect drug.
    pub(crate) drug: bool,
    pub(crate) product: String,
    pub(crate) substance: String,
    pub(crate) terms: Vec<String>,
}

/// A later version takes the place of an earlier one, whichever is read first.
const KEEP_LATEST: &str = "
    INSERT INTO report (case_id, version, number, era, sex_age, professional, serious, quarter)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3,
        value ->> 4, value ->> 5, value ->> 6, value ->> 7
    FROM json_each(?1) WHERE true
    ON CONFLICT (case_id) DO UPDATE SET
        version = excluded.version, number = excluded.number, era = excluded.era, drug = NULL,
        sex_age = excluded.sex_age, professional = excluded.professional,
        serious = excluded.serious, quarter = excluded.quarter
    WHERE excluded.era > report.era
       OR (excluded.era = report.era AND excluded.version > report.version)";

/// AERS counted versions upwards over all cases, FAERS counts those of each case: any version of FAERS is
/// later.
const NOTE_ERAS: &str = "
    UPDATE report SET both_eras = 1 FROM json_each(?1) AS row
    WHERE report.case_id = row.value ->> 0 AND report.era <> row.value ->> 3";

const ADD_DRUGS: &str = "
    INSERT OR IGNORE INTO drug (substance, product)
    SELECT value ->> 1, value ->> 2 FROM json_each(?1)";

const SET_DRUGS: &str = "
    UPDATE report SET drug = drug.id
    FROM json_each(?1) AS row
    JOIN drug ON drug.substance = row.value ->> 1 AND drug.product = row.value ->> 2
    WHERE report.number = row.value ->> 0 AND report.drug IS NULL";

const ADD_TERMS: &str = "
    INSERT OR IGNORE INTO term (key) SELECT DISTINCT value ->> 1 FROM json_each(?1)";

const ADD_REACTIONS: &str = "
    INSERT OR IGNORE INTO reaction (report, term)
    SELECT report.id, term.id
    FROM json_each(?1) AS row
    JOIN report ON report.number = row.value ->> 0
    JOIN term ON term.key = row.value ->> 1";

/// A version that has just won has no reactions of its own yet; what there is, is its predecessor's.
const FORGET_REACTIONS: &str = "
    DELETE FROM reaction WHERE report IN (
        SELECT report.id FROM json_each(?1) AS row JOIN report ON report.number = row.value ->> 2)";

const SET_SERIOUS: &str = "
    UPDATE report SET serious = 1 FROM json_each(?1) AS row WHERE report.number = row.value";

const ADD_DELETED: &str = "
    INSERT OR IGNORE INTO deleted (case_id) SELECT value FROM json_each(?1)";

const MOVE_ON: &str = "
    UPDATE part SET rows_done = ?1, skipped = skipped + ?2, sha256 = ?3,
        first_skipped = coalesce(first_skipped, ?6), joined = joined + ?7, parted = parted + ?8
    WHERE place = ?4 AND rows_done = ?5 AND sha256 IS NULL";

/// Write a batch of the file at `place`, of which `from` rows were done before.
///
/// # Errors
///
/// [`BackgroundError::Busy`] if another process has moved on in the meantime, or the store's own.
pub(crate) async fn write(
    pool: &SqlitePool,
    name: &str,
    (place, from): (i64, u64),
    batch: &Batch,
) -> Result<(), BackgroundError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let moved = sqlx::query(MOVE_ON)
        .bind(number(batch.rows_done))
        .bind(number(batch.aside.skipped))
        .bind(&batch.sha256)
        .bind(place)
        .bind(number(from))
        .bind(batch.aside.first.map(number))
        .bind(number(batch.aside.joined))
        .bind(number(batch.aside.parted))
        .execute(&mut *transaction)
        .await?;
    if moved.rows_affected() != 1 {
        return Err(BackgroundError::Busy(name.to_owned()));
    }
    if let Some(day) = batch
        .last_updated
        .as_deref()
        .and_then(|text| text.get(..10))
    {
        let newest = "UPDATE about SET as_of = max(coalesce(as_of, ?1), ?1)";
        sqlx::query(newest)
            .bind(day)
            .execute(&mut *transaction)
            .await?;
    }
    write_rows(&mut transaction, place, batch).await?;
    Ok(transaction.commit().await?)
}

async fn write_rows(
    store: &mut SqliteConnection,
    place: i64,
    batch: &Batch,
) -> Result<(), BackgroundError> {
    match &batch.rows {
        Filled::Reports(rows) => {
            let row = |row: &ReportRow| {
                version_of((&row.case, row.version), &row.number, row.era, row.profile)
            };
            run(store, &[NOTE_ERAS, KEEP_LATEST], rows.iter().map(row)).await
        }
        Filled::Drugs(rows) => {
            let row = |row: &DrugRow| {
                json!([row.number, drug_key(&row.substance), drug_key(&row.product)])
            };
            // A report has one primary suspect; where it names two, the first one counts.
            let mut seen = BTreeSet::new();
            let first = rows.iter().filter(|row| seen.insert(row.number.as_str()));
            let named = first.map(row).filter(has_name);
            run(store, &[ADD_DRUGS, SET_DRUGS], named).await
        }
        Filled::Reactions(rows) => {
            let row = |row: &ReactionRow| json!([row.number, reaction_key(&row.term)]);
            let filled = |row: &Value| row.get(1).and_then(Value::as_str) != Some("");
            run(
                store,
                &[ADD_TERMS, ADD_REACTIONS],
                rows.iter().map(row).filter(filled),
            )
            .await
        }
        Filled::Serious(rows) => {
            run(
                store,
                &[SET_SERIOUS],
                rows.iter().map(|number| json!(number)),
            )
            .await
        }
        Filled::Deleted(rows) => {
            run(store, &[ADD_DELETED], rows.iter().map(|case| json!(case))).await
        }
        Filled::Bulk(rows) => write_reports(store, place, batch.rows_done, rows).await,
    }
}

/// A row of the table of reports.
fn version_of((case, version): (&str, i64), number: &str, of: Era, profile: Profile) -> Value {
    let Profile {
        sex_age,
        professional,
        serious,
        quarter,
    } = profile;
    let (professional, serious) = (i64::from(professional), i64::from(serious));
    json!([
        case,
        version,
        number,
        era(of),
        sex_age,
        professional,
        serious,
        quarter
    ])
}

/// A drug that is named neither by its substance nor as a product is none.
fn has_name(row: &Value) -> bool {
    let filled = |column: usize| row.get(column).and_then(Value::as_str) != Some("");
    filled(1) || filled(2)
}

async fn write_reports(
    store: &mut SqliteConnection,
    place: i64,
    rows_done: u64,
    reports: &[BulkReport],
) -> Result<(), BackgroundError> {
    // Names a version apart from every other that was read.
    let number = |index: usize| format!("{place}:{rows_done}:{index}");
    let numbered: Vec<(String, &BulkReport)> = (0..).map(number).zip(reports).collect();
    let version = |(number, report): &(String, &BulkReport)| {
        version_of(
            (&report.case, report.version),
            number,
            Era::Faers,
            report.profile,
        )
    };
    let versions = numbered.iter().map(version);
    run(store, &[KEEP_LATEST, FORGET_REACTIONS], versions).await?;
    let drug = |(number, report): &(String, &BulkReport)| {
        let keys = (drug_key(&report.substance), drug_key(&report.product));
        json!([number, keys.0, keys.1])
    };
    let suspected = numbered.iter().filter(|(_, report)| report.drug).map(drug);
    run(store, &[ADD_DRUGS, SET_DRUGS], suspected.filter(has_name)).await?;
    let mut reactions = Vec::new();
    for (number, report) in &numbered {
        let keys = report.terms.iter().map(|term| reaction_key(term));
        let keys = keys.filter(|key| !key.is_empty());
        reactions.extend(keys.map(|key| json!([number, key])));
    }
    run(store, &[ADD_TERMS, ADD_REACTIONS], reactions.into_iter()).await
}

/// Run statements over the same rows.
async fn run(
    store: &mut SqliteConnection,
    statements: &[&'static str],
    rows: impl Iterator<Item = Value>,
) -> Result<(), BackgroundError> {
    let rows = Value::Array(rows.collect()).to_string();
    for statement in statements {
        sqlx::query(*statement)
            .bind(&rows)
            .execute(&mut *store)
            .await?;
    }
    Ok(())
}

fn era(era: Era) -> i64 {
    match era {
        Era::Aers => 0,
        Era::Faers => 1,
    }
}

/// Row numbers stay far below 2⁶³.
fn number(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
