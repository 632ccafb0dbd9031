//! Which version does what at this moment, as the records say: active, on trial, limited. Swapped
//! whole, so that no reader ever sees half of a change.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use quire_model::{Digest, HostFault, LimitOverrides, ReportId};
use quire_modules::{Loaded, ModuleHost};
use quire_records::{ModuleRow, Records, RecordsError};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};

use crate::{idle::Idle, journal::Beside};

/// Pause before a version that could not be loaded is tried again: its artifact may be restored
/// meanwhile, and each try is a line in the log.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Reports that wait until what runs beside others is done; each keeps its case series in memory, some
/// megabytes. More are skipped: what is on trial must not cost more than what it is tried on.
const MOST_WAITING: usize = 8;

/// What modules are assigned to. Cheap to clone; without records nothing is on trial and every
/// report is made with what the module host holds.
#[derive(Clone, Default)]
pub struct Assignments(Arc<Shared>);

struct Shared {
    records: Option<Records>,
    table: ArcSwap<Table>,
    /// The change that `table` and the definitions are of.
    seen: watch::Sender<u64>,
    /// Which versions need not stay loaded.
    idle: Idle,
    /// Held while a change is taken over: one at a time.
    taking_over: Mutex<Follow>,
    /// What runs beside reports does so one report at a time.
    running_beside: Semaphore,
    /// How many more reports may wait for that.
    waiting_beside: Semaphore,
}

/// Why a version is not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoadFault {
    /// It is not there, or no module.
    Lasting,
    /// This machine could not give what is needed.
    Host(HostFault),
    /// This host was to blame, or the records: worth another try.
    Passing(&'static str),
}

/// What is remembered from one take-over to the next.
#[derive(Default)]
struct Follow {
    /// When to try again, if a version could not be loaded.
    retry_at: Option<Instant>,
}

type Table = BTreeMap<String, Assignment>;

/// What one module is assigned to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment {
    /// The version that makes the section.
    pub active: Option<Digest>,
    /// The version on trial and its share of the reports, in percent.
    pub canary: Option<(Digest, u8)>,
    /// The version that runs beside the active one, unseen.
    pub shadow: Option<Digest>,
    /// While the active version is new: the one before it.
    pub before: Option<Digest>,
    /// What runs may use in place of the usual.
    pub limits: LimitOverrides,
    /// Whether runs are to be tallied.
    pub on_trial: bool,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            records: None,
            table: ArcSwap::default(),
            seen: watch::Sender::new(0),
            idle: Idle::default(),
            taking_over: Mutex::default(),
            running_beside: Semaphore::new(1),
            waiting_beside: Semaphore::new(MOST_WAITING),
        }
    }
}

impl std::fmt::Debug for Assignments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Assignments")
            .field(&self.0.table.load())
            .finish()
    }
}

impl Assignments {
    /// As these records say, once they were [taken over](crate::Registry::catch_up).
    #[must_use]
    pub fn of(records: Records) -> Self {
        Self(Arc::new(Shared {
            records: Some(records),
            ..Shared::default()
        }))
    }

    /// The records that say so.
    pub(crate) fn records(&self) -> Option<&Records> {
        self.0.records.as_ref()
    }

    /// What a module is assigned to.
    #[must_use]
    pub fn of_module(&self, module: &str) -> Assignment {
        self.0.table.load().get(module).cloned().unwrap_or_default()
    }

    /// The version on trial that this report gets; none for most.
    pub(crate) fn canary_for(&self, report: &ReportId, module: &str) -> Option<Digest> {
        let (digest, percent) = self.0.table.load().get(module)?.canary?;
        (share_of(report, module) < percent).then_some(digest)
    }

    /// A change of the records that this process has taken over, and those that follow.
    #[must_use]
    pub fn seen(&self) -> watch::Receiver<u64> {
        self.0.seen.subscribe()
    }

