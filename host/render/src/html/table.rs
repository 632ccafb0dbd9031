//! Tables, with all their rows: what the paper leaves out can be scrolled to on the screen.

use std::collections::BTreeMap;

use maud::{Markup, html};
use quire_model::{Align, RowMark, RowRole, Table};

use super::{
    page::Page,
    words::{direction, spans, words},
};
use crate::{format, printed::Printed};

/// Tables of more rows are scrolled in a box of their own, so that the next heading stays near.
const LONG: usize = 40;

/// Tables of so many printed rows are not broken between sheets of paper.
const SHORT: usize = 16;

/// A table of a section.
pub(super) fn table(page: &mut Page<'_>, at: usize, table: &Table, label: &str) -> Markup {
    let id = page.claim_or(Some(&table.id), at);
    let caption = html! {
        strong.label { (label) } " " (spans(page, &table.caption))
    };
    written(table, &id, &caption)
}

/// A table with its box and its notes. `id` is unique in the page.
pub(super) fn written(table: &Table, id: &str, caption: &Markup) -> Markup {
    let rows = table.rows();
    let printed = table
        .print_rows
        .map_or(rows, |limit| rows.min(limit as usize));
    let class = match (rows > LONG, printed <= SHORT) {
        (true, _) => "scroll long",
        (false, true) => "scroll short",
        (false, false) => "scroll",
    };
    let columns: Vec<Printed<'_>> = table.columns.iter().map(Printed::new).collect();
    let marks: BTreeMap<usize, RowMark> = table
        .marks
        .iter()
        .map(|mark| (mark.row as usize, *mark))
        .collect();
    html! {
        div.table id=(id) {
            div class=(class) role="region" tabindex="0" aria-labelledby={ (id) ".caption" } {
                table {
                    caption { span id={ (id) ".caption" } { (caption) } }
                    thead { tr { @for column in &columns { (header(column)) } } }
                    @if printed > 0 { (body(&columns, &marks, 0..printed, None)) }
                    @if printed < rows { (body(&columns, &marks, printed..rows, Some("more"))) }
                }
            }
            (notes(table, rows, printed))
        }
    }
}

fn header(column: &Printed<'_>) -> Markup {
    let title = column.title();
    let class = class_of(column.align());
    html! {
        @if title.trim().is_empty() {
            td {}
        } @else {
            th scope="col" class=[class] dir=[direction(&title)] { (words(&title)) }
        }
    }
}

fn body(
    columns: &[Printed<'_>],
    marks: &BTreeMap<usize, RowMark>,
    rows: std::ops::Range<usize>,
    class: Option<&str>,
) -> Markup {
    html! {
        tbody class=[class] {
            @for at in rows {
                @let mark = marks.get(&at);
                @match mark.map(|mark| mark.role) {
                    Some(RowRole::GroupHeader) => { (group(columns, at)) }
                    role => {
                        tr class=[role.and_then(class_of_role)] {
                            @for (number, column) in columns.iter().enumerate() {
                                (cell(column, at, number == 0, mark))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A row that introduces others says only what stands in its first cell.
fn group(columns: &[Printed<'_>], at: usize) -> Markup {
    let mut buffer = String::new();
    let text = match columns.first() {
        Some(column) => column.text(at, &mut buffer),
        None => "",
    };
    html! {
        tr.group {
            th colspan=(columns.len()) scope="colgroup" dir=[direction(text)] { (words(text)) }
        }
    }
}

fn cell(column: &Printed<'_>, at: usize, first: bool, mark: Option<&RowMark>) -> Markup {
    let mut buffer = String::new();
    let text = column.text(at, &mut buffer);
    let dir = direction(text);
    let indent = mark.map_or(0, |mark| mark.indent.min(4));
    if first && column.is_text() && !text.trim().is_empty() {
        let class = (indent > 0).then(|| format!("indent-{indent}"));
        return html! { th scope="row" class=[class] dir=[dir] { (words(text)) } };
    }
    let class = class_of(column.align());
    html! { td class=[class] dir=[dir] { (words(text)) } }
}

const fn class_of(align: Align) -> Option<&'static str> {
    match align {
        Align::Start => None,
        Align::Center => Some("centre"),
        Align::End => Some("end"),
    }
}

const fn class_of_role(role: RowRole) -> Option<&'static str> {
    match role {
        RowRole::Body => None,
        RowRole::Subtotal => Some("subtotal"),
        RowRole::Total => Some("total"),
        RowRole::GroupHeader => Some("group"),
    }
}

fn notes(table: &Table, rows: usize, printed: usize) -> Markup {
    let number = |count: usize| {
        let mut text = String::new();
        format::integer(i64::try_from(count).unwrap_or(i64::MAX), &mut text);
        text
    };
    html! {
        div.table-notes {
            @if rows == 0 || table.columns.is_empty() { p { "There are no rows." } }
            @if printed < rows {
                p.on-screen {
                    "All " (number(rows)) " rows; " (number(printed)) " of them are printed."
                }
                p.on-paper {
                    (number(rows - printed)) " of " (number(rows)) " rows are not printed."
                }
            }
            @for note in &table.notes { p dir=[direction(note)] { (words(note)) } }
        }
    }
}
