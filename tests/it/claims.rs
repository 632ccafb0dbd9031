//! What the standard report says about the sample, as a reader meets it: all its sections, in order,
//! and no word that claims more than reports can show.

use crate::support::{Folder, run_quire, tool};

/// Phrases that say how often, how likely or why; the SDK's `overclaims` looks for the same in the
/// text of one section.
const PHRASES: [&str; 8] = [
    "caused",
    "rate of",
    "incidence",
    "risk of",
    "safe",
    "proven",
    "significantly increases",
    "significantly increased",
];

/// Sentences that deny such a claim.
const DENIALS: [&str; 2] = [
    "incidence prevalence or risk cannot be computed",
    "not proof that a drug caused an event",
];

/// The words of the sample report in reading order, in lower case, each between blanks.
fn words() -> String {
    let folder = Folder::new();
    let base = ["report", "61958-0802", "--sample", "--as-of", "2025-06-30"];
    let output = run_quire(&folder, &[&base[..], &["--output", "out.pdf"]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let text = tool(
        "pdftotext",
        &[&folder.file("out.pdf").to_string_lossy(), "-"],
    );
    let words: Vec<String> = text
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    format!(" {} ", words.join(" "))
}

#[test]
fn no_word_of_the_report_claims_more_than_reports_show() {
    let words = words();
    let own = DENIALS
        .iter()
        .fold(words, |words, denial| words.replace(denial, " "));

    for phrase in PHRASES {
        let place = own.find(&format!(" {phrase} "));
        let around = place.map(|at| own.chars().skip(at.saturating_sub(60)).take(140).collect());
        assert_eq!(around, None::<String>, "{phrase}");
    }
}

#[test]
fn the_standard_report_has_its_sections_in_order() {
    let words = words();

    let mut from = 0;
    for title in [
        "synopsis",
        "contents",
        "signal overview",
        "disproportionality",
        "reported reactions",
        "seriousness and outcomes",
        "population and reporters",
        "co medication indication and use",
        "reports over time",
        "case line listing",
        "data source and method",
        "case flow",
        "limitations",
        "provenance",
        "appendices",
    ] {
        let place = words[from..].find(&format!(" {title} "));
        from += place.unwrap_or_else(|| panic!("{title} is missing, or out of order"));
    }
    assert!(
        !words.contains(" this section could not be made "),
        "a section failed"
    );
}
