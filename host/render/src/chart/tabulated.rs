//! The data of a chart as a table: for kinds that cannot be drawn, and for readers who want numbers.

use quire_model::{Align, Cells, Chart, Column, Positions, Table};

/// A table with a row for each position and a column for each series.
pub(crate) fn table(chart: &Chart) -> Table {
    let cells = match &chart.positions {
        Positions::Categories(names) => Cells::Text(names.clone()),
        Positions::Numbers(numbers) => Cells::Number(numbers.clone()),
        Positions::Dates(dates) => Cells::Date(dates.clone()),
    };
    let mut columns = vec![column(
        &chart.x.title,
        chart.x.unit.clone(),
        cells,
        Vec::new(),
    )];
    for series in &chart.series {
        let unit = chart.y.unit.clone();
        let missing = series.missing.clone();
        columns.push(column(
            &series.name,
            unit.clone(),
            Cells::Number(series.values.clone()),
            missing.clone(),
        ));
        if let Some((low, high)) = &series.interval {
            let ends = [("lower", low), ("upper", high)];
            columns.extend(ends.map(|(end, values)| {
                let title = format!("{}, {end}", series.name);
                column(
                    &title,
                    unit.clone(),
                    Cells::Number(values.clone()),
                    missing.clone(),
                )
            }));
        }
    }
    Table {
        id: chart.id.clone(),
        caption: chart.caption.clone(),
        columns,
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    }
}

fn column(title: &str, unit: Option<String>, cells: Cells, missing: Vec<u32>) -> Column {
    Column {
        key: String::new(),
        title: title.to_owned(),
        unit,
        align: Align::Start,
        decimals: None,
        cells,
        missing,
    }
}
