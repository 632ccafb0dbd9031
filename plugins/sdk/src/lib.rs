//! What a Quire section needs in Rust: the contract's types, builders and a test harness.
//!
//! A section is a struct with one function. Read in this order:
//!
//! 1. [`Section`] (or [`Narrative`]) is what you implement, [`section!`] what exports it;
//! 2. [`Request`] is what the host asks, with your own parameters already parsed;
//! 3. [`Data`] answers questions about the case series; [`Pages`] walks it report by report;
//! 4. [`Content`] collects headings, text, [`Table`]s, [`Chart`]s, [`KeyFigure`]s and [`Fact`]s;
//! 5. [`number`] and [`Civil`] word numbers and days as every other section does;
//! 6. `testing` runs a section natively, without a host;
//! 7. `cookbook` has recipes.
//!
//! ```
//! use quire_sdk::{About, Content, Data, Failure, NoParams, Request, Section, number};
//!
//! struct Size;
//!
//! impl Section for Size {
//!     const ABOUT: About = About {
//!         title: "Size",
//!         summary: "How many reports were analysed.",
//!         version: env!("CARGO_PKG_VERSION"),
//!         locales: &["en"],
//!     };
//!     type Params = NoParams;
//!
//!     fn render(_: &Request<NoParams>, data: &impl Data) -> Result<Content, Failure> {
//!         let mut content = Content::new("Size");
//!         content.paragraph(format!("{} were analysed.", number::reports(data.reports())));
//!         Ok(content)
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! # Invariants
//!
//! - A section's answer depends on its arguments only: no clock, no randomness, no hash order.
//! - Whatever the builders accept, the host accepts: text is cleaned, numbers that are not finite
//!   become missing cells.
//! - Handles of filtered series are dropped with the value that holds them.

// The macros of this crate name it as those do who use it.
extern crate self as quire_sdk;

/// Parameters of a section, said once: put it first at a struct, and at enums that are its fields' types.
///
/// It makes them readable from JSON (names with hyphens; what is unknown is refused, what is left out has its default), gives
/// them their defaults and their JSON Schema, and so [`Params`]. A field's doc comment is what an administrator
/// reads beside it. At a field, `#[param(…)]` takes `default = …` (else the type's own), `min = …` and `max = …` (of a
/// number, or of the length of a text, list or map) and `unique` (elements of a list).
///
/// ```
/// #[quire_sdk::params]
/// #[derive(Debug)]
/// pub struct Params {
///     /// Rows printed; 0 prints all.
///     #[param(default = 10, min = 0, max = 1000)]
///     pub top: u32,
///     /// What is counted.
///     #[param(default = Of::Reactions)]
///     pub of: Of,
/// }
///
/// /// What can be counted.
/// #[quire_sdk::params]
/// #[derive(Clone, Copy, Debug)]
/// pub enum Of {
///     /// Reaction terms.
///     Reactions,
///     /// Indications.
///     Indications,
/// }
///
/// assert_eq!(Params::default().top, 10);
/// ```
pub use quire_sdk_macros::params;
#[doc(hidden)]
pub use serde;

#[doc(hidden)]
pub mod bindings;

mod administrative;
mod breakdown;
mod by_name;
mod cases_by;
mod cell;
mod chart;
mod column;
mod content;
#[cfg(not(target_family = "wasm"))]
#[doc = include_str!("cookbook.md")]
pub mod cookbook {}
mod counts;
mod cut;
mod data;
mod data_lock;
mod date;
mod deaths;
mod designated;
mod drug;
mod fact;
mod facts;
mod filter;
mod key_figure;
mod labelled;
pub mod log;
pub mod number;
mod pages;
mod params;
mod probable;
mod references;
mod request;
mod section;
mod selection;
mod stated;
mod table;
mod terms;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod text;

pub use administrative::is_administrative;
pub use breakdown::{Breakdown, counted_all, denominator, nobody_states};
pub use by_name::ByName;
pub use cases_by::{Told, cases_by, reports_by};
pub use cell::Cell;
pub use chart::{Chart, Series};
pub use column::Column;
pub use content::Content;
pub use counts::reports_with;
pub use cut::{Cut, Gravity};
pub use data::Data;
#[doc(hidden)]
pub use data::Host;
pub use data_lock::{comparator_goes_beyond, informed_after, younger_comparator, younger_label};
pub use date::Civil;
pub use deaths::Deaths;
pub use designated::{Designated, DesignatedEvents};
pub use drug::drug_names;
pub use fact::Fact;
pub use facts::{Facts, Quote};
pub use key_figure::KeyFigure;
pub use labelled::Labelled;
pub use pages::{Page, Pages};
pub use params::{Bounds, NoParams, Parameter, Params};
#[doc(hidden)]
pub use params::{choice_schema, object_schema, schema_of};
pub use probable::ProbableCases;
pub use references::{REFERENCES, Reference, citation, reference};
pub use request::Request;
#[doc(hidden)]
pub use section::Adapter;
pub use section::{About, Narrative, Section};
pub use selection::{Selection, attribute, fetched_words};
pub use stated::Stated;
pub use table::Table;
pub use terms::joined_terms;
pub use text::Text;

/// The contract's own types, as `wit-bindgen` names them; see `wit/*.wit`.
pub mod wit {
    pub use crate::bindings::narrative_world::exports::quire::report::narrative::SectionFacts;
    pub use crate::bindings::section_world::quire::report::{
        background, cases, interval, label, provenance, strata, totals, types,
    };
}

pub use wit::{
    cases::{Condition, Count, Counts, CrossTable, Filter, QueryError, Summary},
    types::{Failure, Tone},
};
