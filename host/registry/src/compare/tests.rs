//! Promises about comparing sections.

use quire_model::{
    Align, Cells, Column, Fact, FactValue, Heading, KeyFigure, Paragraph, Table, Tone,
};

use super::*;

fn heading(text: &str) -> Block {
    Block::Heading(Heading {
        level: 1,
        text: text.to_owned(),
        anchor: None,
    })
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(Paragraph {
        spans: vec![Span::plain(text)],
        ..Paragraph::default()
    })
}

fn column(key: &str, cells: Cells) -> Column {
    Column {
        key: key.to_owned(),
        title: key.to_owned(),
        unit: None,
        align: Align::Start,
        decimals: None,
        cells,
        missing: Vec::new(),
    }
}

fn table(rows: &[(&str, i64)]) -> Block {
    let names = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
    let counts = rows.iter().map(|(_, count)| *count).collect();
    Block::Table(Table {
        id: "reactions".to_owned(),
        caption: Vec::new(),
        columns: vec![
            column("reaction", Cells::Text(names)),
            column("reports", Cells::Integer(counts)),
        ],
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    })
}

fn figure(label: &str, value: &str) -> KeyFigure {
    KeyFigure {
        label: label.to_owned(),
        value: value.to_owned(),
        unit: None,
        detail: None,
        tone: Tone::Neutral,
    }
}

fn fact(key: &str, value: FactValue) -> Fact {
    Fact {
        key: key.to_owned(),
        value,
        unit: None,
        source: None,
        attributes: Vec::new(),
    }
}

/// The numbers, as `place/row/column: old -> new`.
fn numbers(difference: &SectionDifference) -> Vec<String> {
    let value = |number: &Option<serde_json::Number>| {
        number
            .as_ref()
            .map_or("none".to_owned(), ToString::to_string)
    };
    difference
        .numbers
        .iter()
        .map(|at| {
            format!(
                "{}/{}/{}: {} -> {}",
                at.place,
                at.row.as_deref().unwrap_or_default(),
                at.column.as_deref().unwrap_or_default(),
                value(&at.active),
                value(&at.candidate)
            )
        })
        .collect()
}

#[test]
fn equal_sections_are_clean() {
    let blocks = [heading("Reactions"), table(&[("Nausea", 4)])];
    let facts = [fact("reports", FactValue::Integer(4))];

    assert!(compare((&blocks, &facts), (&blocks, &facts)).is_clean());
}

#[test]
fn exactly_the_numbers_that_differ_are_named_with_their_row_and_column() {
    let active = [heading("Reactions"), table(&[("Nausea", 4), ("Rash", 2)])];
    let candidate = [heading("Reactions"), table(&[("Nausea", 4), ("Rash", 3)])];

    let difference = compare((&active, &[]), (&candidate, &[]));

    assert_eq!(numbers(&difference), ["reactions/Rash/reports: 2 -> 3"]);
    assert_eq!(difference.blocks.len(), 1);
    assert_eq!(difference.blocks[0].change, Change::Changed);
    assert!(difference.blocks[0].details.is_empty());
}

#[test]
fn rows_that_come_and_go_are_named_with_their_numbers() {
    let active = [table(&[("Nausea", 4), ("Rash", 2)])];
    let candidate = [table(&[("Nausea", 4), ("Fall", 1)])];

    let difference = compare((&active, &[]), (&candidate, &[]));

    assert_eq!(
        numbers(&difference),
        [
            "reactions/Rash/reports: 2 -> none",
            "reactions/Fall/reports: none -> 1"
        ]
    );
    assert_eq!(
        difference.blocks[0].details,
        ["row \"Rash\" was removed", "row \"Fall\" was added"]
    );
}

