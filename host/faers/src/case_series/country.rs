//! Country codes. Reports of FAERS carry ISO 3166 codes; those of the older AERS carry names.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use quire_model::fold;

use super::words::OTHER;

/// Every country's names; the file says where they are from.
const NAMES: &str = include_str!("country_names.txt");

/// By name, folded.
static CODES: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
    let lines = NAMES.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs.map(|(code, name)| (fold(name), code)).collect()
});

/// Words that say that the country is not known.
const UNKNOWN: [&str; 9] = [
    "COUNTRY NOT SPECIFIED",
    "NOT SPECIFIED",
    "NOT REPORTED",
    "UNKNOWN",
    "UNK",
    "NOT AVAILABLE",
    "N/A",
    "XX",
    "ZZ",
];

/// The ISO 3166 code that `text` is or names; `other` if it says something else, empty if it says
/// nothing.
pub(super) fn country(text: &str) -> String {
    // Nearly all are codes, which folding leaves as they are.
    let folded: Cow<'_, str> = if is_code(text) {
        text.into()
    } else {
        fold(text).into()
    };
    if folded.is_empty() || UNKNOWN.contains(&&*folded) {
        return String::new();
    }
    let unlisted = if is_code(&folded) { &*folded } else { OTHER };
    CODES.get(&*folded).copied().unwrap_or(unlisted).to_owned()
}

fn is_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_names_are_looked_up_and_the_rest_is_other() {
        for (text, code) in [
            ("us", "US"),
            ("CANADA", "CA"),
            ("VIET NAM", "VN"),
            ("UNITED ARAB EMIRATES", "AE"),
            ("ECUADOR", "EC"),
            ("COSTA RICA", "CR"),
            ("IRAN, ISLAMIC REPUBLIC OF", "IR"),
            ("LUXEMBOURG", "LU"),
            ("C\u{d4}TE D\u{2019}IVOIRE", "CI"),
            ("Korea, Republic of", "KR"),
            ("UK", "GB"),
            ("EU", "EU"),
            ("xk", "XK"),
            ("KOSOVO", "XK"),
            ("DEU", "DE"),
            ("usa", "US"),
            ("U.S.A.", "US"),
            ("TU\u{308}RKIYE", "TR"),
            ("MYANMAR", "MM"),
            ("RUSSIAN FEDERATION", "RU"),
            ("TAIWAN, PROVINCE OF CHINA", "TW"),
            ("SERBIA AND MONTENEGRO", "CS"),
            ("ZZ", ""),
            ("ATLANTIS", "other"),
            ("COUNTRY NOT SPECIFIED", ""),
            ("", ""),
        ] {
            assert_eq!(country(text), code, "{text}");
        }
    }
}
