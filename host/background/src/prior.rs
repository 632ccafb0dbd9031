//! Fits the prior of EBGM over every pair of a drug and a reaction, reported or not.
//!
//! The pairs are all of the grid: each drug with a report that counts × each reaction with one. A pair's
//! expectation is the drug's reports × the reaction's reports / all reports, so above 0 for each. Pairs
//! that nobody reported are cells with count 0, as in equation 12 of `DuMouchel` 1999 (openEBGM:
//! `processRaw(zeroes = TRUE)` with `negLLzeroSquash`; vigipy: `gps(truncate=False)`). Leaving them out
//! makes the likelihood of a real quarter rise for ever towards a shape of 0, and there is no prior.
//! Margins are reports, each counted once, where vigipy sums the cells of a row.

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

/// A drug is its substance where known, else the product. Each name with its reports.
const DRUGS: &str = "
    SELECT CASE substance WHEN '' THEN product ELSE substance END AS name, sum(reports) AS reports
    FROM drug_total JOIN drug ON drug.id = drug_total.drug GROUP BY name";

/// Reported pairs: reports of both, of the drug and of the reaction.
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
    FROM both JOIN total USING (name) JOIN term_total USING (term)";

/// Also what an import of an earlier version gets, which knows no such table.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS fit (
    prior TEXT,
    reason TEXT,
    pairs INTEGER NOT NULL,
    drugs INTEGER NOT NULL,
    reactions INTEGER NOT NULL,
    reported INTEGER NOT NULL
) STRICT";

/// What is known of the fit of an import.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    /// The prior, or why there is none.
    pub(crate) prior: Result<Mixture, String>,
    /// What it was fitted over, in words; none for a fit that could not be made.
    pub(crate) over: Option<String>,
}

