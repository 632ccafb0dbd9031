//! What the drug's own label says about reactions, in the words of a table and of a method section.

use std::collections::BTreeMap;

use crate::{
    Civil, Data,
    wit::label::{Document, Mention},
    younger_label,
};

/// Which of some reactions the drug's label names, or why that is not known.
#[derive(Clone, Debug)]
pub struct Labelled {
    label: Option<Document>,
    unavailable: String,
    mentions: BTreeMap<String, Vec<Mention>>,
}

impl Labelled {
    /// Looks the preferred terms up in the label.
    #[must_use]
    pub fn of(data: &impl Data, terms: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let terms: Vec<String> = terms.into_iter().map(Into::into).collect();
        let label = data.label();
        let mentions = match label {
            Some(_) => data.label_mentions(&terms),
            None => Vec::new(),
        };
        Self {
            label,
            unavailable: data.label_unavailable().unwrap_or_default(),
            mentions: terms.into_iter().zip(mentions).collect(),
        }
    }

    /// Whether there is a label to look terms up in.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.label.is_some()
    }

    /// Whether the label names a term; none without a label, or if the term was not looked up.
    #[must_use]
    pub fn names(&self, term: &str) -> Option<bool> {
        self.mentions.get(term).map(|found| !found.is_empty())
    }

    /// Where the label names a term, such as `adverse reactions: “peripheral edema”`; `not found`; or
    /// `not known` without a label.
    #[must_use]
    pub fn place(&self, term: &str) -> String {
        let Some(found) = self.mentions.get(term) else {
            return "not known".to_owned();
        };
        let Some(first) = found.first() else {
            return "not found".to_owned();
        };
        let sections: Vec<&str> = found.iter().map(|one| one.section.as_str()).collect();
        format!("{}: \u{201c}{}\u{201d}", sections.join(", "), first.wording)
    }

    /// The same in a sentence: `found in the label of 2025-03-15 (adverse reactions: “peripheral edema”)` or
    /// `not found in the label of 2025-03-15`; none without a label, or if the term was not looked up.
    #[must_use]
    pub fn said(&self, term: &str) -> Option<String> {
        let of = self.of_day();
        Some(match self.names(term)? {
            true => format!("found in the label{of} ({})", self.place(term)),
            false => format!("not found in the label{of}"),
        })
    }

    /// The heading of a column of [places](Self::place), with the day of the label.
    #[must_use]
    pub fn heading(&self) -> String {
        format!("In the label{}", self.of_day())
    }

    /// Which label it is, what in it is younger than the document's day (in days since 1970-01-01), and what
    /// the places mean; or why there is none.
    #[must_use]
    pub fn sentence(&self, as_of: i32) -> String {
        let Some(label) = &self.label else {
            return format!(
                "Whether the drug's label names a reaction was not looked up: {}.",
                self.unavailable
            );
        };
        let of = self.of_day();
        let stale = label.stale.as_ref();
        let stale = stale.map_or_else(String::new, |stale| format!(", {stale}"));
        let younger = younger_label(label, as_of);
        let younger = younger.map_or_else(String::new, |younger| format!(" {younger}"));
        format!(
            "Label: openFDA drug/label, set {}, version {}{of}{stale}.{younger} Found means that the words of the \
             term, in American spelling, in another order or in a plain form, stand in that section; not \
             that the label calls it a reaction to the drug. Not found may stand there in other words. \
             Neither is a judgement of listedness.",
            label.set_id, label.version
        )
    }

    /// ` of 2025-03-15`; empty if the label gives no day.
    fn of_day(&self) -> String {
        let day = self.label.as_ref().and_then(|label| label.effective);
        day.map_or_else(String::new, |day| format!(" of {}", Civil::from_days(day)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn a_place_is_told_with_the_words_that_stand_there() {
        let fixture = Fixture::new(Vec::new()).with_label(
            20_162,
            &[
                ("Oedema peripheral", "warnings", "fluid retention"),
                ("Oedema peripheral", "adverse reactions", "peripheral edema"),
            ],
        );

        let labelled = Labelled::of(&fixture, ["Oedema peripheral", "Nausea"]);

        assert_eq!(
            labelled.place("Oedema peripheral"),
            "warnings, adverse reactions: \u{201c}fluid retention\u{201d}"
        );
        assert_eq!(labelled.place("Nausea"), "not found");
        assert_eq!(labelled.names("Nausea"), Some(false));
        assert_eq!(
            labelled.said("Oedema peripheral").as_deref(),
            Some(
                "found in the label of 2025-03-15 (warnings, adverse reactions: \u{201c}fluid retention\u{201d})"
            )
        );
        assert_eq!(
            labelled.said("Nausea").as_deref(),
            Some("not found in the label of 2025-03-15")
        );
        assert_eq!(labelled.heading(), "In the label of 2025-03-15");
        assert!(
            labelled
                .sentence(20_162)
                .contains("version 7 of 2025-03-15. Found means")
        );
        let younger = labelled.sentence(20_161);
        assert!(
            younger.contains("as of 2025-03-14: openFDA keeps only"),
            "{younger}"
        );
    }

    #[test]
    fn without_a_label_nothing_is_said_to_be_unlisted() {
        let labelled = Labelled::of(&Fixture::new(Vec::new()), ["Nausea"]);

        assert!(!labelled.is_known());
        assert_eq!(labelled.place("Nausea"), "not known");
        assert_eq!(labelled.names("Nausea"), None);
        assert_eq!(labelled.said("Nausea"), None);
        assert_eq!(
            labelled.sentence(20_208),
            "Whether the drug's label names a reaction was not looked up: the source has no label of the \
             product."
        );
    }
}
