//! What one version of a section does otherwise than another, on the same data.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// Most places that are told apart in one run; a section of a usual size has tens. What lies beyond is
/// one place of its own.
const MOST_PLACES: usize = 1_000;

/// How a candidate's section differs from the active version's. Empty when there is no difference.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SectionDifference {
    /// Why there is nothing to compare: the candidate failed where the active version did not, or
    /// the other way round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeChange>,
    /// Blocks that came, went or read otherwise, in the order of the section.
    pub blocks: Vec<BlockChange>,
    /// Numbers that are not the same: cells of tables, points of charts, key figures, facts.
    pub numbers: Vec<NumberChange>,
    /// Changes beyond those that are listed.
    #[serde(default)]
    pub omitted: u64,
    /// Where the two differ, in words that are the same in every report; what is not listed included.
    #[serde(skip)]
    pub places: BTreeSet<String>,
}

/// How a run ended, when the two did not end alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeChange {
    /// Of the active version: `made`, `nothing to show`, or what failed.
    pub active: String,
    /// Of the candidate.
    pub candidate: String,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only the candidate has it.
    Added,
    /// Only the active version has it.
    Removed,
    /// Both have it, and it is not the same.
    Changed,
}

/// A block that came, went or reads otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockChange {
    /// Which of the three.
    pub change: Change,
    /// Its kind: `heading`, `paragraph`, `table`, `chart`, `image`, `key-figures`, `callout`,
    /// `page-break`, `extension`, or `fact`.
    pub kind: String,
    /// Its id if it has one, else the beginning of its text.
    pub name: String,
    /// Its place among the active version's blocks, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_at: Option<usize>,
    /// Its place among the candidate's blocks, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate_at: Option<usize>,
    /// What is not the same about it, in words; empty unless it is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// A number, as it was returned: absent where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberChange {
    /// The table, chart, fact or label of a key figure that it stands in.
    pub place: String,
    /// What that is: `table`, `chart`, `key-figure` or `fact`.
    pub kind: String,
    /// The row, by the text of its first cells; the position, in a chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The key of the column; the name of the series, in a chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What the active version says.
    pub active: Option<serde_json::Number>,
    /// What the candidate says.
    pub candidate: Option<serde_json::Number>,
}

impl OutcomeChange {
    /// The section was made.
    pub const MADE: &str = "made";
    /// The module said that there is nothing to show.
    pub const NOTHING_TO_SHOW: &str = "nothing to show";

    /// How the candidate failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        let ended_well = [Self::MADE, Self::NOTHING_TO_SHOW].contains(&self.candidate.as_str());
        Some(self.candidate.as_str()).filter(|_| !ended_well)
    }
}

impl SectionDifference {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let Self {
            outcome,
            blocks,
            numbers,
            omitted,
            places,
        } = self;
        outcome.is_none()
            && blocks.is_empty()
            && numbers.is_empty()
            && *omitted == 0
            && places.is_empty()
    }

    /// How the candidate failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.outcome.as_ref().and_then(OutcomeChange::failure)
    }

    /// Where the listed changes are, in words that are the same in every report: a paragraph has no
    /// text, a number no row. So a difference that was seen in one report is known again in the next.
    #[must_use]
    pub fn listed_places(&self) -> BTreeSet<String> {
        let outcome = self.outcome.iter().map(|outcome| {
            let OutcomeChange { active, candidate } = outcome;
            format!("outcome: {candidate} instead of {active}")
        });
        let blocks = self.blocks.iter().flat_map(BlockChange::places);
        // A fact, and a table or chart that came or went, tell of their numbers.
        let whole = self
            .blocks
            .iter()
            .filter(|block| block.kind == "fact" || block.change != Change::Changed);
        let told: BTreeSet<(&str, &str)> = whole
            .map(|block| (block.kind.as_str(), block.name.as_str()))
            .collect();
        let numbers = self
            .numbers
            .iter()
            .filter(|number| !told.contains(&(number.kind.as_str(), number.place.as_str())))
            .map(NumberChange::in_any_report);
        let mut places: BTreeSet<String> = outcome.chain(blocks).chain(numbers).collect();
        if places.len() > MOST_PLACES {
            places = places.into_iter().take(MOST_PLACES).collect();
            places.insert(format!("more than {MOST_PLACES} places"));
        }
        places
    }
}

impl BlockChange {
    /// Blocks that have an id or a key are told apart by it, others only by their kind: their text
    /// names what the report is about. What changed about a table or chart is told apart too.
    fn places(&self) -> Vec<String> {
        let Self {
            change,
            kind,
            name,
            details,
            ..
        } = self;
        match (kind.as_str(), details.as_slice()) {
            ("table" | "chart", [_, ..]) => details
                .iter()
                .map(|detail| format!("{kind} {name:?}: {}", without_quotes(detail)))
                .collect(),
            ("table" | "chart" | "extension" | "fact", _) => {
                vec![format!("{kind} {name:?} {change}")]
            }
            _ => vec![format!("{kind} {change}")],
        }
    }
}

