//! One shadow run, as a pull request is read: what the candidate does otherwise, block by block and
//! number by number.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use quire_model::{Change, NumberChange, ProblemKind, SectionDifference};
use quire_records::Right;

use crate::{
    Console,
    module::verdict,
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

/// The page.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path((name, sequence)): Path<(String, u64)>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let records = &console.api.records;
    let rows = records
        .differences(&name, sequence.saturating_sub(1), 1)
        .await?;
    let row = rows.into_iter().find(|row| row.sequence == sequence);
    let row = row
        .ok_or_else(|| Refusal::new(ProblemKind::NotFound, "the module has no such shadow run"))?;
    let run = &row.run;
    let title = format!("Shadow run {sequence} of {name}");
    let content = html! {
        header.head { h1 { (title) } (verdict(row.verdict)) }
        dl.facts {
            dt { "Active" } dd { (words::digest(run.active)) " " span.quiet { (words::duration(run.active_cost.cpu)) " CPU, " (words::bytes(run.active_cost.memory_bytes)) } }
            dt { "Candidate" } dd { (words::digest(run.candidate)) " " span.quiet { (words::duration(run.candidate_cost.cpu)) " CPU, " (words::bytes(run.candidate_cost.memory_bytes)) } }
            dt { "Made from" } dd { a href=(format!("/console/reports/{}", run.report)) { "report " (run.report) } ", section " (run.section) }
            dt { "When" } dd { (words::exact(row.at)) }
        }
        h2 { "What it does otherwise" }
        (difference(&run.difference, SIDES))
        p { a href=(format!("/console/modules/{name}")) { "Back to the module" } }
        (words::same(&[("On the command line:", format!("quire module diff {name}"))]))
    };
    let page = Page::of(&title, &visitor).under("/console/modules");
    Ok(page.whole(&content))
}

/// What the two sides of a version and its candidate are called.
pub(crate) const SIDES: [&str; 2] = ["Active", "Candidate"];

/// What changed, block by block and number by number, between two sides with these names.
pub(crate) fn difference(difference: &SectionDifference, sides: [&str; 2]) -> Markup {
    html! {
        @if let Some(outcome) = &difference.outcome {
            p.said.bad { (sides[0]) ": " (outcome.active) ". " (sides[1]) ": " (outcome.candidate) "." }
        }
        @if difference.blocks.is_empty() && difference.numbers.is_empty() && difference.outcome.is_none() {
            p.empty { "No difference." }
        }
        @if !difference.blocks.is_empty() {
            div {
                h3 { "Blocks" }
                ul.diff {
                    @for block in &difference.blocks {
                        @let (sign, class, word) = match block.change {
                            Change::Added => ("+", "added", "added"),
                            Change::Removed => ("−", "removed", "removed"),
                            Change::Changed => ("±", "changed", "changed"),
                        };
                        li class=(class) {
                            span aria-hidden="true" { (sign) } span.hidden { (word) } " " strong { (block.kind) } " " (block.name)
                            @if !block.details.is_empty() { ul { @for detail in &block.details { li { (detail) } } } }
                        }
                    }
                }
            }
        }
        @if !difference.numbers.is_empty() {
            div { h3 { "Numbers" } (numbers(&difference.numbers, sides)) }
        }
        @if difference.omitted > 0 { p.quiet { "And " (difference.omitted) " changes more, which are not listed." } }
    }
}

fn numbers(numbers: &[NumberChange], sides: [&str; 2]) -> Markup {
    let shown = |number: &Option<serde_json::Number>| match number {
        Some(number) => number.to_string(),
        None => "–".to_owned(),
    };
    let rows = numbers.iter().map(|number| {
        vec![
            html! { (number.place) },
            html! { @if let Some(row) = &number.row { (row) } },
            html! { @if let Some(column) = &number.column { (column) } },
            html! { (shown(&number.active)) },
            html! { (shown(&number.candidate)) },
            html! { (delta(number)) },
        ]
    });
    let [before, after] = sides;
    let columns = [
        ("Where", Set::Line),
        ("Row", Set::Free),
        ("Column", Set::Line),
        (before, Set::Number),
        (after, Set::Number),
        ("Change", Set::Number),
    ];
    listing("numbers", &columns, rows)
}

fn delta(number: &NumberChange) -> String {
    let value =
        |number: &Option<serde_json::Number>| number.as_ref().and_then(serde_json::Number::as_f64);
    match (value(&number.active), value(&number.candidate)) {
        (Some(active), Some(candidate)) => {
            let text = format!("{:+.6}", candidate - active);
            let text = text.trim_end_matches('0').trim_end_matches('.');
            text.replace('-', "−")
        }
        _ => "–".to_owned(),
    }
}
