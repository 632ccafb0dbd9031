//! What the module host promises, each promise with a guest that breaks it.

mod answers;
mod code;
mod load;
mod memory;
mod output;
mod support;
mod time;
mod world;
