//! Whether an answer keeps the contract's bounds, before a host says so.

use std::collections::BTreeSet;

use quire_contract::{
    bounds::{BLOCKS, FACTS, STRING_BYTES, TABLE_CELLS},
    is_key,
};

use crate::wit::types::{
    Block, Cells, Chart, FactValue, Output, Paragraph, Positions, Span, Table,
};

/// Every way in which the output breaks the contract, in words; empty if it does not.
#[must_use]
pub fn problems(output: &Output) -> Vec<String> {
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    if !matches!(output.blocks.first(), Some(Block::Heading(heading)) if heading.level == 1) {
        problems.push("the first block is not a heading of level 1".to_owned());
    }
    if output.blocks.len() > BLOCKS || output.facts.len() > FACTS {
        problems.push("too many blocks or facts".to_owned());
    }
    for block in &output.blocks {
        match block {
            Block::Paragraph(paragraph) => text(std::slice::from_ref(paragraph), &mut problems),
            Block::Callout(callout) => text(&callout.body, &mut problems),
            Block::Table(table) => {
                id(&table.id, &mut ids, &mut problems);
                check_table(table, &mut problems);
            }
            Block::Chart(chart) => {
                id(&chart.id, &mut ids, &mut problems);
                check_chart(chart, &mut problems);
            }
            _ => {}
        }
    }
    let mut keys = BTreeSet::new();
    for fact in &output.facts {
        if !keys.insert(&fact.key) {
            problems.push(format!("two facts have the key {}", fact.key));
        }
        if !is_key(&fact.key) {
            problems.push(format!("fact key {:?} is not a name", fact.key));
        }
        if let Some(source) = &fact.source
            && !ids.contains(source.as_str())
        {
            problems.push(format!(
                "fact {} names {source}, which is no table or chart",
                fact.key
            ));
        }
        if let FactValue::Number(value) | FactValue::Percent(value) = fact.value
            && !value.is_finite()
        {
            problems.push(format!("fact {} is not finite", fact.key));
        }
    }
    problems
}

fn id<'a>(id: &'a str, ids: &mut BTreeSet<&'a str>, problems: &mut Vec<String>) {
    if !is_key(id) {
        problems.push(format!("{id:?} is not a name"));
    }
    if !ids.insert(id) {
        problems.push(format!("{id} is used twice"));
    }
}

fn check_table(table: &Table, problems: &mut Vec<String>) {
    let rows = table
        .columns
        .first()
        .map_or(0, |column| length(&column.cells));
    let mut keys = BTreeSet::new();
    for column in &table.columns {
        if length(&column.cells) != rows {
            problems.push(format!(
                "column {} of table {} has another length",
                column.key, table.id
            ));
        }
        if !is_key(&column.key) || !keys.insert(&column.key) {
            problems.push(format!(
                "column {:?} of table {} needs another key",
                column.key, table.id
            ));
        }
        if column.missing.iter().any(|&row| row as usize >= rows) {
            problems.push(format!(
                "column {} of table {} misses a row that is not",
                column.key, table.id
            ));
        }
        if let Cells::Number(cells) | Cells::Percent(cells) = &column.cells
            && cells.iter().any(|cell| !cell.is_finite())
        {
            problems.push(format!(
                "column {} of table {} is not finite",
                column.key, table.id
            ));
        }
        if let Cells::Text(cells) = &column.cells {
            problems.extend(cells.iter().filter_map(|cell| unclean(cell)));
        }
    }
    if table.columns.is_empty() || table.columns.len() * rows > TABLE_CELLS {
        problems.push(format!(
            "table {} has no columns or too many cells",
            table.id
        ));
    }
    if table.marks.iter().any(|mark| mark.row as usize >= rows) {
        problems.push(format!("table {} marks a row that is not", table.id));
    }
}

fn check_chart(chart: &Chart, problems: &mut Vec<String>) {
    let positions = match &chart.positions {
        Positions::Categories(names) => names.len(),
        Positions::Numbers(numbers) => numbers.len(),
        Positions::Dates(days) => days.len(),
    };
    if chart.alt.is_empty() {
        problems.push(format!("chart {} has no alternative text", chart.id));
    }
    if positions == 0 || chart.series.is_empty() {
        problems.push(format!("chart {} shows nothing", chart.id));
    }
    for series in &chart.series {
        let ends = series
            .interval
            .as_ref()
            .map_or((positions, positions), |(low, high)| {
                (low.len(), high.len())
            });
        if series.values.len() != positions || ends != (positions, positions) {
            problems.push(format!(
                "series {} of chart {} has another length",
                series.name, chart.id
            ));
        }
        if series.values.iter().any(|value| !value.is_finite()) {
            problems.push(format!(
                "series {} of chart {} is not finite",
                series.name, chart.id
            ));
        }
    }
}

fn text(paragraphs: &[Paragraph], problems: &mut Vec<String>) {
    let spans = paragraphs.iter().flat_map(|paragraph| &paragraph.spans);
    for Span { text, footnote, .. } in spans {
        problems.extend(unclean(text));
        problems.extend(footnote.as_deref().and_then(unclean));
    }
}

fn unclean(text: &str) -> Option<String> {
    let is_bad = text
        .chars()
        .any(|char| char.is_control() && char != '\t' && char != '\n');
    (is_bad || text.len() > STRING_BYTES).then(|| {
        format!(
            "text {:?} has control characters or is too long",
            text.chars().take(40).collect::<String>()
        )
    })
}

fn length(cells: &Cells) -> usize {
    match cells {
        Cells::Text(cells) => cells.len(),
        Cells::Integer(cells) => cells.len(),
        Cells::Number(cells) | Cells::Percent(cells) => cells.len(),
        Cells::Date(cells) => cells.len(),
        Cells::Boolean(cells) => cells.len(),
    }
}
