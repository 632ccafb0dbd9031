//! Guests that are greedy with the case series and the log.

use crate::quire::report::{
    cases::{CaseSeries, Condition, Filter},
    log,
    types::{Failure, Output},
};

/// Be greedy, if `sin` is one of ours.
pub fn commit(sin: &str, size: usize, data: &CaseSeries) -> Option<Result<Output, Failure>> {
    match sin {
        "hoard-series" => Some(hoard(size, data)),
        "page" => Some(page(size, data)),
        "unknown-dimension" => Some(unknown(data)),
        "unheard-refusal" => Some(unheard(data)),
        "first-report" => Some(first(data)),
        "many-filters" => Some(many_filters(size, data)),
        "log" => Some(flood(size)),
        _ => None,
    }
}

/// Keeps every filtered series.
fn hoard(size: usize, data: &CaseSeries) -> Result<Output, Failure> {
    let mut kept = Vec::new();
    for _ in 0..size {
        match data.where_(&[Filter {
            on: "sex".to_owned(),
            is: Condition::Known,
        }]) {
            Ok(series) => kept.push(series),
            Err(error) => return Err(Failure::Failed(format!("{error:?}"))),
        }
    }
    // Deliberately not dropped: the host has to clean up.
    let count = kept.len();
    std::mem::forget(kept);
    Ok(crate::output::one_line(&format!("kept {count}")))
}

/// Takes it for granted that there is a report.
fn first(data: &CaseSeries) -> Result<Output, Failure> {
    let names = ["report-id".to_owned()];
    let page = data.page(0, 1, &names).map(|columns| columns.len());
    assert!(data.len() > 0, "the first report is missing: {page:?}");
    Ok(crate::output::one_line("there is one"))
}

/// Ends without a word once it is refused, as components of other languages do.
fn unheard(data: &CaseSeries) -> Result<Output, Failure> {
    match data.count_by("star-sign", None) {
        Ok(_) => Ok(crate::output::one_line("stars")),
        Err(_) => core::arch::wasm32::unreachable(),
    }
}

fn page(size: usize, data: &CaseSeries) -> Result<Output, Failure> {
    let len = u32::try_from(size).unwrap_or(u32::MAX);
    match data.page(0, len, &["report-id".to_owned()]) {
        Ok(columns) => Ok(crate::output::one_line(&columns.len().to_string())),
        Err(error) => Err(Failure::Failed(format!("{error:?}"))),
    }
}

fn unknown(data: &CaseSeries) -> Result<Output, Failure> {
    match data.count_by("shoe-size", None) {
        Ok(_) => Ok(crate::output::one_line("known")),
        Err(error) => Err(Failure::Failed(format!("{error:?}"))),
    }
}

/// One filter with `size` values.
fn many_filters(size: usize, data: &CaseSeries) -> Result<Output, Failure> {
    let values = (0..size).map(|value| value.to_string()).collect();
    match data.where_(&[Filter {
        on: "sex".to_owned(),
        is: Condition::OneOf(values),
    }]) {
        Ok(series) => Ok(crate::output::one_line(&series.len().to_string())),
        Err(error) => Err(Failure::Failed(format!("{error:?}"))),
    }
}

fn flood(lines: usize) -> Result<Output, Failure> {
    let line = "z".repeat(1000);
    for _ in 0..lines {
        log::write(log::Level::Info, &line);
    }
    Ok(crate::output::one_line("flooded"))
}
