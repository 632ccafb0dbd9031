//! An author's project: a folder in which a section is written in some language, and how it becomes a component.
//!
//! The crate knows toolchains and files, no engine: what a component is worth, `quire-modules` says.

mod bindings;
mod build;
mod command;
pub mod contract;
mod language;
mod project;
mod templates;
mod tools;

pub use build::{BuildError, build, native_tests};
pub use language::Language;
pub use project::{PROJECT_FILE, Project, ProjectError};
pub use tools::{Missing, missing_tools};
