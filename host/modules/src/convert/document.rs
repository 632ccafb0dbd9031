//! What a guest returned, in our types. Only shapes change here; `quire-check` judges the content.
//!
//! This file is compiled twice: here, over the host's bindings, and in the SDK's tests over a guest's
//! (`plugins/sdk/src/testing/check/document.rs, a link`). Both are made from `wit/types.wit` and have the same names, but
//! are two types to Rust: `super::wit` says which.

use quire_check::Manifest;
use quire_model::{
    Align, Attribute, Axis, Block, Callout, Cells, Chart, Column, Date, Extension, Fact, FactValue,
    Heading, Image, KeyFigure, Marker, Paragraph, Positions, ReferenceLine, RowMark, RowRole,
    Scale, Series, Span, Style, Table, Tone, from_epoch_days,
};

use super::wit;

/// What a module says about itself.
pub(crate) fn manifest(manifest: wit::Manifest) -> Manifest {
    Manifest {
        title: manifest.title,
        summary: manifest.summary,
        version: manifest.version,
        locales: manifest.locales,
        params_schema: manifest.params_schema,
        attributes: attributes(manifest.attributes),
    }
}

/// One block.
///
/// # Errors
///
/// If a date lies outside the calendar.
pub(crate) fn block(block: wit::Block) -> Result<Block, String> {
    Ok(match block {
        wit::Block::Heading(heading) => Block::Heading(Heading {
            level: heading.level,
            text: heading.text,
            anchor: heading.anchor,
        }),
        wit::Block::Paragraph(content) => Block::Paragraph(paragraph(content)),
        wit::Block::Table(content) => Block::Table(table(content)?),
        wit::Block::Chart(content) => Block::Chart(chart(content)?),
        wit::Block::Image(content) => Block::Image(image(content)),
        wit::Block::KeyFigures(figures) => {
            Block::KeyFigures(figures.into_iter().map(key_figure).collect())
        }
        wit::Block::Callout(content) => Block::Callout(callout(content)),
        wit::Block::PageBreak => Block::PageBreak,
        wit::Block::Extension(content) => Block::Extension(Extension {
            kind: content.kind,
            data: content.data,
            fallback: content.fallback.into_iter().map(paragraph).collect(),
        }),
    })
}

/// Runs of text.
fn spans(spans: Vec<wit::Span>) -> Vec<Span> {
    spans.into_iter().map(span).collect()
}

fn span(span: wit::Span) -> Span {
    let has = |style| span.style.contains(style);
    Span {
        style: Style {
            bold: has(wit::Style::BOLD),
            italic: has(wit::Style::ITALIC),
            underline: has(wit::Style::UNDERLINE),
            code: has(wit::Style::CODE),
            superscript: has(wit::Style::SUPERSCRIPT),
            subscript: has(wit::Style::SUBSCRIPT),
        },
        text: span.text,
        href: span.href,
        footnote: span.footnote,
    }
}

fn paragraph(paragraph: wit::Paragraph) -> Paragraph {
    Paragraph {
        spans: spans(paragraph.spans),
        marker: match paragraph.marker {
            wit::Marker::None => Marker::None,
            wit::Marker::Bullet => Marker::Bullet,
            wit::Marker::Ordered => Marker::Ordered,
        },
        indent: paragraph.indent,
    }
}

fn image(image: wit::Image) -> Image {
    Image {
        media_type: image.media_type,
        data: image.data,
        caption: spans(image.caption),
        alt: image.alt,
        width: image.width,
    }
}

fn key_figure(figure: wit::KeyFigure) -> KeyFigure {
    KeyFigure {
        label: figure.label,
        value: figure.value,
        unit: figure.unit,
        detail: figure.detail,
        tone: tone(figure.tone),
    }
}

fn callout(callout: wit::Callout) -> Callout {
    Callout {
        tone: tone(callout.tone),
        title: callout.title,
        body: callout.body.into_iter().map(paragraph).collect(),
        attributes: attributes(callout.attributes),
    }
}

fn tone(tone: wit::Tone) -> Tone {
    match tone {
        wit::Tone::Neutral => Tone::Neutral,
        wit::Tone::Info => Tone::Info,
        wit::Tone::Good => Tone::Good,
        wit::Tone::Caution => Tone::Caution,
        wit::Tone::Danger => Tone::Danger,
    }
}

/// One table.
///
/// # Errors
///
/// If a date lies outside the calendar.
fn table(table: wit::Table) -> Result<Table, String> {
    Ok(Table {
        columns: table
            .columns
            .into_iter()
            .map(column)
            .collect::<Result<_, _>>()
            .map_err(|rule| format!("table `{}`: {rule}", table.id))?,
        id: table.id,
        caption: spans(table.caption),
        marks: table.marks.into_iter().map(mark).collect(),
        print_rows: table.print_rows,
        notes: table.notes,
        attributes: attributes(table.attributes),
    })
}

