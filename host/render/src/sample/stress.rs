//! What is unusual but honest: very many columns, very long cells, nothing at all, words from right to
//! left, tables that have to lie on their side, and rankings with intervals.

use quire_model::{
    Align, Axis, Block, Cells, Column, Document, Paper, Paragraph, Positions, ReferenceLine,
    RowMark, RowRole, Scale, Section, Series, Span,
};

use super::{PROSE, chart, column, document, event, heading, paragraph, section, table};

/// A document of it.
pub(crate) fn stress(paper: Paper) -> Document {
    let mut document = document("What is unusual but honest", paper, true);
    document.sections = vec![rankings(), lying(), extremes(), backwards()];
    document
}

/// Twenty reactions by each measure, some of whose intervals are very wide.
fn rankings() -> Section {
    let names: Vec<String> = (0..20)
        .map(|at| match at {
            5 => String::from(
                "Pulmonary arterial hypertension worsening after administration at home",
            ),
            at => format!("{}{}", event(at), if at < 12 { "" } else { " aggravated" }),
        })
        .collect();
    let mut blocks = vec![heading(1, "Rankings"), paragraph(PROSE)];
    for (name, factor, scale, at, label) in [
        ("PRR", 1.31_f64, Scale::Log, 1.0, "1: no association"),
        ("ROR", 1.42, Scale::Log, 1.0, "1: no association"),
        ("IC", 1.2, Scale::Linear, 0.0, "0: as expected"),
    ] {
        let values: Vec<f64> = (0..20)
            .map(|row| match scale {
                Scale::Log => 0.7 * factor.powi(20 - row),
                Scale::Linear => 4.0 - 0.26 * f64::from(row),
            })
            .collect();
        let ends = |side: f64| -> Vec<f64> {
            values
                .iter()
                .enumerate()
                .map(|(row, value)| {
                    let width = 0.3 + (row % 5) as f64 * 0.25;
                    match scale {
                        Scale::Log => value * (side * width).exp(),
                        Scale::Linear => value + side * width,
                    }
                })
                .collect()
        };
        let mut forest = chart(
            "forest",
            &format!("{name} with 95% intervals, by lower bound"),
            Positions::Categories(names.clone()),
            vec![Series {
                name: name.to_owned(),
                interval: Some((ends(-1.0), ends(1.0))),
                values: values.clone(),
                missing: vec![7],
            }],
        );
        forest.id = format!("forest-{name}");
        forest.y = Axis {
            title: format!("{name} (95% interval)"),
            unit: None,
            scale,
        };
        forest.reference_lines = [(at, label), (2.0, "2: threshold")]
            .map(|(at, label)| ReferenceLine {
                at,
                on_x: true,
                label: Some(label.to_owned()),
            })
            .to_vec();
        blocks.push(Block::Chart(forest));
    }
    section("rankings", blocks)
}

fn one_of(words: &[&str], at: usize) -> String {
    let word = words.get(at % words.len().max(1));
    word.copied().unwrap_or_default().to_owned()
}

