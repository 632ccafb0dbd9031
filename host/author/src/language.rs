//! The languages that a section can be begun in.

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

/// A language with a template and steps that build it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    /// Rust, with the SDK.
    Rust,
    /// TypeScript, in `QuickJS`.
    Typescript,
    /// JavaScript, in `QuickJS`.
    Javascript,
    /// Python, in `CPython`.
    Python,
    /// C, by the compiler that comes with Zig.
    C,
    /// Zig.
    Zig,
    /// Go.
    Go,
}

impl Language {
    /// All of them.
    #[must_use]
    pub fn all() -> &'static [Self] {
        Self::VARIANTS
    }

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The file that an author changes first, in the project's folder.
    #[must_use]
    pub const fn section_file(self) -> &'static str {
        match self {
            Self::Rust => "src/lib.rs",
            Self::Typescript => "src/section.ts",
            Self::Javascript => "src/section.js",
            Self::Python => "src/section.py",
            Self::C => "src/section.c",
            Self::Zig => "src/section.zig",
            Self::Go => "src/section.go",
        }
    }

    /// Folders of templates that a new project is made of; a later one's file replaces an earlier one's.
    pub(crate) const fn templates(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["shared", "rust"],
            Self::Typescript => &["shared", "script", "typescript"],
            Self::Javascript => &["shared", "script", "javascript"],
            Self::Python => &["shared", "python"],
            Self::C => &["shared", "native", "c"],
            Self::Zig => &["shared", "native", "zig"],
            Self::Go => &["shared", "go"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_typed_stored_and_shown_alike() {
        for language in Language::all() {
            let shown = language.to_string();

            assert_eq!(shown.parse(), Ok(*language));
            assert_eq!(serde_json::to_value(language).unwrap(), shown.as_str());
        }
    }
}
