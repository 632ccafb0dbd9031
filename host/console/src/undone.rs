//! Why a change was not made: beside the form, with the way out as a link. The API says the same in requests.

use axum::response::IntoResponse as _;
use maud::{Markup, html};
use quire_model::{Act, NextStep, ProblemKind};
use quire_records::RecordsError;

use crate::{confirm::Wrong, module_act::ModuleAct, refusal::Refusal, words};

/// What stands beside the form; none if the error is not about what was decided, but that there is no such thing or
/// that the records cannot be used.
pub(crate) fn beside_the_form(error: &RecordsError) -> Option<Wrong> {
    let kind = error.kind().filter(|kind| {
        !matches!(
            kind,
            ProblemKind::UnknownModule | ProblemKind::UnknownVersion | ProblemKind::NotFound
        )
    })?;
    let refusal = Refusal::new(kind, String::new()).into_response();
    let next = error.next_step();
    Some(Wrong {
        status: refusal.status(),
        why: html! { (words::sentence(&error.to_string())) },
        next: next.as_ref().map_or_else(|| html! {}, next_step),
    })
}

/// What to do next with a module, as a way to go.
pub(crate) fn next_step(step: &NextStep) -> Markup {
    let page = format!("/console/modules/{}", step.module);
    let act = |act: ModuleAct, more: &str| {
        let digest = step.digest.map(|digest| format!("digest={digest}"));
        let query = digest.unwrap_or_default();
        html! { a href=(format!("{page}/confirm/{}?{query}{more}", act.slug())) { (act.words()) } }
    };
    html! {
        p.next {
            "Next: "
            @match step.act {
                Act::List => a href="/console/modules" { "look which modules there are" },
                Act::Show => a href=(page) { "look how the module stands" },
                Act::Stage => (act(ModuleAct::Stage, "")),
                Act::Shadow { required_clean } => { (act(ModuleAct::Shadow, "")) ", with " (words::many(required_clean as usize, "clean run")) },
                Act::MakeReports { runs } => { a href="/console" { "ask for reports" } ": " (words::many(runs as usize, "shadow run")) " more, one for each report with this section" },
                Act::Accept { up_to } => { a href=(format!("{page}#runs")) { "look at what it does otherwise" } ", and if it is what you want: " (act(ModuleAct::AcceptDifferences, &format!("&up_to={up_to}"))) },
                Act::Mend => { a href=(format!("{page}#runs")) { "look how it fails" } ", mend the component, and " a href="/console/push" { "push it" } " as a new version" },
                Act::Canary => { (act(ModuleAct::Canary, "")) ", or for all: " (act(ModuleAct::Activate, "")) },
                Act::Activate => (act(ModuleAct::Activate, "")),
                Act::EndTrial => (act(ModuleAct::EndTrial, "")),
            }
        }
    }
}
