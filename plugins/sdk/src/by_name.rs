//! How many reports use the name of the drug, where its code found few: a sentence never says more than
//! was asked.

use quire_contract::detail::{NAMES_APART, NAMES_COUNTED, REPORTS_NAMING};

use crate::{attribute, number, wit::provenance::Origin};

/// Reports that were counted by name beside those that were found by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName {
    /// The names, as they were asked for.
    pub names: Vec<String>,
    /// Reports that use one of them as product or active substance.
    pub reports: u64,
}

impl ByName {
    /// The count; none where it was not looked for, because the code found enough or no name is known.
    #[must_use]
    pub fn of(origin: &Origin) -> Option<Self> {
        let names = attribute(&origin.attributes, NAMES_COUNTED)?;
        let reports = attribute(&origin.attributes, REPORTS_NAMING)?;
        Some(Self {
            names: names.split(NAMES_APART).map(str::to_owned).collect(),
            reports: reports.parse().ok()?,
        })
    }

    /// The count, if it found reports that the code did not.
    #[must_use]
    pub fn more_than_by_code(origin: &Origin) -> Option<Self> {
        Self::of(origin).filter(|found| found.reports > origin.total)
    }

    /// What that means beside the reports that were found by code, in a sentence or two. For a reader of
    /// the summary, so it says what is missing from this document.
    #[must_use]
    pub fn sentence(found: Option<&Self>, with_code: u64) -> String {
        let Some(found) = found else {
            return "Whether other reports use the name of the drug without carrying the code was not looked \
                    for."
                .to_owned();
        };
        let names = number::list(&found.names, "or");
        let more = found.reports.saturating_sub(with_code);
        match (found.reports, more) {
            (_, 0) => format!(
                "Asked for reports that give {names} as product or active substance, whether or not they carry \
                 the code, the source found {}; that is no proof that it holds no others, since reports spell a \
                 name in many ways.",
                if with_code == 0 { "none" } else { "no more" },
            ),
            (reports, more) => format!(
                "Counted by name, {} {} {names} as product or active substance: at least {} of them {} not \
                 carry the code, and {} not in this document. The source attaches codes to names, and at \
                 times does not for a whole product.",
                number::reports(reports),
                if reports == 1 { "gives" } else { "give" },
                number::count(more),
                if more == 1 { "does" } else { "do" },
                if more == 1 { "is" } else { "are" },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn the_sentence_says_what_was_asked() {
        let origin = Fixture::new(Vec::new()).origin;
        let say =
            |origin: &Origin, with_code| ByName::sentence(ByName::of(origin).as_ref(), with_code);
        assert!(say(&origin, 0).contains("was not looked for"));

        for (reports, with_code, words) in [
            (
                "30",
                0,
                "30 reports give A or B as product or active substance: at least 30 of them do not carry the code",
            ),
            ("3", 3, "the source found no more; that is no proof"),
            (
                "0",
                0,
                "whether or not they carry the code, the source found none",
            ),
        ] {
            let details = [(NAMES_COUNTED, "A; B"), (REPORTS_NAMING, reports)];
            let origin = Fixture::new(Vec::new()).with_details(&details).origin;
            let text = say(&origin, with_code);
            assert!(text.contains(words), "{text}");
        }
    }
}
