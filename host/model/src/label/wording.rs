//! Looks for preferred terms in the wording of a label: whole words, whatever their case, number,
//! order or spelling (British or American), and the plain forms of `plain_forms.txt`.
//!
//! A hit says that the words stand there, never what the label says with them: "no cases of X" is a
//! hit too. So what is found is shown with its place, for a person to read.

use std::{collections::HashMap, sync::LazyLock};

use super::{LabelPlace, LabelText};
use crate::{fold, tidy};

static PLAIN_FORMS: LazyLock<HashMap<String, Vec<&str>>> = LazyLock::new(plain_forms);

/// Most words of a term: the longest preferred terms have a dozen.
const MOST_WORDS: usize = 16;
/// Longest term that is looked for, in bytes: MedDRA's have at most 250 characters.
const LONGEST_TERM: usize = 1_000;
/// Words that stand between the words of a term in a sentence, and not in the term.
const BETWEEN: [&str; 6] = ["of", "the", "a", "an", "in", "to"];

/// Where a label names a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The section.
    pub place: LabelPlace,
    /// The words as they stand there.
    pub wording: String,
}

/// A label whose words can be looked up.
#[derive(Clone, Debug, Default)]
pub struct LabelIndex {
    sections: Vec<Indexed>,
}

#[derive(Clone, Debug)]
struct Indexed {
    place: LabelPlace,
    text: String,
    words: Vec<Word>,
    /// Where each word stands.
    found: HashMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Word {
    /// What it is compared by.
    key: String,
    /// Where it stands in the text, in bytes.
    from: usize,
    to: usize,
    /// Which part of which sentence it belongs to: no term reaches across a comma.
    part: usize,
}

impl LabelIndex {
    /// Reads every word of a label once.
    #[must_use]
    pub fn new(label: &LabelText) -> Self {
        let sections = label.sections.iter().map(|section| {
            let words = words(&section.text);
            let mut found: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, word) in words.iter().enumerate() {
                found.entry(word.key.clone()).or_default().push(at);
            }
            Indexed {
                place: section.place,
                text: section.text.clone(),
                words,
                found,
            }
        });
        Self {
            sections: sections.collect(),
        }
    }

    /// Where the label names a preferred term: one mention a section, in the label's order; none if it
    /// does not.
    #[must_use]
    pub fn find(&self, term: &str) -> Vec<Mention> {
        if term.len() > LONGEST_TERM {
            return Vec::new();
        }
        let plain = PLAIN_FORMS.get(&fold(term)).into_iter().flatten();
        let forms = std::iter::once(term).chain(plain.copied());
        let forms: Vec<Vec<String>> = forms.map(keys).filter(|keys| !keys.is_empty()).collect();
        let sections = self.sections.iter();
        let mention = |section: &Indexed| {
            let wording = forms.iter().find_map(|form| section.wording(form))?;
            let place = section.place;
            Some(Mention { place, wording })
        };
        let mut mentions: Vec<Mention> = sections.filter_map(mention).collect();
        // A label may have a section twice, such as warnings, and warnings with precautions.
        mentions.dedup_by_key(|mention| mention.place);
        mentions
    }
}

impl Indexed {
    /// The words of a form, as they stand here; in any order, beside each other.
    fn wording(&self, form: &[String]) -> Option<String> {
        if form.len() > MOST_WORDS {
            return None;
        }
        // The rarest word has the fewest places to look at.
        let places = form.iter().map(|key| self.found.get(key));
        let places: Option<Vec<&Vec<usize>>> = places.collect();
        let rarest = places?.into_iter().min_by_key(|places| places.len())?;
        let mut wanted: Vec<&str> = form.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        let reach = form.len() - 1;
        for &at in rarest {
            for from in at.saturating_sub(reach)..=at {
                let Some(window) = self.words.get(from..=from + reach) else {
                    continue;
                };
                if is_one_part(window) && same_words(window, &wanted) {
                    return self.shown(window);
                }
            }
        }
        None
    }

    fn shown(&self, window: &[Word]) -> Option<String> {
        let (first, last) = (window.first()?, window.last()?);
        Some(tidy(self.text.get(first.from..last.to)?))
    }
}

fn is_one_part(window: &[Word]) -> bool {
    let parts = window.first().zip(window.last());
    parts.is_some_and(|(first, last)| first.part == last.part)
}

fn same_words(window: &[Word], wanted: &[&str]) -> bool {
    let is_wanted = |word: &Word| wanted.binary_search(&word.key.as_str()).is_ok();
    if !window.iter().all(is_wanted) {
        return false;
    }
    let mut keys: Vec<&str> = window.iter().map(|word| word.key.as_str()).collect();
    keys.sort_unstable();
    keys == wanted
}

/// The words of a text that count, with their places.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut part, mut start) = (0, None);
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, letter) in ends {
        if letter.is_alphanumeric() || is_apostrophe(letter) {
            start = start.or(Some(at));
            continue;
        }
        if let Some(from) = start.take() {
            let word = text.get(from..at).unwrap_or_default();
            let key = key(word);
            if !key.is_empty() && !BETWEEN.contains(&key.as_str()) {
                let to = at;
                words.push(Word {
                    key,
                    from,
                    to,
                    part,
                });
            }
        }
        part += usize::from(!letter.is_whitespace() && !is_hyphen(letter));
    }
    words
}

fn keys(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.key).collect()
}

