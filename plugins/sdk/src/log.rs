//! Lines for the module's author and the administrator; readers never see them.
//!
//! At most 256 KiB a call; the rest is counted and dropped. Never patient text.

#[cfg(target_family = "wasm")]
use crate::bindings::section_world::quire::report::log::{Level, write};

/// Something only the author wants to know.
pub fn debug(message: &str) {
    #[cfg(target_family = "wasm")]
    write(Level::Debug, message);
    #[cfg(not(target_family = "wasm"))]
    eprintln!("debug: {message}");
}

/// Something worth knowing.
pub fn info(message: &str) {
    #[cfg(target_family = "wasm")]
    write(Level::Info, message);
    #[cfg(not(target_family = "wasm"))]
    eprintln!("info: {message}");
}

/// Something that should not be so, but did not stop the section.
pub fn warn(message: &str) {
    #[cfg(target_family = "wasm")]
    write(Level::Warn, message);
    #[cfg(not(target_family = "wasm"))]
    eprintln!("warning: {message}");
}
