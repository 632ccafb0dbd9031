//! Modules: which there are, which of their versions does what, and the steps by which a version is replaced.

use anyhow::{Context as _, bail};
use quire_api::CheckedModule;
use quire_model::{Digest, LimitOverrides, ReportId, SectionDifference};
use quire_records::{
    CanaryBudget, Decision, DifferenceRow, ModuleRow, Records, RecordsError, RunCost, ShadowRun,
    ShadowVerdict, Standing, Timestamp, VersionRow,
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Place, decided};
use crate::remote::{Server, escaped, query};

/// A module as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) row: ModuleRow,
    /// The newest first; none where only the module was asked for.
    pub(crate) versions: Vec<VersionRow>,
    /// Where those versions stand that are on their way into use.
    pub(crate) standings: Vec<Standing>,
}

/// A step by which a module is changed; a version is named as it was typed.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Stage(String),
    Activate(String),
    EndTrial(String),
    Retire(String),
    Rollback,
    Canary(String, u8, CanaryBudget),
    Shadow(String, u32),
    Accept(String, Option<u64>),
    Limits(LimitOverrides),
    RequiredClean(u32),
}

/// A component that a server took.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) version: VersionRow,
    /// Whether it was not stored before.
    pub(crate) created: bool,
    pub(crate) warnings: Vec<String>,
}

/// A module as a server sends it.
#[derive(Deserialize)]
struct Sent {
    #[serde(flatten)]
    module: ModuleRow,
    #[serde(default)]
    standings: Vec<Standing>,
    #[serde(default)]
    versions: Vec<Value>,
}

/// Shadow runs as a server sends them.
#[derive(Deserialize)]
struct SentRuns {
    summary: Option<Standing>,
    runs: Vec<SentRun>,
}

#[derive(Deserialize)]
struct SentRun {
    sequence: u64,
    at: Timestamp,
    clean: bool,
    verdict: ShadowVerdict,
    places: std::collections::BTreeSet<String>,
    section: String,
    report: ReportId,
    active: Digest,
    candidate: Digest,
    difference: SectionDifference,
    active_cost: SentCost,
    candidate_cost: SentCost,
}

#[derive(Deserialize)]
struct SentCost {
    cpu_us: u64,
    memory_bytes: u64,
}

impl Place {
    /// All modules, each with its active version.
    pub(crate) async fn modules(&self) -> anyhow::Result<Vec<(ModuleRow, Option<VersionRow>)>> {
        let rows = match self {
            Self::Directory(records) => records.modules().await?,
            Self::Server(server) => {
                #[derive(Deserialize)]
                struct List {
                    modules: Vec<ModuleRow>,
                }
                server.get::<List>(MODULES).await?.modules
            }
        };
        let mut modules = Vec::new();
        for row in rows {
            let active = match (self, row.active) {
                (_, None) => None,
                (Self::Directory(records), Some(active)) => {
                    records.version(&row.name, active).await?
                }
                (Self::Server(_), Some(active)) => {
                    let versions = self.module(&row.name).await?.map(|module| module.versions);
                    let mut versions = versions.into_iter().flatten();
                    versions.find(|version| version.digest == active)
                }
            };
            modules.push((row, active));
        }
        Ok(modules)
    }

    /// A module with its versions; none if there is no such module.
    pub(crate) async fn module(&self, name: &str) -> anyhow::Result<Option<Module>> {
        match self {
            Self::Directory(records) => match records.module(name).await? {
                Some(row) => standing(records, row).await.map(Some),
                None => Ok(None),
            },
            Self::Server(server) => {
                let sent: Option<Sent> = server.find(&path(name)).await?;
                sent.map(Sent::read).transpose()
            }
        }
    }

