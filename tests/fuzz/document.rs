//! Documents and blocks by chance: some break every rule of the contract, most only some.

use quire_model::{
    Align, Attachment, Attribute, Axis, Block, Callout, Cells, Chart, Column, Date, Digest,
    Document, Extension, Heading, Image, KeyFigure, Marker, ModuleRef, Paper, Paragraph, Positions,
    ReferenceLine, RowMark, RowRole, Scale, Section, Series, Span, Style, Table, Tone,
};

use crate::dice::Dice;

const PAPERS: [Paper; 4] = [
    Paper::Letter,
    Paper::LetterLandscape,
    Paper::A4,
    Paper::A4Landscape,
];
const TONES: [Tone; 5] = [
    Tone::Neutral,
    Tone::Info,
    Tone::Good,
    Tone::Caution,
    Tone::Danger,
];
const KINDS: [&str; 8] = [
    "bar",
    "stacked-bar",
    "horizontal-bar",
    "line",
    "area",
    "scatter",
    "forest",
    "pie",
];
/// A PNG of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\
    \xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// A document of these sections.
pub(crate) fn document(dice: &mut Dice, sections: Vec<Section>) -> Document {
    Document {
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        title: clean(&dice.text()),
        subtitle: clean(&dice.text()),
        language: "en".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        paper: dice.pick(&PAPERS),
        front_matter: dice.once_in(2),
        cover: (0..dice.below(4))
            .map(|_| (clean(&dice.text()), clean(&dice.text())))
            .collect(),
        notice: clean(&dice.text()),
        producer: "fuzz".to_owned(),
        sections,
        attachments: match dice.once_in(3) {
            true => vec![Attachment {
                name: "a.json".to_owned(),
                media_type: "application/json".to_owned(),
                description: "by chance".to_owned(),
                bytes: dice.text().into_bytes(),
            }],
            false => Vec::new(),
        },
    }
}

/// A section of blocks that passed the check.
pub(crate) fn section(name: &str, blocks: Vec<Block>) -> Section {
    let module = ModuleRef {
        name: name.to_owned(),
        version: "1".to_owned(),
        digest: Digest::of(b"fuzz"),
    };
    Section {
        name: name.to_owned(),
        module,
        blocks,
        facts: Vec::new(),
    }
}

/// What the host writes itself has no control characters.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Blocks. `wild` ones break rules often, others seldom.
pub(crate) fn blocks(dice: &mut Dice, wild: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(Heading {
        level: 1,
        text: "Section".to_owned(),
        anchor: None,
    })];
    let most = if dice.once_in(10) { 60 } else { 8 };
    for number in 0..dice.below(most) {
        blocks.push(block(dice, number, wild));
    }
    blocks
}

fn block(dice: &mut Dice, number: usize, wild: bool) -> Block {
    match dice.below(10) {
        0 => Block::Heading(Heading {
            level: if wild {
                dice.next() as u8
            } else {
                2 + dice.below(3) as u8
            },
            text: text(dice, wild),
            anchor: dice.once_in(2).then(|| format!("anchor-{number}")),
        }),
        1 | 2 => Block::Paragraph(paragraph(dice, wild)),
        3 | 4 => Block::Table(table(dice, number, wild)),
        5 | 6 => Block::Chart(chart(dice, number, wild)),
        7 => match dice.below(3) {
            0 => Block::PageBreak,
            1 => Block::Extension(Extension {
                kind: "later".to_owned(),
                data: if wild { dice.text() } else { "{}".to_owned() },
                fallback: vec![paragraph(dice, wild)],
            }),
            _ => Block::Image(Image {
                media_type: "image/png".to_owned(),
                data: if wild {
                    dice.mutated(PNG)
                } else {
                    PNG.to_vec()
                },
                caption: spans(dice, wild),
                alt: text(dice, wild),
                width: if wild { dice.number() as f32 } else { 0.5 },
            }),
        },
        8 => Block::KeyFigures(
            (0..1 + dice.below(6))
                .map(|_| key_figure(dice, wild))
                .collect(),
        ),
        _ => Block::Callout(Callout {
            tone: dice.pick(&TONES),
            title: dice.once_in(2).then(|| text(dice, wild)),
            body: (0..1 + dice.below(3))
                .map(|_| paragraph(dice, wild))
                .collect(),
            attributes: Vec::new(),
        }),
    }
}

/// Text that may stand in a document, or any.
fn text(dice: &mut Dice, wild: bool) -> String {
    let text = dice.text();
    let text = match wild {
        true => text,
        false => clean(&text),
    };
    match text.trim().is_empty() && !wild {
        true => "x".to_owned(),
        false => text,
    }
}

fn spans(dice: &mut Dice, wild: bool) -> Vec<Span> {
    let span = |dice: &mut Dice| Span {
        text: text(dice, wild),
        style: Style {
            bold: dice.once_in(4),
            italic: dice.once_in(4),
            underline: dice.once_in(6),
            code: dice.once_in(6),
            superscript: dice.once_in(9),
            subscript: false,
        },
        href: dice.once_in(8).then(|| match wild {
            true => dice.text(),
            false => format!("https://example.org/{}", dice.below(100)),
        }),
        footnote: dice.once_in(10).then(|| text(dice, wild)),
    };
    (0..1 + dice.below(4)).map(|_| span(dice)).collect()
}

fn paragraph(dice: &mut Dice, wild: bool) -> Paragraph {
    Paragraph {
        spans: spans(dice, wild),
        marker: dice.pick(&[Marker::None, Marker::None, Marker::Bullet, Marker::Ordered]),
        indent: if wild {
            dice.next() as u8
        } else {
            dice.below(5) as u8
        },
    }
}

