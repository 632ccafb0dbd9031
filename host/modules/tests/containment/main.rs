//! What the module host promises, each promise with a guest that breaks it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what helps tests may fail like one"
)]

mod answers;
mod code;
mod load;
mod memory;
mod output;
mod refusals;
mod support;
mod time;
mod world;
mod zoo;
