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
        "nap-loop" => loop {
            std::thread::sleep(std::time::Duration::from_secs(3600));
        },
        _ => None,
    }
}