fn column(column: wit::TableColumn) -> Result<Column, String> {
    let cells = match column.cells {
        wit::Cells::Text(cells) => Cells::Text(cells),
        wit::Cells::Integer(cells) => Cells::Integer(cells),
        wit::Cells::Number(cells) => Cells::Number(cells),
        wit::Cells::Percent(cells) => Cells::Percent(cells),
        wit::Cells::Date(days) => Cells::Date(
            dates(days, &column.missing)
                .map_err(|rule| format!("column `{}`: {rule}", column.key))?,
        ),
        wit::Cells::Boolean(cells) => Cells::Boolean(cells),
    };
    Ok(Column {
        key: column.key,
        title: column.title,
        unit: column.unit,
        align: match column.align {
            wit::Align::Start => Align::Start,
            wit::Align::Center => Align::Center,
            wit::Align::End => Align::End,
        },
        decimals: column.decimals,
        cells,
        missing: column.missing,
    })
}

/// Calendar days; those that are missing are not read, and become 1970-01-01.
fn dates(mut days: Vec<i32>, missing: &[u32]) -> Result<Vec<Date>, String> {
    for row in missing {
        let row = usize::try_from(*row).unwrap_or(usize::MAX);
        if let Some(day) = days.get_mut(row) {
            *day = 0;
        }
    }
    days.into_iter().map(from_epoch_days).collect()
}

fn mark(mark: wit::RowMark) -> RowMark {
    RowMark {
        row: mark.row,
        role: match mark.role {
            wit::RowRole::Body => RowRole::Body,
            wit::RowRole::Subtotal => RowRole::Subtotal,
            wit::RowRole::Total => RowRole::Total,
            wit::RowRole::GroupHeader => RowRole::GroupHeader,
        },
        indent: mark.indent,
    }
}

/// One chart.
///
/// # Errors
///
/// If a date lies outside the calendar.
fn chart(chart: wit::Chart) -> Result<Chart, String> {
    Ok(Chart {
        positions: positions(chart.positions)
            .map_err(|rule| format!("chart `{}`: {rule}", chart.id))?,
        id: chart.id,
        kind: chart.kind,
        caption: spans(chart.caption),
        alt: chart.alt,
        x: axis(chart.x),
        y: axis(chart.y),
        series: chart.series.into_iter().map(series).collect(),
        reference_lines: chart.reference_lines.into_iter().map(line).collect(),
        attributes: attributes(chart.attributes),
    })
}

fn positions(positions: wit::Positions) -> Result<Positions, String> {
    Ok(match positions {
        wit::Positions::Categories(names) => Positions::Categories(names),
        wit::Positions::Numbers(numbers) => Positions::Numbers(numbers),
        wit::Positions::Dates(days) => Positions::Dates(
            days.into_iter()
                .map(from_epoch_days)
                .collect::<Result<_, _>>()?,
        ),
    })
}

fn axis(axis: wit::Axis) -> Axis {
    Axis {
        title: axis.title,
        unit: axis.unit,
        scale: match axis.scale {
            wit::Scale::Linear => Scale::Linear,
            wit::Scale::Log => Scale::Log,
        },
    }
}

fn series(series: wit::Series) -> Series {
    Series {
        name: series.name,
        values: series.values,
        interval: series.interval,
        missing: series.missing,
    }
}

fn line(line: wit::ReferenceLine) -> ReferenceLine {
    ReferenceLine {
        at: line.at,
        on_x: line.on_x,
        label: line.label,
    }
}

/// One fact.
///
/// # Errors
///
/// If a date lies outside the calendar.
pub(crate) fn fact(fact: wit::Fact) -> Result<Fact, String> {
    let value = match fact.value {
        wit::FactValue::Integer(value) => FactValue::Integer(value),
        wit::FactValue::Number(value) => FactValue::Number(value),
        wit::FactValue::Percent(value) => FactValue::Percent(value),
        wit::FactValue::Date(days) => FactValue::Date(from_epoch_days(days)?),
        wit::FactValue::Text(value) => FactValue::Text(value),
    };
    Ok(Fact {
        key: fact.key,
        value,
        unit: fact.unit,
        source: fact.source,
        attributes: attributes(fact.attributes),
    })
}

fn attributes(attributes: Vec<wit::Attribute>) -> Vec<Attribute> {
    attributes
        .into_iter()
        .map(|attribute| Attribute {
            name: attribute.name,
            value: attribute.value,
        })
        .collect()
}
