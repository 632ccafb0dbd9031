//! Reports: the list with its filters in the address, and the asking for one.

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use quire_api::Params;
use quire_model::{Ndc, ProblemKind, ReportId};
use quire_records::{ReportFilter, ReportRow, Right, State as ReportState};
use serde::Deserialize;

use crate::{
    Console,
    form::filled,
    key_names::KeyNames,
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    visitor::Visitor,
    words,
};

/// What the list calls those in whose document a box stands in for a section.
const INCOMPLETE: &str = "incomplete";

/// Reports on one page of the list.
const PAGE: u32 = 50;

/// The filters, as they stand in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Filters {
    #[serde(deserialize_with = "filled")]
    drug: Option<String>,
    #[serde(deserialize_with = "filled")]
    state: Option<String>,
    #[serde(deserialize_with = "filled")]
    label: Option<String>,
    #[serde(deserialize_with = "filled")]
    whose: Option<String>,
    #[serde(deserialize_with = "filled")]
    before: Option<ReportId>,
}

/// The list.
pub(crate) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Params(filters): Params<Filters>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Request, Right::ReadAll])?;
    let mine = filters.whose.as_deref() == Some("mine") || !visitor.may(Right::ReadAll);
    let incomplete = filters.state.as_deref() == Some(INCOMPLETE);
    let state = filters
        .state
        .as_deref()
        .filter(|_| !incomplete)
        .map(|wanted| {
            let mut all = ReportState::ALL.iter().copied();
            let unknown = || {
                refuse(format!(
                    "state is {wanted:?}, which is no state of a report"
                ))
            };
            all.find(|state| state.as_str() == wanted)
                .ok_or_else(unknown)
        });
    if let Some(other) = filters.whose.as_deref().filter(|whose| *whose != "mine") {
        return Err(refuse(format!(
            "whose is {other:?}; it can be mine, or left out"
        )));
    }
    let filter = ReportFilter {
        owner: mine.then(|| visitor.actor().key.clone()),
        states: state.transpose()?.into_iter().collect(),
        drug: filters.drug()?,
        batch: None,
        schedule: None,
        made: false,
        incomplete,
        label: filters.label.clone(),
        before: filters.before.clone(),
        accepted_from: None,
        accepted_before: None,
    };
    let mut rows = console.api.records.reports(&filter, PAGE + 1).await?;
    let names = KeyNames::of(&console, &visitor).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more);
    let content = html! {
        header.head { h1 { "Reports" }
            @if visitor.may(Right::Request) { a.button href="/console" { "Ask for a report" } } }
        (filter_form(&filters, &visitor))
        @if rows.is_empty() {
            p.empty { "No report is like that." }
        } @else {
            (table(&rows, names.as_ref()))
        }
        @if let Some(last) = next {
            nav.pages aria-label="Pages" { a rel="next" href=(filters.older_than(&last.id)) { "Older reports" } }
        }
        @if filters.before.is_some() {
            nav.pages aria-label="Newest" { a href=(filters.address()) { "Newest reports" } }
        }
    };
    let page = Page::of("Reports", &visitor).under("/console/reports");
    Ok(page.whole(&content))
}

impl Filters {
    /// The drug whose code was typed.
    fn drug(&self) -> Result<Option<Ndc>, Refusal> {
        let typed = self.drug.as_deref().map(str::parse::<Ndc>).transpose();
        typed.map_err(|error| Refusal::new(ProblemKind::InvalidNdc, error.to_string()))
    }
}

fn refuse(detail: String) -> Refusal {
    Refusal::new(ProblemKind::InvalidRequest, detail)
}

/// Reports as rows; with who asked, for those who see everyone's.
pub(crate) fn table(rows: &[ReportRow], names: Option<&KeyNames>) -> Markup {
    let columns = [
        ("Drug", Set::Line),
        ("State", Set::Line),
        ("Accepted", Set::Line),
        ("Took", Set::Number),
        ("As of", Set::Line),
        ("Kind", Set::Line),
        ("Asked by", Set::Free),
    ];
    let shown = if names.is_some() {
        &columns[..]
    } else {
        columns.split_last().map_or(&[][..], |(_, rest)| rest)
    };
    let rows = rows.iter().map(|row| {
        vec![
            html! { a href=(format!("/console/reports/{}", row.id)) { (row.request.ndc.as_str()) }
            @if let Some(label) = row.note.label() { br; small { (label) } } },
            words::standing(row),
            words::moment(row.accepted_at),
            html! { (took(row)) },
            html! { (row.request.as_of) },
            html! { (row.request.definition) },
            html! { @if let Some(names) = names { (names.name(row.owner.as_str())) } },
        ]
    });
    listing("reports", shown, rows)
}

fn took(row: &ReportRow) -> String {
    let ends = row.started_at.zip(row.finished_at);
    ends.map_or_else(|| "–".to_owned(), |(from, to)| words::between(from, to))
}

fn filter_form(filters: &Filters, visitor: &Visitor) -> Markup {
    let state = filters.state.as_deref().unwrap_or_default();
    html! {
        form.filters method="get" action="/console/reports" role="search" {
            div { label for="drug" { "Drug code" }
                input #drug name="drug" value=(filters.drug.as_deref().unwrap_or_default()) placeholder="61958-0802" spellcheck="false"; }
            div { label for="label" { "Label" }
                input #label name="label" value=(filters.label.as_deref().unwrap_or_default()) spellcheck="false"; }
            div { label for="state" { "State" }
                select #state name="state" {
                    option value="" { "any" }
                    @for one in ReportState::ALL {
                        option value=(one.as_str()) selected[one.as_str() == state] { (one.as_str()) }
                    }
                    option value=(INCOMPLETE) selected[state == INCOMPLETE] { "without a section" }
                } }
            @if visitor.may(Right::ReadAll) && visitor.may(Right::Request) {
                div { label for="whose" { "Asked by" }
                    select #whose name="whose" {
                        option value="" { "anyone" }
                        option value="mine" selected[filters.whose.is_some()] { "me" }
                    } }
            }
            button type="submit" { "Filter" }
            @if filters.drug.is_some() || filters.label.is_some() || filters.state.is_some() || filters.whose.is_some() {
                a href="/console/reports" { "All" }
            }
        }
    }
}

impl Filters {
    /// The first page with the same filters.
    fn address(&self) -> String {
        let fields = [
            ("drug", &self.drug),
            ("label", &self.label),
            ("state", &self.state),
            ("whose", &self.whose),
        ];
        let given = fields.iter().filter_map(|(name, value)| {
            let value = value.as_deref()?;
            let plain = percent_encoding::NON_ALPHANUMERIC;
            let value = percent_encoding::utf8_percent_encode(value, plain);
            Some(format!("{name}={value}"))
        });
        let given: Vec<String> = given.collect();
        format!("/console/reports?{}", given.join("&"))
    }

    fn older_than(&self, last: &ReportId) -> String {
        format!("{}&before={last}", self.address())
    }
}