/// What stands between quotation marks is of this one report.
fn without_quotes(text: &str) -> String {
    let (mut kept, mut quoted, mut escaped) = (String::new(), false, false);
    for letter in text.chars() {
        match letter {
            '"' if !escaped => {
                if !quoted {
                    kept.push('…');
                }
                quoted = !quoted;
            }
            _ if !quoted => kept.push(letter),
            _ => {}
        }
        escaped = quoted && letter == '\\' && !escaped;
    }
    kept
}

impl NumberChange {
    /// The place of this number, without the row, which is of this one report.
    fn in_any_report(&self) -> String {
        let change = match (&self.active, &self.candidate) {
            (Some(_), None) => Change::Removed,
            (None, _) => Change::Added,
            _ => Change::Changed,
        };
        let (kind, place) = (&self.kind, &self.place);
        let column = self.column.as_ref();
        let column = column.map_or_else(String::new, |column| format!(", {column:?}"));
        format!("number in {kind} {place:?}{column} {change}")
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(row: &str, active: Option<i64>, candidate: Option<i64>) -> NumberChange {
        NumberChange {
            place: "by-year".to_owned(),
            kind: "table".to_owned(),
            row: Some(row.to_owned()),
            column: Some("reports".to_owned()),
            active: active.map(Into::into),
            candidate: candidate.map(Into::into),
        }
    }

    fn block(kind: &str, name: &str, details: &[&str]) -> BlockChange {
        BlockChange {
            change: Change::Changed,
            kind: kind.to_owned(),
            name: name.to_owned(),
            active_at: Some(1),
            candidate_at: Some(1),
            details: details.iter().map(|&detail| detail.to_owned()).collect(),
        }
    }

    fn places(blocks: Vec<BlockChange>, numbers: Vec<NumberChange>) -> Vec<String> {
        let difference = SectionDifference {
            blocks,
            numbers,
            ..SectionDifference::default()
        };
        difference.listed_places().into_iter().collect()
    }

    #[test]
    fn a_difference_is_known_again_in_another_report() {
        let one = places(
            vec![
                block("paragraph", "12 reports name Letairis", &["…"]),
                block(
                    "table",
                    "by-year",
                    &[r#"row "a \" b", column x: "1" became "2""#],
                ),
            ],
            vec![number("2024", Some(12), Some(13))],
        );
        let other = places(
            vec![
                block("paragraph", "900 reports name Aspirin", &["…"]),
                block(
                    "table",
                    "by-year",
                    &[r#"row "c", column x: "\\" became "z""#],
                ),
            ],
            vec![number("1999", Some(7), Some(8))],
        );

        assert_eq!(one, other);
        let expected = [
            r#"number in table "by-year", "reports" changed"#,
            "paragraph changed",
            r#"table "by-year": row …, column x: … became …"#,
        ];
        assert_eq!(one, expected);
    }

    #[test]
    fn a_number_that_is_gone_is_another_difference_than_one_that_changed() {
        let changed = places(Vec::new(), vec![number("2024", Some(1), Some(2))]);
        let gone = places(Vec::new(), vec![number("2024", Some(1), None)]);
        let new = places(Vec::new(), vec![number("2024", None, Some(1))]);

        assert_ne!(changed, gone);
        assert_ne!(gone, new);
    }

    #[test]
    fn numbers_of_a_table_that_is_gone_are_not_told_again() {
        let gone = BlockChange {
            change: Change::Removed,
            ..block("table", "by-year", &[])
        };

        let told = places(vec![gone], vec![number("2024", Some(1), None)]);

        assert_eq!(told, [r#"table "by-year" removed"#]);
    }

    #[test]
    fn what_changed_always_has_a_place_and_never_too_many() {
        let table = places(vec![block("table", "by-year", &[])], Vec::new());
        let facts = (0..5_000).map(|at| block("fact", &at.to_string(), &[]));
        let facts = places(facts.collect(), Vec::new());

        assert_eq!(table, [r#"table "by-year" changed"#]);
        assert_eq!(facts.len(), MOST_PLACES + 1);
    }

    #[test]
    fn a_candidate_fails_unless_it_is_made_or_has_nothing_to_show() {
        let outcome = |candidate: &str| OutcomeChange {
            active: OutcomeChange::MADE.to_owned(),
            candidate: candidate.to_owned(),
        };

        assert_eq!(outcome(OutcomeChange::NOTHING_TO_SHOW).failure(), None);
        assert_eq!(outcome("module-crashed").failure(), Some("module-crashed"));
    }
}
