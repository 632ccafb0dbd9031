//! Reports and probable cases for each value of a dimension.

use std::collections::BTreeMap;

use crate::{Data, Filter, QueryError};

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

impl Filter {
    /// Reports in which the drug is suspect or interacting.
    #[must_use]
    pub fn suspect() -> Self {
        Self::one_of("role", ["suspect", "interacting"])
    }
}
