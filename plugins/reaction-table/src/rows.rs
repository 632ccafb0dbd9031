//! The counts behind the table.

use std::collections::BTreeMap;

use quire_sdk::{Data, Filter, QueryError, Table, display_term, is_uninformative};

use crate::{Params, params::Field};

/// Reporters whom ICH E2D calls health professionals, as the contract names them.
const PROFESSIONALS: [&str; 3] = ["physician", "pharmacist", "other health professional"];

/// One reaction term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) term: String,
    pub(crate) reports: u32,
    pub(crate) serious: u32,
    pub(crate) fatal: u32,
    pub(crate) professional: u32,
    pub(crate) is_uninformative: bool,
}

/// All reaction terms of the analysed reports, most often named first.
#[derive(Clone, Debug)]
pub(crate) struct Reactions {
    pub(crate) rows: Vec<Row>,
    pub(crate) analysed: u32,
    pub(crate) distinct: u32,
    /// Reports that name no term.
    pub(crate) without: u32,
}

impl Reactions {
    pub(crate) fn of(data: &impl Data, params: &Params) -> Result<Self, QueryError> {
        let most = u32::try_from(Table::max_rows(params.width())).unwrap_or(u32::MAX);
        let counts = data.count_by("reaction", Some(most.min(100_000)))?;
        let professional = if params.shows(Field::Professional) {
            by_professionals(data)?
        } else {
            BTreeMap::new()
        };
        let rows = counts.rows.into_iter().map(|row| Row {
            professional: professional.get(&row.value).copied().unwrap_or(0),
            is_uninformative: is_uninformative(&row.value),
            term: display_term(&row.value),
            reports: row.reports,
            serious: row.serious,
            fatal: row.fatal,
        });
        Ok(Self {
            rows: rows.collect(),
            analysed: data.reports(),
            distinct: counts.distinct,
            without: counts.missing,
        })
    }
}

/// Reports by health professionals for each term.
fn by_professionals(data: &impl Data) -> Result<BTreeMap<String, u32>, QueryError> {
    let reports = data.select(&[Filter::one_of("reporter", PROFESSIONALS)])?;
    let counts = reports.count_by("reaction", None)?;
    Ok(counts
        .rows
        .into_iter()
        .map(|row| (row.value, row.reports))
        .collect())
}
