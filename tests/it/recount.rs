//! Every number of the sample report, computed anew from FDA's raw records by code that shares
//! nothing with the product.
//!
//! A table that nothing here computes fails the test, and so does a column: a new section has to
//! bring its recount along.

mod cases;
mod document;
mod facts;
mod hostile;
mod hostile_signals;
mod listing;
mod raw;
mod sensitivity;
mod signals;
mod statistics;
mod tables;
mod terms;
mod uses;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Folder, run_quire, tool};
use document::{Cell, Document};

/// Tables without numbers of their own: what they say is tested with their section.
const WORDS: [(&str, &str); 8] = [
    ("provenance", "source"),
    ("provenance", "recipe"),
    ("provenance", "modules"),
    ("method", "statistics"),
    ("case-listing", "line-listing"),
    ("appendices", "readus-pv"),
    ("appendices", "readus-pv-abstract"),
    ("appendices", "codes"),
];

fn report() -> Document {
    let folder = Folder::new();
    let output = run_quire(
        &folder,
        &[
            "report",
            "61958-0802",
            "--sample",
            "--as-of",
            "2025-06-30",
            "--format",
            "json",
            "--output",
            "out.json",
        ],
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let bytes = std::fs::read(folder.file("out.json")).unwrap();
    Document(serde_json::from_slice(&bytes).unwrap())
}

#[test]
fn every_table_of_the_sample_is_what_the_raw_records_say() {
    let (document, raw) = (report(), raw::reports());

    let mut wrong = Vec::new();
    for (section, name, columns) in document.tables() {
        if WORDS.contains(&(section.as_str(), name.as_str())) {
            continue;
        }
        if name == "query-log" {
            wrong.extend(wrong_queries(&section, &columns, raw.len()));
            continue;
        }
        match tables::expected(&section, &name, &raw) {
            None => wrong.push(format!("{section}/{name} is not recomputed: {columns:?}")),
            Some(expected) if expected != columns => {
                wrong.push(difference(&section, &name, &expected, &columns));
            }
            Some(_) => (),
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Requests are numbered, and one of them brought all the reports.
fn wrong_queries(section: &str, columns: &document::Columns, reports: usize) -> Vec<String> {
    let numbers = |wanted: &str| -> Vec<f64> {
        let column = columns.iter().find(|(key, _)| key == wanted).unwrap();
        let number = |cell: &Cell| match cell {
            Cell::Number(number) => *number,
            other => panic!("{section}/queries: {other:?}"),
        };
        column.1.iter().map(number).collect()
    };
    let (own, brought) = (numbers("number"), numbers("reports"));
    let mut expected = vec![0.0; own.len()];
    expected[0] = reports as f64;
    let counted = own
        .iter()
        .zip(1..)
        .all(|(own, number)| *own == f64::from(number));
    let wrong = brought != expected || !counted;
    wrong
        .then(|| format!("{section}/queries: {own:?} {brought:?}"))
        .into_iter()
        .collect()
}

fn difference(
    section: &str,
    table: &str,
    expected: &document::Columns,
    found: &document::Columns,
) -> String {
    let keys = |columns: &document::Columns| -> Vec<String> {
        columns.iter().map(|(key, _)| key.clone()).collect()
    };
    let mut lines = vec![format!("{section}/{table} differs")];
    if keys(expected) != keys(found) {
        lines.push(format!(
            "  columns {:?}, expected {:?}",
            keys(found),
            keys(expected)
        ));
    }
    for ((key, expected), (_, found)) in expected.iter().zip(found) {
        let rows = expected.iter().zip(found).enumerate();
        lines.extend(rows.filter(|(_, (expected, found))| expected != found).map(
            |(row, (expected, found))| {
                format!("  {key}[{row}] is {found:?}, expected {expected:?}")
            },
        ));
        if expected.len() != found.len() {
            lines.push(format!(
                "  {key} has {} rows, expected {}",
                found.len(),
                expected.len()
            ));
        }
    }
    lines.join("\n")
}

/// Facts that are numbers, as (section, key, value, table).
fn number_facts(document: &Document) -> Vec<(String, String, f64, Option<String>)> {
    let mut numbers = Vec::new();
    for section in document.sections() {
        for fact in section["facts"].as_array().unwrap() {
            let value = &fact["value"];
            if let Some(number) = value["value"].as_f64() {
                numbers.push((
                    document::text(&section["name"]),
                    document::text(&fact["key"]),
                    number,
                    fact["source"].as_str().map(str::to_owned),
                ));
            }
        }
    }
    numbers
}

#[test]
fn every_fact_of_the_sample_is_what_the_raw_records_say_and_stands_in_its_table() {
    let (document, raw) = (report(), raw::reports());
    let tables = document.tables();

    let mut wrong = Vec::new();
    for (section, key, value, source) in number_facts(&document) {
        match facts::expected(&key, &raw) {
            None => wrong.push(format!("{section}/{key} is not recomputed: {value}")),
            Some(expected) if (expected - value).abs() > 1e-9 => {
                wrong.push(format!("{section}/{key} is {value}, expected {expected}"));
            }
            Some(_) => (),
        }
        let Some(source) = source else { continue };
        let table = tables
            .iter()
            .find(|table| table.0 == section && table.1 == source);
        let Some((_, _, columns)) = table else {
            continue;
        };
        // The number of rows of a table is a number that it shows, too.
        let rows = columns.first().map_or(0, |column| column.1.len()) as f64;
        let mut cells = columns.iter().flat_map(|column| &column.1);
        let shows = |cell: &Cell| match cell {
            Cell::Text(text) => text.replace(',', "").parse() == Ok(value),
            cell => *cell == Cell::Number(value),
        };
        if rows != value && !cells.any(shows) && !is_elsewhere(&key) {
            wrong.push(format!(
                "{section}/{key} is {value}, which {source} does not show"
            ));
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Facts that add up rows of their table, or stand in a note.
fn is_elsewhere(key: &str) -> bool {
    let is_denominator = key.ends_with("-stated-reports");
    is_denominator
        || [
            "professional-reports",
            "professional-percent",
            "sex-known-reports",
            "periods",
            // In the note of the table.
            "reactions-tested",
        ]
        .contains(&key)
}

#[test]
fn every_number_in_the_words_is_a_fact_or_stands_in_a_table() {
    let document = report();
    let mut known: Vec<f64> = number_facts(&document).iter().map(|fact| fact.2).collect();
    for (_, _, columns) in document.tables() {
        let cells = columns.iter().flat_map(|column| &column.1);
        known.extend(cells.filter_map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        }));
    }

    let mut wrong = Vec::new();
    for text in words(&document) {
        for number in numbers(&text) {
            let shown = |known: &f64| (known - number).abs() < 0.05 + 1e-9;
            if !known.iter().any(shown) {
                wrong.push(format!("{number} in: {text}"));
            }
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Running text of the narrative, and key figures.
fn words(document: &Document) -> Vec<String> {
    let mut texts = Vec::new();
    for (section, block) in document.blocks() {
        let content = &block["content"];
        match block["block"].as_str() {
            Some("paragraph") if section == "narrative" => {
                let spans = content["spans"].as_array().unwrap().iter();
                let own = spans.filter(|span| span["href"].is_null());
                texts.push(own.map(|span| document::text(&span["text"])).collect());
            }
            Some("key-figures") => {
                for figure in content.as_array().unwrap() {
                    texts.push(document::text(&figure["value"]));
                    texts.push(document::text(&figure["detail"]));
                }
            }
            _ => (),
        }
    }
    texts
}

/// The numbers of a text without codes, report ids, days and ranges: `1,234`, `8.2%`.
fn numbers(text: &str) -> Vec<f64> {
    let text = text.replace(raw::NDC, "").replace("62 preferred terms", "");
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_month = |word: &&str| {
        let start: String = word.chars().take(3).collect();
        MONTHS.contains(&start.as_str())
    };
    let mut numbers = Vec::new();
    for (at, word) in words.iter().enumerate() {
        // `12 Mar 2014`, `Mar 2014`.
        let after = words.get(at + 1).is_some_and(is_month);
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(is_month);
        let bare = word.trim_matches(|letter: char| !letter.is_ascii_digit());
        let is_id = bare.len() == 8 && bare.bytes().all(|byte| byte.is_ascii_digit());
        if bare.is_empty() || is_id || after || before || bare.contains('-') || word.contains("Q") {
            continue;
        }
        numbers.extend(bare.replace(',', "").parse::<f64>());
    }
    numbers
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[test]
fn every_chart_shows_numbers_of_its_section_s_tables() {
    let document = report();
    let tables = document.tables();

    let mut wrong = Vec::new();
    for (section, block) in document.blocks() {
        if block["block"] != "chart" {
            continue;
        }
        let own = tables.iter().filter(|table| table.0 == section);
        let cells: Vec<&Cell> = own
            .flat_map(|table| &table.2)
            .flat_map(|column| &column.1)
            .collect();
        for value in chart_values(&block["content"]) {
            if !cells.contains(&&Cell::Number(value)) {
                wrong.push(format!("{section}/{}: {value}", block["content"]["id"]));
            }
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn chart_values(chart: &Value) -> Vec<f64> {
    let series = chart["series"].as_array().unwrap().iter();
    let values = series.flat_map(|series| series["values"].as_array().unwrap());
    values.filter_map(Value::as_f64).collect()
}

#[test]
fn every_row_of_the_tables_is_on_the_pages() {
    let folder = Folder::new();
    let arguments = [
        "report",
        raw::NDC,
        "--sample",
        "--as-of",
        "2025-06-30",
        "--output",
        "out.pdf",
    ];
    assert!(run_quire(&folder, &arguments).status.success());
    let file = folder.file("out.pdf").to_string_lossy().into_owned();
    let text = tool("pdftotext", &["-layout", &file, "-"]);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();

    let raw = raw::reports();
    let mut wrong = Vec::new();
    for (section, table, labels) in [
        ("population", "sex", "value"),
        ("population", "reporter", "value"),
        ("population", "age-groups", "value"),
        ("seriousness-and-outcomes", "seriousness", "value"),
        ("seriousness-and-outcomes", "outcomes", "value"),
        ("reaction-table", "reactions", "reaction"),
    ] {
        let columns = tables::expected(section, table, &raw).unwrap();
        let by_key: BTreeMap<&str, &Vec<Cell>> = columns
            .iter()
            .map(|(key, cells)| (key.as_str(), cells))
            .collect();
        let reports = by_key["reports"].iter().zip(by_key["percent"]);
        // The first 20 reactions are printed.
        for (label, (reports, percent)) in by_key[labels].iter().zip(reports).take(20) {
            let (Cell::Text(label), Cell::Number(reports)) = (label, reports) else {
                panic!("{section}/{table}: {label:?} {reports:?} {percent:?}");
            };
            let printed = match percent {
                Cell::Number(percent) => format!("{reports:.0} {percent:.1}%"),
                _ => format!("{reports:.0} –"),
            };
            // Small tables stand side by side.
            let row = format!("{label} {printed}");
            let holds = |line: &String| line.contains(&row);
            if !lines.iter().any(holds) {
                wrong.push(format!("{section}/{table}: {label} {printed}"));
            }
        }
    }

    assert!(
        wrong.is_empty(),
        "{}\n{}",
        wrong.join("\n"),
        lines.join("\n")
    );
}
