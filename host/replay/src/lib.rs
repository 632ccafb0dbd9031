//! An openFDA that answers from records at hand: for `--sample`, for tests and for measurements.
//!
//! It answers `drug/event.json` and `drug/ndc.json` over HTTP as openFDA does, with its limits, its
//! paging and its error bodies, so that the very same client code runs against it. On request it
//! misbehaves as networks do ([`Fault`]).
//!
//! A request passes through these modules from top to bottom.
//!
//! 1. [`Replay`] listens;
//! 2. `faults` decides whether the request is to go wrong;
//! 3. `request` checks the parameters, `search` reads the query;
//! 4. `records` finds what matches, `answer` writes it down.

mod answer;
mod directory;
mod failure;
mod faults;
mod odd;
mod quarter;
mod records;
mod replay;
mod request;
mod sample;
mod search;
mod synthetic;

pub use faults::{Fault, FaultRule};
pub use odd::{Odd, odd};
pub use quarter::{Quarter, QuarterReport};
pub use records::Records;
pub use replay::{Replay, ReplayError, ReplaySettings, RunningReplay};
pub use synthetic::synthetic;