    /// Wait for one's turn to run beside a report; none if too many wait already.
    pub(crate) async fn turn_beside(&self) -> Option<SemaphorePermit<'_>> {
        let _waits = self.0.waiting_beside.try_acquire().ok()?;
        self.0.running_beside.acquire().await.ok()
    }

    /// The code of a version: loaded already, or from the records.
    ///
    /// # Errors
    ///
    /// Whether another try may succeed.
    pub(crate) async fn load(
        &self,
        modules: &ModuleHost,
        digest: Digest,
    ) -> Result<Arc<Loaded>, LoadFault> {
        self.0.idle.used(digest);
        if let Some(module) = modules.by_digest(digest) {
            return Ok(module);
        }
        let records = self.records().ok_or(LoadFault::Lasting)?;
        let artifact = records.artifact(digest).await.map_err(|error| {
            let source = &error as &dyn std::error::Error;
            tracing::error!(module.digest = %digest, error = source, "the module {} is not to be had", digest.short());
            match error {
                RecordsError::NoArtifact(_) | RecordsError::DamagedArtifact(_) => LoadFault::Lasting,
                error => match error.host_fault() {
                    Some(fault) => LoadFault::Host(fault),
                    None => LoadFault::Passing("the records cannot be read"),
                },
            }
        })?;
        let host = modules.clone();
        let loading = tokio::task::spawn_blocking(move || host.load(&artifact.bytes));
        let loaded = loading.await.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(module.digest = %digest, error, "loading the module {} crashed", digest.short());
            LoadFault::Passing("loading it crashed; the log says where")
        })?;
        loaded.map_err(|error| {
            let source = &error as &dyn std::error::Error;
            tracing::error!(module.digest = %digest, error = source, "the module {} cannot be loaded", digest.short());
            if let Some(fault) = error.fault() {
                LoadFault::Host(fault)
            } else if error.is_ours() {
                LoadFault::Passing("this host could not compile or read it; the log says why")
            } else {
                LoadFault::Lasting
            }
        })
    }

    /// Take over what the records say, if it is news. `definitions` is called with them first.
    ///
    /// # Errors
    ///
    /// If the records cannot be read. A version that cannot be loaded is no error: the one before it
    /// stays in use here, and it is tried again later.
    pub(crate) async fn catch_up(
        &self,
        modules: &ModuleHost,
        definitions: &crate::Definitions,
    ) -> Result<(), RecordsError> {
        let Some(records) = self.records() else {
            return Ok(());
        };
        let mut follow = self.0.taking_over.lock().await;
        for digest in self.0.idle.excess() {
            modules.forget(digest);
        }
        // Read before what it counts, so that a change meanwhile is seen next time.
        let change = records.change_counter().await?;
        let retry = follow.retry_at.is_some_and(|at| at <= Instant::now());
        if change == *self.0.seen.borrow() && !retry {
            return Ok(());
        }
        let began = Instant::now();
        let rows = records.modules().await?;
        let used = records.definitions().await?;
        let mut table = Table::new();
        let mut whole = true;
        for row in &rows {
            whole &= self.take_over(modules, row).await;
            let mut assignment = Assignment::read(row);
            // No report is to begin with a version that is not to be had here.
            assignment.canary = assignment
                .canary
                .filter(|(digest, _)| modules.by_digest(*digest).is_some());
            table.insert(row.name.clone(), assignment);
        }
        // Records of an earlier version hold none until a server has started on them.
        if !used.is_empty() {
            definitions.replace(used.into_iter().map(|row| row.current));
        }
        self.0.table.store(Arc::new(table));
        self.0.idle.assign(assigned(&rows));
        follow.retry_at = (!whole).then(|| Instant::now() + RETRY_AFTER);
        self.0.seen.send_replace(change);
        metrics::gauge!("quire_registry_change").set(change as f64);
        metrics::histogram!("quire_registry_take_over_seconds").record(began.elapsed());
        Ok(())
    }

    /// Load what a module needs, and make its active version the active one here. False if that
    /// could not be done.
    async fn take_over(&self, modules: &ModuleHost, row: &ModuleRow) -> bool {
        let mut whole = true;
        let canary = row.canary.map(|canary| canary.digest);
        for trial in [canary, row.shadow].into_iter().flatten() {
            whole &= self.load(modules, trial).await.is_ok();
        }
        let Some(digest) = row.active else {
            return whole;
        };
        let now = modules.active(&row.name).map(|module| module.digest);
        if now == Some(digest) {
            return whole;
        }
        match self.load(modules, digest).await {
            Ok(module) => {
                modules.activate(&row.name, module);
                let name = &row.name;
                tracing::info!(module = name, module.digest = %digest, "module {name} is now version {}", digest.short());
                metrics::counter!("quire_module_swaps_total").increment(1);
                whole
            }
            Err(_) => false,
        }
    }
}

