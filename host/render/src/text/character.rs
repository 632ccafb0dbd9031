//! Which characters are drawn, and in which direction.

use std::borrow::Cow;

/// Stands for a character that no bundled typeface can draw.
pub(crate) const REPLACEMENT: char = '\u{fffd}';

/// Whether a character only steers layout and leaves nothing on the page. Dropping them also
/// disarms overrides of the writing direction.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character belongs to the one before it.
pub(crate) const fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Whether a character is written from right to left.
pub(crate) const fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The character that is drawn for another, if any.
pub(crate) fn shown(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        character if is_invisible(character) => None,
        // Full-width letters, which the typefaces lack, are those of ASCII in the boxes of another script.
        '\u{3000}' => Some(' '),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0),
        character if character.is_control() => Some(REPLACEMENT),
        character => Some(character),
    }
}

/// No more marks than this are piled on one letter; more would leave the line, then the page.
const MOST_MARKS: u32 = 3;

/// The text on one line: breaks and tabs become spaces, what cannot be seen is left out.
pub(crate) fn flat(text: &str) -> Cow<'_, str> {
    let is_plain = |character| shown(character) == Some(character) && !is_mark(character);
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control())
        || text.chars().all(is_plain)
    {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let kept = text.chars().filter_map(shown).filter(|character| {
        marks = if is_mark(*character) { marks + 1 } else { 0 };
        marks <= MOST_MARKS
    });
    Cow::Owned(kept.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_replaced_and_overrides_dropped() {
        assert_eq!(flat("a\u{0}b\u{202e}c\td"), "a\u{fffd}bc d");
        assert_eq!(
            flat(&format!("a{}", "\u{301}".repeat(500))).chars().count(),
            4
        );
        assert!(matches!(flat("plain"), Cow::Borrowed("plain")));
        assert_eq!(
            flat("\u{ff2c}\u{ff25}\u{ff34}\u{3000}\u{ff11}\u{ff10}"),
            "LET 10"
        );
    }
}
