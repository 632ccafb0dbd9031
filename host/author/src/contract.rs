//! The contract as WIT, as this program serves it.

use crate::bindings;

/// The files of the package, in the order in which they are read.
pub const FILES: [(&str, &str); 3] = [
    ("types.wit", include_str!("../../../wit/types.wit")),
    ("data.wit", include_str!("../../../wit/data.wit")),
    ("modules.wit", include_str!("../../../wit/modules.wit")),
];

/// The package as one file: a package is named once.
#[must_use]
pub fn one_file() -> String {
    let [first, rest @ ..] = FILES;
    let unnamed = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("package "));
        lines.collect::<Vec<_>>().join("\n")
    };
    let rest = rest.map(|(_, text)| unnamed(text));
    format!("{}{}\n", first.1, rest.concat())
}

/// The reference of the contract in Markdown, made from its comments.
///
/// # Errors
///
/// If the contract cannot be read, which the tests would have seen.
pub fn reference() -> Result<String, String> {
    bindings::reference(&one_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_says_of_each_function_what_its_comment_says() {
        let text = reference().unwrap();

        for words in [
            "count-by",
            "at most 1,000 reactions a call",
            "section-module",
            "narrative",
        ] {
            assert!(text.contains(words), "{words}");
        }
    }

    #[test]
    fn one_file_names_its_package_once_and_has_every_interface() {
        let text = one_file();

        assert_eq!(text.matches("package quire:report@").count(), 1);
        for (_, file) in FILES {
            let interfaces = file.lines().filter(|line| line.starts_with("interface "));
            for interface in interfaces {
                assert!(text.contains(&format!("\n{interface}\n")), "{interface}");
            }
        }
    }
}
