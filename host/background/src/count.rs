//! Makes totals of reports, once all are read: one transaction, so it is done or not begun.

use futures::TryStreamExt as _;
use quire_model::Digest;
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::BackgroundError;

/// Every total with its parts: of each letter, counted from `A`, the reports in that stratum or quarter.
const SUM: &str = "
    CREATE TEMP VIEW summed AS
    SELECT drug, term, sum(reports) AS reports, sum(serious) AS serious, sum(professional) AS professional,
        (SELECT group_concat(char(65 + sex_age) || reports, '') FROM (
            SELECT sex_age, sum(reports) AS reports FROM cell AS own
            WHERE own.drug = cell.drug AND own.term = cell.term GROUP BY 1 ORDER BY 1)) AS sex_age,
        (SELECT group_concat(char(65 + quarter) || reports, '') FROM (
            SELECT quarter, sum(reports) AS reports FROM cell AS own
            WHERE own.drug = cell.drug AND own.term = cell.term AND quarter >= 0
            GROUP BY 1 ORDER BY 1)) AS quarters
    FROM cell GROUP BY drug, term";

/// In this order. A report counts if it is not withdrawn and has a drug and a reaction: another one
/// belongs in no cell of any table.
const COUNT: [&str; 17] = [
    "CREATE TEMP TABLE counted (report INTEGER PRIMARY KEY, drug INTEGER NOT NULL,
        sex_age INTEGER NOT NULL, professional INTEGER NOT NULL, serious INTEGER NOT NULL, quarter INTEGER)",
    "INSERT INTO counted SELECT id, drug, sex_age, professional, serious, quarter FROM report
     WHERE drug IS NOT NULL
       AND EXISTS (SELECT 1 FROM reaction WHERE reaction.report = report.id)
       AND NOT EXISTS (SELECT 1 FROM deleted WHERE deleted.case_id = report.case_id)",
    // Reports of drug and term in the parts that both kinds of strata are summed from. Term 0 stands for any,
    // drug 0 as well.
    "CREATE TEMP TABLE cell (drug INTEGER, term INTEGER, sex_age INTEGER, quarter INTEGER,
        reports INTEGER, serious INTEGER, professional INTEGER,
        PRIMARY KEY (drug, term, sex_age, quarter)) WITHOUT ROWID",
    "INSERT INTO cell
     SELECT drug, term, sex_age, coalesce(quarter, -1), count(*), sum(serious), sum(professional)
     FROM counted CROSS JOIN reaction USING (report) GROUP BY 1, 2, 3, 4",
    "INSERT INTO cell
     SELECT drug, 0, sex_age, coalesce(quarter, -1), count(*), sum(serious), sum(professional)
     FROM counted GROUP BY 1, 3, 4",
    "INSERT INTO cell
     SELECT 0, term, sex_age, quarter, sum(reports), sum(serious), sum(professional)
     FROM cell GROUP BY 2, 3, 4",
    SUM,
    "INSERT INTO pair SELECT * FROM summed WHERE drug > 0 AND term > 0",
    "INSERT INTO drug_total
     SELECT drug, reports, serious, professional, sex_age, quarters FROM summed WHERE drug > 0 AND term = 0",
    "INSERT INTO term_total
     SELECT term, reports, serious, professional, sex_age, quarters FROM summed WHERE drug = 0 AND term > 0",
    "UPDATE about SET (serious, professional, sex_age, quarters) =
        (SELECT serious, professional, sex_age, quarters FROM summed WHERE drug = 0 AND term = 0)",
    "UPDATE about SET
        reports = (SELECT count(*) FROM counted),
        left_out = (SELECT count(*) FROM report) - (SELECT count(*) FROM counted),
        in_both_eras = (SELECT count(*) FROM report WHERE both_eras = 1)",
    "UPDATE about SET
        withdrawn = (SELECT count(*) FROM report
            WHERE EXISTS (SELECT 1 FROM deleted WHERE deleted.case_id = report.case_id)),
        without_suspect = (SELECT count(*) FROM report WHERE drug IS NULL
            AND NOT EXISTS (SELECT 1 FROM deleted WHERE deleted.case_id = report.case_id)),
        without_reaction = left_out
            - (SELECT count(*) FROM report WHERE drug IS NULL
                OR EXISTS (SELECT 1 FROM deleted WHERE deleted.case_id = report.case_id))",
    "DROP VIEW temp.summed",
    "DROP TABLE temp.cell",
    "DROP TABLE temp.counted",
    // The totals are what is asked for; the reports would take ten times their place.
    "DROP TABLE reaction",
];

const FORGET: &str = "DROP TABLE report";

/// Count, and say that the prior comes next.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn count(pool: &SqlitePool) -> Result<(), BackgroundError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    for statement in COUNT {
        sqlx::query(statement).execute(&mut *transaction).await?;
    }
    sqlx::query(FORGET).execute(&mut *transaction).await?;
    let digest = digest(&mut transaction).await?;
    sqlx::query("UPDATE about SET digest = ?, state = 'fitting'")
        .bind(digest.to_string())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    // Gives back the place of the reports. Not part of the import's truth.
    sqlx::query("VACUUM").execute(pool).await?;
    Ok(())
}

/// Of every total by name, in alphabetical order: what an import counts, however it was read.
async fn digest(store: &mut SqliteConnection) -> Result<Digest, BackgroundError> {
    const PAIRS: &str = "
        SELECT substance, product, key, pair.sex_age, coalesce(pair.quarters, ''),
            pair.reports, pair.serious, pair.professional FROM pair
        JOIN drug ON drug.id = pair.drug JOIN term ON term.id = pair.term
        ORDER BY substance, product, key";
    const DRUGS: &str = "
        SELECT substance, product, '', sex_age, coalesce(quarters, ''), reports, serious, professional
        FROM drug_total
        JOIN drug ON drug.id = drug_total.drug ORDER BY substance, product";
    let mut hash = Sha256::new();
    for statement in [DRUGS, PAIRS] {
        let mut rows = sqlx::query(statement).fetch(&mut *store);
        while let Some(row) = rows.try_next().await? {
            for column in 0..5 {
                let text: &str = row.try_get(column)?;
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            for column in 5..8 {
                hash.update(row.try_get::<i64, _>(column)?.to_le_bytes());
            }
        }
    }
    Ok(Digest::of(&hash.finalize()))
}
