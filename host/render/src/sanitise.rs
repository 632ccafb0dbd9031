//! Text of strangers, made harmless for programs that read it: browsers and spreadsheets.

use std::borrow::Cow;

use crate::text::{REPLACEMENT, is_invisible};

/// The same words without characters that steer: controls become U+FFFD, overrides of the writing
/// direction and invisible tags are dropped. Line breaks, tabs and what joins letters or emoji stay.
pub(crate) fn sanitise(text: &str) -> Cow<'_, str> {
    if text
        .chars()
        .all(|character| kept(character) == Some(character))
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(kept).collect())
}

fn kept(character: char) -> Option<char> {
    match character {
        '\n' | '\t' => Some(character),
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Soft hyphen, word joiners, and the joiners and variants that many scripts and emoji need.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' => {
            Some(character)
        }
        character if is_invisible(character) => None,
        character if character.is_control() || is_no_character(character) => Some(REPLACEMENT),
        character => Some(character),
    }
}

/// Code points that Unicode never gives to a character.
const fn is_no_character(character: char) -> bool {
    matches!(character, '\u{fdd0}'..='\u{fdef}') || character as u32 & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_are_disarmed_and_words_stay() {
        assert_eq!(sanitise("a\u{0}b\u{202e}c\td\r\n"), "a\u{fffd}bc\td\n\n");
        assert_eq!(sanitise("x\u{fffe}\u{e0041}y"), "x\u{fffd}y");
        assert!(matches!(sanitise("👩‍🔬 Sjögren’s\nعربي"), Cow::Borrowed(_)));
    }
}
