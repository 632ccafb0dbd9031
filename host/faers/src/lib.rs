//! Turns a drug code into a case series: openFDA's reports, fetched through a cache.
//!
//! A request passes through these modules from top to bottom; none calls upward.
//!
//! 1. [`Faers`] lets those who ask the same share one answer (`flight`);
//! 2. `source` decides where it comes from: the `cache`, openFDA, or an older answer;
//! 3. `fetch` asks openFDA through the `client`, within the `budget`;
//! 4. `background` asks how often reactions are reported for other drugs, and `label` what the drug's label
//!    says, in the same ways, as a `supplement` that is kept for a day;
//! 5. `openfda` reads the answers, which become a [`Snapshot`], which becomes a [`CaseSeries`].

mod background;
mod budget;
mod cache;
mod case;
mod case_series;
mod client;
mod error;
mod faers;
mod fetch;
mod flight;
mod interval;
mod kept;
mod label;
mod lasting;
mod openfda;
mod question;
mod redis_link;
mod reports;
mod snapshot;
mod source;
mod spender;
mod supplement;
mod tuning;

pub use budget::BudgetUse;
pub use cache::CacheState;
pub use case_series::{
    CaseSeries, Coded, CodedLists, Column, Condition, Count, Counts, CrossTable, Day, Filter,
    QueryError, Selection, Summary,
};
pub use error::{FaersError, SnapshotError};
pub use faers::{Faers, FaersSettings, Fetched, Reach};
pub use interval::{Interval, ReactionSpan, SpanTotals};
pub use lasting::{FreshUntil, Lasting};
pub use snapshot::Snapshot;
pub use spender::spending;
pub use tuning::{Clock, Tuning};
