//! Documents to look at, to measure and to test with, and the words to make more of them.

#[path = "sample/charts.rs"]
mod charts;
#[path = "sample/everything.rs"]
mod everything;
#[path = "sample/hostile.rs"]
mod hostile;
#[path = "sample/stress.rs"]
mod stress;
#[path = "sample/tables.rs"]
mod tables;

pub(crate) use everything::{everything, wide};
pub(crate) use hostile::hostile;
pub(crate) use stress::stress;
pub(crate) use tables::{long, plain};

use quire_model::{
    Align, Axis, Block, Cells, Chart, Column, Date, Digest, Document, Heading, Marker, ModuleRef,
    Paper, Paragraph, Positions, Scale, Section, Series, Span, Table,
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

/// Prose of a length that reports have.
pub(crate) const PROSE: &str = "Between 2011-03-01 and 2025-06-30 the source holds 61 reports in which the \
    product is named as a suspect drug. Of these, 48 (78.7%) were serious and 9 (14.8%) had a fatal \
    outcome. The most frequent reactions were dyspnoea, peripheral oedema and pulmonary arterial \
    hypertension, which is the indication of the drug and therefore expected among its reports. No \
    conclusion about incidence can be drawn from spontaneous reports, since neither the number of \
    patients exposed nor the share of events that are reported is known.";
