//! The counts of `/api/cer/normalize`, against an independent count of the raw JSON.

use std::collections::{BTreeMap, BTreeSet};

use quire_replay::ReplaySettings;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::Quire;

/// The bundled records that name the product in any drug entry.
fn matching() -> Vec<Value> {
    let named = |record: &Value| {
        record["patient"]["drug"]
            .as_array()
            .unwrap()
            .iter()
            .any(|drug| {
                drug["openfda"]["product_ndc"]
                    .as_array()
                    .is_some_and(|codes| codes.contains(&json!("61958-0802")))
            })
    };
    ReplaySettings::sample()
        .unwrap()
        .records
        .values()
        .filter(named)
        .collect()
}

/// Rows as the endpoint gives them, counted in the plainest way.
fn counted(records: &[Value]) -> Vec<Value> {
    let mut rows: BTreeMap<String, (String, [u64; 3])> = BTreeMap::new();
    for record in records {
        let terms: BTreeSet<String> = record["patient"]["reaction"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reaction| {
                reaction["reactionmeddrapt"]
                    .as_str()
                    .unwrap()
                    .replace('^', "'")
            })
            .collect();
        let marks = [
            true,
            record["serious"] == "1",
            record["seriousnessdeath"] == "1",
        ];
        for term in terms {
            let row = rows.entry(term.to_lowercase()).or_insert((term, [0; 3]));
            for (count, mark) in row.1.iter_mut().zip(marks) {
                *count += u64::from(mark);
            }
        }
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by(|a, b| b.1[0].cmp(&a.1[0]).then_with(|| a.0.cmp(&b.0)));
    rows.into_iter()
        .map(|(event, [count, serious, fatal])| {
            json!({"event": event, "count": count, "serious": serious, "fatal": fatal})
        })
        .collect()
}

#[tokio::test]
async fn counts_equal_an_independent_count_of_the_records() {
    let quire = Quire::start().await;
    let records = matching();
    assert_eq!(records.len(), 61);

    let answer = quire.get("/api/cer/normalize/61958-0802?limit=1000").await;

    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    for member in ["total", "fetched", "analysed"] {
        assert_eq!(body[member], 61, "{member}");
    }
    let expected = counted(&records);
    let rows = body["rows"].as_array().unwrap();
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), expected.len());
}

#[tokio::test]
async fn all_ways_to_write_the_code_give_the_same_answer() {
    let quire = Quire::start().await;
    let product = quire
        .get("/api/cer/normalize/61958-0802?limit=50")
        .await
        .json();

    for written in ["61958-0802-1", "61958080201", "61958-0802-01", "6195808021"] {
        let body = quire
            .get(&format!("/api/cer/normalize/{written}?limit=50"))
            .await
            .json();

        assert_eq!(body["ndc"], written);
        assert!(
            body["candidates"]
                .as_array()
                .unwrap()
                .contains(&json!("61958-0802"))
        );
        for member in ["total", "fetched", "analysed", "rows"] {
            assert_eq!(body[member], product[member], "{written}: {member}");
        }
    }
}

#[tokio::test]
async fn the_limit_cuts_the_rows_and_nothing_else() {
    let quire = Quire::start().await;

    let all = quire
        .get("/api/cer/normalize/61958-0802?limit=1000")
        .await
        .json();
    let three = quire
        .get("/api/cer/normalize/61958-0802?limit=3")
        .await
        .json();

    assert_eq!(
        three["rows"].as_array().unwrap()[..],
        all["rows"].as_array().unwrap()[..3]
    );
    assert_eq!(three["analysed"], 61);
}

#[tokio::test]
async fn a_right_code_without_reports_gives_a_report_that_says_so() {
    let quire = Quire::start().await;
    let code = "0003-0894";

    let body = quire
        .get(&format!("/api/cer/normalize/{code}"))
        .await
        .json();
    let pdf = quire.pdf(code).await;

    assert_eq!(body["total"], 0, "{body}");
    assert_eq!(body["rows"], json!([]));
    let file = quire.data_dir().join("none.pdf");
    std::fs::write(&file, pdf).unwrap();
    let text = crate::support::tool("pdftotext", &[&file.to_string_lossy(), "-"]);
    assert!(
        text.contains("no reports") || text.contains("No reports"),
        "{text}"
    );
}
