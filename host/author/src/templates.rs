//! The files that a new project begins with.

use crate::{contract, language::Language};

/// Each file below `templates/`: its path, and its text.
static TEMPLATES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The SDK for Rust with what it is built from, and the versions of what it depends on, by path in a project.
static SDK: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sdk.rs"));

/// Stands at the end of names that would mean something to a tool in this repository already.
const PLAIN: &str = ".in";

/// A new project's files: path in its folder, and text.
pub(crate) fn files(name: &str, language: Language) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in language.templates() {
        for (path, text) in TEMPLATES {
            let Some(path) = path
                .strip_prefix(folder)
                .and_then(|path| path.strip_prefix('/'))
            else {
                continue;
            };
            let path = filled(path.strip_suffix(PLAIN).unwrap_or(path), name, language);
            let text = filled(text, name, language);
            files.retain(|(known, _)| *known != path);
            files.push((path, text));
        }
    }
    let wit = contract::FILES.iter();
    files.extend(wit.map(|(path, text)| (format!("wit/{path}"), (*text).to_owned())));
    if language == Language::Rust {
        let sdk = SDK.iter();
        files.extend(sdk.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    }
    files
}

/// A text with what is only known now.
fn filled(text: &str, name: &str, language: Language) -> String {
    text.replace("{{name}}", name)
        .replace("{{language}}", &language.to_string())
        .replace("{{section_file}}", language.section_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typescript_and_javascript_begin_with_the_same_section() {
        let section = |path: &str| {
            let found = TEMPLATES.iter().find(|(known, _)| *known == path);
            found.map(|(_, text)| *text).unwrap()
        };

        assert_eq!(
            section("typescript/src/section.ts"),
            section("javascript/src/section.js")
        );
    }

    #[test]
    fn a_project_in_rust_has_the_sdk_and_what_it_is_built_from() {
        let files = files("top", Language::Rust);

        for path in [
            "vendor/Cargo.toml",
            "vendor/plugins/sdk/Cargo.toml",
            "vendor/plugins/sdk/wit/types.wit",
            "vendor/host/contract/src/lib.rs",
            "Cargo.lock",
        ] {
            assert!(files.iter().any(|(known, _)| known == path), "{path}");
        }
    }
}
