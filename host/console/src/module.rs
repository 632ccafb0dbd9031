//! One module: its versions, what each has shown, and what was done.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use quire_records::{
    AuditEvent, AuditFilter, DifferenceRow, ModuleRow, RecordsError, Right, ShadowVerdict,
    Standing, VersionRow, VersionState,
};

use crate::{
    Console,
    event_table::{events, object},
    key_names::{KeyNames, name},
    module_act::ModuleAct,
    modules::{another_name, named, taken_back, trial, why_retired},
    page::Page,
    refusal::Refusal,
    table::{Set, listing},
    trial_chart,
    undone::next_step,
    visitor::Visitor,
    words,
};

/// Shadow runs and events that the page shows.
const MOST_ROWS: u32 = 20;

/// The page.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let records = &console.api.records;
    let module = records.module(&name).await?;
    let module =
        module.ok_or_else(|| RecordsError::UnknownModule(name.chars().take(80).collect()))?;
    let versions = records.versions(&name).await?;
    let standings = records.standings(&module, &versions).await?;
    let runs = records.last_differences(&name, 0, MOST_ROWS).await?;
    let last_run = runs.first().map(|run| run.sequence);
    let of_module = AuditFilter {
        object: Some(format!("module {name}")),
        ..AuditFilter::default()
    };
    let trail = records.audit_newest(&of_module, MOST_ROWS).await?;
    let names = KeyNames::of(&console, &visitor).await?;
    let content = html! {
        header.head { h1 { (module.name) }
            // After a roll back a second one would put back what was just taken away.
            @if visitor.may(Right::Change) && module.previous.is_some() && !module.rolled_back {
                a.button href=(confirm(&name, ModuleAct::Rollback, None)) { "Roll back" }
            } }
        @if let Some(notice) = &module.notice {
            p.said.warn { (taken_back(notice)) }
        }
        (facts(&module, &versions, &visitor, trail.first(), names.as_ref()))
        section aria-labelledby="versions" {
            h2 #versions { "Versions" }
            (way_into_use())
            @for version in &versions {
                (version_panel(&module, (version, &versions), &standings, &visitor, names.as_ref(), last_run, &trail))
            }
        }
        @if !runs.is_empty() {
            section aria-labelledby="runs" { h2 #runs { "Last shadow runs" } (shadow_runs(&name, &runs)) }
        }
        section aria-labelledby="events" { h2 #events { "Audit events" } (events(&trail, names.as_ref(), false)) }
        (words::same(&[
            ("On the command line:", format!("quire module show {name}")),
            ("By HTTP:", format!("curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/admin/modules/{name}\"")),
        ]))
    };
    let page = Page::of(&module.name, &visitor).under("/console/modules");
    Ok(page.whole(&content))
}

fn confirm(name: &str, act: ModuleAct, version: Option<&VersionRow>) -> String {
    let digest = version.map_or_else(String::new, |version| format!("?digest={}", version.digest));
    format!("/console/modules/{name}/confirm/{}{digest}", act.slug())
}

fn facts(
    module: &ModuleRow,
    versions: &[VersionRow],
    visitor: &Visitor,
    last: Option<&AuditEvent>,
    names: Option<&KeyNames>,
) -> Markup {
    html! {
        dl.facts {
            dt { "Active" } dd { @match module.active { Some(digest) => (named(versions, digest)), None => "none" } }
            @if let Some(digest) = module.previous { dt { "Before it" } dd { (named(versions, digest)) } }
            dt { "On trial" } dd { (trial(module)) }
            dt { "Clean shadow runs required" }
            dd { (module.required_clean)
                @if visitor.may(Right::Change) { " " a href=(confirm(&module.name, ModuleAct::RequiredClean, None)) { "Change" } } }
            dt { "Limits of its own" }
            dd {
                @if module.limits.is_empty() { "none" }
                @else { code { (serde_json::to_string(&module.limits).unwrap_or_default()) } }
                @if visitor.may(Right::Change) { " " a href=(confirm(&module.name, ModuleAct::Limits, None)) { "Set the limits" } }
            }
            @if let Some(event) = last {
                dt { "Last change" }
                dd { (event.action) ", by " (name(names, &event.actor)) ", " (words::moment(event.time)) " " span.quiet { "revision " (module.revision) } }
            }
        }
    }
}

/// The steps, for who has not gone them yet.
fn way_into_use() -> Markup {
    html! {
        details {
            summary { "How a version comes into use" }
            ol {
                li { strong { "checked" } ": it was added; nothing uses it." }
                li { strong { "staged" } ": someone decided that it may be used." }
                li { strong { "shadow" } ": it runs beside the active version after each report. What it does otherwise is shown, and no report changes. So many clean runs can be required of every version." }
                li { strong { "canary" } ": a share of the reports is made with it. If it fails or costs too much, Quire takes it back." }
                li { strong { "active" } ": all reports are made with it, the first ones on probation: if it fails or costs too much, Quire goes back to the version before." }
                li { strong { "retired" } ": it is not used any more; it can be activated or staged again." }
            }
        }
    }
}

fn version_panel(
    module: &ModuleRow,
    (version, versions): (&VersionRow, &[VersionRow]),
    standings: &[Standing],
    visitor: &Visitor,
    names: Option<&KeyNames>,
    last_run: Option<u64>,
    trail: &[AuditEvent],
) -> Markup {
    let standing = standings.iter().find(|one| one.digest == version.digest);
    // What a reader asks of a version: what it does otherwise than what is in use.
    let other = match module.active {
        Some(active) if active == version.digest => module.previous,
        active => active,
    };
    let shown = matches!(
        version.state,
        VersionState::Shadow | VersionState::Canary | VersionState::Staged
    );
    html! {
        article.panel aria-label=(format!("Version {}", version.digest.short())) {
            header.head {
                h3 { (version.title) " " (version.version) }
                (state(version.state))
            }
            p.quiet {
                (words::digest(version.digest)) " · " (words::bytes(version.size_bytes)) " · " (version.origin.as_str())
                " · " (words::exact(version.created_at)) " by "
                (name(names, &version.created_by))
            }
            (why_retired(version, trail))
            @if version.state == VersionState::Checked && visitor.may(Right::Change) {
                p.next { "Every check of an upload was passed. Next, after a look at what it does otherwise: "
                    a href=(confirm(&module.name, ModuleAct::Stage, Some(version))) { (ModuleAct::Stage.words()) } }
            }
            (another_name(version, versions))
            @if let Some(standing) = standing {
                @if shown { p { "It " (standing.told()) "." } }
                @if let Some(step) = standing.next_step() { @if visitor.may(Right::Change) {
                    @if version.state == VersionState::Canary { p.next { "Next: see below how it fares on more reports; when that is enough, activate it." } }
                    @else { (next_step(&step)) }
                } }
                (trial_chart::drawn(module, standing))
                (places(standing))
            }
            div.acts {
                @if let Some(other) = other {
                    a.button href=(format!("/console/modules/{}/compare/{}..{}", module.name, other, version.digest)) {
                        @if Some(other) == module.active { "Compare with the active version" } @else { "Compare with the one before" }
                    }
                }
                a.button href=(format!("/console/modules/{}/backtest?digest={}", module.name, version.digest)) { "Backtest" }
                @if visitor.may(Right::Change) {
                    @for act in ModuleAct::of_version(version) {
                        @let up_to = last_run.filter(|_| *act == ModuleAct::AcceptDifferences);
                        @let up_to = up_to.map_or_else(String::new, |run| format!("&up_to={run}"));
                        a.button href=(format!("{}{up_to}", confirm(&module.name, *act, Some(version)))) { (act.words()) }
                    }
                }
            }
        }
    }
}

fn places(standing: &Standing) -> Markup {
    html! {
        @if !standing.places.is_empty() {
            details {
                summary { "Where it differs: " (words::many(standing.places.len(), "place")) }
                ul {
                    @for place in &standing.places {
                        li { (place.place) " " span.quiet { "in " (place.runs) " runs, " (if place.accepted { "accepted" } else { "not accepted" }) } }
                    }
                }
            }
        }
    }
}

fn state(state: VersionState) -> Markup {
    let mark = match state {
        VersionState::Checked => "○",
        VersionState::Staged => "◇",
        VersionState::Active => "●",
        VersionState::Canary => "◔",
        VersionState::Shadow => "◌",
        VersionState::Retired => "–",
    };
    html! {
        span class=(format!("state {}", state.as_str())) { span aria-hidden="true" { (mark) } " " (state.as_str()) }
    }
}

const RUNS: [(&str, Set); 5] = [
    ("Run", Set::Number),
    ("When", Set::Line),
    ("Verdict", Set::Line),
    ("Report", Set::Line),
    ("Where it differs", Set::Free),
];

fn shadow_runs(name: &str, runs: &[DifferenceRow]) -> Markup {
    let rows = runs.iter().map(|row| {
        let run = &row.run;
        let places: Vec<&str> = run.difference.places.iter().take(3).map(String::as_str).collect();
        vec![
            html! { a href=(format!("/console/modules/{name}/runs/{}", row.sequence)) { (row.sequence) } },
            words::moment(row.at),
            verdict(row.verdict),
            object(&format!("report {}", run.report)),
            html! { (places.join("; ")) },
        ]
    });
    listing("shadow runs", &RUNS, rows)
}

/// What a shadow run showed, in words.
pub(crate) fn verdict(verdict: ShadowVerdict) -> Markup {
    let (mark, class, words) = match verdict {
        ShadowVerdict::Same => ("✓", "succeeded", "no difference"),
        ShadowVerdict::Accepted => ("✓", "succeeded", "only what was accepted"),
        ShadowVerdict::Differs => ("≠", "retrying", "differs"),
        ShadowVerdict::Failed => ("✕", "failed", "failed"),
    };
    html! {
        span class=(format!("state {class}")) { span aria-hidden="true" { (mark) } " " (words) }
    }
}