/// What spellings and forms of a word have in common. Applied to both sides, so that a rule that goes too
/// far finds at worst a word that looks nearly the same.
fn key(word: &str) -> String {
    let plain = word.chars().filter(|letter| !is_apostrophe(*letter));
    let mut key: String = plain.flat_map(char::to_lowercase).collect();
    // British spelling: anaemia, oedema, tumour, fibre, sulphate, isation.
    for (british, american) in [
        ("ae", "e"),
        ("oe", "e"),
        ("sulph", "sulf"),
        ("isation", "ization"),
    ] {
        key = key.replace(british, american);
    }
    for (british, american) in [
        ("our", "or"),
        ("bre", "ber"),
        ("tre", "ter"),
        ("yse", "yze"),
    ] {
        if let Some(stem) = key.strip_suffix(british) {
            key = format!("{stem}{american}");
        }
    }
    let direction = match key.as_str() {
        "increase" | "increases" | "increased" | "increasing" | "elevated" | "elevation"
        | "elevations" | "raised" => Some("increased"),
        "decrease" | "decreases" | "decreased" | "decreasing" | "reduced" | "reduction"
        | "reductions" | "lowered" => Some("decreased"),
        _ => None,
    };
    direction.map_or_else(|| singular(key), str::to_owned)
}

fn singular(word: String) -> String {
    let kept = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    if word.len() < 4 || kept {
        return word;
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    word.strip_suffix('s').map_or(word.clone(), str::to_owned)
}

fn is_apostrophe(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '\u{2018}' | '\u{2019}' | '^' | '`' | '\u{b4}'
    )
}

fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}')
}

fn plain_forms() -> HashMap<String, Vec<&'static str>> {
    let lines = include_str!("plain_forms.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let (term, forms) = line.split_once(": ")?;
        Some((fold(term), forms.split("; ").collect()))
    };
    lines.filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::LabelSection, *};

    fn label(sections: &[(LabelPlace, &str)]) -> LabelIndex {
        let section = |(place, text): &(LabelPlace, &str)| LabelSection {
            place: *place,
            text: (*text).to_owned(),
        };
        LabelIndex::new(&LabelText {
            set_id: String::new(),
            version: String::new(),
            effective: None,
            names: Vec::new(),
            indications: String::new(),
            sections: sections.iter().map(section).collect(),
            queries: Vec::new(),
            stale: None,
        })
    }

    fn found(text: &str, term: &str) -> Option<String> {
        let label = label(&[(LabelPlace::AdverseReactions, text)]);
        let mention = label.find(term).into_iter().next();
        mention.map(|mention| mention.wording)
    }

    #[test]
    fn a_term_is_found_in_american_spelling_in_any_order_number_and_case() {
        for (text, term, wording) in [
            (
                "most common: peripheral edema, flushing",
                "Oedema peripheral",
                "peripheral edema",
            ),
            ("Severe Anemias were seen.", "Anaemia", "Anemias"),
            ("diarrhea and hemorrhage", "Diarrhoea", "diarrhea"),
            (
                "increases in alanine aminotransferase",
                "Alanine aminotransferase increased",
                "increases in alanine aminotransferase",
            ),
            (
                "Elevated ALT was common",
                "Alanine aminotransferase increased",
                "Elevated ALT",
            ),
            (
                "EMBRYO-FETAL TOXICITY",
                "Embryo-foetal toxicity",
                "EMBRYO-FETAL TOXICITY",
            ),
            (
                "worsening of Crohn\u{2019}s disease",
                "Crohn^s disease",
                "Crohn\u{2019}s disease",
            ),
            ("solid tumors", "Tumour", "tumors"),
            ("patients had a fever", "Pyrexia", "fever"),
        ] {
            assert_eq!(
                found(text, term).as_deref(),
                Some(wording),
                "{term} in {text}"
            );
        }
    }

    #[test]
    fn parts_of_words_and_words_of_two_phrases_are_not_the_term() {
        for (text, term) in [
            ("hypotension", "Tension"),
            (
                "abdominal pain, upper respiratory tract infection",
                "Abdominal pain upper",
            ),
            ("chest tightness. Pain was mild", "Chest pain"),
            ("rashness", "Rash"),
            ("", "Nausea"),
            ("nausea", ""),
            ("nausea", ", ."),
        ] {
            assert_eq!(found(text, term), None, "{term} in {text}");
        }
        let longer_than_any = "x".repeat(LONGEST_TERM + 1);
        assert_eq!(found(&longer_than_any, &longer_than_any), None);
    }

    #[test]
    fn every_section_that_names_it_is_told_once() {
        let label = label(&[
            (LabelPlace::BoxedWarning, "Liver failure"),
            (LabelPlace::Warnings, "nothing"),
            (
                LabelPlace::AdverseReactions,
                "hepatic failure, hepatic failure",
            ),
            (LabelPlace::AdverseReactions, "hepatic failure"),
        ]);

        let places = label.find("Hepatic failure");

        let places: Vec<_> = places
            .iter()
            .map(|one| (one.place, &*one.wording))
            .collect();
        assert_eq!(
            places,
            [
                (LabelPlace::BoxedWarning, "Liver failure"),
                (LabelPlace::AdverseReactions, "hepatic failure")
            ]
        );
    }

    #[test]
    fn every_line_of_the_plain_forms_is_read() {
        let lines = include_str!("plain_forms.txt").lines();
        let lines = lines.filter(|line| !line.starts_with('#'));
        assert_eq!(PLAIN_FORMS.len(), lines.count());
    }
}
