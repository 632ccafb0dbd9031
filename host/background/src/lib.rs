//! Other drugs' reports, imported from files: what a report is compared with when openFDA's API, which
//! counts any role, is not good enough.
//!
//! 1. [`Store`] is a folder with one database for each import, and knows which one is used;
//! 2. `import` reads files in bounded batches, each with its place in one transaction, so that an
//!    import that is killed goes on where it was;
//! 3. `count` makes the totals of all reports, once they are read;
//! 4. `prior` fits the prior of EBGM over them;
//! 5. `totals` answers for one drug, `strata` in parts.
//!
//! # Invariants
//!
//! - Memory does not grow with the input: rows are read, written and counted in batches.
//! - A report counts once for each reaction, and only its latest version counts.
//! - No oddity of the source stops an import: there is a rule for each, and its summary says how often it
//!   was needed, which rows and which files are left aside.
//! - What an import counts depends on the content of its files only: neither on their order nor on
//!   how often it was stopped. Its digest says so.

mod ascii;
mod bulk;
mod count;
mod database;
mod error;
mod import;
mod names;
mod part;
mod plan;
mod prior;
mod profile;
mod reader;
mod rows;
mod store;
mod strata;
mod totals;
mod write;

pub use error::BackgroundError;
pub use import::{Progress, Step};
pub use store::{Import, ImportState, ReadFile, Store};
