//! Text that means harm.

use quire_model::{
    Block, Callout, Cells, Document, KeyFigure, Marker, Paper, Paragraph, Positions, ReferenceLine,
    RowMark, RowRole, Scale, Span, Style, Tone,
};

use super::{chart, column, document, heading, section, series, table};

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
