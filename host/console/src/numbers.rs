//! The numbers of a report, section by section: each leads to the page that says where it comes from.

use maud::{Markup, html};
use quire_model::{Block, Cells, Chart, Document, KeyFigure, Positions, Section, Span, Table};
use quire_records::ReportRow;

use crate::{table::scrolling, words};

/// Rows of one table that are drawn. The rest is in the document's tables.
const MOST_ROWS: usize = 500;

/// Numbers in rows and columns, whatever they are drawn as.
pub(crate) struct Grid {
    pub(crate) caption: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// A row: the words that say what it is about, and what stands in each column.
pub(crate) struct Row {
    pub(crate) words: Vec<String>,
    pub(crate) cells: Vec<Cell>,
}

/// What stands in a cell, and whether it is a number.
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) is_number: bool,
}

impl Grid {
    /// The numbers of a block; none if it has none.
    pub(crate) fn of(block: &Block) -> Option<Self> {
        match block {
            Block::Table(table) => Some(Self::of_table(table)),
            Block::Chart(chart) => Some(Self::of_chart(chart)),
            Block::KeyFigures(figures) => Some(Self::of_figures(figures)),
            _ => None,
        }
    }

    fn of_table(table: &Table) -> Self {
        let rows = (0..table.rows()).map(|row| {
            let cells = table.columns.iter().map(|column| Cell {
                text: quire_render::printed_cell(column, row),
                is_number: matches!(
                    column.cells,
                    Cells::Integer(_) | Cells::Number(_) | Cells::Percent(_)
                ) && !u32::try_from(row).is_ok_and(|row| column.missing.contains(&row)),
            });
            Row::of(cells.collect())
        });
        Self {
            caption: plain(&table.caption),
            columns: table
                .columns
                .iter()
                .map(|column| column.title.clone())
                .collect(),
            rows: rows.collect(),
        }
    }

    fn of_chart(chart: &Chart) -> Self {
        let rows = (0..chart.positions.len()).map(|at| {
            let position = match &chart.positions {
                Positions::Categories(names) => names.get(at).cloned(),
                Positions::Numbers(numbers) => numbers.get(at).map(ToString::to_string),
                Positions::Dates(dates) => dates.get(at).map(ToString::to_string),
            };
            let position = Cell {
                text: position.unwrap_or_default(),
                is_number: false,
            };
            let values = chart.series.iter().map(|series| {
                let missing = u32::try_from(at).is_ok_and(|at| series.missing.contains(&at));
                let value = series.values.get(at).filter(|_| !missing);
                Cell {
                    text: value.map_or_else(|| "–".to_owned(), ToString::to_string),
                    is_number: value.is_some(),
                }
            });
            Row::of(std::iter::once(position).chain(values).collect())
        });
        let names = chart.series.iter().map(|series| series.name.clone());
        Self {
            caption: plain(&chart.caption),
            columns: std::iter::once(chart.x.title.clone())
                .chain(names)
                .collect(),
            rows: rows.collect(),
        }
    }

    fn of_figures(figures: &[KeyFigure]) -> Self {
        let rows = figures.iter().map(|figure| {
            let words = |text: &str| Cell {
                text: text.to_owned(),
                is_number: false,
            };
            let unit = figure.unit.as_deref().unwrap_or_default();
            let value = Cell {
                text: format!("{} {unit}", figure.value).trim_end().to_owned(),
                is_number: true,
            };
            let detail = words(figure.detail.as_deref().unwrap_or_default());
            Row::of(vec![words(&figure.label), value, detail])
        });
        Self {
            caption: "Key figures".to_owned(),
            columns: ["What", "Value", "Of what"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }
    }
}

impl Row {
    fn of(cells: Vec<Cell>) -> Self {
        let words = cells
            .iter()
            .filter(|cell| !cell.is_number && !cell.text.is_empty());
        Self {
            words: words.map(|cell| cell.text.clone()).collect(),
            cells,
        }
    }
}

/// Text without its styles.
fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// The sections with numbers, and the numbers of the one that was chosen, else of the first.
pub(crate) fn drawn(row: &ReportRow, document: &Document, chosen: Option<&str>) -> Markup {
    let has_numbers =
        |section: &&Section| section.blocks.iter().any(|block| Grid::of(block).is_some());
    let sections: Vec<&Section> = document.sections.iter().filter(has_numbers).collect();
    let named = sections
        .iter()
        .find(|section| Some(section.name.as_str()) == chosen);
    let shown = named.or(sections.first());
    let base = format!("/console/reports/{}", row.id);
    html! {
        @if let Some(lacking) = words::lacking(row) { p.said.warn { "Not among them: " (lacking) ", which could not be made." } }
        p.quiet { "Each number leads to the section and the module that it comes from, the queries, and the cases." }
        form.filters method="get" action=(format!("{base}#document")) {
            input type="hidden" name="show" value="numbers";
            div.long { label for="section" { "Section" }
                select #section name="section" {
                    @for section in &sections {
                        option value=(section.name) selected[shown.is_some_and(|shown| shown.name == section.name)] { (section.title()) }
                    }
                } }
            button type="submit" { "Show" }
        }
        @if let Some(section) = shown {
            h2 { (section.title()) }
            @for (at, block) in section.blocks.iter().enumerate() {
                @if let Some(grid) = Grid::of(block) { (grid_drawn(&format!("{base}/numbers/{}/{at}", section.name), &grid)) }
            }
        } @else { p.empty { "The report has no numbers." } }
    }
}

fn grid_drawn(base: &str, grid: &Grid) -> Markup {
    html! {
        h3 { (grid.caption) }
        (scrolling(&grid.caption, &html! {
            thead { tr { @for title in &grid.columns { th scope="col" { (title) } } } }
            tbody {
                @for (at, row) in grid.rows.iter().take(MOST_ROWS).enumerate() {
                    tr {
                        @for (nth, cell) in row.cells.iter().enumerate() {
                            @if cell.is_number {
                                td.number { a href=(format!("{base}/{at}/{nth}")) { (cell.text) } }
                            } @else if nth == 0 { th.free scope="row" { (cell.text) } }
                            @else { td.free { (cell.text) } }
                        }
                    }
                }
            }
        }))
        @if grid.rows.len() > MOST_ROWS {
            p.quiet { "And " (words::many(grid.rows.len() - MOST_ROWS, "row")) " more; the saved tables have all of them." }
        }
    }
}
