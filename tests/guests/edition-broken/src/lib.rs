//! An edition of `edition-one` that always fails.

#[path = "../../edition-one/src/section.rs"]
mod section;

/// What it calls itself.
const TITLE: &str = "Edition";
/// Which edition this is.
const EDITION: i64 = 3;
/// Whether it fails instead of making its section.
const FAILS: bool = true;

/// What it does besides: nothing.
fn burden() {}
