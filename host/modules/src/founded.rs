//! Whether the numbers in a narrative's text are founded: facts that it was given or gives, numbers that the host
//! answered, parameters, or shares of two numbers beside them. A narrative that counts for itself gives the number as
//! a fact of its own.

use std::{collections::BTreeSet, fmt::Debug};

use quire_model::{Block, Paragraph, Span};

use crate::Output;

/// More than is remembered; a narrative that asks for so much is not judged.
const MOST: usize = 200_000;
/// Numbers that are told, at most.
const TOLD: usize = 20;
/// Words before and after a number that show where it stands.
const BEFORE: usize = 5;
const AFTER: usize = 3;
/// What is written without a separator of thousands and lies here is a year.
const YEARS: std::ops::RangeInclusive<f64> = 1_900.0..=2_100.0;

/// What a narrative may say, gathered while it runs.
#[derive(Debug, Default)]
pub(crate) struct Founded {
    /// The bits of each number, so that they have an order.
    known: BTreeSet<u64>,
}

/// A number as it is written: its value, and how many decimals it has.
#[derive(Clone, Copy)]
struct Written {
    value: f64,
    decimals: i32,
    percent: bool,
}

impl Founded {
    /// Every number in what the narrative is told, its texts included.
    pub(crate) fn note(&mut self, told: &impl Debug) {
        if self.known.len() > MOST {
            return;
        }
        let told = format!("{told:?}");
        let words =
            told.split(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter));
        for word in words {
            let parts = word.split('-').chain([word]);
            let numbers = parts.filter_map(|part| part.trim_end_matches('.').parse::<f64>().ok());
            self.known.extend(
                numbers
                    .filter(|number| number.is_finite())
                    .map(|number| number.abs().to_bits()),
            );
        }
    }

    /// Each number of the text that is none of them, with the words around it.
    pub(crate) fn unfounded(mut self, output: &Output) -> Vec<String> {
        self.note(&output.facts);
        if self.known.len() > MOST {
            return Vec::new();
        }
        let mut found = Vec::new();
        for text in output.blocks.iter().flat_map(texts) {
            let words: Vec<&str> = text
                .split(is_between)
                .filter(|word| !word.is_empty())
                .collect();
            let written: Vec<Written> = words.iter().copied().filter_map(number).collect();
            for (at, word) in words.iter().enumerate() {
                if number(word).is_some_and(|number| !self.knows(number, &written)) {
                    let around =
                        words.get(at.saturating_sub(BEFORE)..(at + AFTER).min(words.len()));
                    found.push(format!(
                        "{word} in \u{201c}{}\u{201d}",
                        around.unwrap_or_default().join(" ")
                    ));
                }
            }
        }
        found.truncate(TOLD);
        found
    }

    fn knows(&self, number: Written, beside: &[Written]) -> bool {
        let Written {
            value,
            decimals,
            percent,
        } = number;
        if self.known.contains(&value.to_bits()) {
            return true;
        }
        let half = 0.5_f64 * 10_f64.powi(-decimals) * (1.0 + 1e-9);
        let is = |exact: f64| (exact - value).abs() <= half;
        let rounded = decimals > 0 || percent;
        let share = || {
            let mut pairs = beside
                .iter()
                .flat_map(|part| beside.iter().map(move |whole| (part.value, whole.value)));
            pairs.any(|(part, whole)| whole > 0.0 && part <= whole && is(100.0 * part / whole))
        };
        rounded && (self.known.iter().any(|bits| is(f64::from_bits(*bits))) || (percent && share()))
    }
}

/// What stands between words; a hyphen does not: days, codes and ranges of codes are no numbers.
fn is_between(letter: char) -> bool {
    letter.is_whitespace()
        || "()[]{};:\u{2013}\u{2014}\u{201c}\u{201d}\"=<>\u{2264}\u{2265}\u{b1}\u{d7}"
            .contains(letter)
}

