//! Reports and probable cases for each value of a dimension.

use std::collections::BTreeMap;

use crate::{Data, Filter, Gravity, QueryError};

/// The dimension of probable cases.
pub(crate) const PROBABLE_CASE: &str = "probable-case";

/// How many probable cases there are for each value of a dimension, such as `reaction`.
///
/// # Errors
///
/// If the host does not know the dimension.
pub fn cases_by(data: &impl Data, dimension: &str) -> Result<BTreeMap<String, u32>, QueryError> {
    let rows = data.count_by(dimension, None)?.rows;
    let cases = data.distinct_by(dimension, PROBABLE_CASE, None)?;
    let values = rows.into_iter().map(|row| row.value);
    Ok(values.zip(cases).collect())
}

/// How many reports there are for each value of a dimension.
///
/// # Errors
///
/// If the host does not know the dimension.
pub fn reports_by(data: &impl Data, dimension: &str) -> Result<BTreeMap<String, u32>, QueryError> {
    let rows = data.count_by(dimension, None)?.rows.into_iter();
    Ok(rows.map(|row| (row.value, row.reports)).collect())
}

/// What the reports that name a reaction say beyond that they name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Their probable cases.
    pub cases: u32,
    /// Reports in which the drug is suspect or interacting.
    pub suspect: u32,
    /// The probable cases of these.
    pub suspect_cases: u32,
    /// Reports with the criterion life-threatening.
    pub life_threatening: u32,
}

impl Told {
    /// For each reaction.
    ///
    /// # Errors
    ///
    /// If the host does not know the dimensions of the contract.
    pub fn by_reaction(data: &impl Data) -> Result<BTreeMap<String, Self>, QueryError> {
        const REACTION: &str = "reaction";
        let suspects = data.select(&[Filter::suspect()])?;
        let suspect = reports_by(&suspects, REACTION)?;
        let suspect_cases = cases_by(&suspects, REACTION)?;
        let threatening = data.select(&[Gravity::life_threatening_filter()])?;
        let threatening = reports_by(&threatening, REACTION)?;
        let of = |counts: &BTreeMap<String, u32>, term: &str| counts.get(term).copied();
        let told = cases_by(data, REACTION)?.into_iter().map(|(term, cases)| {
            let told = Self {
                cases,
                suspect: of(&suspect, &term).unwrap_or_default(),
                suspect_cases: of(&suspect_cases, &term).unwrap_or_default(),
                life_threatening: of(&threatening, &term).unwrap_or_default(),
            };
            (term, told)
        });
        Ok(told.collect())
    }
}

impl Filter {
    /// Reports in which the drug is suspect or interacting.
    #[must_use]
    pub fn suspect() -> Self {
        Self::one_of("role", ["suspect", "interacting"])
    }
}
