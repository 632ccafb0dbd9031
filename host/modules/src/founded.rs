//! Whether the numbers in a narrative's text are founded: facts that it was given or gives, numbers that the host
//! answered, parameters, or shares of two numbers beside them. A narrative that counts for itself gives the number as
//! a fact of its own.

use std::{collections::BTreeSet, fmt::Debug};

use quire_model::{Block, Paragraph, Span};

use crate::Output;

/// More than is remembered; a narrative that asks for so much is not judged.
const MOST: usize = 200_000;
/// Numbers of a text that are judged, at most: whoever uploads it waits.
const JUDGED: usize = 10_000;
/// Different numbers of a block, the first of them, that a share is looked for among.
const BESIDE: usize = 200;
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
    known: Numbers,
}

/// The bits of each number, none of them negative, so that they have the numbers' order.
type Numbers = BTreeSet<u64>;

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
            told.split(|letter: char| !letter.is_ascii_alphanumeric() && !"._-,".contains(letter));
        for word in words {
            // A line feed or a tab in a text leaves its letter.
            let word = word.trim_start_matches(['n', 'r', 't']);
            let whole = word.replace(',', "");
            let parts = word.split(['-', ',']).chain([word, &whole]);
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
        let (mut found, mut judged) = (Vec::new(), 0_usize);
        for text in output.blocks.iter().flat_map(texts) {
            let words: Vec<&str> = text
                .split(is_between)
                .filter(|word| !word.is_empty())
                .collect();
            let mut beside = Numbers::new();
            for written in words.iter().copied().filter_map(number) {
                if beside.len() == BESIDE {
                    break;
                }
                beside.insert(written.value.to_bits());
            }
            for (at, word) in words.iter().enumerate() {
                let Some(number) = number(word) else {
                    continue;
                };
                judged += 1;
                if judged > JUDGED || found.len() == TOLD {
                    return found;
                }
                if !self.knows(number, &beside) {
                    let around =
                        words.get(at.saturating_sub(BEFORE)..(at + AFTER).min(words.len()));
                    found.push(format!(
                        "{word} in \u{201c}{}\u{201d}",
                        around.unwrap_or_default().join(" ")
                    ));
                }
            }
        }
        found
    }

    fn knows(&self, number: Written, beside: &Numbers) -> bool {
        let Written {
            value,
            decimals,
            percent,
        } = number;
        if self.known.contains(&value.to_bits()) {
            return true;
        }
        let half = 0.5_f64 * 10_f64.powi(-decimals) * (1.0 + 1e-9);
        let (least, most) = (value - half, value + half);
        let share = || {
            let mut wholes = beside.iter().map(|bits| f64::from_bits(*bits));
            wholes.any(|whole| {
                let part = |percent: f64| percent / 100.0 * whole;
                whole > 0.0 && has_between(beside, part(least), part(most).min(whole))
            })
        };
        let rounded = decimals > 0 || percent;
        rounded && (has_between(&self.known, least, most) || (percent && share()))
    }
}

fn has_between(numbers: &Numbers, least: f64, most: f64) -> bool {
    let bits = |bound: f64| if bound > 0.0 { bound.to_bits() } else { 0 };
    let (least, most) = (bits(least), bits(most));
    least <= most && numbers.range(least..=most).next().is_some()
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
        founded.note(&"of 3,456 reports,\n512\tor 33");
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
    fn numbers_of_a_text_that_it_was_told_are_founded_however_they_stand_there() {
        assert_eq!(unfounded("3,456, 3456; 512 and 33"), [""; 0]);
    }

    /// Each of them was compared with each pair of them once.
    #[test]
    fn a_text_of_nothing_but_numbers_is_judged_in_a_moment() {
        let founded = format!("{} of 122", "50% ".repeat(20_000));
        assert_eq!(unfounded(&format!("61 {founded}")), [""; 0]);
        let different: String = (0..20_000).map(|at| format!("{at}.5% ")).collect();
        assert_eq!(unfounded(&different).len(), TOLD);
        let huge = "9".repeat(400);
        assert_eq!(unfounded(&format!("0% 0.0% {huge} {huge}%")).len(), 1);
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
