//! How a text from a source is shown, and how two texts are compared. Two things: what is shown is
//! what was written, so that "25 µg/h" never becomes "25 ΜG/H"; what is compared is never shown.

/// The text as it is shown: without control characters and invisible ones, every run of blanks as
/// one. A letter that was lost on the way (U+FFFD) stays visible, since a reader must see that
/// something is missing.
#[must_use]
pub fn tidy(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let mut tidy = String::with_capacity(text.len());
    for word in words {
        let mut letters = word.chars().filter(|letter| !is_invisible(*letter));
        let Some(first) = letters.next() else {
            continue;
        };
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push(first);
        tidy.extend(letters);
    }
    tidy
}

/// What two spellings of one name or term have in common: the tidy text in capitals, with one
/// apostrophe for all ways of writing it, FAERS's caret among them. For comparing only, never for
/// showing.
#[must_use]
pub fn fold(text: &str) -> String {
    let folded = |letter: char| match letter {
        '^' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '`' => '\'',
        other => other,
    };
    let tidy = tidy(text);
    tidy.chars()
        .map(folded)
        .flat_map(char::to_uppercase)
        .collect()
}

/// Marks of direction, joiners, soft hyphens and byte order marks: neither letter nor blank. Two
/// names that differ in nothing else look the same and are the same.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_letter_goes_and_a_lost_letter_stays() {
        for (text, shown) in [
            ("CTRLDRUG\u{8}", "CTRLDRUG"),
            ("CTRLDRUG\u{a0}", "CTRLDRUG"),
            ("\u{feff}a\u{0}b\t c\n", "a b c"),
            ("LETA\u{200b}IRIS\u{202e}", "LETAIRIS"),
            ("Sj\u{fffd}gren's syndrome", "Sj\u{fffd}gren's syndrome"),
            ("25 \u{b5}g/h", "25 \u{b5}g/h"),
            ("\u{200b} \u{8}", ""),
        ] {
            assert_eq!(tidy(text), shown, "{text:?}");
        }
    }

    #[test]
    fn spellings_of_one_term_compare_equal() {
        for (one, other) in [
            ("Crohn^s disease", "CROHN\u{2019}S  disease"),
            ("25 \u{b5}g/h", "25 \u{3bc}G/H"),
            ("straße", "STRASSE"),
            ("CTRLDRUG\u{8}", "ctrldrug"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("Sj\u{fffd}gren"), fold("Sjgren"));
    }
}
