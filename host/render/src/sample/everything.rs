//! One of everything that can be drawn.

use quire_model::{
    Block, Callout, Cells, Column, Date, Document, Image, KeyFigure, Marker, Paper, Paragraph,
    RowMark, RowRole, Section, Span, Style, Table, Tone,
};

use super::{
    PROSE,
    charts::{population, signals},
    column, document, event, heading, item, paragraph, section, table,
};

/// A document with one of everything.
pub(crate) fn everything(paper: Paper) -> Document {
    let mut document = document(
        "Cumulative evaluation of adverse event reports",
        paper,
        true,
    );
    document.sections = vec![
        summary(),
        reactions(),
        population(),
        signals(),
        limitations(),
    ];
    document
}

fn styled(text: &str, style: Style) -> Span {
    Span {
        text: text.to_owned(),
        style,
        ..Span::default()
    }
}

fn summary() -> Section {
    let bold = Style {
        bold: true,
        ..Style::default()
    };
    let italic = Style {
        italic: true,
        ..Style::default()
    };
    let figure = |label: &str, value: &str, unit: Option<&str>, detail: &str, tone| KeyFigure {
        label: label.to_owned(),
        value: value.to_owned(),
        unit: unit.map(str::to_owned),
        detail: Some(detail.to_owned()),
        tone,
    };
    let spans = vec![
        Span::plain("The product has been marketed since 2007. Its label warns of "),
        styled("embryo-fetal toxicity", bold),
        Span::plain(" and of "),
        styled("fluid retention", italic),
        Span {
            footnote: Some(String::from(
                "Prescribing information, sections 5.1 and 5.2, as revised in 2019. The boxed warning concerns exposure during pregnancy; women of childbearing potential take part in a restricted programme.",
            )),
            ..styled(" and oedema", bold)
        },
        Span::plain(". Liver enzymes (ALT, AST) above 3 × ULN were seen in 0.8% of patients, C"),
        styled(
            "max",
            Style {
                subscript: true,
                ..Style::default()
            },
        ),
        Span::plain(" rises by 10"),
        styled(
            "2",
            Style {
                superscript: true,
                ..Style::default()
            },
        ),
        Span::plain(" units; the field is "),
        styled(
            "patient.drug.openfda.product_ndc.exact",
            Style {
                code: true,
                ..Style::default()
            },
        ),
        Span::plain(", described at "),
        Span {
            href: Some(String::from("https://open.fda.gov/apis/drug/event/")),
            ..Span::plain("open.fda.gov")
        },
        Span::plain(". "),
        styled(
            "Underlined words",
            Style {
                underline: true,
                ..Style::default()
            },
        ),
        Span::plain(" and "),
        styled(
            "bold italic",
            Style {
                bold: true,
                italic: true,
                ..Style::default()
            },
        ),
        Span::plain(" are set too; see the "),
        Span {
            href: Some(String::from("#outlook")),
            ..Span::plain("outlook")
        },
        Span::plain(" ("),
        Span {
            href: Some(String::from("#outlook")),
            ..Span::default()
        },
        Span::plain(")."),
    ];
    section(
        "summary",
        vec![
            heading(1, "Summary"),
            paragraph(PROSE),
            Block::KeyFigures(vec![
                figure(
                    "Reports analysed",
                    "61",
                    None,
                    "of 61 in the source",
                    Tone::Info,
                ),
                figure("Serious", "48", None, "78.7% of reports", Tone::Caution),
                figure("Fatal", "9", None, "14.8% of reports", Tone::Danger),
                figure(
                    "Median age",
                    "63",
                    Some("years"),
                    "known for 44 of 61 reports",
                    Tone::Neutral,
                ),
                figure(
                    "Listed reactions",
                    "86",
                    Some("%"),
                    "of the 50 most frequent",
                    Tone::Good,
                ),
            ]),
            Block::Paragraph(Paragraph {
                spans,
                ..Paragraph::default()
            }),
            Block::Callout(Callout {
                tone: Tone::Caution,
                title: Some(String::from("Read with care")),
                body: vec![
                    Paragraph {
                        spans: vec![Span::plain(
                            "The source does not say which of several products with the same substance was taken. All matches by name are shown.",
                        )],
                        ..Paragraph::default()
                    },
                    Paragraph {
                        spans: vec![Span::plain("The last quarter is not complete.")],
                        marker: Marker::Bullet,
                        indent: 0,
                    },
                    Paragraph {
                        spans: vec![Span::plain("Duplicates were counted, not removed.")],
                        marker: Marker::Bullet,
                        indent: 0,
                    },
                ],
                attributes: Vec::new(),
            }),
            heading(2, "What was done"),
            item(
                Marker::Ordered,
                0,
                "All reports that name the product code were fetched, newest first.",
            ),
            item(
                Marker::Ordered,
                0,
                "Each reaction was counted once per report, in the terms of MedDRA, at the level of the preferred term, without regard to the order in which the reporter wrote them down.",
            ),
            item(Marker::Bullet, 1, "Apostrophes were restored."),
            item(Marker::Bullet, 1, "Case was folded."),
            item(Marker::Ordered, 0, "Counts were tabulated."),
            heading(2, "Outlook"),
            paragraph(PROSE),
        ],
    )
}

