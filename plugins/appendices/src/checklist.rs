//! READUS-PV: its items for a paper and for an abstract, where this document answers each, and what
//! it does not do.
//!
//! Numbers and topics after tables 1 and 2 of Fusaroli et al. 2024; the wording is ours, and the text
//! of the checklist is not reproduced. Answers are those of this very document: they depend on what it
//! holds.

mod body;
mod summary;

use quire_sdk::{
    Column, Content, Data, Selection, Table, citation, fetched_words,
    number::{self, count},
    wit::{background::Source, provenance::Origin},
};

const BODY: &str = "readus-pv";
const ABSTRACT: &str = "readus-pv-abstract";

/// One item, and what this document makes of it.
#[derive(Clone, Debug)]
struct Item {
    number: &'static str,
    topic: &'static str,
    /// Begins with `answered`, `partly` or `not done`.
    answer: String,
    place: &'static str,
}

impl Item {
    fn new(
        number: &'static str,
        topic: &'static str,
        answer: impl Into<String>,
        place: &'static str,
    ) -> Self {
        Self {
            number,
            topic,
            answer: answer.into(),
            place,
        }
    }
}

/// What the answers depend on.
struct Report<'a> {
    origin: &'a Origin,
    selection: Selection,
    source: Option<Source>,
    /// Names of the ways in which the comparator was counted again.
    strata: Vec<String>,
    has_prior: bool,
    has_label: bool,
    analysed: u32,
}

impl<'a> Report<'a> {
    fn of(data: &impl Data, origin: &'a Origin) -> Self {
        Self {
            selection: Selection::of(origin),
            origin,
            source: data.background(),
            strata: data
                .stratifications()
                .into_iter()
                .map(|one| one.name)
                .collect(),
            has_prior: data.prior().is_some(),
            has_label: data.label().is_some(),
            analysed: data.reports(),
        }
    }
}

impl Report<'_> {
    /// How versions and duplicates were dealt with, and how many.
    fn preparation(&self) -> String {
        match (
            self.selection.duplicates_by_number,
            self.selection.duplicates_by_facts,
        ) {
            (Some(number), Some(facts)) => format!(
                "answered: dates, queries, digest; latest versions; duplicates left out: {} by control number, \
                 {} by facts",
                count(number),
                count(facts)
            ),
            _ => "partly: dates, queries, digest; latest versions; duplicates were not looked for"
                .to_owned(),
        }
    }

    fn restrictions(&self) -> String {
        let period = self.selection.period_words();
        format!(
            "answered: {}; first received {}; role {}",
            fetched_words(self.origin),
            period.unwrap_or_else(|| "on any day".to_owned()),
            self.selection.role_words()
        )
    }

    fn sensitivity(&self) -> String {
        let beside = "suspect reports and probable cases stand beside all; indications are marked";
        let parts = [
            ("serious", "serious reports"),
            ("health-professional", "reports of health professionals"),
            ("sex-and-age", "sex and age"),
        ];
        let has = |name: &str| self.strata.iter().any(|one| one == name);
        let parts: Vec<&str> = parts
            .into_iter()
            .filter(|(name, _)| has(name))
            .map(|(_, words)| words)
            .collect();
        match (&self.source, parts.as_slice()) {
            (None, _) => "not done: there is no comparator".to_owned(),
            (Some(_), []) => {
                format!("partly: {beside}; no signal was compared again in parts of the comparator")
            }
            (Some(_), parts) => format!(
                "answered: signals compared again by {}; {beside}",
                number::list(parts, "and")
            ),
        }
    }

    fn grouping(&self) -> String {
        let names = self.origin.names.len() as u64;
        format!(
            "answered: the drug by {} that matched; preferred terms, not grouped",
            number::counted(names, "name", "names")
        )
    }

    fn other_data(&self) -> String {
        let comparator = match &self.source {
            Some(source) => format!("answered: the comparator, {}", source.label),
            None => "answered: no comparator".to_owned(),
        };
        match self.has_label {
            true => comparator + "; the drug's label",
            false => comparator,
        }
    }

    fn stages(&self) -> String {
        let fetched = self.origin.fetched;
        match fetched.saturating_sub(u64::from(self.analysed)) {
            0 => format!(
                "answered: of {} fetched none was left out",
                number::reports(fetched)
            ),
            out => format!(
                "answered: of {} fetched {} left out, each with its reason",
                number::reports(fetched),
                count(out)
            ),
        }
    }
}

