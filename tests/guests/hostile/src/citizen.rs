//! The well-behaved section: one block of every kind, every import used.

use crate::{
    output::{column, paragraph, span},
    quire::report::{
        background,
        cases::CaseSeries,
        log, provenance, totals,
        types::{
            Align, Attribute, Axis, Block, Callout, Cells, Chart, Extension, Fact, FactValue,
            Heading, KeyFigure, Marker, Output, Paragraph, Positions, ReferenceLine, RenderContext,
            RowMark, RowRole, Scale, Series, Table, Tone,
        },
    },
};

/// One block of every kind.
pub fn section(context: &RenderContext, data: &CaseSeries) -> Output {
    log::write(log::Level::Debug, "a well-behaved line");
    let blocks = vec![
        heading(&context.title),
        paragraph(format!("{} reports, {}", data.len(), world())),
        item(),
        table(),
        chart(),
        Block::KeyFigures(vec![figure(data.len())]),
        callout(),
        extension(),
        Block::PageBreak,
    ];
    Output {
        blocks,
        facts: vec![fact(data.len())],
    }
}

/// What the other interfaces say.
fn world() -> String {
    let origin = provenance::describe();
    let days = totals::received().map_or(0, |days| days.len());
    let counted = background::count(&["Nausea".to_owned(), "Death".to_owned()]);
    let source = background::describe().map(|source| (source.role, source.drug, source.total));
    let both = |found: Option<background::Totals>| found.map(|found| (found.both, found.all));
    let counted: Vec<_> = counted.into_iter().map(both).collect();
    format!(
        "ndc {}, {days} days, background {source:?} {:?} {counted:?} {:?}",
        origin.ndc,
        background::unavailable(),
        background::prior().map(|prior| prior.weight),
    )
}

fn heading(title: &str) -> Block {
    Block::Heading(Heading {
        level: 1,
        text: title.to_owned(),
        anchor: Some("top".to_owned()),
    })
}

fn item() -> Block {
    let mut link = span("above".to_owned());
    link.href = Some("#top".to_owned());
    link.footnote = Some("a footnote".to_owned());
    Block::Paragraph(Paragraph {
        spans: vec![link],
        marker: Marker::Bullet,
        indent: 1,
    })
}

fn table() -> Block {
    let mut share = column("share", Cells::Percent(vec![f64::NAN, 12.5]));
    share.missing = vec![0];
    share.align = Align::End;
    share.decimals = Some(1);
    Block::Table(Table {
        id: "counts".to_owned(),
        caption: vec![span("Counts".to_owned())],
        columns: vec![
            column(
                "reaction",
                Cells::Text(vec!["NAUSEA".to_owned(), "DEATH".to_owned()]),
            ),
            share,
            column("day", Cells::Date(vec![0, 20_000])),
        ],
        marks: vec![RowMark {
            row: 1,
            role: RowRole::Total,
            indent: 0,
        }],
        print_rows: Some(1),
        notes: vec!["a note".to_owned()],
        attributes: vec![Attribute {
            name: "x".to_owned(),
            value: "y".to_owned(),
        }],
    })
}

fn chart() -> Block {
    Block::Chart(Chart {
        id: "trend".to_owned(),
        kind: "line".to_owned(),
        caption: vec![span("Trend".to_owned())],
        alt: "rises".to_owned(),
        x: axis("Year"),
        y: axis("Reports"),
        positions: Positions::Categories(vec!["2023".to_owned(), "2024".to_owned()]),
        series: vec![Series {
            name: "reports".to_owned(),
            values: vec![1.0, 2.0],
            interval: Some((vec![0.5, 1.5], vec![1.5, 2.5])),
            missing: Vec::new(),
        }],
        reference_lines: vec![ReferenceLine {
            at: 1.0,
            on_x: false,
            label: None,
        }],
        attributes: Vec::new(),
    })
}

fn axis(title: &str) -> Axis {
    Axis {
        title: title.to_owned(),
        unit: None,
        scale: Scale::Linear,
    }
}

fn figure(reports: u32) -> KeyFigure {
    KeyFigure {
        label: "Reports".to_owned(),
        value: reports.to_string(),
        unit: None,
        detail: Some("of all".to_owned()),
        tone: Tone::Info,
    }
}

fn callout() -> Block {
    Block::Callout(Callout {
        tone: Tone::Caution,
        title: Some("Careful".to_owned()),
        body: vec![Paragraph {
            spans: vec![span("Reports are not rates.".to_owned())],
            marker: Marker::None,
            indent: 0,
        }],
        attributes: Vec::new(),
    })
}

fn extension() -> Block {
    Block::Extension(Extension {
        kind: "future".to_owned(),
        data: "{}".to_owned(),
        fallback: vec![Paragraph {
            spans: vec![span("not understood".to_owned())],
            marker: Marker::None,
            indent: 0,
        }],
    })
}

fn fact(reports: u32) -> Fact {
    Fact {
        key: "reports".to_owned(),
        value: FactValue::Integer(i64::from(reports)),
        unit: None,
        source: Some("counts".to_owned()),
        attributes: Vec::new(),
    }
}
