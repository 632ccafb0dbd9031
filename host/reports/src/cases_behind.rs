//! Which of the analysed reports a row of a document may stand for: those that have one of the row's words in some
//! dimension. Counted anew from the stored data, without the module that made the row.

use std::collections::BTreeSet;

use quire_faers::{CaseSeries, Column, Condition, Filter, QueryError};
use quire_model::{Manifest, fold};
use quire_registry::Registry;

use crate::{
    VerifyError, data,
    verify::{
        TURNS,
        stored::{found, series},
    },
};

/// Reports of each kind that are listed by their ids.
const MOST_LISTED: u32 = 200;

/// The reports that a section saw, and which of them have a row's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasesBehind {
    /// How many reports were analysed.
    pub analysed: u32,
    /// Where the words are values, in the order of the contract.
    pub matches: Vec<CasesWith>,
}

/// Reports with one value of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasesWith {
    /// The dimension, such as `reaction`.
    pub dimension: String,
    /// The value, as the data spell it.
    pub value: String,
    /// How many reports have it.
    pub cases: u32,
    /// Of them, those marked serious.
    pub serious: u32,
    /// Of them, those that state a death.
    pub fatal: u32,
    /// Their ids, at most 200, the lowest first.
    pub ids: Vec<String>,
}

/// Look for a row's words in the data of a report. The inner error says in words why that cannot be done.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn cases_behind(
    registry: &Registry,
    manifest: &Manifest,
    words: &[String],
) -> Result<Result<CasesBehind, String>, VerifyError> {
    let recipe = &manifest.making.colophon.recipe;
    let _turn = TURNS.acquire().await;
    let mut lacking = Vec::new();
    let series = found(series(registry.records()?, recipe).await?, &mut lacking);
    let Some(series) = series else {
        let lacking = lacking.pop().map_or_else(String::new, |one| one.detail);
        return Ok(Err(lacking));
    };
    let (request, definition) = (&recipe.request, &recipe.definition);
    let stale = recipe.data.stale.clone();
    let series = match data::analysed(series, request, definition, stale).await {
        Ok(series) => series,
        Err(failure) => return Ok(Err(failure.problem.detail)),
    };
    let words: BTreeSet<String> = words.iter().map(|word| fold(word)).collect();
    let looked = tokio::task::spawn_blocking(move || matches(&series, &words)).await?;
    Ok(looked.map_err(|error| error.to_string()))
}

fn matches(series: &CaseSeries, words: &BTreeSet<String>) -> Result<CasesBehind, QueryError> {
    let mut matches = Vec::new();
    for dimension in series.dimensions() {
        let counts = series.count_by(None, dimension, None)?.rows;
        for count in counts
            .into_iter()
            .filter(|count| words.contains(&fold(&count.value)))
        {
            let with_value = Filter {
                on: dimension.to_owned(),
                is: Condition::OneOf(vec![count.value.clone()]),
            };
            let selection = series.select(None, &[with_value])?;
            let listed = count.reports.min(MOST_LISTED);
            let columns = ["report-id".to_owned()];
            let page = series.page(Some(&selection), 0, listed, &columns)?;
            matches.push(CasesWith {
                dimension: dimension.to_owned(),
                value: count.value,
                cases: count.reports,
                serious: count.serious,
                fatal: count.fatal,
                ids: page.first().map(ids).unwrap_or_default(),
            });
        }
    }
    Ok(CasesBehind {
        analysed: series.len(),
        matches,
    })
}

fn ids(column: &Column) -> Vec<String> {
    let Column::Text(coded) = column else {
        return Vec::new();
    };
    let codes = coded.codes.iter();
    let texts = codes.filter_map(|code| coded.values.get(*code as usize).cloned());
    texts.collect()
}
