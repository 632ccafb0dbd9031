//! An edition of `edition-one` that returns the same and takes a hundred times its CPU time.

#[path = "../../edition-one/src/section.rs"]
mod section;

/// What it calls itself.
const TITLE: &str = "Edition";
/// Which edition this is.
const EDITION: i64 = 1;
/// Whether it fails instead of making its section.
const FAILS: bool = false;

/// What it does besides: burn some 100 ms of CPU time.
fn burden() {
    let mut number = 1_u64;
    for _ in 0..60_000_000 {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
    std::hint::black_box(number);
}
