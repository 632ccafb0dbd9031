//! What drawing costs: the standard report, and a table of 10,000 rows with its peak memory.

use std::process::Command;

use quire_model::{
    Align, Block, Cells, Column, Date, Digest, Document, Heading, ModuleRef, Paper, Section, Span,
    Table as Rows,
};

use crate::{
    process::{cpu_seconds, memory_mib},
    table::Table,
};

/// Each document is drawn in a process of its own, so that peak memory is its own.
pub(crate) fn measure(table: &mut Table) {
    for (task, what) in [
        (
            "pages-plain",
            "draw the plain report (690 rows × 2 columns)",
        ),
        ("pages-10000", "draw 10,000 rows × 8 columns"),
        ("pages-100000", "draw 100,000 rows × 8 columns"),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .arg(task)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = said.split_whitespace();
        let [cpu, peak, bytes] = [(); 3].map(|()| words.next().unwrap_or("?").to_owned());
        table.row(
            what,
            format!("{cpu} ms"),
            &format!("CPU; peak {peak} MiB, {bytes} KiB of PDF"),
        );
    }
}

/// Draw in this process, and print CPU milliseconds a document, peak memory and size.
pub(crate) fn child(task: &str) {
    let (document, rounds) = match task {
        "pages-plain" => (rows(690, 2), 50),
        "pages-10000" => (rows(10_000, 8), 3),
        _ => (rows(100_000, 8), 1),
    };
    let own = std::process::id();
    // The first drawing parses the fonts; a server does that once.
    if rounds > 1 {
        quire_render::pdf(&rows(5, 2)).unwrap();
    }
    let before = cpu_seconds(own);
    let mut size = 0;
    for _ in 0..rounds {
        size = quire_render::pdf(&document).unwrap().len();
    }
    let cpu = (cpu_seconds(own) - before) * 1000.0 / f64::from(rounds);
    println!("{cpu:.1} {:.0} {}", memory_mib(own, "VmHWM"), size / 1024);
}

/// A document with one table.
fn rows(count: usize, width: usize) -> Document {
    let text = |row: usize, column: usize| match column {
        0 => format!("Reaction number {row} of the benchmark"),
        _ => format!("value {}", (row * 7919 + column * 104_729) % 9973),
    };
    let columns = (0..width)
        .map(|column| Column {
            key: format!("column-{column}"),
            title: format!("Column {column}"),
            unit: None,
            align: if column == 1 {
                Align::End
            } else {
                Align::Start
            },
            decimals: None,
            cells: if column == 1 {
                Cells::Integer((0..count).map(|row| (row * 31 % 5000) as i64).collect())
            } else {
                Cells::Text((0..count).map(|row| text(row, column)).collect())
            },
            missing: Vec::new(),
        })
        .collect();
    let table = Rows {
        id: "rows".to_owned(),
        caption: vec![Span::plain("Rows")],
        columns,
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    };
    let heading = Heading {
        level: 1,
        text: "Rows".to_owned(),
        anchor: None,
    };
    Document {
        id: "0".repeat(32),
        title: "Benchmark".to_owned(),
        subtitle: String::new(),
        language: "en".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        paper: Paper::LetterLandscape,
        front_matter: false,
        cover: Vec::new(),
        notice: String::new(),
        producer: "bench".to_owned(),
        sections: vec![Section {
            name: "rows".to_owned(),
            module: ModuleRef {
                name: "bench".to_owned(),
                version: "0".to_owned(),
                digest: Digest::of(b"bench"),
            },
            blocks: vec![Block::Heading(heading), Block::Table(table)],
            facts: Vec::new(),
        }],
        attachments: Vec::new(),
    }
}
