//! In which order text is drawn that is read from right to left (Unicode Standard Annex 9).

use std::borrow::Cow;

use unicode_bidi::{BidiInfo, Level};

use super::character::is_right_to_left;

/// Whether any of the text is read from right to left; all else here is for such text.
pub(super) fn is_mixed(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_right_to_left)
}

/// Stretches of one line in the order they are drawn, each with whether it is read from right to
/// left.
pub(super) fn stretches(text: &str) -> Vec<(std::ops::Range<usize>, bool)> {
    if !is_mixed(text) {
        return vec![(0..text.len(), false)];
    }
    let info = BidiInfo::new(text, None);
    let mut stretches = Vec::new();
    for paragraph in &info.paragraphs {
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        stretches.extend(runs.into_iter().map(|run| {
            let backwards = levels.get(run.start).is_some_and(Level::is_rtl);
            (run, backwards)
        }));
    }
    stretches
}

/// For each byte of a text how deep it is nested in text of the other direction; odd numbers are read
/// from right to left. Marks that override directions have no say: a reader would see other words
/// than a program.
pub(super) fn levels(text: &str) -> Vec<u8> {
    let disarmed: Cow<'_, str> = if text.contains(overrides) {
        Cow::Owned(text.replace(overrides, "\u{2060}"))
    } else {
        Cow::Borrowed(text)
    };
    let info = BidiInfo::new(&disarmed, None);
    info.levels.iter().map(Level::number).collect()
}

/// Brackets as they are drawn between words that are read from right to left.
pub(super) fn mirrored(text: &str) -> String {
    const PAIRS: [(char, char); 7] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('≤', '≥'),
    ];
    let turned = |character: char| {
        PAIRS.iter().find_map(|(open, close)| {
            if character == *open {
                Some(*close)
            } else {
                (character == *close).then_some(*open)
            }
        })
    };
    text.chars()
        .map(|character| turned(character).unwrap_or(character))
        .collect()
}

/// All of them take three bytes, as does U+2060, which has no direction.
fn overrides(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The order in which the parts of a line are drawn.
pub(super) fn order(levels: &[u8]) -> Vec<usize> {
    let levels: Vec<Level> = levels
        .iter()
        .map(|level| Level::new(*level).unwrap_or_else(|_| Level::ltr()))
        .collect();
    BidiInfo::reorder_visual(&levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_foreign_words_keep_their_direction() {
        let text = "\u{5d0}\u{5d1} 123 abc";

        let drawn: Vec<(&str, bool)> = stretches(text)
            .into_iter()
            .map(|(range, backwards)| (&text[range], backwards))
            .collect();

        assert_eq!(
            drawn,
            [
                ("abc", false),
                (" ", true),
                ("123", false),
                ("\u{5d0}\u{5d1} ", true)
            ]
        );
    }

    #[test]
    fn overrides_have_no_say() {
        assert_eq!(levels("a\u{202e}bc"), [0, 0, 0, 0, 0, 0]);
        assert_eq!(order(&[0, 1, 1, 0]), [0, 2, 1, 3]);
    }
}
