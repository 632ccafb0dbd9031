//! Answers for one drug.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use quire_model::{Attribute, Background, BackgroundRole, BackgroundTotals, Date, ReactionTotals};
use sqlx::{Row as _, SqlitePool, sqlite::SqliteRow};

use crate::{
    BackgroundError,
    names::drug_key,
    prior::{self, Fit},
    strata::{self, Whole},
};

/// The drug under any of its names, by substance or as a product. A report has one primary suspect,
/// so that no report is in two of the sums.
const DRUG: &str = "
    SELECT coalesce(sum(reports), 0) FROM drug_total JOIN drug ON drug.id = drug_total.drug
    WHERE substance IN (SELECT value FROM json_each(?1))
       OR product IN (SELECT value FROM json_each(?1))";

const REACTIONS: &str = "
    WITH named AS (
        SELECT id FROM drug
        WHERE substance IN (SELECT value FROM json_each(?1))
           OR product IN (SELECT value FROM json_each(?1))
    ), both AS (
        SELECT term, sum(reports) AS reports FROM pair WHERE drug IN named GROUP BY term
    )
    SELECT key, coalesce(both.reports, 0), term_total.reports
    FROM term_total JOIN term ON term.id = term_total.term LEFT JOIN both USING (term)";

/// Every reaction of the import, with the reports of the drug that goes by one of `names`.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn of(
    pool: &SqlitePool,
    name: &str,
    names: &[String],
) -> Result<Background, BackgroundError> {
    let about = "SELECT label, as_of, reports, digest FROM about";
    let about = sqlx::query(about).fetch_one(pool).await?;
    let label: String = about.try_get("label")?;
    let total = count(&about, "reports")?;
    let keys: Vec<String> = names
        .iter()
        .map(|name| drug_key(name))
        .filter(|key| !key.is_empty())
        .collect();
    let keys = serde_json::json!(keys).to_string();
    let drug = count(
        &sqlx::query(DRUG).bind(&keys).fetch_one(pool).await?,
        0_usize,
    )?;
    if drug == 0 {
        return Ok(Background::Unavailable(format!(
            "none of the {total} reports of {label} has a primary suspect called {}",
            if names.is_empty() {
                "so".to_owned()
            } else {
                names.join(" or ")
            }
        )));
    }
    let as_of: Option<&str> = about.try_get("as_of")?;
    let fit = prior::of(pool).await?;
    let reactions = reactions(pool, &keys).await?;
    let whole = Whole {
        total,
        drug,
        reactions: &reactions,
    };
    let strata = strata::of(pool, &keys, whole).await?;
    Ok(Background::Totals(BackgroundTotals {
        role: BackgroundRole::PrimarySuspect,
        as_of: as_of.and_then(|day| day.parse().ok()).unwrap_or(Date::ZERO),
        total,
        drug,
        reactions,
        complete: true,
        prior: fit.prior.as_ref().ok().copied(),
        strata,
        queries: Vec::new(),
        attributes: attributes(name, &about, fit, names)?,
        label,
    }))
}

async fn reactions(
    pool: &SqlitePool,
    keys: &str,
) -> Result<BTreeMap<String, ReactionTotals>, BackgroundError> {
    let mut totals = BTreeMap::new();
    let mut rows = sqlx::query(REACTIONS).bind(keys).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        let (both, all) = (count(&row, 1_usize)?, count(&row, 2_usize)?);
        totals.insert(row.try_get(0)?, ReactionTotals { both, all });
    }
    Ok(totals)
}

/// What an auditor would ask of an import.
fn attributes(
    name: &str,
    about: &SqliteRow,
    fit: Fit,
    names: &[String],
) -> Result<Vec<Attribute>, BackgroundError> {
    let digest: Option<String> = about.try_get("digest")?;
    let named = [
        ("import", Some(name.to_owned())),
        ("import-digest", digest),
        ("drug-names", Some(names.join(", "))),
        ("prior-fitted-over", fit.over),
        ("prior-reason", fit.prior.err()),
    ];
    let attribute = |(name, value): (&str, Option<String>)| {
        let name = name.to_owned();
        value.map(|value| Attribute { name, value })
    };
    Ok(named.into_iter().filter_map(attribute).collect())
}

fn count<I: sqlx::ColumnIndex<SqliteRow>>(row: &SqliteRow, column: I) -> Result<u64, sqlx::Error> {
    let count: Option<i64> = row.try_get(column)?;
    Ok(count
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or_default())
}
