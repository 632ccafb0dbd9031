//! Which reactions stand out against the background, and by which rules: the numbers that the
//! sections `disproportionality` and `signal-overview` print.
//!
//! 1. [`Screening`] is what a report definition can set: the smallest count, rules, thresholds;
//! 2. [`Signals`] asks the background about every reaction of the analysed reports;
//! 3. [`Pair`] is one reaction with its two-by-two table, its measures and the verdict of each rule;
//! 4. [`Sensitivity`] counts the signals again in other parts of the background;
//! 5. [`words`] says the same things the same way in both sections.
//!
//! # Invariants
//!
//! - No reaction is dropped: it is a pair, or it is in [`Signals::untested`] with the reason.
//! - All four counts come from the background, so both sides are restricted alike.

mod order;
mod pair;
mod screening;
mod sensitivity;
mod signals;
pub mod words;

pub use order::Order;
pub use pair::{Pair, SUSPECTED_FROM};
pub use screening::{MeasureId, RuleId, Screening};
pub use sensitivity::{Counted, Outcome, STAYS_FROM, Sensitivity, Way};
pub use signals::{INDICATION_PERCENT, INDICATION_REPORTS, Reason, Signals, Untested};

pub use quire_statistics::{
    Estimate, Level, Prior, Rule, TwoByTwo, Verdict, information_component,
};
