//! A section as plain text: for a first look, and for tests that read like the page.

use crate::{
    Civil, number,
    wit::types::{Block, Cells, Marker, Output, Paragraph, Positions, Span, Table, TableColumn},
};

/// Blocks and facts as text, a line a paragraph or table row, cells separated by ` | `.
#[must_use]
pub fn plain_text(output: &Output) -> String {
    let mut lines = Vec::new();
    for block in &output.blocks {
        match block {
            Block::Heading(heading) => {
                lines.push(format!(
                    "{} {}",
                    "#".repeat(heading.level.into()),
                    heading.text
                ));
            }
            Block::Paragraph(paragraph) => lines.push(paragraph_text(paragraph)),
            Block::Callout(callout) => {
                let body: Vec<String> = callout.body.iter().map(paragraph_text).collect();
                lines.push(format!(
                    "! {}: {}",
                    callout.title.as_deref().unwrap_or("-"),
                    body.join(" ")
                ));
            }
            Block::KeyFigures(figures) => lines.extend(figures.iter().map(|figure| {
                let unit = figure
                    .unit
                    .as_ref()
                    .map_or(String::new(), |unit| format!(" {unit}"));
                format!(
                    "= {}: {}{unit} ({})",
                    figure.label,
                    figure.value,
                    figure.detail.as_deref().unwrap_or("-")
                )
            })),
            Block::Table(table) => table_text(table, &mut lines),
            Block::Chart(chart) => {
                let positions = match &chart.positions {
                    Positions::Categories(names) => names.len(),
                    Positions::Numbers(numbers) => numbers.len(),
                    Positions::Dates(days) => days.len(),
                };
                lines.push(format!(
                    "[{} {}: {}; {positions} positions]",
                    chart.kind,
                    chart.id,
                    span_text(&chart.caption)
                ));
                lines.push(format!("[{}]", chart.alt));
            }
            Block::Image(image) => lines.push(format!("[image: {}]", image.alt)),
            Block::PageBreak => lines.push("---".to_owned()),
            Block::Extension(extension) => {
                lines.extend(extension.fallback.iter().map(paragraph_text))
            }
        }
    }
    for fact in &output.facts {
        lines.push(format!(
            "fact {} = {:?} <{}>",
            fact.key,
            fact.value,
            fact.source.as_deref().unwrap_or("-")
        ));
    }
    lines.join("\n") + "\n"
}

fn table_text(table: &Table, lines: &mut Vec<String>) {
    lines.push(format!(
        "[table {}: {}]",
        table.id,
        span_text(&table.caption)
    ));
    let titles: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.title.as_str())
        .collect();
    lines.push(titles.join(" | "));
    let mut row = 0;
    while let Some(cells) = table
        .columns
        .iter()
        .map(|column| cell_text(column, row))
        .collect::<Option<Vec<_>>>()
        && !cells.is_empty()
    {
        lines.push(cells.join(" | "));
        row += 1;
    }
    lines.extend(table.notes.iter().map(|note| format!("note: {note}")));
}

/// The text of a cell; none beyond the last row.
fn cell_text(column: &TableColumn, row: u32) -> Option<String> {
    let index = row as usize;
    let text = match &column.cells {
        Cells::Text(cells) => cells.get(index)?.clone(),
        Cells::Integer(cells) => number::count(*cells.get(index)?),
        Cells::Number(cells) => number::decimal(*cells.get(index)?, column.decimals.unwrap_or(2)),
        Cells::Percent(cells) => number::percent(*cells.get(index)?),
        Cells::Date(cells) => Civil::from_days(*cells.get(index)?).to_string(),
        Cells::Boolean(cells) => cells.get(index)?.to_string(),
    };
    Some(if column.missing.contains(&row) {
        "–".to_owned()
    } else {
        text
    })
}

fn paragraph_text(paragraph: &Paragraph) -> String {
    let marker = match paragraph.marker {
        Marker::None => "",
        Marker::Bullet => "* ",
        Marker::Ordered => "1. ",
    };
    format!("{marker}{}", span_text(&paragraph.spans))
}

fn span_text(spans: &[Span]) -> String {
    let span = |span: &Span| {
        let href = span
            .href
            .as_ref()
            .map_or(String::new(), |href| format!("<{href}>"));
        let note = span
            .footnote
            .as_ref()
            .map_or(String::new(), |note| format!("[^{note}]"));
        format!("{}{href}{note}", span.text)
    };
    spans.iter().map(span).collect()
}
