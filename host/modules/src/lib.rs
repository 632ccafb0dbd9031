//! Runs report modules: WebAssembly components, one fresh, bounded instance per call.
//!
//! A component passes through these modules from top to bottom, first when it is loaded:
//!
//! 1. [`host`](ModuleHost) is the front door;
//! 2. `load` checks the bytes and their imports, fetches compiled code, and tries the component;
//! 3. `code` keeps compiled code in files that only this host can have written, `compile` makes it
//!    in a process of its own;
//! 4. `params` reads the schema of its parameters, `checked` lets it make a section from a sample;
//!
//! and then at every call:
//!
//! 5. `run`, in a slot of `host`, builds a `store` and runs the export under a `budget`;
//! 6. `cases`, `data`, `label` and `sandbox` answer what the guest asks, `stubs` refuses the rest by name;
//! 7. `failure` says whose fault an error is;
//! 8. `convert` takes what came back into our own nouns, and `quire-check` holds it to the contract.
//!
//! # Invariants
//!
//! - Only this crate names a `wasmtime` type.
//! - An instance serves one call and is then dropped, whatever happened.
//! - Nothing that a guest returned leaves this crate unchecked.
//! - Guests see no clock, no randomness and no environment: equal calls give equal answers.

mod backtrace;
#[cfg(test)]
mod beside;
mod bindings;
mod budget;
mod call;
mod cases;
mod checked;
mod code;
mod compile;
mod convert;
mod data;
mod engine;
mod epoch;
mod failure;
mod founded;
mod host;
mod imports;
mod label;
mod limits;
mod linker;
mod load;
mod load_error;
mod loaded;
mod log;
mod memory;
mod params;
mod run;
mod run_error;
mod said;
mod sandbox;
mod series;
mod settings;
mod stop;
mod store;
mod strata;
mod stubs;

pub use call::{Call, Output};
pub use checked::{Checked, Sample, SelfTest};
pub use compile::{ChildCompiler, CompileLimits, CompileTask, Compiler, compile};
pub use host::ModuleHost;
pub use limits::Limits;
pub use load_error::LoadError;
pub use loaded::Loaded;
pub use params::check_params;
pub use quire_check::Manifest;
pub use run_error::RunError;
pub use said::{Line, Observed};
pub use settings::ModuleSettings;