pub(crate) fn write(content: &mut Content, data: &impl Data) {
    let origin = data.origin();
    let report = Report::of(data, &origin);
    content.paragraph(format!(
        "READUS-PV {} is the guideline for reporting a disproportionality analysis. The tables say where this \
         document answers each item, and what it does not do. What is for the author to add cannot be computed from \
         reports. This document has no abstract; the synopsis comes nearest to one, and is measured by the \
         guideline's list for abstracts.",
        citation(&["readus-pv"])
    ));
    let caption = "READUS-PV items for a paper, and their place in this document";
    content.table(table(BODY, caption, &body::items(&report)));
    let caption = "READUS-PV items for an abstract, and the synopsis";
    content.table(table(ABSTRACT, caption, &summary::items(&report)).print_rows(0));
}

fn table(id: &str, caption: &str, items: &[Item]) -> Table {
    let text = |key: &str, title: &str, pick: fn(&Item) -> &str| {
        Column::text(key, title, items.iter().map(pick))
    };
    Table::new(id, caption)
        .column(text("item", "Item", |item| item.number))
        .column(text("topic", "Topic, in our words", |item| item.topic))
        .column(text("answer", "Answer", |item| &item.answer))
        .column(text("place", "Section", |item| item.place))
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{Case, Fixture};

    use super::*;

    fn answers(fixture: &Fixture) -> Vec<Item> {
        let origin = fixture.origin();
        let report = Report::of(fixture, &origin);
        let mut items = body::items(&report);
        items.extend(summary::items(&report));
        items
    }

    fn alone() -> Fixture {
        Fixture::new(vec![Case::new("1")])
    }

    fn compared() -> Fixture {
        alone().with_background("any-role", (61, 10_000), &[])
    }

    #[test]
    fn every_item_of_both_lists_is_there() {
        let items = answers(&alone());
        let numbers: Vec<&str> = items.iter().map(|item| item.number).collect();

        assert_eq!(
            numbers.join(" "),
            "1a 1b 2a 2b 2c 3 4a 4b 5a 5b 6a 6b 6c 6d 7a 7b 7c 7d 7e 8a 8b 9 10 11 12a 12b 12c 13 14a–c 14d \
             1a 1b 1c 2a 2b 2c 2d 2e 3 4a, 4c 4b"
        );
    }

    #[test]
    fn every_answer_says_how_far_it_goes() {
        for item in [alone(), compared()].iter().flat_map(answers) {
            let degree = item.answer.split(':').next().unwrap_or_default();
            assert!(
                ["answered", "partly", "not done"].contains(&degree),
                "{} {}",
                item.number,
                item.answer
            );
        }
    }

    #[test]
    fn answers_are_true_of_this_report() {
        let answer = |fixture: &Fixture, number: &str| {
            let items = answers(fixture);
            let item = items.into_iter().find(|item| item.number == number);
            item.map(|item| item.answer).unwrap_or_default()
        };

        assert_eq!(answer(&alone(), "9"), "not done: there is no comparator");
        assert!(answer(&alone(), "7b").contains("none is computed"));
        assert!(answer(&compared(), "7b").contains("without EBGM"));
        assert!(answer(&compared(), "6d").contains("openFDA drug/event"));
        let labelled = compared().with_label(20_162, &[]);
        assert!(answer(&labelled, "6d").ends_with("; the drug's label"));
        assert!(answer(&alone(), "5b").contains("duplicates were not looked for"));
        let counted = alone().with_details(&[
            ("duplicates-by-number", "12"),
            ("duplicates-by-facts", "3"),
            ("role", "suspect"),
            ("received-from", "2014-01-01"),
        ]);
        assert!(answer(&counted, "5b").contains("12 by control number, 3 by facts"));
        assert_eq!(
            answer(&counted, "6a"),
            "answered: all 1 matching report; first received on 2014-01-01 or later; role suspect or interacting"
        );
        assert!(answer(&alone(), "8a").contains("none was left out"));
        assert!(answer(&compared(), "7c").starts_with("partly: suspect reports"));
        let again = compared().with_strata("serious", &[("serious", 100, 10)], &[]);
        let again = again.with_strata("sex-and-age", &[("not reported", 100, 10)], &[]);
        assert!(
            answer(&again, "7c").starts_with(
                "answered: signals compared again by serious reports and sex and age;"
            )
        );
    }
}
