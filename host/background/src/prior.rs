//! Fits the prior of EBGM over every pair of a drug and a reaction that was reported.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use quire_model::Mixture;
use quire_statistics::{BackgroundCell, FittedPrior, Zeros, fit_prior};
use sqlx::{Row as _, SqlitePool};

use crate::BackgroundError;

/// Expectations within this factor are one cell, as `quire_statistics::squash` advises. Done while
/// pairs are read, so that memory is bounded by the counts that occur and the decades that
/// expectations span: some thousand cells for a quarter, some ten thousand for all of FAERS.
const WIDEST_RATIO: f64 = 1.1;

/// All pairs of a drug (by substance where known, else by product) and a reaction, with the reports
/// of each alone. In an order that does not depend on how the reports were read, since sums of
/// floating point numbers do.
const PAIRS: &str = "
    WITH one AS (
        SELECT id AS drug, CASE substance WHEN '' THEN product ELSE substance END AS name FROM drug
    ), total AS (
        SELECT name, sum(reports) AS reports FROM drug_total JOIN one USING (drug) GROUP BY name
    ), both AS (
        SELECT name, term, sum(reports) AS reports FROM pair JOIN one USING (drug)
        GROUP BY name, term
    )
    SELECT both.reports, total.reports, term_total.reports
    FROM both JOIN total USING (name) JOIN term_total USING (term)
    ORDER BY both.reports, total.reports, term_total.reports";

/// Fit, and keep the prior or the reason why there is none.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn fit(pool: &SqlitePool) -> Result<(), BackgroundError> {
    let total: i64 = sqlx::query_scalar("SELECT reports FROM about")
        .fetch_one(pool)
        .await?;
    let cells = cells(pool, total as f64).await?;
    let fitted = tokio::task::spawn_blocking(move || fit_prior(&cells, Zeros::LeftOut))
        .await
        .map_err(|error| BackgroundError::Broken(error.to_string()))?;
    let (prior, reason) = match fitted {
        Ok(fitted) => (serde_json::to_string(&mixture(&fitted)).ok(), None),
        Err(error) => (None, Some(error.to_string())),
    };
    sqlx::query("UPDATE about SET prior = ?, prior_reason = ?, state = 'ready'")
        .bind(prior)
        .bind(reason)
        .execute(pool)
        .await?;
    Ok(())
}

/// Squashed on the way.
async fn cells(pool: &SqlitePool, total: f64) -> Result<Vec<BackgroundCell>, BackgroundError> {
    let mut bins: BTreeMap<(i64, i64), (f64, f64)> = BTreeMap::new();
    let mut rows = sqlx::query(PAIRS).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        let [both, drug, term]: [i64; 3] = [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?];
        let expected = drug as f64 * term as f64 / total;
        let place = (expected.ln() / WIDEST_RATIO.ln()).floor() as i64;
        let bin = bins.entry((both, place)).or_default();
        bin.0 += 1.0;
        bin.1 += expected;
    }
    let cell = |((count, _), (weight, sum)): ((i64, i64), (f64, f64))| BackgroundCell {
        count: u64::try_from(count).unwrap_or_default(),
        expected: sum / weight,
        weight,
    };
    Ok(bins.into_iter().map(cell).collect())
}

fn mixture(fitted: &FittedPrior) -> Mixture {
    let prior = fitted.prior;
    Mixture {
        alpha1: prior.first().shape,
        beta1: prior.first().rate,
        alpha2: prior.second().shape,
        beta2: prior.second().rate,
        weight: prior.weight(),
    }
}
