//! What can be done with a module and its versions: the words, and the functions behind them, which are
//! those of the API.

use maud::{Markup, html};
use quire_model::{Digest, FieldError};
use quire_modules::Limits;
use quire_records::{
    CanaryBudget, Decision, ModuleRow, Records, RecordsError, VersionRow, VersionState,
};
use serde::Deserialize;

use crate::{
    decided::{Decided, Undone},
    limits_form,
    modules::{another_name, named},
    words,
};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ModuleAct {
    Stage,
    Shadow,
    AcceptDifferences,
    Canary,
    Activate,
    EndTrial,
    Retire,
    Rollback,
    RequiredClean,
    Limits,
}

impl ModuleAct {
    /// As in addresses, the API's too.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Shadow => "shadow",
            Self::AcceptDifferences => "accept-differences",
            Self::Canary => "canary",
            Self::Activate => "activate",
            Self::EndTrial => "end-trial",
            Self::Retire => "retire",
            Self::Rollback => "rollback",
            Self::RequiredClean => "required-clean",
            Self::Limits => "limits",
        }
    }

    /// As on a button.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Stage => "Stage",
            Self::Shadow => "Run as shadow",
            Self::AcceptDifferences => "Accept differences",
            Self::Canary => "Start as canary",
            Self::Activate => "Activate",
            Self::EndTrial => "End the trial",
            Self::Retire => "Retire",
            Self::Rollback => "Roll back",
            Self::RequiredClean => "Require clean runs",
            Self::Limits => "Set the limits",
        }
    }

    /// Whether it is about the module, and no version of it.
    pub(crate) const fn is_of_module(self) -> bool {
        matches!(self, Self::Rollback | Self::RequiredClean | Self::Limits)
    }

    /// What can be done with a version as it stands.
    pub(crate) fn of_version(version: &VersionRow) -> &'static [Self] {
        match version.state {
            VersionState::Checked => &[Self::Stage, Self::Retire],
            VersionState::Staged => &[Self::Shadow, Self::Canary, Self::Activate, Self::Retire],
            VersionState::Shadow => &[
                Self::AcceptDifferences,
                Self::Canary,
                Self::Activate,
                Self::EndTrial,
            ],
            VersionState::Canary => &[Self::Activate, Self::EndTrial],
            VersionState::Active => &[],
            VersionState::Retired if version.activated_at.is_some() => {
                &[Self::Activate, Self::Stage]
            }
            VersionState::Retired => &[Self::Stage],
        }
    }

    /// What will be otherwise.
    pub(crate) fn effect(
        self,
        module: &ModuleRow,
        version: Option<&VersionRow>,
        versions: &[VersionRow],
    ) -> Markup {
        let name = html! { strong { (module.name) } };
        let this = html! {
            @if let Some(version) = version {
                strong { (version.title) " " (version.version) } " " (words::digest(version.digest))
            }
        };
        let active = html! {
            @match module.active {
                Some(digest) => (named(versions, digest)),
                None => "nothing",
            }
        };
        let unseen = version.filter(|version| version.shadow_runs == 0);
        html! {
            @if let Some(version) = version { (another_name(version, versions)) }
            @match self {
                Self::Stage => p { (this) " may be used from then on: as shadow, as canary, or for all. No report changes yet." },
                Self::Shadow => p { (this) " runs beside the active version (" (active) ") of " (name) " after each report. What it does otherwise is shown; no report changes." },
                Self::AcceptDifferences => p { "What " (this) " did otherwise in the shadow runs that stood on its page is what is wanted. Runs that differ at the same places count as clean; a new place does not." },
                Self::Canary => p { "A share of the reports is made with " (this) " instead of " (active) ". If it fails or costs too much, it is taken back by itself." },
                Self::Activate => {
                    @if let Some(version) = unseen {
                        p.said.warn {
                            "Nobody has seen what it does otherwise: it has not run beside the active version. "
                            a href=(format!("/console/modules/{}/confirm/shadow?digest={}", module.name, version.digest)) { "Run it as shadow first" }
                            ", or " a href=(format!("/console/modules/{}/backtest?digest={}", module.name, version.digest)) { "try it on reports of before" } "."
                        }
                    }
                    p { "All reports that begin from then on are made with " (this) " instead of " (active) "." }
                    p { "Reports in the making keep the version that they began with. The next runs are on probation: if it keeps failing, it is rolled back by itself." }
                },
                Self::EndTrial => p { (this) " is staged again; reports are made with " (active) "." },
                Self::Retire => p { (this) " is not used any more. It is kept, since reports may name it." },
                Self::Rollback => p {
                    "All reports that begin from then on are made with "
                    @match module.previous { Some(digest) => (named(versions, digest)), None => "the version before" }
                    " again, instead of " (active) ", which is retired."
                },
                Self::RequiredClean => p { "A version of " (name) " has to show so many clean shadow runs in a row before it is activated. Now: " (module.required_clean) "." },
                Self::Limits => p { "Calls of all versions of " (name) " may use so much from then on. A call that would use more is stopped, and its section fails." },
            }
        }
    }

    /// What is to be filled in, with what was typed already if the form is shown again.
    pub(crate) fn fields(
        self,
        module: &ModuleRow,
        (typed, errors): (&Decided, &[FieldError]),
        again: bool,
    ) -> Markup {
        html! {
            @match self {
                Self::Canary => {
                    div {
                        label for="percent" { "Share of the reports, in percent" }
                        input #percent name="percent" type="number" min="1" max="99" value=(typed.percent.unwrap_or(10)) required;
                    }
                    (budget(&typed.budget()))
                },
                Self::Limits => (limits_form::fields(if again { typed.limits() } else { module.limits }, errors)),
                Self::Shadow | Self::RequiredClean => div {
                    label for="runs" { "Clean runs in a row that it has to show" }
                    input #runs name="runs" type="number" min="0" max="100000" value=(typed.runs.unwrap_or(module.required_clean)) required;
                },
                Self::AcceptDifferences => @if let Some(up_to) = typed.up_to { input type="hidden" name="up_to" value=(up_to); },
                _ => {},
            }
        }
    }

    /// Do it.
    ///
    /// # Errors
    ///
    /// As the records refuse it.
    pub(crate) async fn carry_out(
        self,
        records: &Records,
        name: &str,
        digest: Option<Digest>,
        decided: &Decided,
        decision: &Decision<'_>,
    ) -> Result<ModuleRow, Undone> {
        let runs = || {
            let none = "say how many clean runs in a row it has to show";
            decided.runs.ok_or(RecordsError::InvalidTrial(none))
        };
        let Some(digest) = digest else {
            return Ok(match self {
                Self::RequiredClean => records.set_required_clean(name, runs()?, decision).await?,
                Self::Rollback => records.roll_back(name, decision).await?,
                Self::Limits => {
                    let limits = decided.limits();
                    Limits::check_overrides(&limits).map_err(Undone::Limits)?;
                    records.set_limits(name, limits, decision).await?
                }
                _ => {
                    let (module, version) = (name.to_owned(), String::new());
                    return Err(RecordsError::UnknownVersion { module, version }.into());
                }
            });
        };
        Ok(match self {
            Self::Stage => records.stage(name, digest, decision).await?,
            Self::Shadow => {
                records
                    .start_shadow(name, digest, runs()?, decision)
                    .await?
            }
            Self::AcceptDifferences => {
                let up_to = decided.up_to;
                records
                    .accept_differences(name, digest, up_to, decision)
                    .await?
            }
            Self::Canary => {
                let (percent, budget) = (decided.percent.unwrap_or(10), decided.budget());
                records
                    .start_canary(name, digest, percent, budget, decision)
                    .await?
            }
            Self::Activate => records.activate(name, digest, decision).await?,
            Self::EndTrial => records.end_trial(name, digest, decision).await?,
            Self::Retire => records.retire(name, digest, decision).await?,
            Self::Rollback | Self::RequiredClean | Self::Limits => {
                let why = "this is about the module, and no version of it";
                return Err(RecordsError::InvalidTrial(why).into());
            }
        })
    }

    /// The same from a command line and by HTTP.
    pub(crate) fn same(
        self,
        module: &ModuleRow,
        version: Option<&VersionRow>,
    ) -> Vec<(&'static str, String)> {
        let (name, slug, revision) = (&module.name, self.slug(), module.revision);
        let short = version.map(|version| version.digest.short());
        let member = short
            .as_ref()
            .map_or_else(String::new, |digest| format!("\"digest\": \"{digest}\", "));
        let method = match self {
            Self::RequiredClean | Self::Limits => "PUT",
            _ => "POST",
        };
        let more = match self {
            Self::Canary => "\"percent\": 10, \"budget\": {\"failures\": 3}, ",
            Self::RequiredClean => "\"runs\": 20, ",
            Self::Shadow => "\"required_clean\": 20, ",
            Self::Limits => "\"limits\": {\"cpu_ms\": 20000}, ",
            _ => "",
        };
        let mut same = Vec::new();
        if let Self::Stage | Self::Activate | Self::Retire | Self::Rollback = self {
            let version = short.map_or_else(String::new, |digest| format!(" {digest}"));
            let line = format!("quire module {slug} {name}{version} --reason '…'");
            same.push(("On the command line:", line));
        }
        same.push((
            "By HTTP:",
            format!(
                "curl -X {method} -H \"Authorization: Bearer $KEY\" -H 'If-Match: \"{revision}\"' \\\n  \
                 -H 'Content-Type: application/json' -d '{{{member}{more}\"reason\": \"…\"}}' \\\n  \
                 \"$QUIRE/api/admin/modules/{name}/{slug}\""
            ),
        ));
        same
    }
}

/// What ends a canary.
fn budget(budget: &CanaryBudget) -> Markup {
    let percent = |name: &str, words: &str, value: u32| {
        html! {
            div {
                label for=(name) { (words) ", in percent of the active version's" }
                input id=(name) name=(name) type="number" min="101" max="1000000" value=(value) required;
            }
        }
    };
    html! {
        fieldset {
            legend { "Taken back by itself" }
            div.fields {
                div {
                    label for="failures" { "After so many failures" }
                    input #failures name="failures" type="number" min="1" max="100000" value=(budget.failures) required;
                }
                div {
                    label for="timed_after" { "Costs are judged after so many runs" }
                    input #timed_after name="timed_after" type="number" min="1" max="100000" value=(budget.timed_after) required;
                }
                (percent("cpu_percent", "Most CPU time", budget.cpu_percent))
                (percent("wall_percent", "Most wall time", budget.wall_percent))
                (percent("memory_percent", "Most memory", budget.memory_percent))
            }
        }
    }
}
