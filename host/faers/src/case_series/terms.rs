//! How terms and names are written: openFDA stores an apostrophe as `^`, older reports are in
//! capitals, and product names end in stray full stops. Spellings of one term become one, and that one
//! is a spelling that a report uses: what terms are compared by is never shown.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use quire_model::fold;

use crate::case::Case;

/// One spelling for each term, each name of a drug and each dosage form of the cases: that which most
/// entries use. Afterwards equal text means the same thing.
pub(super) fn respell(cases: &mut [Case]) {
    let every = |case: &mut Case, to: &mut dyn FnMut(Kind, &mut String)| {
        for reaction in &mut case.reactions {
            to(Kind::Term, &mut reaction.term);
        }
        for drug in &mut case.drugs {
            to(Kind::Term, &mut drug.indication);
            to(Kind::Name, &mut drug.product);
            drug.substances
                .iter_mut()
                .for_each(|name| to(Kind::Name, name));
            to(Kind::Form, &mut drug.form);
        }
    };
    let mut uses: HashMap<Kind, HashMap<String, u32>> = HashMap::new();
    for case in cases.iter_mut() {
        every(case, &mut |kind, text| {
            if let Some(written) = kind.rewritten(text) {
                *text = written;
            }
            if text.is_empty() {
                return;
            }
            let uses = uses.entry(kind).or_default();
            match uses.get_mut(text.as_str()) {
                Some(uses) => *uses += 1,
                None => {
                    uses.insert(text.clone(), 1);
                }
            }
        });
    }
    let shown: HashMap<Kind, HashMap<String, String>> = uses
        .into_iter()
        .map(|(kind, uses)| (kind, shown(kind, uses)))
        .collect();
    for case in cases.iter_mut() {
        every(case, &mut |kind, text| {
            // Only what differs from what is shown has an entry.
            let spelling = shown.get(&kind).and_then(|shown| shown.get(text.as_str()));
            if let Some(spelling) = spelling {
                text.clone_from(spelling);
            }
        });
    }
}

/// What a text names. Spellings are joined among texts of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// A `MedDRA` term: a reaction or an indication.
    Term,
    /// A product or a substance.
    Name,
    /// A dosage form.
    Form,
}

impl Kind {
    /// The text as a reader expects it: apostrophes restored; names without the final full stop of
    /// `ACETAMINOPHEN.`, and with a slash between the parts of a combination, which records separate by
    /// a backslash. None where it is written so already.
    fn rewritten(self, text: &str) -> Option<String> {
        let name = match self {
            Self::Term => text,
            Self::Name | Self::Form => text.trim().trim_end_matches('.').trim_end(),
        };
        let is_combined = self != Self::Term && name.contains('\\');
        if name.len() == text.len() && !is_combined && !text.contains('^') {
            return None;
        }
        let name = name.replace('^', "'");
        Some(match is_combined {
            true => name.replace('\\', " / "),
            false => name,
        })
    }
}

/// A spelling behind the number of entries that use it: the most used comes first.
type Used = (Reverse<u32>, String);

/// For each text that another spelling stands for, that spelling.
fn shown(kind: Kind, uses: HashMap<String, u32>) -> HashMap<String, String> {
    let mut groups: BTreeMap<String, Vec<Used>> = BTreeMap::new();
    for (text, uses) in uses {
        let spellings = groups.entry(fold(&text)).or_default();
        spellings.push((Reverse(uses), text));
    }
    let mut shown = HashMap::new();
    for mut spellings in groups.into_values() {
        spellings.sort_unstable();
        let Some(best) = best(kind, &spellings) else {
            continue;
        };
        let others = spellings.into_iter().map(|(_, text)| text);
        let others = others.filter(|text| *text != best);
        shown.extend(others.map(|text| (text, best.clone())));
    }
    shown
}

/// The spelling of most entries; of terms the first that is not all capitals, which only older reports
/// are in, or else the same in sentence case.
fn best(kind: Kind, spellings: &[Used]) -> Option<String> {
    let first = spellings.first().map(|(_, text)| text);
    let mut mixed = spellings.iter().map(|(_, text)| text);
    let mixed = mixed.find(|text| text.chars().any(char::is_lowercase));
    match (kind, mixed) {
        (Kind::Name | Kind::Form, _) => first.cloned(),
        (Kind::Term, Some(text)) => Some(text.clone()),
        (Kind::Term, None) => first.map(|text| sentence_case(&text.to_lowercase())),
    }
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
    use crate::case::{Drug, Reaction};

    fn reactions(terms: &[&str]) -> Vec<String> {
        let reaction = |term: &&str| Reaction {
            term: (*term).to_owned(),
            outcome: None,
        };
        let mut cases = [Case {
            reactions: terms.iter().map(reaction).collect(),
            ..Case::default()
        }];
        respell(&mut cases);
        let [case] = cases;
        case.reactions.into_iter().map(|one| one.term).collect()
    }

    fn products(names: &[&str]) -> Vec<String> {
        let drug = |name: &&str| Drug {
            product: (*name).to_owned(),
            ..Drug::default()
        };
        let mut cases = [Case {
            drugs: names.iter().map(drug).collect(),
            ..Case::default()
        }];
        respell(&mut cases);
        let [case] = cases;
        case.drugs.into_iter().map(|one| one.product).collect()
    }

    #[test]
    fn terms_join_in_the_most_used_sentence_case() {
        let joined = reactions(&[
            "HIV INFECTION",
            "HIV INFECTION",
            "HIV infection",
            "HIV infection",
            "Hiv infection",
            "OVERDOSE",
        ]);

        assert_eq!(joined[..5], ["HIV infection"; 5]);
        assert_eq!(joined[5], "Overdose");
    }

    #[test]
    fn both_apostrophes_and_the_caret_are_one() {
        let joined = reactions(&[
            "Crohn^s disease",
            "Crohn's disease",
            "Crohn\u{2019}s disease",
        ]);

        assert_eq!(joined, ["Crohn's disease"; 3]);
    }

    #[test]
    fn names_are_shown_as_most_entries_write_them() {
        assert_eq!(
            products(&[
                "Fentanyl 25 \u{b5}g/h",
                "FENTANYL 25 \u{3bc}G/H",
                "Fentanyl 25 \u{b5}g/h"
            ]),
            ["Fentanyl 25 \u{b5}g/h"; 3]
        );
        assert_eq!(
            products(&["Acetaminophen. ", "A\\B"]),
            ["Acetaminophen", "A / B"]
        );
        assert_eq!(
            products(&["Stra\u{df}e 5 \u{b5}g"]),
            ["Stra\u{df}e 5 \u{b5}g"]
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
}
