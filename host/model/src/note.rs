//! What a caller says about a request in words of their own, so that they find it again. It is shown to those
//! who may see the task, and is no part of the document, its identity or the log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FieldError, Problem, ProblemKind, tidy};

/// A label and pairs of a caller's own, tidied and within bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A line for people, such as an order's number: at most [`Note::LABEL_CHARS`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Pairs for programs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

impl Note {
    /// Longest label, in characters: one line of a list.
    pub const LABEL_CHARS: usize = 120;
    /// Most pairs; with the next two, a note stays far below what a list of tasks can carry.
    pub const PAIRS: usize = 16;
    /// Longest name of a pair, in characters.
    pub const NAME_CHARS: usize = 40;
    /// Longest value of a pair, in characters.
    pub const VALUE_CHARS: usize = 200;

    /// A note of what a caller sent. Words are tidied as any text that is shown; a label of nothing but blanks is
    /// none.
    ///
    /// # Errors
    ///
    /// What is too long, too many, or has no name; each with a JSON Pointer to it.
    pub fn new(
        label: Option<&str>,
        metadata: &BTreeMap<String, String>,
    ) -> Result<Self, Box<Problem>> {
        let mut errors = Vec::new();
        let label = label.map(tidy).filter(|label| !label.is_empty());
        if label.as_deref().map_or(0, length) > Self::LABEL_CHARS {
            let detail = format!("the label has more than {} characters", Self::LABEL_CHARS);
            errors.push(wrong("/label".to_owned(), detail));
        }
        if metadata.len() > Self::PAIRS {
            let (pairs, most) = (metadata.len(), Self::PAIRS);
            let detail = format!("the metadata are {pairs} pairs; there may be {most}");
            errors.push(wrong("/metadata".to_owned(), detail));
        }
        let mut tidied = BTreeMap::new();
        for (name, value) in metadata.iter().take(Self::PAIRS) {
            match pair(name, value) {
                Ok((name, value)) if !tidied.contains_key(&name) => {
                    tidied.insert(name, value);
                }
                Ok((name, _)) => {
                    let detail = format!("two pairs of the metadata are called {name:?}");
                    errors.push(wrong(pointer(&name), detail));
                }
                Err(error) => errors.push(error),
            }
        }
        match errors.first() {
            None => Ok(Self {
                label,
                metadata: tidied,
            }),
            Some(first) => {
                let detail = first.detail.clone();
                let mut problem = Problem::new(ProblemKind::InvalidRequest, detail);
                problem.errors = errors;
                Err(Box::new(problem))
            }
        }
    }

    /// A note that was taken before and kept by its parts.
    #[must_use]
    pub const fn kept(label: Option<String>, metadata: BTreeMap<String, String>) -> Self {
        Self { label, metadata }
    }

    /// The line for people; none if there is none.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The pairs for programs.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }
}

/// One pair, tidied.
fn pair(name: &str, value: &str) -> Result<(String, String), FieldError> {
    let shown = tidy(name);
    let (value, longest) = (tidy(value), Note::VALUE_CHARS);
    if !(1..=Note::NAME_CHARS).contains(&length(&shown)) {
        let most = Note::NAME_CHARS;
        let detail = format!("a name in the metadata must have 1 to {most} characters");
        return Err(wrong(pointer(name), detail));
    }
    if length(&value) > longest {
        let detail =
            format!("the value of {shown:?} in the metadata has more than {longest} characters");
        return Err(wrong(pointer(name), detail));
    }
    Ok((shown, value))
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// RFC 6901; of a name that is far too long its beginning.
fn pointer(name: &str) -> String {
    let name: String = name.chars().take(2 * Note::NAME_CHARS).collect();
    format!("/metadata/{}", name.replace('~', "~0").replace('/', "~1"))
}

const fn wrong(pointer: String, detail: String) -> FieldError {
    FieldError { pointer, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn words_are_tidied_as_whatever_is_shown() {
        let sent = pairs(&[("order", " A\t17\u{202e} "), (" desk ", "")]);

        let note = Note::new(Some(" weekly \n signals\u{200b} "), &sent).unwrap();

        assert_eq!(note.label(), Some("weekly signals"));
        assert_eq!(note.metadata(), &pairs(&[("order", "A 17"), ("desk", "")]));
        let none = Note::new(Some(" \n "), &BTreeMap::new()).unwrap();
        assert_eq!(none, Note::default());
    }

    #[test]
    fn what_is_too_much_is_named_with_its_place() {
        let long = "x".repeat(201);
        let sent = pairs(&[("a/b", &long), ("", "1"), ("c", "ok")]);
        let error = Note::new(Some(&long), &sent).unwrap_err();
        let pointers: Vec<&str> = error
            .errors
            .iter()
            .map(|one| one.pointer.as_str())
            .collect();
        assert_eq!(pointers, ["/label", "/metadata/", "/metadata/a~1b"]);

        let many = (0..17).map(|number| (number.to_string(), String::new()));
        let error = Note::new(None, &many.collect()).unwrap_err();
        assert!(error.detail.contains("17 pairs"), "{}", error.detail);
        let same = Note::new(None, &pairs(&[("a", "1"), ("a ", "2")])).unwrap_err();
        assert_eq!(same.errors.len(), 1);
    }

    #[test]
    fn the_longest_words_are_taken() {
        let letters = |number| "é".repeat(number);
        let sent = BTreeMap::from([(letters(40), letters(200))]);

        assert!(Note::new(Some(&letters(120)), &sent).is_ok());
    }
}
