//! Reports at the edges: none, one and a thousand cases, hundreds of drugs in one case, nothing but
//! an id, and text that is out to break the page. Each is made through the front door and read back.

use std::collections::BTreeMap;

use quire_replay::{Odd, Replay, ReplaySettings, RunningReplay};

use crate::support::{Folder, run_quire, tool};

const NDC: &str = "61958-0802";

/// A report that was made, read back by other people's programs.
struct Made {
    text: String,
    pages: Vec<Page>,
}

/// A page and the words on it.
#[derive(Default)]
struct Page {
    width: f64,
    height: f64,
    words: Vec<Word>,
}

/// A word and its box, in points from the upper left corner.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Word {
    fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }

    fn shared(&self, other: &Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }
}

/// Makes a report over what a replay serves, and holds it to what every report must be: made without
/// a placeholder, sound, within its pages, without words on top of each other.
async fn made(replay: RunningReplay, more: &[&str]) -> Made {
    let url = replay.url();
    let more: Vec<String> = more.iter().map(|word| (*word).to_owned()).collect();
    let making = tokio::task::spawn_blocking(move || {
        let folder = Folder::new();
        let fixed = [
            "report",
            NDC,
            "--openfda-url",
            &url,
            "--as-of",
            "2025-06-30",
            "--output",
            "out.pdf",
        ];
        let arguments: Vec<&str> = fixed
            .into_iter()
            .chain(more.iter().map(String::as_str))
            .collect();
        let output = run_quire(&folder, &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(!said.contains("warning"), "{said}");
        let file = folder.file("out.pdf").to_string_lossy().into_owned();
        tool("qpdf", &["--check", &file]);
        let text = tool("pdftotext", &["-layout", &file, "-"]);
        let boxes = tool("pdftotext", &["-bbox", &file, "-"]);
        Made {
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            pages: pages(&boxes),
        }
    });
    let made = making.await.unwrap();
    for (number, page) in (1..).zip(&made.pages) {
        assert_within(number, page);
        assert_apart(number, page);
    }
    made
}

fn pages(boxes: &str) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for line in boxes.lines().map(str::trim) {
        let values = attributes(line);
        let value = |name: &str| values.get(name).copied().unwrap_or_default();
        if line.starts_with("<page ") {
            pages.push(Page {
                width: value("width"),
                height: value("height"),
                words: Vec::new(),
            });
        } else if let (Some(page), true) = (pages.last_mut(), line.starts_with("<word ")) {
            let text = line.split_once('>').map_or("", |(_, rest)| rest);
            page.words.push(Word {
                text: text.trim_end_matches("</word>").to_owned(),
                left: value("xMin"),
                top: value("yMin"),
                right: value("xMax"),
                bottom: value("yMax"),
            });
        }
    }
    pages
}

fn attributes(line: &str) -> BTreeMap<String, f64> {
    let tag = line.split('>').next().unwrap_or_default();
    let parts = tag
        .split_whitespace()
        .filter_map(|part| part.split_once('='));
    parts
        .filter_map(|(name, value)| Some((name.to_owned(), value.trim_matches('"').parse().ok()?)))
        .collect()
}

fn assert_within(number: u32, page: &Page) {
    for word in &page.words {
        assert!(
            word.left >= -0.5
                && word.top >= -0.5
                && word.right <= page.width + 0.5
                && word.bottom <= page.height + 0.5,
            "page {number} cuts {word:?}"
        );
    }
}

/// Boxes of neighbours may touch; letters that cover a good part of each other may not be read.
fn assert_apart(number: u32, page: &Page) {
    for (at, word) in page.words.iter().enumerate() {
        for other in &page.words[at + 1..] {
            let least = word.area().min(other.area());
            assert!(
                word.shared(other) <= 0.3 * least,
                "on page {number} {word:?} and {other:?} overlap"
            );
        }
    }
}

async fn synthetic(reports: usize) -> RunningReplay {
    Replay::start(ReplaySettings::synthetic(reports, 1, NDC))
        .await
        .unwrap()
}

async fn odd(kind: Odd) -> RunningReplay {
    Replay::start(ReplaySettings::odd(kind, NDC)).await.unwrap()
}

#[tokio::test]
async fn one_case_is_a_report() {
    let made = made(synthetic(1).await, &["--role", "any"]).await;

    assert!(
        made.text.contains("synthetic reports, not real"),
        "{}",
        made.text
    );
    assert!(made.text.contains("Reports analysed 1"), "{}", made.text);
}

#[tokio::test]
async fn a_thousand_cases_are_a_report_that_says_they_are_made_up() {
    let made = made(synthetic(1_000).await, &["--role", "any"]).await;

    assert!(made.text.contains("synthetic reports, not real"));
    assert!(made.text.contains("1,000"), "{}", made.text);
}

#[tokio::test]
async fn twenty_five_thousand_cases_are_a_report() {
    let all = ["--role", "any", "--max-reports", "25000"];
    let made = made(synthetic(25_000).await, &all).await;

    for words in [
        "synthetic reports, not real",
        "Reports fetched 25000 (all matching reports)",
        "Not all reports are listed",
    ] {
        assert!(made.text.contains(words), "{words}: {}", made.text);
    }
}

#[tokio::test]
async fn a_case_with_519_drugs_is_a_report() {
    let made = made(odd(Odd::ManyDrugs).await, &["--role", "any"]).await;

    // The table prints 20 of the 52 reactions, and says so.
    for words in ["Made-up reaction 11", "32 of 52 rows are not printed"] {
        assert!(made.text.contains(words), "{words}: {}", made.text);
    }
}

#[tokio::test]
async fn cases_that_say_nothing_are_a_report() {
    let made = made(odd(Odd::Bare).await, &["--role", "any"]).await;

    assert!(made.text.contains("Not reported"), "{}", made.text);
    assert!(made.text.contains("Reports analysed 2"), "{}", made.text);
}

#[tokio::test]
async fn hostile_text_is_printed_as_text() {
    let made = made(odd(Odd::Hostile).await, &["--role", "any"]).await;

    for words in ["<script>alert(", "DROP TABLE", "=HYPERLINK(", "/etc/passwd"] {
        assert!(
            made.text.to_lowercase().contains(&words.to_lowercase()),
            "{words} is missing"
        );
    }
    // The word of 10,000 letters is broken, not cut.
    let letters = |page: &Page| -> usize {
        let words = page.words.iter().filter(|word| {
            word.text
                .chars()
                .all(|letter| letter == 'W' || letter == 'w')
        });
        words.map(|word| word.text.len()).sum()
    };
    let printed: usize = made.pages.iter().map(letters).sum();
    assert!(printed >= 10_000, "{printed}");
}