/// The versions that modules are assigned to, or can be rolled back to.
fn assigned(rows: &[ModuleRow]) -> BTreeSet<Digest> {
    let of_row = |row: &ModuleRow| {
        let canary = row.canary.map(|canary| canary.digest);
        [row.active, row.previous, canary, row.shadow]
    };
    rows.iter().flat_map(of_row).flatten().collect()
}

impl Assignment {
    /// What runs beside a report that is made with this version.
    #[must_use]
    pub fn beside(&self, digest: Digest) -> Vec<Beside> {
        if self.canary.is_some_and(|(canary, _)| canary == digest) {
            return self.active.map(Beside::Before).into_iter().collect();
        }
        if self.active != Some(digest) {
            return Vec::new();
        }
        let shadow = self.shadow.map(Beside::Shadow);
        let before = self.before.map(Beside::Before);
        shadow.into_iter().chain(before).collect()
    }

    fn read(row: &ModuleRow) -> Self {
        Self {
            active: row.active,
            canary: row.canary.map(|canary| (canary.digest, canary.percent)),
            shadow: row.shadow,
            before: row.probation.and(row.previous),
            limits: row.limits,
            on_trial: row.is_on_trial(),
        }
    }
}

/// Where a report stands among all reports, 0 to 99, always the same. The module's name is part of
/// it, so that canaries of several modules do not meet in the same reports.
fn share_of(report: &ReportId, module: &str) -> u8 {
    let digest = Digest::of_parts([
        b"quire canary 1".as_slice(),
        report.as_str().as_bytes(),
        module.as_bytes(),
    ]);
    let number = digest
        .as_bytes()
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u8::try_from(number % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(number: u32) -> ReportId {
        format!("01J{number:023}").parse().unwrap()
    }

    #[test]
    fn a_report_is_always_on_the_same_side_and_sides_have_their_share() {
        let share = |percent| {
            (0..2000)
                .filter(|number| share_of(&report(*number), "trend") < percent)
                .count()
        };

        assert_eq!(share_of(&report(7), "trend"), share_of(&report(7), "trend"));
        assert!((300..500).contains(&share(20)), "{}", share(20));
        assert_eq!((share(0), share(100)), (0, 2000));
    }

    #[test]
    fn versions_run_beside_what_they_are_compared_with() {
        let [active, canary, shadow, before, other] =
            [b"a", b"c", b"s", b"b", b"o"].map(|bytes| Digest::of(bytes));
        let assignment = Assignment {
            active: Some(active),
            canary: Some((canary, 10)),
            shadow: Some(shadow),
            before: Some(before),
            ..Assignment::default()
        };

        assert_eq!(
            assignment.beside(active),
            [Beside::Shadow(shadow), Beside::Before(before)]
        );
        assert_eq!(assignment.beside(canary), [Beside::Before(active)]);
        assert_eq!(assignment.beside(other), []);
    }

    #[test]
    fn canaries_of_two_modules_do_not_meet_in_the_same_reports() {
        let both = (0..2000)
            .map(report)
            .filter(|id| share_of(id, "trend") < 20 && share_of(id, "summary") < 20)
            .count();

        assert!((30..150).contains(&both), "{both}");
    }
}
