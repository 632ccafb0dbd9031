//! What says in a report that somebody died. A report of a death is one in which any of it holds, so
//! deaths are one number wherever they are counted.

use std::sync::LazyLock;

use quire_model::fold;

use crate::case::Case;

/// Preferred terms that mean death; the file says why it is a list, and what is left out.
const TERMS: &str = include_str!("death_terms.txt");

/// Code of `reactionoutcome` for a fatal reaction.
const FATAL: u16 = 5;

/// The same terms, folded.
static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let terms = TERMS.lines().filter(|line| !line.starts_with('#'));
    terms.map(fold).filter(|term| !term.is_empty()).collect()
});

impl Case {
    /// The ways in which the report states a death, in the words of `wit/data.wit`.
    pub(super) fn death_stated(&self) -> impl Iterator<Item = &'static str> {
        let mut reactions = self.reactions.iter();
        let is_fatal = reactions.any(|reaction| reaction.outcome == Some(FATAL));
        let mut reactions = self.reactions.iter();
        let is_named = reactions.any(|reaction| means_death(&reaction.term));
        [
            (self.criteria.death, "criterion"),
            (is_fatal, "outcome"),
            (is_named, "reaction"),
        ]
        .into_iter()
        .filter_map(|(holds, word)| holds.then_some(word))
    }

    /// Whether it states a death in any way.
    pub(super) fn is_fatal(&self) -> bool {
        self.death_stated().next().is_some()
    }
}

/// Whether a term is one of the list. Every reaction of a series is looked at, and nearly all are words with a blank
/// between them, of which folding changes nothing but the case.
fn means_death(term: &str) -> bool {
    let mut words = term.split(' ');
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if words.all(is_word) {
        return FOLDED.iter().any(|known| known.eq_ignore_ascii_case(term));
    }
    FOLDED.contains(&fold(term))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Criteria, Reaction};

    fn case(term: &str, outcome: Option<u16>, criterion: bool) -> Case {
        Case {
            reactions: vec![Reaction {
                term: term.to_owned(),
                outcome,
            }],
            criteria: Criteria {
                death: criterion,
                ..Criteria::default()
            },
            ..Case::default()
        }
    }

    #[test]
    fn each_way_of_stating_a_death_counts() {
        for (term, outcome, criterion, stated) in [
            ("Nausea", Some(6), false, &[][..]),
            ("Nausea", None, true, &["criterion"]),
            ("Nausea", Some(5), false, &["outcome"]),
            ("SUDDEN CARDIAC DEATH", None, false, &["reaction"]),
            (
                "Completed suicide",
                Some(5),
                true,
                &["criterion", "outcome", "reaction"],
            ),
            ("Stillbirth", Some(6), false, &["reaction"]),
            ("Near death experience", None, false, &[]),
            ("Suicide attempt", None, false, &[]),
        ] {
            let found: Vec<_> = case(term, outcome, criterion).death_stated().collect();

            assert_eq!(found, stated, "{term}");
        }
    }

    #[test]
    fn the_list_holds_terms_and_no_remarks() {
        assert!(means_death("Death") && means_death("foetal  DEATH\u{a0}"));
        assert!(
            FOLDED
                .iter()
                .all(|term| !term.contains('#') && term.len() < 60)
        );
    }
}
