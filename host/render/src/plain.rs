//! A section as text for a terminal: what its author reads while it is being written. No form of a report.

use std::fmt::Write as _;

use quire_model::{Align, Block, Callout, Chart, KeyFigure, Marker, Paragraph, Span, Table};

use crate::printed::Printed;

/// Rows of a table that are shown where it does not say how many are printed.
const ROWS: usize = 40;
/// The widest that a column of words gets, in characters.
const WIDTH: usize = 60;

/// Blocks as text, in order, a blank line between them.
#[must_use]
pub fn plain(blocks: &[Block]) -> String {
    let texts: Vec<String> = blocks.iter().map(block).collect();
    texts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(heading) => {
            format!(
                "{} {}\n",
                "#".repeat(usize::from(heading.level)),
                heading.text
            )
        }
        Block::Paragraph(text) => format!("{}\n", paragraph(text)),
        Block::Table(of) => table(of),
        Block::Chart(of) => chart(of),
        Block::Image(image) => format!(
            "[image {}, {} bytes: {}]\n",
            image.media_type,
            image.data.len(),
            image.alt
        ),
        Block::KeyFigures(figures) => figures.iter().map(figure).collect(),
        Block::Callout(of) => callout(of),
        Block::PageBreak => "[page break]\n".to_owned(),
        Block::Extension(extension) => {
            let fallback: String = extension.fallback.iter().map(line).collect();
            format!("[{}]\n{fallback}", extension.kind)
        }
    }
}

fn spans(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

fn paragraph(paragraph: &Paragraph) -> String {
    let marker = match paragraph.marker {
        Marker::None => "",
        Marker::Bullet => "- ",
        Marker::Ordered => "# ",
    };
    let indent = "  ".repeat(usize::from(paragraph.indent));
    format!("{indent}{marker}{}", spans(&paragraph.spans))
}

fn line(of: &Paragraph) -> String {
    format!("  {}\n", paragraph(of))
}

fn figure(figure: &KeyFigure) -> String {
    let unit = figure.unit.as_deref().unwrap_or_default();
    let detail = figure.detail.as_deref().unwrap_or_default();
    format!("{}: {} {unit} ({detail})\n", figure.label, figure.value)
        .replace("  (", " (")
        .replace(" ()", "")
}

fn callout(callout: &Callout) -> String {
    let title = callout.title.as_deref().unwrap_or_default();
    let body: String = callout.body.iter().map(line).collect();
    format!("[{:?}] {title}\n{body}", callout.tone)
}

fn table(table: &Table) -> String {
    let columns: Vec<Printed<'_>> = table.columns.iter().map(Printed::new).collect();
    let all = table.rows();
    let printed = table.print_rows.map_or(ROWS, |rows| rows as usize);
    let shown = all.min(printed).min(ROWS);
    let cell = |column: &Printed<'_>, row: usize| {
        let mut buffer = String::new();
        let text = column.text(row, &mut buffer).replace('\n', " ");
        cut(&text)
    };
    let mut rows: Vec<Vec<String>> = vec![columns.iter().map(|at| cut(&at.title())).collect()];
    rows.extend((0..shown).map(|row| columns.iter().map(|at| cell(at, row)).collect()));
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            rows.iter()
                .filter_map(|row| row.get(at))
                .map(|text| text.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = format!("Table {}: {}\n", table.id, spans(&table.caption));
    for row in &rows {
        let cells = row.iter().zip(&widths).zip(&columns);
        let cells = cells.map(|((cell, width), column)| match column.align() {
            Align::End => format!("{cell:>width$}"),
            Align::Center => format!("{cell:^width$}"),
            Align::Start => format!("{cell:<width$}"),
        });
        let line = cells.collect::<Vec<_>>().join(" | ");
        let _ = writeln!(text, "  {}", line.trim_end());
    }
    if all > shown {
        let _ = writeln!(text, "  … and {} rows more", all - shown);
    }
    for note in &table.notes {
        let _ = writeln!(text, "  Note: {note}");
    }
    text
}

/// A text that fits its column.
fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    let kept: String = text.chars().take(WIDTH - 1).collect();
    format!("{kept}…")
}

fn chart(chart: &Chart) -> String {
    let series: Vec<String> = chart
        .series
        .iter()
        .map(|series| format!("{} ({} points)", series.name, series.values.len()))
        .collect();
    format!(
        "Chart {} ({}): {}\n  series: {}\n  in words: {}\n",
        chart.id,
        chart.kind,
        spans(&chart.caption),
        series.join(", "),
        chart.alt
    )
}

#[cfg(test)]
mod tests {
    use quire_model::{Cells, Column, Heading};

    use super::*;

    fn column(title: &str, align: Align, cells: Cells) -> Column {
        Column {
            key: title.to_lowercase(),
            title: title.to_owned(),
            unit: None,
            align,
            decimals: None,
            cells,
            missing: Vec::new(),
        }
    }

    #[test]
    fn a_table_stands_in_columns_and_is_cut_where_it_is_printed_no_further() {
        let term = column(
            "Term",
            Align::Start,
            Cells::Text(vec!["Nausea".to_owned(), "Rash".to_owned()]),
        );
        let reports = column("Reports", Align::End, Cells::Integer(vec![1_234, 5]));
        let table = Table {
            id: "top".to_owned(),
            caption: vec![Span::plain("Reactions")],
            columns: vec![term, reports],
            marks: Vec::new(),
            print_rows: Some(1),
            notes: vec!["of 61".to_owned()],
            attributes: Vec::new(),
        };
        let heading = Heading {
            level: 1,
            text: "Reactions".to_owned(),
            anchor: None,
        };

        let text = plain(&[Block::Heading(heading), Block::Table(table)]);

        assert_eq!(
            text,
            "# Reactions\n\nTable top: Reactions\n  Term   | Reports\n  Nausea |   1,234\n  \
             … and 1 rows more\n  Note: of 61\n"
        );
    }
}
