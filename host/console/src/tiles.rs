//! The last day and how things stand, in numbers.

use maud::{Markup, html};
use quire_records::State;

use crate::{Console, refusal::Refusal, words};

/// The last 24 hours. Of more than `most` reports only those are counted.
pub(crate) fn day(day: &[(State, u64)], incomplete: u64, most: u32) -> Markup {
    let count = |wanted: State| {
        let found = day.iter().find(|(state, _)| *state == wanted);
        found.map_or(0, |(_, count)| *count)
    };
    let all: u64 = day.iter().map(|(_, count)| count).sum();
    let more = if all >= u64::from(most) { "over " } else { "" };
    let (made, failed) = (count(State::Succeeded), count(State::Failed));
    html! {
        dl.tiles {
            div { dt { "Asked for" } dd { (more) (words::number(all)) } }
            div { dt { "Made" } dd { (words::number(made)) } }
            (wrong("Made without a section", "incomplete", incomplete))
            (wrong("Failed", "failed", failed))
        }
    }
}

/// A number that should be nought, and the way to what it counts.
fn wrong(what: &str, state: &str, count: u64) -> Markup {
    html! {
        div class=[(count > 0).then_some("bad")] {
            dt { (what) }
            dd {
                @if count > 0 { a href=(format!("/console/reports?state={state}")) { (words::number(count)) } } @else { "0" }
            }
        }
    }
}

/// Modules, the audit trail, and what openFDA may still be asked.
///
/// # Errors
///
/// If the records cannot be read.
pub(crate) async fn standing(console: &Console) -> Result<Markup, Refusal> {
    let api = &console.api;
    let trail = console.trail.look(&api.records).await;
    let budget = api.maker.faers.budget().await;
    let left = budget.per_day.saturating_sub(budget.today);
    Ok(html! {
        dl.tiles {
            div { dt { "Modules active" } dd { (api.maker.registry.modules.list().len()) } }
            @match &trail {
                None => div { dt { "Audit trail" } dd.words { a href="/console/audit/verify" { "being verified" } } },
                Some(found) => div class=[found.verdict.is_err().then_some("bad")] {
                    dt { "Audit trail" }
                    dd.words {
                        a href="/console/audit/verify" {
                            @match &found.verdict {
                                Ok(events) => { "✓ intact, " (words::number(*events)) " events" },
                                Err(why) => { "✕ " (why) },
                            }
                        }
                        span.below { "looked " (words::moment(found.at)) }
                    }
                },
            }
            div class=[(left == 0).then_some("bad")] {
                dt { "openFDA today" }
                @if budget.per_day == u32::MAX { dd.words { "not asked" span.below { "the data are bundled" } } }
                @else { dd.words {
                    (words::number(left.into())) " of " (words::number(budget.per_day.into())) " requests left"
                    span.below {
                        @if !budget.paused.is_zero() { "It asked for quiet: " (words::duration(budget.paused)) ". " }
                        "Anew in " (words::duration(budget.resets))
                    }
                } }
            }
        }
    })
}
