//! Promises about tables as CSV.

use quire_model::{Align, Block, Cells, Column, Date, Document, Paper, RowMark, RowRole};

use super::{csv, csv_files, csv_table};
use crate::{RenderError, sample};

fn with_table(table: quire_model::Table) -> Document {
    let mut document = sample::document("A title", Paper::A4, true);
    document.sections = vec![sample::section("one", vec![Block::Table(table)])];
    document
}

fn text(document: &Document, name: &str) -> String {
    let file = csv_table(document, name).unwrap();
    String::from_utf8(file.bytes).unwrap()
}

#[test]
fn rows_are_complete_and_numbers_are_not_rounded() {
    let column = |key: &str, cells| Column {
        key: key.to_owned(),
        ..sample::column("Title", cells)
    };
    let mut table = sample::table(
        "t",
        "Caption",
        vec![
            column(
                "name",
                Cells::Text(vec!["a \"b\", c".to_owned(), "d".to_owned()]),
            ),
            column("count", Cells::Integer(vec![-1_234_567, 2])),
            Column {
                unit: Some("years".to_owned()),
                decimals: Some(1),
                missing: vec![1],
                ..column("age", Cells::Number(vec![0.1 + 0.2, 9.0]))
            },
            Column {
                align: Align::End,
                ..column("share", Cells::Percent(vec![12.5, 100.0]))
            },
            column("day", Cells::Date(vec![Date::constant(2025, 6, 30); 2])),
            column("listed", Cells::Boolean(vec![true, false])),
        ],
    );
    table.print_rows = Some(1);

    let text = text(&with_table(table), "one/t");

    assert_eq!(
        text,
        "\u{feff}\"name\",\"count\",\"age [years]\",\"share [%]\",\"day\",\"listed\"\r\n\
         \"a \"\"b\"\", c\",-1234567,0.30000000000000004,12.5,\"2025-06-30\",\"true\"\r\n\
         \"d\",2,\"\",100,\"2025-06-30\",\"false\"\r\n"
    );
}

#[test]
fn formulas_are_disarmed_and_numbers_are_left_alone() {
    let formulas = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "  =1+1",
        "＝1+1",
        "a;=1+1",
    ];
    let table = sample::table(
        "t",
        "Caption",
        vec![
            sample::column("Name", Cells::Text(formulas.map(str::to_owned).to_vec())),
            sample::column("Number", Cells::Integer((-8..0).collect())),
        ],
    );

    let text = text(&with_table(table), "one/t");

    let mut lines = text.lines().skip(1);
    for (at, formula) in formulas.iter().enumerate() {
        let apostrophe = if *formula == "a;=1+1" { "" } else { "'" };
        let expected = format!("\"{apostrophe}{formula}\",{}", at as i64 - 8);
        assert_eq!(lines.next().unwrap(), expected);
    }
}

#[test]
fn a_total_is_told_from_its_parts() {
    let mut table = sample::table(
        "t",
        "Caption",
        vec![sample::column("N", Cells::Integer(vec![1, 2, 3]))],
    );
    table.marks = vec![RowMark {
        row: 2,
        role: RowRole::Total,
        indent: 0,
    }];

    let text = text(&with_table(table), "one/t");

    assert!(text.ends_with("\"n\",\"row.role\"\r\n1,\"body\"\r\n2,\"body\"\r\n3,\"total\"\r\n"));
}

#[test]
fn every_table_has_a_file_of_its_own_and_stands_in_the_index() {
    for document in [sample::everything(Paper::A4), sample::hostile()] {
        let files = csv_files(&document).unwrap();

        let names: std::collections::BTreeSet<&str> =
            files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.len(), files.len());
        let index = String::from_utf8(files[0].bytes.clone()).unwrap();
        for file in &files[2..] {
            let plain = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
            };
            assert!(file.name.bytes().all(plain), "{}", file.name);
            assert!(
                index.contains(&file.name),
                "{} is not in {index}",
                file.name
            );
        }
        assert!(csv(&document).unwrap() == csv(&document).unwrap());
    }
}

#[test]
fn a_table_that_is_not_there_is_answered_with_those_that_are() {
    let document = sample::everything(Paper::A4);

    let error = csv_table(&document, "reactions/none").unwrap_err();

    let RenderError::NoTable { known, .. } = &error else {
        panic!("{error}");
    };
    assert!(
        known.contains(&"reactions/reactions".to_owned()),
        "{known:?}"
    );
}
