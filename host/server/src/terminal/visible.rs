//! Text of strangers, made harmless for terminals: whatever steers is written out.

use std::{borrow::Cow, fmt::Write as _};

/// The same text on one line, with everything that a terminal obeys, or that a reader cannot see,
/// written as its escape: `\n`, `\u{1b}`, `\u{202e}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, steers, |out, character| {
        let _ = write!(out, "{}", character.escape_default());
    })
}

/// JSON with the same characters as JSON's own escapes: to a program it is the same. Its line breaks
/// stay, since JSON has them between its values alone.
pub(crate) fn in_json(json: &str) -> Cow<'_, str> {
    let steers = |character| character != '\n' && steers(character);
    replaced(json, steers, |out, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn replaced(
    text: &str,
    steers: impl Fn(char) -> bool,
    escape: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.chars().any(&steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match steers(character) {
            true => escape(&mut out, character),
            false => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// Controls (C0, delete, C1), line and paragraph separators, and whatever has no shape of its own:
/// direction, joiners, fillers, tags, noncharacters. Selectors of variants count, since one behind a
/// letter is unseen. What only joins letters of a script is sacrificed: a terminal is no page.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || character as u32 & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_written_out_and_words_stay() {
        assert_eq!(
            visible("a\u{1b}[2J\r\nb\t\u{7f}\u{9b}31m\u{202e}c\u{200b}\u{2028}\u{e0041}"),
            r"a\u{1b}[2J\r\nb\t\u{7f}\u{9b}31m\u{202e}c\u{200b}\u{2028}\u{e0041}"
        );
        for words in ["Sjögren’s → 0.5 µg", "عربي", "薬", "🔬", "café C:\\x"] {
            assert!(matches!(visible(words), Cow::Borrowed(_)), "{words}");
        }
    }

    #[test]
    fn no_control_gets_through_whatever_its_plane() {
        let all: String = ('\0'..=char::MAX).collect();

        let shown = visible(&all);

        assert!(!shown.chars().any(steers));
        assert!(!shown.chars().any(char::is_control));
        for hidden in [
            '\u{200d}',
            '\u{2066}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{ffff}',
            '\u{10ffff}',
        ] {
            assert!(!shown.contains(hidden), "{}", hidden.escape_unicode());
        }
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({"a\u{9b}": ["\u{1b}[2J\n\u{202e}", "\u{e0041}", "µ"]});
        for text in [
            serde_json::to_string(&value),
            serde_json::to_string_pretty(&value),
        ] {
            let text = text.unwrap();
            let shown = in_json(&text);

            assert!(!shown.chars().any(|at| at != '\n' && steers(at)), "{shown}");
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
                value
            );
            assert_eq!(shown.lines().count(), text.lines().count());
        }
    }
}
