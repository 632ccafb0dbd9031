//! Documents to look at, to measure and to test with: everything that can be drawn, a plain report,
//! a long table, and text that means harm.

use quire_model::{
    Align, Axis, Block, Callout, Cells, Chart, Column, Date, Digest, Document, Heading, Image,
    KeyFigure, Marker, ModuleRef, Paper, Paragraph, Positions, ReferenceLine, RowMark, RowRole,
    Scale, Section, Series, Span, Style, Table, Tone,
};

/// An empty document.
pub(crate) fn document(title: &str, paper: Paper, front_matter: bool) -> Document {
    let cover = [
        (
            "Drug code",
            "61958-0802 (LETAIRIS, ambrisentan tablet, film coated)",
        ),
        ("Data source", "openFDA drug/event, last updated 2025-06-20"),
        ("Reports analysed", "61 of 61"),
        ("Period", "2011-03-01 to 2025-06-30"),
        ("Prepared by", "Quire 0.1.0"),
    ];
    Document {
        id: String::from("9f3c2a7b1d4e5f60718293a4b5c6d7e8"),
        title: title.to_owned(),
        subtitle: String::from("LETAIRIS (ambrisentan) · NDC 61958-0802"),
        language: String::from("en"),
        as_of: Date::constant(2025, 6, 30),
        paper,
        front_matter,
        cover: cover
            .map(|(label, value)| (label.to_owned(), value.to_owned()))
            .to_vec(),
        notice: String::from(
            "Reports of adverse events are not proof that a drug caused them. This document is not \
             for clinical decisions; it does not replace the judgement of a qualified person.",
        ),
        producer: String::from("Quire 0.1.0"),
        sections: Vec::new(),
        attachments: Vec::new(),
    }
}

/// A section with some blocks.
pub(crate) fn section(name: &str, blocks: Vec<Block>) -> Section {
    let module = ModuleRef {
        name: name.to_owned(),
        version: String::from("0.1.0"),
        digest: Digest::of(name.as_bytes()),
    };
    Section {
        name: name.to_owned(),
        module,
        blocks,
        facts: Vec::new(),
    }
}

/// A heading with an anchor of the same words.
pub(crate) fn heading(level: u8, text: &str) -> Block {
    Block::Heading(Heading {
        level,
        text: text.to_owned(),
        anchor: Some(text.to_lowercase().replace(' ', "-")),
    })
}

/// A paragraph of plain text.
pub(crate) fn paragraph(text: &str) -> Block {
    Block::Paragraph(Paragraph {
        spans: vec![Span::plain(text)],
        ..Paragraph::default()
    })
}

/// A list item.
pub(crate) fn item(marker: Marker, indent: u8, text: &str) -> Block {
    Block::Paragraph(Paragraph {
        spans: vec![Span::plain(text)],
        marker,
        indent,
    })
}

/// A column.
pub(crate) fn column(title: &str, cells: Cells) -> Column {
    Column {
        key: title.to_lowercase().replace(' ', "-"),
        title: title.to_owned(),
        unit: None,
        align: Align::Start,
        decimals: None,
        cells,
        missing: Vec::new(),
    }
}

/// A table without notes.
pub(crate) fn table(id: &str, caption: &str, columns: Vec<Column>) -> Table {
    Table {
        id: id.to_owned(),
        caption: vec![Span::plain(caption)],
        columns,
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    }
}

/// A chart with named axes.
pub(crate) fn chart(kind: &str, caption: &str, positions: Positions, series: Vec<Series>) -> Chart {
    Chart {
        id: format!("chart-{kind}"),
        kind: kind.to_owned(),
        caption: vec![Span::plain(caption)],
        alt: caption.to_owned(),
        x: Axis {
            title: String::from("Year of receipt"),
            unit: None,
            scale: Scale::Linear,
        },
        y: Axis {
            title: String::from("Reports"),
            unit: Some(String::from("n")),
            scale: Scale::Linear,
        },
        positions,
        series,
        reference_lines: Vec::new(),
        attributes: Vec::new(),
    }
}