    /// Change a module, on the state that it is in now or on the revision that is named.
    pub(crate) async fn change(
        &self,
        name: &str,
        change: &Change,
        reason: &str,
        revision: Option<u64>,
    ) -> anyhow::Result<Module> {
        match self {
            Self::Directory(records) => {
                let row = decided(reason, revision, async |decision| {
                    changed(records, name, change, &decision).await
                });
                standing(records, row.await?).await
            }
            Self::Server(server) => {
                let (method, step, mut body) = change.request();
                if let Some(members) = body.as_object_mut() {
                    members.insert("reason".to_owned(), reason.trim().into());
                }
                let place = (path(name), step);
                let place = (place.0.as_str(), place.1);
                let sent: Sent = server.change(method, place, revision, &body).await?;
                sent.read()
            }
        }
    }

    /// What a shadow did otherwise: in all, and run by run after `after`, the newest first, at most `limit`.
    pub(crate) async fn differences(
        &self,
        module: &ModuleRow,
        after: u64,
        limit: u32,
    ) -> anyhow::Result<(Option<Standing>, Vec<DifferenceRow>)> {
        let name = &module.name;
        match self {
            Self::Directory(records) => Ok((
                records.shadow_standing(module).await?,
                records.last_differences(name, after, limit).await?,
            )),
            Self::Server(server) => runs_of(server, name, after, limit).await,
        }
    }
}

/// Where a server has its modules.
const MODULES: &str = "/api/admin/modules";

/// Most shadow runs that a server sends at a time.
const RUNS: u32 = 200;

fn path(name: &str) -> String {
    format!("{MODULES}/{}", escaped(name))
}

impl Server {
    /// Have a component checked as an upload is, and nothing stored.
    pub(crate) async fn check(&self, wasm: Vec<u8>) -> anyhow::Result<CheckedModule> {
        self.upload("/api/admin/module-check", wasm).await
    }

    /// Have a component checked and stored as a version of a module.
    pub(crate) async fn push(
        &self,
        name: &str,
        wasm: Vec<u8>,
        reason: &str,
    ) -> anyhow::Result<Pushed> {
        #[derive(Deserialize)]
        struct Uploaded {
            version: Value,
            created: bool,
            checked: Checked,
        }
        #[derive(Deserialize)]
        struct Checked {
            warnings: Vec<String>,
        }
        let named = query(&[
            ("name", Some(name.to_owned())),
            ("reason", Some(reason.trim().to_owned())),
        ]);
        let path = format!("{MODULES}{named}");
        let uploaded: Uploaded = self.upload(&path, wasm).await?;
        Ok(Pushed {
            version: version(name, uploaded.version)?,
            created: uploaded.created,
            warnings: uploaded.checked.warnings,
        })
    }
}

impl Change {
    /// As a request: its method, its step and its body without a reason.
    fn request(&self) -> (Method, &'static str, Value) {
        let post = |step, body| (Method::POST, step, body);
        match self {
            Self::Stage(digest) => post("/stage", json!({"digest": digest})),
            Self::Activate(digest) => post("/activate", json!({"digest": digest})),
            Self::EndTrial(digest) => post("/end-trial", json!({"digest": digest})),
            Self::Retire(digest) => post("/retire", json!({"digest": digest})),
            Self::Rollback => post("/rollback", json!({})),
            Self::Canary(digest, percent, budget) => post(
                "/canary",
                json!({"digest": digest, "percent": percent, "budget": budget}),
            ),
            Self::Shadow(digest, required) => post(
                "/shadow",
                json!({"digest": digest, "required_clean": required}),
            ),
            Self::Accept(digest, up_to) => post(
                "/accept-differences",
                json!({"digest": digest, "up_to": up_to}),
            ),
            Self::Limits(limits) => (Method::PUT, "/limits", json!({"limits": limits})),
            Self::RequiredClean(runs) => (Method::PUT, "/required-clean", json!({"runs": runs})),
        }
    }
}

