//! Makes one report, and makes it again to see whether it is the same.
//!
//! [`Maker::generate`] goes through five stages, each a value that is built once and handed on:
//!
//! 1. data: the reports of the period and role, and what they are compared with;
//! 2. plan: the module of each section, and the recipe, which names every argument by its digest;
//! 3. sections: all modules that read the data at once, then the narratives;
//! 4. document: sections, cover and what the document says about itself;
//! 5. pages: the document, drawn.
//!
//! [`verify`](fn@verify) enters at the plan, with data and modules that are stored, and asks no source;
//! so do [`backtest`](fn@backtest) and [`compare_versions`](fn@compare_versions), with other versions of one
//! module.

#![expect(
    clippy::result_large_err,
    reason = "a failure is made once a report, and its problem is read by field in the crates above"
)]

mod maker;

mod answer_key;
mod same_data;

mod generated;

mod data;

mod backgrounds;

mod plan;
mod recipe;

mod chosen;
mod made;
mod sections;

mod placeholder;

mod alone;

mod composed;
mod cover;
mod manifest;

mod pages;

mod steps;

mod verify;

mod stored_report;

mod cases_behind;

mod backtest;
mod last_reports;
mod made_again;

mod comparison;

pub use alone::alone;
pub use backgrounds::Backgrounds;
pub use backtest::{Backtested, backtest};
pub use cases_behind::{CasesBehind, CasesWith, cases_behind};
pub use comparison::{ComparedSection, ComparedVersions, Side, compare_reports, compare_versions};
pub use composed::Composed;
pub use data::{Data, Freshness};
pub use generated::Generated;
pub use last_reports::{
    Backtest, BacktestedReport, MOST_BACKTESTED, backtest_last, last_made_with, made_with,
};
pub use made_again::made_again;
pub use maker::{Maker, of_data};
pub use placeholder::why_missing;
pub use quire_faers::{FreshUntil, spending};
pub use steps::Timings;
pub use stored_report::{stored_bytes, stored_document, stored_manifest, stored_report};
pub use verify::{VerifyError, colophon_of, verify};

/// Name and version of the software, as it stands on the cover of each document.
///
/// The layout grows whenever the same data are read, or the same content drawn, to other bytes while the version
/// stays, so that a document of before is said to be another layout's and not to be altered.
pub const PRODUCER: &str = concat!("Quire ", env!("CARGO_PKG_VERSION"), ", layout 5");
