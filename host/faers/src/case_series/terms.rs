//! How terms are written: openFDA stores an apostrophe as `^`, older reports are in capitals, and
//! product names end in stray full stops.

use std::{borrow::Cow, cmp::Reverse, collections::HashMap};

/// A `MedDRA` term as a reader expects it: apostrophes restored.
pub(super) fn term(text: &str) -> Cow<'_, str> {
    if text.contains('^') {
        Cow::Owned(text.replace('^', "'"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A product or substance name: capitals, no final full stop (`ACETAMINOPHEN.`), and the parts of
/// a combination, which records separate by a backslash, by a slash.
pub(super) fn drug(text: &str) -> String {
    let name = text.trim().trim_end_matches('.').trim_end();
    name.replace('^', "'").replace('\\', " / ").to_uppercase()
}

/// For each spelling, the one that is shown for all that differ only in case: the most used one
/// that is not all capitals, or else sentence case.
pub(super) fn join(spellings: &[String], uses: &[u32]) -> Vec<String> {
    let keys: Vec<String> = spellings.iter().map(|text| text.to_lowercase()).collect();
    let mut best: HashMap<&str, (Reverse<u32>, &str)> = HashMap::new();
    for ((text, key), uses) in spellings.iter().zip(&keys).zip(uses) {
        if !text.chars().any(char::is_lowercase) {
            continue;
        }
        let candidate = (Reverse(*uses), text.as_str());
        let slot = best.entry(key).or_insert(candidate);
        *slot = candidate.min(*slot);
    }
    keys.iter()
        .map(|key| match best.get(key.as_str()) {
            Some((_, text)) => (*text).to_owned(),
            None => sentence_case(key),
        })
        .collect()
}

/// `drug abuse` → `Drug abuse`.
fn sentence_case(lower: &str) -> String {
    let mut letters = lower.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_join_in_the_most_used_sentence_case() {
        let spellings = [
            "HIV INFECTION",
            "HIV infection",
            "Hiv infection",
            "OVERDOSE",
        ];
        let spellings = spellings.map(str::to_owned);

        let shown = join(&spellings, &[9, 3, 1, 1]);

        assert_eq!(
            shown,
            [
                "HIV infection",
                "HIV infection",
                "HIV infection",
                "Overdose"
            ]
        );
    }

    #[test]
    fn apostrophes_come_back_and_full_stops_go() {
        assert_eq!(term("Crohn^s disease"), "Crohn's disease");
        assert_eq!(drug("Acetaminophen. "), "ACETAMINOPHEN");
        assert_eq!(drug("A\\B"), "A / B");
    }
}