async fn changed(
    records: &Records,
    name: &str,
    change: &Change,
    decision: &Decision<'_>,
) -> Result<ModuleRow, RecordsError> {
    let version = async |named: &str| records.version_named(name, named).await;
    match change {
        Change::Stage(named) => records.stage(name, version(named).await?, decision).await,
        Change::Activate(named) => {
            records
                .activate(name, version(named).await?, decision)
                .await
        }
        Change::EndTrial(named) => {
            records
                .end_trial(name, version(named).await?, decision)
                .await
        }
        Change::Retire(named) => records.retire(name, version(named).await?, decision).await,
        Change::Rollback => records.roll_back(name, decision).await,
        Change::Canary(named, percent, budget) => {
            let digest = version(named).await?;
            let started = records.start_canary(name, digest, *percent, *budget, decision);
            started.await
        }
        Change::Shadow(named, required) => {
            let digest = version(named).await?;
            let started = records.start_shadow(name, digest, *required, decision);
            started.await
        }
        Change::Accept(named, up_to) => {
            let digest = version(named).await?;
            let accepted = records.accept_differences(name, digest, *up_to, decision);
            accepted.await
        }
        Change::Limits(limits) => records.set_limits(name, *limits, decision).await,
        Change::RequiredClean(runs) => records.set_required_clean(name, *runs, decision).await,
    }
}

async fn standing(records: &Records, row: ModuleRow) -> anyhow::Result<Module> {
    let versions = records.versions(&row.name).await?;
    let standings = records.standings(&row, &versions).await?;
    Ok(Module {
        row,
        versions,
        standings,
    })
}

impl Sent {
    fn read(self) -> anyhow::Result<Module> {
        let name = &self.module.name;
        let versions = self.versions.into_iter().map(|sent| version(name, sent));
        Ok(Module {
            versions: versions.collect::<anyhow::Result<_>>()?,
            standings: self.standings,
            row: self.module,
        })
    }
}

/// A version, which a server sends without the module's name.
fn version(module: &str, mut sent: Value) -> anyhow::Result<VersionRow> {
    let Some(members) = sent.as_object_mut() else {
        bail!("the server sent no version of {module}");
    };
    members.insert("module".to_owned(), module.into());
    serde_json::from_value(sent).with_context(|| format!("a version of {module} cannot be read"))
}

/// Shadow runs from the newest back. A server sends so many at a time, the newest of what comes after a number; so the
/// older ones are asked for from the beginning, and put in front.
async fn runs_of(
    server: &Server,
    name: &str,
    after: u64,
    limit: u32,
) -> anyhow::Result<(Option<Standing>, Vec<DifferenceRow>)> {
    let ask = async |after: u64, order: &str| {
        let asked = query(&[
            ("after", Some(after.to_string())),
            ("limit", Some(RUNS.min(limit).to_string())),
            ("order", Some(order.to_owned())),
        ]);
        let page = format!("{}/differences{asked}", path(name));
        server.get::<SentRuns>(&page).await
    };
    let page = ask(after, "newest").await?;
    let mut rows: Vec<SentRun> = page.runs;
    if limit > RUNS && rows.len() == usize::try_from(RUNS)? {
        rows.clear();
        let mut last = after;
        loop {
            let page = ask(last, "oldest").await?;
            let Some(run) = page.runs.last() else {
                break;
            };
            last = run.sequence;
            rows.extend(page.runs);
        }
        rows.reverse();
        rows.truncate(usize::try_from(limit)?);
    }
    let rows = rows.into_iter().map(|run| run.of(name)).collect();
    Ok((page.summary, rows))
}

impl SentRun {
    fn of(self, module: &str) -> DifferenceRow {
        let cost = |cost: SentCost| RunCost {
            cpu: std::time::Duration::from_micros(cost.cpu_us),
            memory_bytes: cost.memory_bytes,
        };
        DifferenceRow {
            sequence: self.sequence,
            at: self.at,
            clean: self.clean,
            verdict: self.verdict,
            run: ShadowRun {
                module: module.to_owned(),
                section: self.section,
                report: self.report,
                active: self.active,
                candidate: self.candidate,
                difference: SectionDifference {
                    places: self.places,
                    ..self.difference
                },
                active_cost: cost(self.active_cost),
                candidate_cost: cost(self.candidate_cost),
            },
        }
    }
}
