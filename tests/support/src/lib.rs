//! What tests of several crates need: guests compiled from source, and a real Redis. Never part of the
//! product.

mod guests;
mod redis_server;

pub use guests::{guest, guest_file};
pub use redis_server::RedisServer;

use std::path::PathBuf;

/// The workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Where cargo puts what it builds, wherever that is: this program is in `debug/deps` of it.
#[must_use]
pub fn target_dir() -> PathBuf {
    let own = std::env::current_exe().expect("the path of this program");
    own.ancestors()
        .nth(3)
        .expect("three folders above the program")
        .to_owned()
}
