//! Runs report modules: WebAssembly components, one fresh, bounded instance per call.

mod error;
mod host;

pub use error::{LoadError, RunError};
pub use host::{Call, Limits, Loaded, Manifest, ModuleHost, ModuleSettings, Output};