/// A series without intervals.
pub(crate) fn series(name: &str, values: &[f64]) -> Series {
    Series {
        name: name.to_owned(),
        values: values.to_vec(),
        interval: None,
        missing: Vec::new(),
    }
}

const EVENTS: [&str; 12] = [
    "Dyspnoea",
    "Oedema peripheral",
    "Pulmonary arterial hypertension",
    "Nasal congestion",
    "Haemoglobin decreased",
    "Drug-induced liver injury",
    "Fluid retention",
    "Hospitalisation",
    "Upper respiratory tract infection",
    "Headache",
    "Product dose omission issue",
    "Death",
];

fn event(at: usize) -> &'static str {
    EVENTS.get(at % EVENTS.len()).copied().unwrap_or("Event")
}

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

/// Prose of a length that reports have.
pub(crate) const PROSE: &str = "Between 2011-03-01 and 2025-06-30 the source holds 61 reports in which the \
    product is named as a suspect drug. Of these, 48 (78.7%) were serious and 9 (14.8%) had a fatal \
    outcome. The most frequent reactions were dyspnoea, peripheral oedema and pulmonary arterial \
    hypertension, which is the indication of the drug and therefore expected among its reports. No \
    conclusion about incidence can be drawn from spontaneous reports, since neither the number of \
    patients exposed nor the share of events that are reported is known.";

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

