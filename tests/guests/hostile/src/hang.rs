//! Guests that never come back.

use crate::quire::report::{
    cases::CaseSeries,
    types::{Failure, Output},
};

/// Hang, if `sin` is one of ours.
pub fn commit(sin: &str, data: &CaseSeries) -> Option<Result<Output, Failure>> {
    match sin {
        "loop" => loop {
            std::hint::black_box(());
        },
        "host-loop" => loop {
            std::hint::black_box(data.len());
        },
        _ => None,
    }
}
