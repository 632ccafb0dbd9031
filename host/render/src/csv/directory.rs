//! Which table is in which file, and what the columns mean.

use quire_model::{Block, Cells, Document, Section};

use super::{
    CsvFile, Placed,
    content::{Rows, keys, unit, words},
    file_name,
};
use crate::{Numbering, RenderError};

/// `index.csv`: one row a table.
pub(super) fn index(
    document: &Document,
    numbering: &Numbering,
    tables: &[Placed<'_>],
) -> Result<CsvFile, RenderError> {
    let mut rows = Rows::new();
    rows.row([
        "file",
        "table",
        "label",
        "section",
        "section-title",
        "caption",
        "rows",
        "printed-rows",
        "notes",
        "document",
        "as-of",
    ])?;
    for placed in tables {
        let count = placed.table.rows();
        let printed = placed.table.print_rows;
        let printed = printed.map_or(count, |limit| count.min(limit as usize));
        let caption = numbering.text(placed.section_number, &placed.table.caption);
        let title = document.sections.get(placed.section_number).map(title);
        rows.row([
            file_name::of(placed),
            words(&placed.name()).into_owned(),
            placed.label.clone(),
            words(placed.section).into_owned(),
            words(title.unwrap_or_default()).into_owned(),
            words(&caption).into_owned(),
            count.to_string(),
            printed.to_string(),
            words(&placed.table.notes.join("\n")).into_owned(),
            document.id.clone(),
            document.as_of.to_string(),
        ])?;
    }
    let bytes = rows.finish()?;
    let name = "index.csv".to_owned();
    Ok(CsvFile { name, bytes })
}

fn title(section: &Section) -> &str {
    section
        .blocks
        .iter()
        .find_map(|block| match block {
            Block::Heading(heading) => Some(heading.text.as_str()),
            _ => None,
        })
        .unwrap_or_default()
}

/// `columns.csv`: one row a column of a table.
pub(super) fn columns(tables: &[Placed<'_>]) -> Result<CsvFile, RenderError> {
    let mut rows = Rows::new();
    rows.row([
        "file",
        "table",
        "column",
        "key",
        "title",
        "unit",
        "type",
        "printed-decimals",
    ])?;
    for placed in tables {
        let keys = keys(&placed.table).into_iter();
        for (at, (key, column)) in keys.zip(&placed.table.columns).enumerate() {
            rows.row([
                file_name::of(placed),
                words(&placed.name()).into_owned(),
                (at + 1).to_string(),
                key,
                words(&column.title).into_owned(),
                words(unit(column).unwrap_or_default()).into_owned(),
                type_of(&column.cells).to_owned(),
                column
                    .decimals
                    .map_or_else(String::new, |digits| digits.to_string()),
            ])?;
        }
    }
    let bytes = rows.finish()?;
    let name = "columns.csv".to_owned();
    Ok(CsvFile { name, bytes })
}

/// As the JSON form says it.
const fn type_of(cells: &Cells) -> &'static str {
    match cells {
        Cells::Text(_) => "text",
        Cells::Integer(_) => "integer",
        Cells::Number(_) => "number",
        Cells::Percent(_) => "percent",
        Cells::Date(_) => "date",
        Cells::Boolean(_) => "boolean",
    }
}
