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

/// Words of terms that stay in capitals in sentence case.
const CAPITALS: [&str; 10] = [
    "hiv", "covid-19", "dna", "rna", "ii", "iii", "iv", "viii", "copd", "cmv",
];

/// `DRUG ABUSE` → `Drug abuse`, `HEPATITIS C` → `Hepatitis C`: a letter that stands alone is a name,
/// unless it is the article.
fn sentence_case(lower: &str) -> String {
    let words: Vec<&str> = lower.split(' ').collect();
    let shown = words.iter().enumerate().map(|(place, word)| {
        let is_article = *word == "a" && place + 1 < words.len();
        let is_letter = word.len() == 1 && !is_article;
        if is_letter || CAPITALS.contains(word) {
            word.to_uppercase()
        } else {
            (*word).to_owned()
        }
    });
    let shown = shown.collect::<Vec<_>>().join(" ");
    let mut letters = shown.chars();
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
    fn letters_and_short_names_stay_in_capitals() {
        for (lower, shown) in [
            ("hepatitis c", "Hepatitis C"),
            ("hepatitis a", "Hepatitis A"),
            ("feeling of a lump", "Feeling of a lump"),
            ("factor viii deficiency", "Factor VIII deficiency"),
            ("hiv infection", "HIV infection"),
            ("", ""),
        ] {
            assert_eq!(sentence_case(lower), shown);
        }
    }

    #[test]
    fn apostrophes_come_back_and_full_stops_go() {
        assert_eq!(term("Crohn^s disease"), "Crohn's disease");
        assert_eq!(drug("Acetaminophen. "), "ACETAMINOPHEN");
        assert_eq!(drug("A\\B"), "A / B");
    }
}
