//! An edition of `edition-one` that returns the same and takes a hundred times its memory.

#[path = "../../edition-one/src/section.rs"]
mod section;

/// What it calls itself.
const TITLE: &str = "Edition";
/// Which edition this is.
const EDITION: i64 = 1;
/// Whether it fails instead of making its section.
const FAILS: bool = false;

/// What it does besides: ask for 100 MiB of memory.
fn burden() {
    std::hint::black_box(Vec::<u8>::with_capacity(100 << 20));
}
