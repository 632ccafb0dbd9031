//! Makes totals of reports, once all are read: one transaction, so it is done or not begun.

use futures::TryStreamExt as _;
use quire_model::Digest;
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::BackgroundError;

/// In this order. A report counts if it is not withdrawn and has a drug and a reaction: another one
/// belongs in no cell of any table.
const COUNT: [&str; 9] = [
    "CREATE TEMP TABLE counted (report INTEGER PRIMARY KEY, drug INTEGER NOT NULL)",
    "INSERT INTO counted SELECT id, drug FROM report
     WHERE drug IS NOT NULL
       AND EXISTS (SELECT 1 FROM reaction WHERE reaction.report = report.id)
       AND NOT EXISTS (SELECT 1 FROM deleted WHERE deleted.case_id = report.case_id)",
    "INSERT INTO drug_total SELECT drug, count(*) FROM counted GROUP BY drug",
    "INSERT INTO pair
     SELECT drug, term, count(*) FROM counted CROSS JOIN reaction USING (report)
     GROUP BY drug, term",
    "INSERT INTO term_total SELECT term, sum(reports) FROM pair GROUP BY term",
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
        SELECT substance, product, key, pair.reports FROM pair
        JOIN drug ON drug.id = pair.drug JOIN term ON term.id = pair.term
        ORDER BY substance, product, key";
    const DRUGS: &str = "
        SELECT substance, product, '', reports FROM drug_total
        JOIN drug ON drug.id = drug_total.drug ORDER BY substance, product";
    let mut hash = Sha256::new();
    for statement in [DRUGS, PAIRS] {
        let mut rows = sqlx::query(statement).fetch(&mut *store);
        while let Some(row) = rows.try_next().await? {
            for column in 0..3 {
                let text: &str = row.try_get(column)?;
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            hash.update(row.try_get::<i64, _>(3)?.to_le_bytes());
        }
    }
    Ok(Digest::of(&hash.finalize()))
}
