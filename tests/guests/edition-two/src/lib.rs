//! The second edition of `edition-one`: its number is another.

#[path = "../../edition-one/src/section.rs"]
mod section;

/// What it calls itself.
const TITLE: &str = "Edition";
/// Which edition this is.
const EDITION: i64 = 2;
/// Whether it fails instead of making its section.
const FAILS: bool = false;

/// What it does besides: nothing.
fn burden() {}
