//! Runs sections natively, without a host: a small case series in memory, a checker for the
//! contract's bounds, and the section as plain text.
//!
//! ```
//! use quire_sdk::testing::{Case, Fixture};
//! use quire_sdk::Data;
//!
//! let fixture = Fixture::new(vec![
//!     Case::new("10003306").received(2014, 3, 12).with("sex", "female").with("reaction", "Cough"),
//!     Case::new("10003307").received(2014, 3, 12).serious().with("reaction", "Nausea"),
//! ]);
//!
//! assert_eq!(fixture.count_by("sex", None).unwrap().missing, 1);
//! ```

mod case;
mod check;
mod columns;
mod fixture;
mod origin;
mod overclaims;
mod plain;
mod quartiles;
mod run;

pub use case::Case;
pub use check::{about_problem, problems};
pub use fixture::Fixture;
pub use overclaims::overclaims;
pub use plain::plain_text;
pub use run::{compose, context, render};
