//! How a text from a source is shown, and how two texts are compared. Two things: what is shown is
//! what was written, so that "25 µg/h" never becomes "25 ΜG/H"; what is compared is never shown.

use unicode_normalization::UnicodeNormalization as _;

/// The text as it is shown: without control characters and invisible ones, every run of blanks as
/// one. A letter that was lost on the way (U+FFFD) stays visible, since a reader must see that
/// something is missing.
#[must_use]
pub fn tidy(text: &str) -> String {
    if is_tidy(text) {
        return text.to_owned();
    }
    let is_shown = |letter: &char| !letter.is_control() && !is_invisible(*letter);
    let mut tidy = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let mut letters = word.chars().filter(is_shown);
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

/// Whether the text is of visible ASCII letters and single blanks between them, as nearly all of a source is: then it
/// is tidy as it stands.
fn is_tidy(text: &str) -> bool {
    let mut is_blank = true;
    for byte in text.bytes() {
        match byte {
            b' ' if is_blank => return false,
            b' ' => is_blank = true,
            0x21..=0x7e => is_blank = false,
            _ => return false,
        }
    }
    !is_blank || text.is_empty()
}

/// What two spellings of one name or term have in common: the tidy text in capitals, however its letters
/// are encoded (NFKC: composed or not, full-width, ligatures, the two signs for micro), without the signs
/// of a trade mark, and with one apostrophe, quotation mark and hyphen for all ways of writing them,
/// FAERS's caret among them. Accents make a difference. For comparing only, never for showing.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut tidied = tidy(text);
    if tidied.is_ascii() {
        tidied.make_ascii_uppercase();
        return match tidied.contains(ASCII_APOSTROPHES) {
            true => tidied.replace(ASCII_APOSTROPHES, "'"),
            false => tidied,
        };
    }
    let marked = tidied.chars().filter(|letter| !is_trade_mark(*letter));
    let plain = marked.map(one_mark).nfkc();
    // Capitals can come out decomposed.
    let capitals = plain.flat_map(char::to_uppercase).nfc();
    tidy(&capitals.map(one_mark).collect::<String>())
}

/// What stands for an apostrophe in ASCII, as in [`one_mark`].
const ASCII_APOSTROPHES: [char; 2] = ['^', '`'];

/// One character for all ways of writing it, where Unicode keeps them apart.
const fn one_mark(letter: char) -> char {
    match letter {
        '^'
        | '`'
        | '\u{b4}'
        | '\u{2b9}'
        | '\u{2bb}'..='\u{2bd}'
        | '\u{2018}'
        | '\u{2019}'
        | '\u{201b}'
        | '\u{2032}' => '\'',
        '\u{ab}' | '\u{bb}' | '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // Capitals that are their own capitals, though small letters have others: I with a dot, sharp s.
        '\u{130}' => 'I',
        '\u{1e9e}' => '\u{df}',
        other => other,
    }
}

/// Signs that belong to no name: ©, ®, ℠, ™.
const fn is_trade_mark(letter: char) -> bool {
    matches!(letter, '\u{a9}' | '\u{ae}' | '\u{2120}' | '\u{2122}')
}

/// Neither letter nor blank: what Unicode lets a program ignore (marks of direction, joiners, fillers, soft
/// hyphens, variants, tags, byte order marks) and marks of annotation. Two names that differ in nothing else
/// look the same and are the same.
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_letter_goes_and_a_lost_letter_stays() {
        for (text, shown) in [
            ("CTRLDRUG\u{8}", "CTRLDRUG"),
            ("CTRL\u{8}DRUG", "CTRLDRUG"),
            ("CTRLDRUG\u{a0}", "CTRLDRUG"),
            ("CTRL\u{a0}DRUG\u{2003}X", "CTRL DRUG X"),
            ("\u{feff}a\u{0}b\t c\u{b}d\u{85}e\n", "ab c d e"),
            ("LETA\u{200b}IRIS\u{202e}", "LETAIRIS"),
            ("LETA\u{ad}IRIS\u{fe0f}\u{e0041}", "LETAIRIS"),
            ("Sj\u{fffd}gren's syndrome", "Sj\u{fffd}gren's syndrome"),
            ("25 \u{b5}g/h", "25 \u{b5}g/h"),
            (
                "STRA\u{df}E \u{131} \u{fb01} \u{ff21} e\u{301}",
                "STRA\u{df}E \u{131} \u{fb01} \u{ff21} e\u{301}",
            ),
            ("\u{200b} \u{8}", ""),
            ("", ""),
            (" ", ""),
            (" a  b ", "a b"),
            ("a b", "a b"),
            ("a\u{7f}b", "ab"),
        ] {
            assert_eq!(tidy(text), shown, "{text:?}");
        }
    }

    #[test]
    fn spellings_of_one_term_compare_equal() {
        for (one, other) in [
            ("Crohn^s disease", "CROHN\u{2019}S  disease"),
            ("Crohn\u{2032}s disease", "CROHN\u{ff07}S DISEASE"),
            (
                "Stevens\u{2013}Johnson syndrome",
                "STEVENS-JOHNSON SYNDROME",
            ),
            ("\u{201c}ASPIRIN\u{201d}", "\"aspirin\""),
            ("25 \u{b5}g/h", "25 \u{3bc}G/H"),
            ("stra\u{df}e", "STRASSE"),
            ("stra\u{df}e", "STRA\u{1e9e}E"),
            ("sod\u{131}um", "SODIUM"),
            ("\u{130}BUPROFEN", "ibuprofen"),
            ("\u{fb01}lgrastim", "FILGRASTIM"),
            ("\u{ff2c}etairis\u{3000}5", "LETAIRIS 5"),
            ("Me\u{301}nie\u{300}re", "M\u{c9}NI\u{c8}RE"),
            ("10 mg/m\u{b2}", "10 MG/M2"),
            ("LETAIRIS\u{ae}", "Letairis"),
            ("CTRLDRUG\u{8}", "ctrldrug"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        for (one, other) in [("Sj\u{fffd}gren", "Sjgren"), ("Sj\u{f6}gren", "Sjogren")] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn what_was_folded_stays_as_it_is() {
        for text in [
            "\u{1f0} \u{df}\u{149} \u{fdfa}",
            "\u{a8}x\u{2026}",
            "I\u{307}",
        ] {
            assert_eq!(fold(&fold(text)), fold(text), "{text:?}");
        }
    }
}
