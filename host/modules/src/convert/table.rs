//! Tables from the guest.

use quire_model::{Align, Cells, Column, Date, RowMark, RowRole, Table};

use super::{block::spans, date::from_days, origin::attributes_in};
use crate::bindings::types as wit;

/// One table.
///
/// # Errors
///
/// If a date lies outside the calendar.
pub(crate) fn table(table: wit::Table) -> Result<Table, String> {
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
        attributes: attributes_in(table.attributes),
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
    days.into_iter().map(from_days).collect()
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