/// A case listing, which needs the width of the paper's long side.
fn lying() -> Section {
    let rows = 60;
    let word = |at: usize| format!("{}, {}, {}", event(at), event(at + 3), event(at + 5));
    let mut listing = table(
        "listing",
        "Reports analysed, newest first",
        vec![
            column(
                "Report",
                Cells::Text(
                    (0..rows)
                        .map(|at| format!("1{:07}-{}", at * 7919, at % 3))
                        .collect(),
                ),
            ),
            column(
                "Received",
                Cells::Text(
                    (0..rows)
                        .map(|at| format!("2024-0{}-1{}", at % 9 + 1, at % 9))
                        .collect(),
                ),
            ),
            column(
                "Age",
                Cells::Integer((0..rows).map(|at| (at * 7 % 90) as i64).collect()),
            ),
            column(
                "Sex",
                Cells::Text(
                    (0..rows)
                        .map(|at| one_of(&["female", "male", "–"], at))
                        .collect(),
                ),
            ),
            column(
                "Country",
                Cells::Text(
                    (0..rows)
                        .map(|at| one_of(&["US", "DE", "JP"], at))
                        .collect(),
                ),
            ),
            column(
                "Role of the product",
                Cells::Text(
                    (0..rows)
                        .map(|at| one_of(&["suspect", "concomitant"], at))
                        .collect(),
                ),
            ),
            column(
                "Seriousness criteria",
                Cells::Text(
                    (0..rows)
                        .map(|at| one_of(&["death, hospitalisation, other", "other"], at))
                        .collect(),
                ),
            ),
            column("Reactions", Cells::Text((0..rows).map(word).collect())),
            column(
                "Outcomes",
                Cells::Text(
                    (0..rows)
                        .map(|at| one_of(&["fatal; recovered; unknown", "not recovered"], at))
                        .collect(),
                ),
            ),
            column(
                "Other products",
                Cells::Text(
                    (0..rows)
                        .map(|at| {
                            "MACITENTAN; SILDENAFIL; FUROSEMIDE; WARFARIN; ".repeat(at % 3 + 1)
                        })
                        .collect(),
                ),
            ),
        ],
    );
    listing.notes = vec![String::from("Ages are in years.")];
    let note = Span {
        footnote: Some(String::from(
            "A note on the page before the listing, upright.",
        )),
        ..Span::plain("Each row is one report.")
    };
    let marked = Block::Paragraph(Paragraph {
        spans: vec![note],
        ..Paragraph::default()
    });
    section(
        "lying",
        vec![
            heading(1, "Listing"),
            marked,
            Block::Table(listing),
            heading(2, "Upright again"),
            paragraph(PROSE),
            heading(2, "By quarter"),
            Block::Table(super::wide(18)),
            paragraph(PROSE),
        ],
    )
}

fn extremes() -> Section {
    let drugs: Vec<String> = (0..519)
        .map(|at| format!("DRUG {at} ({} MG)", at * 13 % 500))
        .collect();
    let cells = vec![drugs.join("; "), String::from("one"), String::new()];
    let mut many = vec![column(
        "Report",
        Cells::Text(vec![
            String::from("a"),
            String::from("b"),
            String::from("c"),
        ]),
    )];
    for at in 1..200 {
        many.push(column(
            &format!("Column {at}"),
            Cells::Integer(vec![1, at, at * at]),
        ));
    }
    let mut grouped = table("grouped", "Two hundred columns", many);
    grouped.marks = vec![RowMark {
        row: 1,
        role: RowRole::GroupHeader,
        indent: 0,
    }];
    let number = Column {
        align: Align::End,
        ..column("Number", Cells::Number(vec![1.5, -20.25, 1_000_000.0]))
    };
    section(
        "extremes",
        vec![
            heading(1, "Extremes"),
            Block::Table(table(
                "drugs",
                "A list of 519 products in one cell",
                vec![
                    column(
                        "Report",
                        Cells::Text(vec![
                            String::from("1"),
                            String::from("2"),
                            String::from("3"),
                        ]),
                    ),
                    column("Products", Cells::Text(cells)),
                    number,
                ],
            )),
            Block::Table(table("none", "No columns", Vec::new())),
            Block::Table(table(
                "empty",
                "No rows",
                vec![
                    column("Reaction", Cells::Text(Vec::new())),
                    column("Reports", Cells::Integer(Vec::new())),
                ],
            )),
            Block::Table(grouped),
            Block::Chart(chart(
                "bar",
                "Nothing",
                Positions::Categories(Vec::new()),
                Vec::new(),
            )),
            heading(2, "A heading at the end"),
        ],
    )
}

fn backwards() -> Section {
    let mixed = "The reporter wrote: שלום עולם (תופעת לוואי 12%) and then العربية مع English 123 داخلها, verbatim.";
    let hebrew = "דיווח על תופעת לוואי (כאב ראש) ביום 2024-05-01.";
    section(
        "backwards",
        vec![
            heading(1, "From right to left"),
            paragraph(mixed),
            paragraph(&[hebrew; 6].join(" ")),
            Block::Table(table(
                "verbatim",
                "Verbatim terms",
                vec![
                    column(
                        "Term",
                        Cells::Text(vec![
                            hebrew.to_owned(),
                            mixed.to_owned(),
                            String::from("头痛 頭痛 두통"),
                        ]),
                    ),
                    column("Reports", Cells::Integer(vec![1, 2, 3])),
                ],
            )),
        ],
    )
}
