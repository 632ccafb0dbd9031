//! An import counted again in parts, for the reactions of one drug that stand out.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt as _;
use quire_model::{
    ReactionTotals, Strata, Stratification, StratifiedBy, Stratum, sex_and_age_names,
};
use quire_statistics::{TwoByTwo, strongest};
use sqlx::{Row as _, SqlitePool, sqlite::SqliteRow};

use crate::{BackgroundError, part::Quarter, profile};

/// Reactions that parts are given for: far more than a table shows, few enough to be kept with a report.
const MOST_REACTIONS: usize = 60;
/// Reports with drug and reaction from which one can be a signal.
const FEWEST_REPORTS: u64 = 3;

const NONE_KEPT: &str = "the import was made by a version of Quire that did not count it in parts; import its files \
                         again for it";
const NO_OUTCOMES: &str = "the import has no files of outcomes (OUTC) for every quarter, without which no report of \
                           it is known to be serious; import them with the others";

const FEW_QUARTERS: &str = "the import holds too few quarters for a course over time: of older cases it has only those \
                            that were reported on again";
/// Quarterly files from which there is a course over time.
const FEWEST_QUARTERS: usize = 4;

/// Names of quarterly files; openFDA's files hold all cases of their days, whenever they were received.
const FILES: &str = "SELECT part.name FROM part, about WHERE about.kind = 'ascii'";

const HAS_PARTS: &str = "SELECT count(*) FROM pragma_table_info('pair') WHERE name = 'sex_age'";

const ALL: &str = "SELECT serious, professional, sex_age, quarters, outcomes FROM about";

const DRUG: &str = "
    SELECT serious, professional, sex_age, quarters
    FROM drug_total JOIN drug ON drug.id = drug_total.drug
    WHERE substance IN (SELECT value FROM json_each(?1))
       OR product IN (SELECT value FROM json_each(?1))";

const PAIRS: &str = "
    WITH named AS (
        SELECT id FROM drug
        WHERE substance IN (SELECT value FROM json_each(?1))
           OR product IN (SELECT value FROM json_each(?1)))
    SELECT serious, professional, sex_age, quarters, key
    FROM pair JOIN term ON term.id = pair.term
    WHERE drug IN named AND key IN (SELECT value FROM json_each(?2))";

const TERMS: &str = "
    SELECT serious, professional, sex_age, quarters, key
    FROM term_total JOIN term ON term.id = term_total.term
    WHERE key IN (SELECT value FROM json_each(?1))";

/// Reports in every part.
#[derive(Clone, Debug, Default)]
struct Parts {
    serious: u64,
    professional: u64,
    sex_age: BTreeMap<i64, u64>,
    quarters: BTreeMap<i64, u64>,
}

/// What is counted of one drug: its total and that of all, and both of each reaction.
pub(crate) struct Whole<'a> {
    pub(crate) total: u64,
    pub(crate) drug: u64,
    pub(crate) reactions: &'a BTreeMap<String, ReactionTotals>,
}

/// The import in parts, as far as it keeps any; `names` is a JSON list of the drug's names.
///
/// # Errors
///
/// The store's own.
pub(crate) async fn of(
    pool: &SqlitePool,
    names: &str,
    whole: Whole<'_>,
) -> Result<Strata, BackgroundError> {
    let has_parts: i64 = sqlx::query_scalar(HAS_PARTS).fetch_one(pool).await?;
    if has_parts == 0 {
        let gaps = StratifiedBy::ALL.map(|by| (by, NONE_KEPT.to_owned()));
        return Ok(Strata {
            stratifications: Vec::new(),
            gaps: gaps.to_vec(),
        });
    }
    let worth = serde_json::json!(worth(&whole)).to_string();
    let about = sqlx::query(ALL).fetch_one(pool).await?;
    let has_outcomes = about.try_get::<Option<i64>, _>("outcomes")? == Some(1);
    let all = Parts::of(&about)?;
    let mut drug = Parts::default();
    let mut rows = sqlx::query(DRUG).bind(names).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        drug.add(&Parts::of(&row)?);
    }
    drop(rows);
    let with_drug = by_reaction(sqlx::query(PAIRS).bind(names).bind(&worth).fetch(pool)).await?;
    let with_any = by_reaction(sqlx::query(TERMS).bind(&worth).fetch(pool)).await?;
    let since = since(pool).await?;
    let counted = Counted {
        since: since.unwrap_or_default(),
        all,
        drug,
        with_drug,
        with_any,
    };
    let mut strata = Strata::default();
    for by in StratifiedBy::ALL {
        match by {
            StratifiedBy::Serious if !has_outcomes => {
                strata.gaps.push((by, NO_OUTCOMES.to_owned()))
            }
            StratifiedBy::ReceivedQuarter if since.is_none() => {
                strata.gaps.push((by, FEW_QUARTERS.to_owned()));
            }
            _ => strata.stratifications.push(counted.by(by)),
        }
    }
    Ok(strata)
}

/// The quarter from which the import holds every case; those of before count to it. None where that is too
/// short a time.
async fn since(pool: &SqlitePool) -> Result<Option<i64>, BackgroundError> {
    let names: Vec<String> = sqlx::query_scalar(FILES).fetch_all(pool).await?;
    let quarters: BTreeSet<Quarter> = names.iter().filter_map(|name| Quarter::of(name)).collect();
    Ok(match quarters.first() {
        Some(_) if quarters.len() < FEWEST_QUARTERS => None,
        Some(first) => Some(profile::place_of(*first)),
        None => Some(0),
    })
}