#[test]
fn rows_of_the_same_name_are_kept_apart_and_another_order_is_said() {
    let active = [table(&[("Nausea", 4), ("Nausea", 2), ("Rash", 1)])];
    let candidate = [table(&[("Rash", 1), ("Nausea", 4), ("Nausea", 5)])];

    let difference = compare((&active, &[]), (&candidate, &[]));

    assert_eq!(
        numbers(&difference),
        ["reactions/Nausea (2)/reports: 2 -> 5"]
    );
    assert_eq!(
        difference.blocks[0].details,
        ["its rows stand in another order"]
    );
}

#[test]
fn a_paragraph_put_in_between_is_added_and_nothing_else_changed() {
    let active = [heading("R"), paragraph("one"), paragraph("two")];
    let candidate = [
        heading("R"),
        paragraph("one"),
        paragraph("new"),
        paragraph("two"),
    ];

    let difference = compare((&active, &[]), (&candidate, &[]));

    assert_eq!(difference.blocks.len(), 1);
    let block = &difference.blocks[0];
    assert_eq!((block.change, block.name.as_str()), (Change::Added, "new"));
    assert_eq!((block.active_at, block.candidate_at), (None, Some(2)));
}

#[test]
fn a_text_that_reads_otherwise_is_changed_and_one_that_went_is_removed() {
    let active = [heading("R"), paragraph("four of 61"), table(&[("Rash", 2)])];
    let candidate = [heading("R"), paragraph("five of 61")];

    let difference = compare((&active, &[]), (&candidate, &[]));

    let changes: Vec<_> = difference
        .blocks
        .iter()
        .map(|block| (block.change, block.kind.as_str()))
        .collect();
    assert_eq!(
        changes,
        [(Change::Changed, "paragraph"), (Change::Removed, "table")]
    );
    assert_eq!(numbers(&difference), ["reactions/Rash/reports: 2 -> none"]);
}

#[test]
fn long_texts_are_shown_where_they_differ() {
    let long = |middle: &str| {
        let (before, after) = ("word ".repeat(60), " and more".repeat(60));
        paragraph(&format!("{before}found in {middle} of 61{after}"))
    };
    let facts = |role: &str| [fact("role", FactValue::Text(role.to_owned()))];

    let difference = compare(
        (&[long("four")], &facts("suspect")),
        (&[long("five")], &facts("any")),
    );

    let details: Vec<&String> = difference
        .blocks
        .iter()
        .flat_map(|block| &block.details)
        .collect();
    let [text, fact] = details[..] else {
        panic!("{details:?}")
    };
    assert!(
        text.contains("found in four of 61") && text.contains("found in five of 61"),
        "{text}"
    );
    assert!(text.len() < 400, "{text}");
    assert_eq!(fact, "\"suspect\" became \"any\"");
}

#[test]
fn key_figures_and_facts_are_numbers_too() {
    let active = [Block::KeyFigures(vec![
        figure("Reports", "1,234"),
        figure("Since", "spring"),
    ])];
    let candidate = [Block::KeyFigures(vec![
        figure("Reports", "1,235"),
        figure("Since", "autumn"),
    ])];
    let one = [fact("share", FactValue::Percent(12.5))];
    let other = [fact("share", FactValue::Percent(13.0))];

    let difference = compare((&active, &one), (&candidate, &other));

    assert_eq!(
        numbers(&difference),
        ["Reports//: 1234 -> 1235", "share//: 12.5 -> 13.0"]
    );
    assert_eq!(difference.blocks[0].details.len(), 2);
}

#[test]
fn what_differs_throughout_is_counted_beyond_what_is_listed() {
    let rows = |plus: i64| -> Vec<(String, i64)> {
        (0..1000)
            .map(|row| (format!("r{row:04}"), row + plus))
            .collect()
    };
    let of = |rows: &[(String, i64)]| {
        let rows: Vec<_> = rows
            .iter()
            .map(|(name, count)| (name.as_str(), *count))
            .collect();
        table(&rows)
    };

    let difference = compare((&[of(&rows(0))], &[]), (&[of(&rows(1))], &[]));

    assert_eq!(difference.numbers.len(), MOST_NUMBERS);
    assert_eq!(difference.omitted, 500);
}