/// The number that a word is, if it is one.
fn number(word: &str) -> Option<Written> {
    let word = word.trim_matches([',', '.', '!', '?', '\'', '\u{2019}']);
    let word = word.trim_start_matches(['+', '-', '\u{2212}']);
    let (digits, percent) = word
        .strip_suffix('%')
        .map_or((word, false), |digits| (digits, true));
    let plain = digits
        .chars()
        .all(|letter| letter.is_ascii_digit() || letter == ',' || letter == '.');
    if !plain || !digits.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let value: f64 = digits.replace(',', "").parse().ok()?;
    let decimals = digits
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    let is_year = digits.len() == 4 && !percent && YEARS.contains(&value);
    (!is_year).then_some(Written {
        value,
        decimals: i32::try_from(decimals).ok()?,
        percent,
    })
}

/// What a reader reads as a text, in one piece for each block or figure.
fn texts(block: &Block) -> Vec<String> {
    match block {
        Block::Heading(heading) => vec![heading.text.clone()],
        Block::Paragraph(paragraph) => vec![words(std::slice::from_ref(paragraph))],
        Block::Callout(callout) => {
            let title = callout.title.clone().unwrap_or_default();
            vec![format!("{title} {}", words(&callout.body))]
        }
        Block::KeyFigures(figures) => {
            let text = |part: &Option<String>| part.clone().unwrap_or_default();
            let one = figures.iter().map(|figure| {
                let (unit, detail) = (text(&figure.unit), text(&figure.detail));
                format!("{} {}{unit} {detail}", figure.label, figure.value)
            });
            one.collect()
        }
        Block::Table(_)
        | Block::Chart(_)
        | Block::Image(_)
        | Block::PageBreak
        | Block::Extension(_) => Vec::new(),
    }
}

fn words(paragraphs: &[Paragraph]) -> String {
    let spans = paragraphs.iter().flat_map(|paragraph| &paragraph.spans);
    let text = |span: &Span| {
        format!(
            "{}{}",
            span.text,
            span.footnote
                .as_ref()
                .map_or_else(String::new, |note| format!(" {note}"))
        )
    };
    spans.map(text).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use quire_model::{Fact, FactValue};

    use super::*;

    /// The numbers of a text that nothing stands behind, of a narrative that was told 61, 9 and 40.98 and gives 7.
    fn unfounded(text: &str) -> Vec<String> {
        let mut founded = Founded::default();
        founded.note(&(61_u32, Some("9 of 2025-06-30"), 40.983_606_f64));
        let fact = |value| Fact {
            key: "own".to_owned(),
            value,
            unit: None,
            source: None,
            attributes: Vec::new(),
        };
        let spans = vec![Span::plain(text)];
        let found = founded.unfounded(&Output {
            blocks: vec![Block::Paragraph(Paragraph {
                spans,
                ..Paragraph::default()
            })],
            facts: vec![fact(FactValue::Integer(7))],
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            memory_bytes: 0,
            output_bytes: 0,
            log_bytes: 0,
            log_dropped_bytes: 0,
        });
        let word = |found: &String| found.split(' ').next().unwrap_or_default().to_owned();
        found.iter().map(word).collect()
    }

    #[test]
    fn facts_answers_roundings_and_shares_are_founded() {
        assert_eq!(
            unfounded("Of 61 reports 9 (14.8%) name it; 41.0% and 7 more, since 2014-03 or 2013."),
            [""; 0]
        );
        assert_eq!(
            unfounded("IC025, EMA/326038/2020, 61958-0802, 30\u{2013}61 and +40.98."),
            [""; 0]
        );
    }

    #[test]
    fn other_numbers_are_told_with_what_stands_around_them() {
        assert_eq!(
            unfounded("Of 62 reports 8 name it (14.7%)."),
            ["62", "8", "14.7%"]
        );
        assert_eq!(unfounded("41.3% of 1,061"), ["41.3%", "1,061"]);
        assert_eq!(unfounded("Forty; 40"), ["40"]);
    }
}
