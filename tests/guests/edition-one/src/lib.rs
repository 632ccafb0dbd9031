//! A section that says which edition of itself made it: the first of three that differ in nothing
//! else. Swaps, canaries and shadows are tested with them.

mod section;

/// What it calls itself.
const TITLE: &str = "Edition";
/// Which edition this is.
const EDITION: i64 = 1;
/// Whether it fails instead of making its section.
const FAILS: bool = false;

/// What it does besides: nothing.
fn burden() {}
