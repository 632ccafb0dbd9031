//! The system: what this server is, and whether it can do its work.

use std::time::Duration;

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use quire_records::Right;

use crate::{Console, page::Page, refusal::Refusal, visitor::Visitor, words};

/// The page.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let api = &console.api;
    let admission = api.queue.admission();
    let machine = match admission.pass() {
        Ok(()) => Ok("reports are accepted".to_owned()),
        Err(fault) => Err(format!(
            "no report is accepted: {fault}; {}",
            fault.remedy()
        )),
    };
    let queue = match api.queue.try_push().await {
        Ok(()) => Ok(format!("{} takes tickets", carrier(&console))),
        Err(reason) => Err(format!("{} takes no tickets: {reason}", carrier(&console))),
    };
    let cache = match api.maker.faers.cache_is_up().await {
        true => Ok("the cache answers".to_owned()),
        false => Err("the cache does not answer; openFDA is asked each time".to_owned()),
    };
    let workers = api.queue.living_workers().await;
    let workers = match workers {
        Some(0) => Err("no worker gave a sign of life".to_owned()),
        Some(count) => Ok(format!("{count} gave a sign of life within 15 s")),
        None => Err("cannot be told".to_owned()),
    };
    let storage = admission.storage();
    let waiting = api.records.waiting().await?;
    let budget = api.maker.faers.budget().await;
    let content = html! {
        header.head { h1 { "System" } }
        dl.facts.checks {
            dt { "Reports" } dd { (check(&machine)) }
            dt { "Queue" } dd { (check(&queue)) }
            dt { "Workers" } dd { (check(&workers)) }
            dt { "Cache" } dd { (check(&cache)) }
            dt { "openFDA" } dd { (source(budget.today, budget.per_day, budget.paused)) }
            dt { "Waiting" } dd { (words::many(usize::try_from(waiting).unwrap_or(usize::MAX), "report")) }
            dt { "Modules" } dd { (api.maker.registry.modules.list().len()) " active" }
            @if let Some(free) = storage.free_bytes { dt { "Free room for the records" } dd { (words::bytes(free)) } }
            dt { "Version" } dd { (quire_reports::PRODUCER) }
        }
        p { "Metrics for machines are at " a href="/metrics" { "/metrics" } ", readiness at " a href="/readyz" { "/readyz" } ", the API's description at " a href="/openapi.json" { "/openapi.json" } "." }
    };
    let page = Page::of("System", &visitor).under("/console/system");
    Ok(page.whole(&content))
}

/// How openFDA is asked. A key raises what it answers in a day.
fn source(today: u32, per_day: u32, paused: Duration) -> Markup {
    html! {
        @if per_day == u32::MAX { "not asked: the data are bundled" }
        @else {
            (words::number(today.into())) " of " (words::number(per_day.into())) " requests of today were made"
            @if !paused.is_zero() { "; it asked for quiet for " (words::duration(paused)) }
            ". The settings " code { "QUIRE_OPENFDA_KEY" } " and " code { "QUIRE_OPENFDA_URL" } " of the server say how it is asked."
        }
    }
}

fn carrier(console: &Console) -> &'static str {
    match console.api.queue.uses_redis() {
        true => "Redis",
        false => "the embedded queue",
    }
}

fn check(found: &Result<String, String>) -> Markup {
    html! {
        @match found {
            Ok(words) => { span.state.succeeded { "✓ works" } " – " (words) },
            Err(words) => { span.state.failed { "✕ does not" } " – " (words) },
        }
    }
}
