//! The other forms of a report, through the command line, HTTP and a real browser: they hold the same
//! numbers as the PDF, and a reader who cannot see, or has a small screen, can read them.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::Value;

use crate::support::{Folder, Quire, ancestor_with, run_quire, tool};

/// The sample report in one form, as a file in `folder`.
fn sample(folder: &Folder, name: &str, more: &[&str]) -> Vec<u8> {
    let base = [
        "report",
        "61958-0802",
        "--sample",
        "--as-of",
        "2025-06-30",
        "--output",
        name,
    ];
    let output = run_quire(folder, &[&base[..], more].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::read(folder.file(name)).unwrap_or_default()
}

/// A table: its header, its rows as they are printed, and how many of them are printed.
struct Table {
    section: String,
    id: String,
    columns: Vec<Value>,
    rows: usize,
    printed: usize,
}

fn tables(document: &Value) -> Vec<Table> {
    let mut tables = Vec::new();
    for section in document["sections"].as_array().unwrap() {
        for block in section["blocks"].as_array().unwrap() {
            if block["block"] != "table" {
                continue;
            }
            let table = &block["content"];
            let columns = table["columns"].as_array().unwrap().clone();
            let rows = columns.first().map_or(0, |column| values(column).len());
            let limit = table["print_rows"]
                .as_u64()
                .map_or(rows, |limit| limit as usize);
            tables.push(Table {
                section: section["name"].as_str().unwrap().to_owned(),
                id: table["id"].as_str().unwrap().to_owned(),
                columns,
                rows,
                printed: rows.min(limit),
            });
        }
    }
    tables
}

fn values(column: &Value) -> &Vec<Value> {
    column["cells"]["values"].as_array().unwrap()
}

/// A cell of the JSON as the PDF prints it: written anew here, so that a fault of the renderer is not
/// compared with itself.
fn printed(column: &Value, row: usize) -> String {
    let value = &values(column)[row];
    let decimals = |usual: usize| {
        column["decimals"]
            .as_u64()
            .map_or(usual, |many| many as usize)
    };
    match (column["cells"]["type"].as_str().unwrap(), value) {
        (_, Value::Null) => "–".to_owned(),
        ("integer", value) => grouped(&value.as_i64().unwrap().to_string()),
        ("percent", value) => {
            grouped(&format!("{:.*}", decimals(1), value.as_f64().unwrap())) + "%"
        }
        ("number", value) => {
            let usual = usual_decimals(values(column));
            grouped(&format!("{:.*}", decimals(usual), value.as_f64().unwrap()))
        }
        ("boolean", value) => (if value == &Value::Bool(true) {
            "Yes"
        } else {
            "No"
        })
        .to_owned(),
        (_, value) => value.as_str().unwrap().to_owned(),
    }
}

/// As few digits as tell the numbers apart, three at most.
fn usual_decimals(values: &[Value]) -> usize {
    let needed = |value: f64| {
        (0..3)
            .find(|digits| {
                let scaled = value * 10f64.powi(*digits);
                (scaled - scaled.round()).abs() <= 1e-6 * scaled.abs().max(1.0)
            })
            .unwrap_or(3)
    };
    let numbers = values.iter().filter_map(Value::as_f64);
    numbers.map(needed).max().unwrap_or(0) as usize
}

fn grouped(number: &str) -> String {
    let (sign, digits) = number
        .strip_prefix('-')
        .map_or(("", number), |digits| ("−", digits));
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    let zero = !digits.chars().any(|digit| ('1'..='9').contains(&digit));
    let sign = if zero { "" } else { sign };
    fraction.map_or(format!("{sign}{text}"), |fraction| {
        format!("{sign}{text}.{fraction}")
    })
}

/// The cells of every table of a page, row by row, in the order of the page. The page is well formed
/// and its text is escaped (unit tests of the renderer hold both), so that this may be simple.
fn html_tables(page: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut found = BTreeMap::new();
    for part in page.split("<div class=\"table\" id=\"").skip(1) {
        let (id, rest) = part.split_once('"').unwrap();
        let table = rest.split("</table>").next().unwrap();
        let rows = table.split("<tr").skip(2).map(|row| {
            let cells = row
                .split("</t")
                .filter(|cell| cell.contains("<td") || cell.contains("<th"));
            cells
                .map(|cell| plain(cell.rsplit_once("<t").unwrap().1))
                .collect()
        });
        found.insert(id.to_owned(), rows.collect());
    }
    found
}

/// The text of `d class="end">12</...` and its like.
fn plain(cell: &str) -> String {
    let text = cell.split_once('>').unwrap().1.replace("<br>", "\n");
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn html_json_and_csv_hold_the_numbers_of_the_pdf() {
    let folder = Folder::new();
    let document: Value = serde_json::from_slice(&sample(&folder, "out.json", &[])).unwrap();
    let page = String::from_utf8(sample(&folder, "out.html", &[])).unwrap();
    sample(&folder, "out.pdf", &[]);
    let pdf = tool(
        "pdftotext",
        &["-layout", &folder.file("out.pdf").to_string_lossy(), "-"],
    );
    let in_html = html_tables(&page);
    let mut numbers = 0;

    let tables = tables(&document);
    let sections = document["sections"].as_array().unwrap();
    for table in &tables {
        let number = sections
            .iter()
            .position(|section| section["name"] == table.section.as_str());
        let rows = &in_html[&format!("s{}-{}", number.unwrap(), table.id)];
        assert_eq!(rows.len(), table.rows, "{}", table.id);
        let name = format!("{}/{}", table.section, table.id);
        let csv = sample(&folder, "one.csv", &["--format", "csv", "--table", &name]);
        let csv = String::from_utf8(csv).unwrap();
        for (row, html) in rows.iter().enumerate() {
            // A row that introduces others has one cell.
            for (column, shown) in table.columns.iter().zip(html) {
                let expected = printed(column, row);
                assert_eq!(words(shown), words(&expected), "{name}, row {row}");
                if column["cells"]["type"] != "text" && row < table.printed {
                    assert!(
                        pdf.contains(&expected),
                        "{expected} of {name} is not in the PDF"
                    );
                    numbers += 1;
                }
                let value = &values(column)[row];
                if let Some(number) = value.as_i64().filter(|_| value.is_i64()) {
                    assert!(
                        csv.contains(&number.to_string()),
                        "{number} of {name} is not in the CSV"
                    );
                }
            }
        }
    }
    assert!(
        tables.len() > 5 && numbers > 100,
        "{} tables, {numbers} numbers",
        tables.len()
    );
}

#[test]
fn csv_has_every_table_and_a_directory_takes_the_same_files() {
    let folder = Folder::new();
    let document: Value = serde_json::from_slice(&sample(&folder, "out.json", &[])).unwrap();
    let archive = sample(&folder, "tables.zip", &[]);
    std::fs::create_dir(folder.file("tables")).unwrap();
    sample(&folder, "tables", &["--format", "csv"]);

    assert!(archive.starts_with(b"PK"));
    let index = std::fs::read_to_string(folder.file("tables/index.csv")).unwrap();
    for table in tables(&document) {
        assert!(
            index.contains(&format!("\"{}/{}\"", table.section, table.id)),
            "{index}"
        );
    }
    for line in index.lines().skip(1).filter(|line| line.contains(".csv")) {
        let name = line
            .trim_start_matches('\u{feff}')
            .split('"')
            .nth(1)
            .unwrap();
        assert!(folder.file("tables").join(name).exists(), "{name}");
    }
}

#[test]
fn a_form_that_does_not_fit_the_rest_is_refused_before_the_work() {
    let folder = Folder::new();
    let arguments = [
        "report",
        "61958-0802",
        "--sample",
        "--output",
        "out.pdf",
        "--table",
        "a/b",
    ];

    let output = run_quire(&folder, &arguments);

    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--format csv"), "{said}");
}

#[tokio::test]
async fn the_server_hands_out_the_forms_that_the_command_line_writes() {
    let quire = Quire::start().await;
    let folder = Folder::new();
    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;
    assert_eq!(status["status"], "SUCCESS", "{status}");

    for (form, file) in [
        ("html", "out.html"),
        ("json", "out.json"),
        ("csv", "out.zip"),
    ] {
        let link = status["links"][form].as_str().unwrap();
        let answer = quire.get(link).await;

        assert!(answer.body == sample(&folder, file, &[]), "{form} differs");
        let tag = answer.header("etag").to_owned();
        let again = quire
            .send(reqwest::Method::GET, link, &[("if-none-match", &tag)], None)
            .await;
        assert_eq!(again.status, reqwest::StatusCode::NOT_MODIFIED);
    }
}

#[test]
fn a_browser_finds_no_barrier_in_the_page_and_fetches_nothing() {
    let folder = Folder::new();
    sample(&folder, "out.html", &[]);

    let found = browse(&folder.file("out.html"), folder.path());

    assert_eq!(found["violations"], Value::Array(Vec::new()), "{found:#}");
    assert_eq!(found["messages"], Value::Array(Vec::new()), "{found:#}");
    assert_eq!(found["requests"].as_array().unwrap().len(), 1, "{found:#}");
    assert_eq!(found["styled"], true, "{found:#}");
    assert!(found["headings"].as_u64().unwrap() > 8, "{found:#}");
    for size in found["sizes"].as_array().unwrap() {
        assert_eq!(
            size["over"], 0,
            "the page is wider than the screen: {found:#}"
        );
    }
    let printed = tool(
        "pdftotext",
        &[&folder.file("printed.pdf").to_string_lossy(), "-"],
    );
    assert!(printed.contains("61958-0802") && printed.contains("Limitations"));
}

/// What Chromium and axe-core say about a page.
fn browse(page: &Path, directory: &Path) -> Value {
    let root = ancestor_with("Cargo.lock");
    let output = Command::new("node")
        .arg(root.join("tests/browser/check.mjs"))
        .args([page, directory])
        .env("QUIRE_TOOLS", root.join("target/tools/browser"))
        .output()
        .unwrap_or_else(|error| panic!("node: {error}; `make test` installs it"));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