fn population() -> Section {
    let ages = [
        "0–17",
        "18–44",
        "45–64",
        "65–74",
        "75 and older",
        "Not reported",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut trend = chart(
        "line",
        "Reports by month of receipt; the last month is not complete",
        Positions::Dates(
            (0..60)
                .map(|at| Date::constant(2020 + at / 12, 1 + (at % 12) as i8, 1))
                .collect(),
        ),
        vec![
            series(
                "Serious",
                &(0..60)
                    .map(|at| 4.0 + 3.0 * f64::from(at % 7) / 2.0)
                    .collect::<Vec<_>>(),
            ),
            series(
                "Not serious",
                &(0..60)
                    .map(|at| 2.0 + f64::from(at % 5))
                    .collect::<Vec<_>>(),
            ),
            series(
                "Fatal",
                &(0..60).map(|at| f64::from(at % 3)).collect::<Vec<_>>(),
            ),
        ],
    );
    if let Some(first) = trend.series.first_mut() {
        first.missing = vec![20, 21];
    }
    let bars = chart(
        "bar",
        "Reports by age of the patient",
        Positions::Categories(ages.clone()),
        vec![series("Reports", &[1.0, 6.0, 17.0, 12.0, 8.0, 17.0])],
    );
    let stacked = chart(
        "stacked-bar",
        "Reports by age and seriousness",
        Positions::Categories(ages.clone()),
        vec![
            series("Not serious", &[0.0, 2.0, 4.0, 3.0, 1.0, 3.0]),
            series("Serious, not fatal", &[1.0, 3.0, 10.0, 7.0, 5.0, 13.0]),
            series("Fatal", &[0.0, 1.0, 3.0, 2.0, 2.0, 1.0]),
        ],
    );
    let change = chart(
        "bar",
        "Change against the year before",
        Positions::Numbers((2015..2025).map(f64::from).collect()),
        vec![
            series(
                "All",
                &[3.0, -2.0, 4.5, -1.5, 0.0, 6.0, -4.0, 2.0, 1.0, -0.5],
            ),
            series(
                "Serious",
                &[1.0, -1.0, 2.5, -0.5, 1.0, 3.0, -2.0, 1.0, 0.5, -1.5],
            ),
        ],
    );
    let area = chart(
        "area",
        "Cumulative reports",
        Positions::Numbers((2011..2026).map(f64::from).collect()),
        vec![series(
            "All reports",
            &(0..15)
                .map(|at| f64::from(at * at) / 3.0)
                .collect::<Vec<_>>(),
        )],
    );
    section(
        "population",
        vec![
            heading(1, "Patients and time"),
            Block::Chart(bars),
            Block::Chart(stacked),
            Block::Chart(trend),
            Block::Chart(area),
            Block::Chart(change),
            Block::Chart(chart(
                "line",
                "A single point",
                Positions::Numbers(vec![5.0]),
                vec![series("One", &[3.0])],
            )),
            Block::Chart(chart(
                "bar",
                "Nothing at all",
                Positions::Categories(Vec::new()),
                Vec::new(),
            )),
            Block::Chart(chart(
                "radar",
                "A kind that is not known is shown as a table",
                Positions::Categories(ages),
                vec![series("Reports", &[1.0, 6.0, 17.0, 12.0, 8.0, 17.0])],
            )),
        ],
    )
}

fn signals() -> Section {
    let values: Vec<f64> = (0..12).map(|at| 0.6 * 1.3_f64.powi(at)).collect();
    let interval = Some((
        values.iter().map(|value| value * 0.6).collect(),
        values.iter().map(|value| value * 1.7).collect(),
    ));
    let names: Vec<String> = (0..12).map(|at| event(at).to_owned()).collect();
    let mut forest = chart(
        "forest",
        "Reporting odds ratios with 95% intervals",
        Positions::Categories(names.clone()),
        vec![Series {
            name: String::from("ROR"),
            values: values.clone(),
            interval,
            missing: vec![4],
        }],
    );
    forest.y = Axis {
        title: String::from("Reporting odds ratio"),
        unit: None,
        scale: Scale::Log,
    };
    forest.reference_lines = vec![ReferenceLine {
        at: 1.0,
        on_x: true,
        label: Some(String::from("no association")),
    }];
    let mut horizontal = chart(
        "horizontal-bar",
        "Most frequent reactions",
        Positions::Categories(names),
        vec![series(
            "Reports",
            &(0..12).map(|at| f64::from(60 - 4 * at)).collect::<Vec<_>>(),
        )],
    );
    horizontal.id = String::from("frequent");
    let mut scatter = chart(
        "scatter",
        "Reports against ratio",
        Positions::Numbers((1..40).map(|at| f64::from(at * at)).collect()),
        vec![
            series(
                "Listed",
                &(1..40)
                    .map(|at| 0.2 * f64::from(at % 13 + 1))
                    .collect::<Vec<_>>(),
            ),
            series(
                "Unlisted",
                &(1..40)
                    .map(|at| 0.3 * f64::from(at % 7 + 1))
                    .collect::<Vec<_>>(),
            ),
        ],
    );
    scatter.x = Axis {
        title: String::from("Reports"),
        unit: None,
        scale: Scale::Log,
    };
    scatter.y = Axis {
        title: String::from("PRR"),
        unit: None,
        scale: Scale::Log,
    };
    scatter.reference_lines = vec![
        ReferenceLine {
            at: 2.0,
            on_x: false,
            label: Some(String::from("PRR 2")),
        },
        ReferenceLine {
            at: 30.0,
            on_x: true,
            label: Some(String::from("3 reports")),
        },
    ];
    section(
        "signals",
        vec![
            heading(1, "Signals"),
            paragraph(PROSE),
            Block::Chart(forest),
            Block::Chart(horizontal),
            Block::Chart(scatter),
            heading(2, "A table of many columns"),
            Block::Table(wide(14)),
            Block::Table(wide(40)),
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
const PICTURE: &[u8] = include_bytes!("../assets/sample.png");

/// Text that tries to break out: a section full of it.
pub(crate) fn hostile() -> Document {
    let words = [
        "a".repeat(10_000),
        String::from("\u{202e}right to left \u{200f}\u{2066}override"),
        String::from("\u{0}\u{1}\u{7f}\u{85}control"),
        String::from("العربية עברית עם English 123 ערבוב"),
        String::from("👩‍🔬🏳️‍🌈😀 漢字かな 한국어 ไทย देवनागरी"),
        format!("z{}", "\u{301}\u{489}".repeat(600)),
        String::from("<b>markup</b> %s {0} \\( \\) () \r\n\t$&"),
        String::from("tag\u{e0041}\u{fffe}\u{10ffff}\u{feff}"),
        "W".repeat(300) + " " + &"-".repeat(400),
    ];
    let all = words.join(" ");
    let mut document = document(
        &all.chars().skip(9_990).collect::<String>(),
        Paper::A4,
        true,
    );
    document.cover.push((words.concat(), all.clone()));
    document.notice.clone_from(&all);
    let style = Style {
        bold: true,
        code: true,
        underline: true,
        ..Style::default()
    };
    let span = Span {
        text: all.clone(),
        style,
        href: Some(String::from("https://example.org/\u{0}()")),
        footnote: Some(all.repeat(3)),
    };
    let mut hostile = table(
        "t",
        &all,
        vec![
            column(&all, Cells::Text(words.to_vec())),
            column(
                "N",
                Cells::Number(vec![
                    f64::NAN,
                    f64::INFINITY,
                    1e300,
                    -1e-300,
                    0.0,
                    -0.0,
                    1e15,
                    5e-324,
                    f64::MAX,
                ]),
            ),
            column(&words.concat(), Cells::Text(words.to_vec())),
        ],
    );
    hostile.marks = vec![
        RowMark {
            row: 3,
            role: RowRole::GroupHeader,
            indent: 4,
        },
        RowMark {
            row: 99,
            role: RowRole::Total,
            indent: 200,
        },
    ];
    hostile.notes = vec![all.clone()];
    let mut blocks = vec![
        heading(1, &all),
        Block::Paragraph(Paragraph {
            spans: vec![span.clone(), span],
            marker: Marker::Ordered,
            indent: 200,
        }),
        Block::Table(hostile),
    ];
    for kind in [
        "bar",
        "stacked-bar",
        "horizontal-bar",
        "line",
        "area",
        "scatter",
        "forest",
        "?",
    ] {
        let mut chart = chart(
            kind,
            &all,
            Positions::Categories(words.to_vec()),
            vec![
                series(
                    &all,
                    &[1.0, -2.0, f64::NAN, f64::INFINITY, 1e300, -1e300, 0.0],
                ),
                series("b", &[]),
            ],
        );
        chart.y.title.clone_from(&all);
        chart.x.title.clone_from(&all);
        chart.y.scale = Scale::Log;
        chart.reference_lines = vec![
            ReferenceLine {
                at: f64::NAN,
                on_x: true,
                label: Some(all.clone()),
            },
            ReferenceLine {
                at: 3.0,
                on_x: false,
                label: Some(all.clone()),
            },
        ];
        blocks.push(Block::Chart(chart));
    }
    blocks.push(Block::KeyFigures(
        (0..7)
            .map(|at| KeyFigure {
                label: all.clone(),
                value: words.get(at).cloned().unwrap_or_default(),
                unit: Some(all.clone()),
                detail: None,
                tone: Tone::Danger,
            })
            .map(|figure| KeyFigure {
                label: figure.label.chars().take(200).collect(),
                value: figure.value.chars().take(60).collect(),
                unit: figure.unit.map(|unit| unit.chars().take(30).collect()),
                ..figure
            })
            .collect(),
    ));
    blocks.push(Block::KeyFigures(Vec::new()));
    blocks.push(Block::Callout(Callout {
        tone: Tone::Info,
        title: Some(all.clone()),
        body: vec![Paragraph {
            spans: vec![Span::plain(all)],
            ..Paragraph::default()
        }],
        attributes: Vec::new(),
    }));
    document.sections = vec![
        section("empty", Vec::new()),
        section("hostile", blocks),
        section("last", Vec::new()),
    ];
    document
}
