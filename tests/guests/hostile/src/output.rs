//! Guests that return what the contract forbids.

use crate::quire::report::types::{
    Align, Block, Cells, Failure, Heading, Image, Marker, Output, Paragraph, Span, Style, Table,
    TableColumn,
};

/// Return something forbidden, if `sin` is one of ours.
pub fn commit(sin: &str, size: usize) -> Option<Result<Output, Failure>> {
    let blocks = match sin {
        "string" => vec![paragraph("x".repeat(size))],
        "strings" => (0..size).map(|_| paragraph("x".repeat(60_000))).collect(),
        "blocks" => (0..size).map(|_| Block::PageBreak).collect(),
        "numbers" => vec![table("a", Cells::Number(vec![0.0; size]))],
        "rows" => vec![
            table("a", Cells::Boolean(vec![true; size])),
            other_table(Cells::Boolean(vec![true; size])),
        ],
        "nan" => vec![table("a", Cells::Number(vec![1.0, f64::NAN]))],
        "infinity" => vec![table("a", Cells::Percent(vec![f64::INFINITY]))],
        "ragged" => vec![ragged()],
        "control" => vec![paragraph("ring the \u{7} bell".to_owned())],
        "key" => vec![table("No Key", Cells::Boolean(vec![true]))],
        "heading" => vec![Block::Heading(Heading {
            level: 9,
            text: "too deep".to_owned(),
            anchor: None,
        })],
        "link" => vec![link("http://example.com")],
        "script" => vec![link("javascript:alert(1)")],
        "image" => vec![image(size)],
        "untitled" => vec![paragraph("no heading".to_owned())],
        "alias" => vec![table("a", Cells::Text(alias(size)))],
        "lie" => lie(size),
        "bad-text" => vec![paragraph(bad_text())],
        _ => return None,
    };
    Some(Ok(Output {
        blocks,
        facts: Vec::new(),
    }))
}

/// A section of one paragraph.
pub fn one_line(text: &str) -> Output {
    Output {
        blocks: vec![paragraph(text.to_owned())],
        facts: Vec::new(),
    }
}

pub fn paragraph(text: String) -> Block {
    Block::Paragraph(Paragraph {
        spans: vec![span(text)],
        marker: Marker::None,
        indent: 0,
    })
}

pub fn span(text: String) -> Span {
    Span {
        text,
        style: Style::empty(),
        href: None,
        footnote: None,
    }
}

pub fn column(key: &str, cells: Cells) -> TableColumn {
    TableColumn {
        key: key.to_owned(),
        title: key.to_owned(),
        unit: None,
        align: Align::Start,
        decimals: None,
        cells,
        missing: Vec::new(),
    }
}

pub fn table(key: &str, cells: Cells) -> Block {
    Block::Table(Table {
        id: "numbers".to_owned(),
        caption: vec![span("Numbers".to_owned())],
        columns: vec![column(key, cells)],
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    })
}

fn other_table(cells: Cells) -> Block {
    match table("a", cells) {
        Block::Table(table) => Block::Table(Table {
            id: "others".to_owned(),
            ..table
        }),
        block => block,
    }
}

fn ragged() -> Block {
    Block::Table(Table {
        id: "ragged".to_owned(),
        caption: Vec::new(),
        columns: vec![
            column("a", Cells::Integer(vec![1, 2, 3])),
            column("b", Cells::Integer(vec![1, 2])),
        ],
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    })
}

fn link(href: &str) -> Block {
    let mut span = span("click".to_owned());
    span.href = Some(href.to_owned());
    Block::Paragraph(Paragraph {
        spans: vec![span],
        marker: Marker::None,
        indent: 0,
    })
}

fn image(size: usize) -> Block {
    Block::Image(Image {
        media_type: "image/png".to_owned(),
        data: vec![0; size],
        caption: Vec::new(),
        alt: "nothing".to_owned(),
        width: 0.5,
    })
}

/// Many strings that share one buffer: little memory here, much on the host's side.
fn alias(size: usize) -> Vec<String> {
    let text = std::mem::ManuallyDrop::new("y".repeat(1 << 20));
    (0..size)
        // SAFETY: never dropped, since the instance ends first; that is the sin.
        .map(|_| unsafe {
            String::from_raw_parts(text.as_ptr().cast_mut(), text.len(), text.len())
        })
        .collect()
}

/// A list that claims more elements than there is memory.
fn lie(size: usize) -> Vec<Block> {
    let mut blocks = std::mem::ManuallyDrop::new(vec![Block::PageBreak]);
    // SAFETY: none; that is the sin.
    unsafe { Vec::from_raw_parts(blocks.as_mut_ptr(), size, size) }
}

fn bad_text() -> String {
    // SAFETY: none; that is the sin.
    unsafe { String::from_utf8_unchecked(vec![0xff, 0xfe, 0x80]) }
}
