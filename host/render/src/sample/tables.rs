//! Reports that are little more than a table.

use quire_model::{Block, Cells, Date, Document, Paper};

use super::{EVENTS, PROSE, column, document, event, heading, paragraph, section, table};

/// What the Celery service's report shows: a title, a narrative and one full table, on its side.
pub(crate) fn plain(rows: usize) -> Document {
    let mut document = document(
        "Clinical evaluation report: 61958-0802",
        Paper::LetterLandscape,
        false,
    );
    let names = (0..rows)
        .map(|at| format!("{} {}", event(at), at / EVENTS.len() + 1))
        .collect();
    let counts = (0..rows).map(|at| ((rows - at) * 7 / 3) as i64).collect();
    let columns = vec![
        column("Reaction", Cells::Text(names)),
        column("Reports", Cells::Integer(counts)),
    ];
    document.sections = vec![
        section(
            "narrative",
            vec![heading(1, "Narrative"), paragraph(PROSE), paragraph(PROSE)],
        ),
        section(
            "reactions",
            vec![
                heading(1, "Reactions"),
                Block::Table(table(
                    "reactions",
                    "All reactions, by number of reports",
                    columns,
                )),
            ],
        ),
    ];
    document
}

/// One table of eight columns and many rows.
pub(crate) fn long(rows: usize) -> Document {
    let mut document = document("A long table", Paper::A4, true);
    let count = |factor: usize| {
        (0..rows)
            .map(|at| (at * factor % 99_991) as i64)
            .collect::<Vec<_>>()
    };
    let ratio = |factor: usize| {
        (0..rows)
            .map(|at| (at * factor % 9_973) as f64 / 97.0)
            .collect::<Vec<_>>()
    };
    let days = (0..rows).map(|at| {
        Date::constant(
            2011 + (at % 14) as i16,
            1 + (at % 12) as i8,
            1 + (at % 28) as i8,
        )
    });
    let names = (0..rows).map(|at| format!("{} {}", event(at), at % 500));
    let columns = vec![
        column("Reaction", Cells::Text(names.collect())),
        column("Reports", Cells::Integer(count(7))),
        column("Serious", Cells::Integer(count(5))),
        column("Fatal", Cells::Integer(count(3))),
        column("PRR", Cells::Number(ratio(31))),
        column("Share", Cells::Percent(ratio(17))),
        column("First received", Cells::Date(days.collect())),
        column(
            "Listed",
            Cells::Boolean((0..rows).map(|at| at % 3 == 0).collect()),
        ),
    ];
    document.sections = vec![section(
        "long",
        vec![
            heading(1, "Reactions"),
            Block::Table(table("long", "Every reaction", columns)),
        ],
    )];
    document
}
