//! Turns a drug code into a case series: openFDA's reports, fetched through a cache.
//!
//! A request passes through these modules from top to bottom; none calls upward.

mod case_series;
mod error;
mod faers;
mod openfda;
mod snapshot;

pub use case_series::{
    CaseSeries, Coded, CodedLists, Column, Condition, Count, Counts, CrossTable, Day, Filter,
    QueryError, Selection, Summary,
};
pub use error::{FaersError, SnapshotError};
pub use faers::{CacheState, Faers, FaersSettings, Fetched};
pub use snapshot::Snapshot;