fn key_figure(dice: &mut Dice, wild: bool) -> KeyFigure {
    KeyFigure {
        label: text(dice, wild),
        value: text(dice, wild),
        unit: dice.once_in(3).then(|| text(dice, wild)),
        detail: dice.once_in(3).then(|| text(dice, wild)),
        tone: dice.pick(&TONES),
    }
}

fn cells(dice: &mut Dice, rows: usize, wild: bool) -> Cells {
    let number = |dice: &mut Dice| match wild {
        true => dice.number(),
        false => Some(dice.number())
            .filter(|number| number.is_finite())
            .unwrap_or_default(),
    };
    match dice.below(6) {
        0 | 1 => Cells::Text((0..rows).map(|_| text(dice, wild)).collect()),
        2 => Cells::Integer((0..rows).map(|_| dice.integer()).collect()),
        3 => Cells::Number((0..rows).map(|_| number(dice)).collect()),
        4 => Cells::Percent((0..rows).map(|_| number(dice)).collect()),
        _ => match dice.once_in(2) {
            true => Cells::Boolean((0..rows).map(|_| dice.once_in(2)).collect()),
            false => Cells::Date((0..rows).map(|_| date(dice)).collect()),
        },
    }
}

fn date(dice: &mut Dice) -> Date {
    Date::constant(
        1900 + dice.below(200) as i16,
        1 + dice.below(12) as i8,
        1 + dice.below(28) as i8,
    )
}

fn missing(dice: &mut Dice, rows: usize, wild: bool) -> Vec<u32> {
    let mut missing: Vec<u32> = (0..dice.below(3))
        .map(|_| dice.below(rows.max(1)) as u32)
        .collect();
    if !wild {
        missing.sort_unstable();
        missing.dedup();
        missing.retain(|row| (*row as usize) < rows);
    }
    missing
}

fn table(dice: &mut Dice, number: usize, wild: bool) -> Table {
    let rows = if dice.once_in(12) {
        dice.below(300)
    } else {
        dice.below(8)
    };
    let columns = if dice.once_in(12) {
        dice.below(40)
    } else {
        1 + dice.below(6)
    };
    let column = |at: usize, dice: &mut Dice| {
        let rows = if wild && dice.once_in(6) {
            dice.below(9)
        } else {
            rows
        };
        Column {
            key: format!("column-{at}"),
            title: text(dice, wild),
            unit: dice.once_in(5).then(|| text(dice, wild)),
            align: dice.pick(&[Align::Start, Align::Center, Align::End]),
            decimals: dice.once_in(3).then(|| {
                if wild {
                    dice.next() as u8
                } else {
                    dice.below(7) as u8
                }
            }),
            cells: cells(dice, rows, wild),
            missing: missing(dice, rows, wild),
        }
    };
    let columns: Vec<Column> = (0..columns).map(|at| column(at, dice)).collect();
    let roles = [
        RowRole::Body,
        RowRole::Subtotal,
        RowRole::Total,
        RowRole::GroupHeader,
    ];
    let marks = missing(dice, rows, wild).into_iter().map(|row| RowMark {
        row,
        role: dice.pick(&roles),
        indent: dice.below(5) as u8,
    });
    Table {
        id: format!("table-{number}"),
        marks: marks.collect(),
        caption: spans(dice, wild),
        columns,
        print_rows: dice.once_in(5).then(|| dice.below(rows + 2) as u32),
        notes: (0..dice.below(3)).map(|_| text(dice, wild)).collect(),
        attributes: Vec::<Attribute>::new(),
    }
}

fn chart(dice: &mut Dice, number: usize, wild: bool) -> Chart {
    let points = if dice.once_in(8) {
        dice.below(200)
    } else {
        1 + dice.below(8)
    };
    let value = |dice: &mut Dice| match wild {
        true => dice.number(),
        false => Some(dice.number().abs())
            .filter(|number| number.is_finite())
            .unwrap_or(1.0),
    };
    let mut at: Vec<f64> = (0..points).map(|_| value(dice)).collect();
    if !wild {
        at.sort_by(f64::total_cmp);
    }
    let positions = match dice.below(3) {
        0 => Positions::Categories((0..points).map(|_| text(dice, wild)).collect()),
        1 => Positions::Numbers(at),
        _ => {
            let mut dates: Vec<Date> = (0..points).map(|_| date(dice)).collect();
            dates.sort();
            Positions::Dates(dates)
        }
    };
    let series = |dice: &mut Dice| {
        let values: Vec<f64> = (0..points).map(|_| value(dice)).collect();
        let interval = dice.once_in(3).then(|| {
            let low = values.iter().map(|value| value * 0.5).collect();
            (low, values.iter().map(|value| value * 1.5).collect())
        });
        Series {
            name: text(dice, wild),
            values,
            interval,
            missing: missing(dice, points, wild),
        }
    };
    let axis = |dice: &mut Dice| Axis {
        title: text(dice, wild),
        unit: dice.once_in(4).then(|| text(dice, wild)),
        scale: if dice.once_in(4) {
            Scale::Log
        } else {
            Scale::Linear
        },
    };
    Chart {
        id: format!("chart-{number}"),
        kind: dice.pick(&KINDS).to_owned(),
        caption: spans(dice, wild),
        alt: text(dice, wild),
        x: axis(dice),
        y: axis(dice),
        positions,
        series: (0..1 + dice.below(4)).map(|_| series(dice)).collect(),
        reference_lines: (0..dice.below(3))
            .map(|_| ReferenceLine {
                at: value(dice),
                on_x: dice.once_in(2),
                label: dice.once_in(2).then(|| text(dice, wild)),
            })
            .collect(),
        attributes: Vec::new(),
    }
}
