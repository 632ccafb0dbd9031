//! READUS-PV: its items for a paper and for an abstract, where this document answers each, and what
//! it does not do.
//!
//! Numbers and topics after tables 1 and 2 of Fusaroli et al. 2024; the wording is ours, and the text
//! of the checklist is not reproduced.

mod body;
mod summary;

use quire_sdk::{Column, Content, Table};

const BODY: &str = "readus-pv";
const ABSTRACT: &str = "readus-pv-abstract";

/// One item, and what this document makes of it.
#[derive(Clone, Copy, Debug)]
struct Item {
    number: &'static str,
    topic: &'static str,
    /// Begins with `answered`, `partly` or `not done`.
    answer: &'static str,
    /// The answer where there is no comparator, if it differs.
    without_comparator: Option<&'static str>,
    place: &'static str,
}

impl Item {
    const fn new(
        number: &'static str,
        topic: &'static str,
        answer: &'static str,
        place: &'static str,
    ) -> Self {
        Self {
            number,
            topic,
            answer,
            without_comparator: None,
            place,
        }
    }

    const fn without_comparator(mut self, answer: &'static str) -> Self {
        self.without_comparator = Some(answer);
        self
    }

    fn answer(&self, has_comparator: bool) -> &'static str {
        match self.without_comparator {
            Some(answer) if !has_comparator => answer,
            _ => self.answer,
        }
    }
}

pub(crate) fn write(content: &mut Content, has_comparator: bool) {
    content.paragraph(
        "READUS-PV is the guideline for reporting a disproportionality analysis. The tables say where this \
         document answers each of its items, and plainly what it does not do: answered, partly, or not \
         done. What is for the author to add cannot be computed from reports.",
    );
    let caption = "READUS-PV items for a paper, and their place in this document";
    content.table(table(BODY, caption, &body::ITEMS, has_comparator));
    content.paragraph(
        "This document has no abstract. The executive summary comes nearest to one, and is measured here \
         by the guideline's list for abstracts.",
    );
    let caption = "READUS-PV items for an abstract, and the executive summary";
    content.table(table(ABSTRACT, caption, &summary::ITEMS, has_comparator));
}

fn table(id: &str, caption: &str, items: &[Item], has_comparator: bool) -> Table {
    let answers = items.iter().map(|item| item.answer(has_comparator));
    let text = |key: &str, title: &str, pick: fn(&Item) -> &'static str| {
        Column::text(key, title, items.iter().map(pick))
    };
    Table::new(id, caption)
        .column(text("item", "Item", |item| item.number))
        .column(text("topic", "Topic", |item| item.topic))
        .column(Column::text("answer", "Answer", answers))
        .column(text("place", "Section", |item| item.place))
        .note("Items after Fusaroli et al. 2024, in our words. Sections as in the standard report; another report definition may leave some out.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(items: &[Item]) -> String {
        let numbers: Vec<&str> = items.iter().map(|item| item.number).collect();
        numbers.join(" ")
    }

    #[test]
    fn every_item_of_both_lists_is_there() {
        assert_eq!(
            numbers(&body::ITEMS),
            "1a 1b 2a 2b 2c 3 4a 4b 5a 5b 6a 6b 6c 6d 7a 7b 7c 7d 7e 8a 8b 9 10 11 12a 12b 12c 13 14a 14b \
             14c 14d"
        );
        assert_eq!(
            numbers(&summary::ITEMS),
            "1a 1b 1c 2a 2b 2c 2d 2e 3 4a 4b 4c"
        );
    }

    #[test]
    fn every_answer_says_how_far_it_goes() {
        for item in body::ITEMS.iter().chain(&summary::ITEMS) {
            for has_comparator in [true, false] {
                let answer = item.answer(has_comparator);
                let degree = answer.split(':').next().unwrap_or_default();
                assert!(
                    ["answered", "partly", "not done"].contains(&degree),
                    "{} {answer}",
                    item.number
                );
            }
        }
    }

    #[test]
    fn nothing_is_compared_without_a_comparator() {
        let answer = |number: &str| {
            let item = body::ITEMS.iter().find(|item| item.number == number);
            item.map(|item| item.answer(false)).unwrap_or_default()
        };

        assert_eq!(answer("9"), "not done: there is no comparator");
        assert!(answer("7b").contains("none is computed"));
    }
}