fn reactions() -> Section {
    let rows = 58;
    let mut reactions = table("reactions", "Reactions by number of reports; a report counts once for each of its reactions", vec![
        column("Reaction (preferred term)", Cells::Text((0..rows).map(|at| if at == 20 { String::from("Immune thrombocytopenic purpura following administration of a product by an unapproved route in a patient with several conditions") } else { format!("{}{}", event(at), if at >= 12 { format!(", grade {}", at / 12) } else { String::new() }) }).collect())),
        column("Reports", Cells::Integer((0..rows).map(|at| (6_100 / (at + 1)) as i64).collect())),
        column("Serious", Cells::Integer((0..rows).map(|at| (4_800 / (at + 1)) as i64).collect())),
        column("Share of reports", Cells::Percent((0..rows).map(|at| 100.0 / (at + 1) as f64).collect())),
        column("PRR", Cells::Number((0..rows).map(|at| 12.3456 / (at + 1) as f64).collect())),
        column("First received", Cells::Date((0..rows).map(|at| Date::constant(2011 + (at % 14) as i16, 3, 5)).collect())),
        column("Listed", Cells::Boolean((0..rows).map(|at| at % 3 == 0).collect())),
    ]);
    for (at, column) in reactions.columns.iter_mut().enumerate() {
        match at {
            3 => column.decimals = Some(1),
            4 => {
                column.decimals = Some(2);
                column.missing = vec![3, 7, 30];
            }
            _ => {}
        }
    }
    reactions.print_rows = Some(45);
    reactions.notes = vec![
        String::from(
            "PRR: proportional reporting ratio. A dash means that it could not be computed because fewer than three reports were available.",
        ),
        String::from("Listed: named in section 6 of the prescribing information."),
    ];

    let mut outcomes = table(
        "outcomes",
        "Outcomes by seriousness",
        vec![
            column(
                "Outcome",
                Cells::Text(
                    [
                        "Serious",
                        "Death",
                        "Hospitalisation",
                        "Life-threatening",
                        "Subtotal",
                        "Not serious",
                        "Recovered",
                        "Unknown",
                        "Subtotal",
                        "All reports",
                    ]
                    .map(str::to_owned)
                    .to_vec(),
                ),
            ),
            column(
                "Reports",
                Cells::Integer(vec![0, 9, 31, 8, 48, 0, 10, 3, 13, 61]),
            ),
            Column {
                unit: Some(String::from("%")),
                decimals: Some(1),
                ..column(
                    "Share",
                    Cells::Number(vec![
                        0.0, 14.754, 50.8, 13.1, 78.7, 0.0, 16.4, 4.9, 21.3, 100.0,
                    ]),
                )
            },
        ],
    );
    let mark = |row, role, indent| RowMark { row, role, indent };
    outcomes.marks = vec![
        mark(0, RowRole::GroupHeader, 0),
        mark(1, RowRole::Body, 1),
        mark(2, RowRole::Body, 1),
        mark(3, RowRole::Body, 1),
        mark(4, RowRole::Subtotal, 0),
        mark(5, RowRole::GroupHeader, 0),
        mark(6, RowRole::Body, 1),
        mark(7, RowRole::Body, 1),
        mark(8, RowRole::Subtotal, 0),
        mark(9, RowRole::Total, 0),
    ];
    section(
        "reactions",
        vec![
            heading(1, "Reactions and outcomes"),
            paragraph(PROSE),
            Block::Table(outcomes),
            heading(2, "All reactions"),
            paragraph("Terms are those of the reporter, coded by the agency."),
            Block::Table(reactions),
        ],
    )
}

/// A table that is wider than a page.
pub(crate) fn wide(columns: usize) -> Table {
    let mut cells = vec![column(
        "Preferred term",
        Cells::Text((0..8).map(|at| event(at).to_owned()).collect()),
    )];
    for at in 1..columns {
        cells.push(column(
            &format!("Quarter {at}"),
            Cells::Integer((0..8).map(|row| (row * at * 137) as i64).collect()),
        ));
    }
    table(&format!("wide-{columns}"), "Reports by quarter", cells)
}

fn limitations() -> Section {
    let picture = Image {
        media_type: String::from("image/png"),
        data: PICTURE.to_vec(),
        caption: vec![Span::plain("A picture of eight by eight points")],
        alt: String::from("A check pattern"),
        width: 0.2,
    };
    let vector = Image {
        media_type: String::from("image/svg+xml"),
        data: b"<svg/>".to_vec(),
        caption: vec![Span::plain("A picture that is told in words")],
        ..picture.clone()
    };
    let mut blocks = vec![
        heading(1, "Limitations"),
        Block::Image(picture),
        Block::Image(vector),
    ];
    for tone in [Tone::Neutral, Tone::Info, Tone::Good, Tone::Danger] {
        blocks.push(Block::Callout(Callout {
            tone,
            title: Some(format!("{tone:?}")),
            body: vec![Paragraph {
                spans: vec![Span::plain(PROSE)],
                ..Paragraph::default()
            }],
            attributes: Vec::new(),
        }));
    }
    section("limitations", blocks)
}

/// A PNG of 8 × 8 points.
const PICTURE: &[u8] = include_bytes!("../../assets/sample.png");