/// Fit, and keep the prior or the reason why there is none.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn fit(pool: &SqlitePool) -> Result<(), BackgroundError> {
    let grid = Grid::read(pool).await?;
    let cells = grid.cells();
    let fitted = tokio::task::spawn_blocking(move || fit_prior(&cells, Zeros::Included))
        .await
        .map_err(|error| BackgroundError::Broken(error.to_string()))?;
    let (prior, reason) = match fitted {
        Ok(fitted) => (serde_json::to_string(&mixture(&fitted)).ok(), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    for statement in [TABLE, "DELETE FROM fit"] {
        sqlx::query(statement).execute(&mut *transaction).await?;
    }
    let row = "INSERT INTO fit (prior, reason, pairs, drugs, reactions, reported)
        VALUES (?, ?, ?, ?, ?, ?)";
    sqlx::query(row)
        .bind(prior)
        .bind(reason)
        .bind(whole(grid.pairs()))
        .bind(whole(grid.drugs.values().sum()))
        .bind(whole(grid.reactions.values().sum()))
        .bind(whole(grid.reported.values().map(|bin| bin.pairs).sum()))
        .execute(&mut *transaction)
        .await?;
    sqlx::query("UPDATE about SET state = 'ready'")
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

/// The fit of an import that is ready. One of an earlier version, which left out the pairs that nobody
/// reported, is fitted anew: the counts are all there. Where that cannot be kept, it is said.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn of(pool: &SqlitePool) -> Result<Fit, BackgroundError> {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'fit'";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(pool).await?;
    if tables == 0
        && let Err(error) = fit(pool).await
    {
        tracing::warn!(%error, "the prior of an import could not be fitted anew");
        let reason = "no prior: an earlier version of Quire fitted one without the pairs that nobody \
                      reported, and the import cannot be written to fit it anew";
        return Ok(Fit {
            prior: Err(reason.to_owned()),
            over: None,
        });
    }
    let row = "SELECT prior, reason, pairs, drugs, reactions, reported FROM fit";
    let row = sqlx::query(row).fetch_one(pool).await?;
    let (prior, reason): (Option<&str>, Option<String>) =
        (row.try_get("prior")?, row.try_get("reason")?);
    let number = |column: &str| row.try_get::<i64, _>(column);
    let over = format!(
        "all {} pairs of {} drugs and {} reactions; the {} that nobody reported count as 0",
        number("pairs")?,
        number("drugs")?,
        number("reactions")?,
        number("pairs")? - number("reported")?,
    );
    let prior = prior.and_then(|json| serde_json::from_str(json).ok());
    Ok(Fit {
        prior: prior.ok_or(reason.unwrap_or_else(|| "no prior: it cannot be read".to_owned())),
        over: Some(over),
    })
}

/// How many names have so many reports; and the reported pairs, squashed.
struct Grid {
    total: u64,
    drugs: BTreeMap<u64, u64>,
    reactions: BTreeMap<u64, u64>,
    reported: BTreeMap<(u64, i64), Bin>,
}

/// Pairs with equal counts and nearly equal expectations. Whole numbers, whose sums do not depend on the
/// order in which they are added.
#[derive(Clone, Copy, Default)]
struct Bin {
    pairs: u64,
    /// Of the drug's reports × the reaction's reports.
    products: u128,
}

impl Bin {
    fn add(&mut self, pairs: u64, product: u128) {
        self.pairs += pairs;
        self.products += u128::from(pairs) * product;
    }
}

impl Grid {
    async fn read(pool: &SqlitePool) -> Result<Self, BackgroundError> {
        let total = "SELECT reports FROM about";
        let total: Option<i64> = sqlx::query_scalar(total).fetch_one(pool).await?;
        let mut grid = Self {
            total: count(total.unwrap_or_default()),
            drugs: histogram(pool, DRUGS).await?,
            reactions: histogram(pool, "SELECT '', reports FROM term_total").await?,
            reported: BTreeMap::new(),
        };
        let mut rows = sqlx::query(PAIRS).fetch(pool);
        while let Some(row) = rows.try_next().await? {
            let [both, drug, reaction]: [i64; 3] =
                [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?];
            let product = u128::from(count(drug)) * u128::from(count(reaction));
            let place = grid.place(product);
            let bin = grid.reported.entry((count(both), place)).or_default();
            bin.add(1, product);
        }
        Ok(grid)
    }

    fn pairs(&self) -> u64 {
        self.drugs.values().sum::<u64>() * self.reactions.values().sum::<u64>()
    }

    /// Which expectations are one cell.
    fn place(&self, product: u128) -> i64 {
        let expected = product as f64 / self.total as f64;
        (expected.ln() / WIDEST_RATIO.ln()).floor() as i64
    }

    /// All of the grid, less what is reported, and what is reported. Pairs are never listed: names with
    /// equally many reports have equal expectations, and the numbers of reports that occur are some
    /// thousands on each side.
    fn cells(&self) -> Vec<BackgroundCell> {
        let mut silent: BTreeMap<i64, Bin> = BTreeMap::new();
        for (drug, drugs) in &self.drugs {
            for (reaction, reactions) in &self.reactions {
                let product = u128::from(*drug) * u128::from(*reaction);
                let bin = silent.entry(self.place(product)).or_default();
                bin.add(drugs * reactions, product);
            }
        }
        for ((_, place), bin) in &self.reported {
            let all = silent.entry(*place).or_default();
            all.pairs = all.pairs.saturating_sub(bin.pairs);
            all.products = all.products.saturating_sub(bin.products);
        }
        let silent = silent.into_values().map(|bin| (0, bin));
        let reported = self.reported.iter().map(|((both, _), bin)| (*both, *bin));
        let cell = |(count, bin): (u64, Bin)| BackgroundCell {
            count,
            expected: bin.products as f64 / bin.pairs as f64 / self.total as f64,
            weight: bin.pairs as f64,
        };
        let filled = |(_, bin): &(u64, Bin)| bin.pairs > 0;
        silent.chain(reported).filter(filled).map(cell).collect()
    }
}

/// How many names have so many reports, by the second column of each row.
async fn histogram(
    pool: &SqlitePool,
    names: &'static str,
) -> Result<BTreeMap<u64, u64>, BackgroundError> {
    let mut histogram = BTreeMap::new();
    let mut rows = sqlx::query(names).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        *histogram.entry(count(row.try_get(1)?)).or_default() += 1;
    }
    Ok(histogram)
}

fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or_default()
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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
