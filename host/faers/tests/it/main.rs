//! The client, the cache and the budget against an openFDA that replays real records, and against
//! a real Redis.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod answers;
mod background;
mod faults;
mod keeping;
mod label;
mod periods;
mod sharing;
mod support;