/// Keys of the reactions that stand out most.
fn worth(whole: &Whole<'_>) -> Vec<String> {
    let tables = whole.reactions.iter().filter_map(|(key, totals)| {
        let table = TwoByTwo::from_margins(totals.both, whole.drug, totals.all, whole.total);
        Some((key.clone(), table.ok()?))
    });
    strongest(tables, FEWEST_REPORTS, MOST_REACTIONS)
}

async fn by_reaction(
    mut rows: impl futures::Stream<Item = Result<SqliteRow, sqlx::Error>> + Unpin,
) -> Result<BTreeMap<String, Parts>, BackgroundError> {
    let mut found: BTreeMap<String, Parts> = BTreeMap::new();
    while let Some(row) = rows.try_next().await? {
        found
            .entry(row.try_get("key")?)
            .or_default()
            .add(&Parts::of(&row)?);
    }
    Ok(found)
}

/// Everything that a stratification is made of.
struct Counted {
    /// The first quarter that is told apart.
    since: i64,
    all: Parts,
    drug: Parts,
    with_drug: BTreeMap<String, Parts>,
    with_any: BTreeMap<String, Parts>,
}

impl Counted {
    fn by(&self, by: StratifiedBy) -> Stratification {
        let told_apart = |quarter: &i64| (*quarter).max(self.since);
        let quarters: BTreeSet<i64> = self.all.quarters.keys().map(told_apart).collect();
        let quarters: Vec<i64> = quarters.into_iter().collect();
        let sex_age: Vec<i64> = (0..=profile::NOT_REPORTED as i64).collect();
        let pick = |one: &Parts| match by {
            StratifiedBy::Serious => vec![one.serious],
            StratifiedBy::HealthProfessional => vec![one.professional],
            StratifiedBy::SexAndAge => along(&one.sex_age, &sex_age),
            StratifiedBy::ReceivedQuarter => {
                let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
                for (quarter, reports) in &one.quarters {
                    *counts.entry(told_apart(quarter)).or_default() += reports;
                }
                along(&counts, &quarters)
            }
        };
        let names: Vec<String> = match by {
            StratifiedBy::SexAndAge => sex_and_age_names().collect(),
            StratifiedBy::ReceivedQuarter => quarters
                .iter()
                .map(|quarter| profile::quarter_name(*quarter))
                .collect(),
            _ => vec![by.name().to_owned()],
        };
        let strata = names
            .into_iter()
            .zip(pick(&self.all).into_iter().zip(pick(&self.drug)));
        let none = Parts::default();
        let reactions = self.with_any.iter().map(|(key, any)| {
            let both = pick(self.with_drug.get(key).unwrap_or(&none));
            let cells = both.into_iter().zip(pick(any));
            let cells = cells.map(|(both, all)| ReactionTotals { both, all });
            (key.clone(), cells.collect())
        });
        Stratification {
            by,
            reactions: reactions.collect(),
            strata: strata
                .map(|(name, (total, drug))| Stratum { name, total, drug })
                .collect(),
        }
    }
}

fn along(counts: &BTreeMap<i64, u64>, places: &[i64]) -> Vec<u64> {
    let of = |place: &i64| counts.get(place).copied().unwrap_or_default();
    places.iter().map(of).collect()
}

impl Parts {
    fn of(row: &SqliteRow) -> Result<Self, BackgroundError> {
        let count = |column| -> Result<u64, sqlx::Error> {
            let count: Option<i64> = row.try_get(column)?;
            Ok(count
                .and_then(|count| u64::try_from(count).ok())
                .unwrap_or_default())
        };
        let counts = |column| -> Result<BTreeMap<i64, u64>, sqlx::Error> {
            let text: Option<&str> = row.try_get(column)?;
            Ok(read(text.unwrap_or_default()))
        };
        Ok(Self {
            serious: count("serious")?,
            professional: count("professional")?,
            sex_age: counts("sex_age")?,
            quarters: counts("quarters")?,
        })
    }

    fn add(&mut self, other: &Self) {
        self.serious += other.serious;
        self.professional += other.professional;
        for (own, others) in [
            (&mut self.sex_age, &other.sex_age),
            (&mut self.quarters, &other.quarters),
        ] {
            for (place, reports) in others {
                *own.entry(*place).or_default() += reports;
            }
        }
    }
}

/// `A3M12`: of each letter, counted from `A`, its reports.
fn read(text: &str) -> BTreeMap<i64, u64> {
    let mut counts = BTreeMap::new();
    let mut place = 0;
    for letter in text.chars() {
        match letter.to_digit(10) {
            Some(digit) => {
                let count: &mut u64 = counts.entry(place).or_default();
                *count = count.saturating_mul(10).saturating_add(u64::from(digit));
            }
            None => place = i64::from(u32::from(letter)) - i64::from(u32::from('A')),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_places_and_what_follows_is_counted() {
        let far = char::from_u32(u32::from('A') + 250).unwrap();

        let counts = read(&format!("A3M120{far}7"));

        assert_eq!(counts, BTreeMap::from([(0, 3), (12, 120), (250, 7)]));
        assert!(read("").is_empty());
    }
}
