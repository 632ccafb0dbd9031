//! Puts together what makes reports: data, modules, definitions.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use quire_background::Store;
use quire_faers::{Faers, Tuning};
use quire_modules::ModuleHost;
use quire_records::Records;
use quire_registry::{Assignments, Definitions, Registry};
use quire_replay::{Replay, RunningReplay};
use quire_reports::Maker;

use crate::{
    cli::{ModuleFile, ModuleFiles, Sample},
    modules,
    settings::SourceSettings,
    usage::WrongSetting,
};

/// What makes reports, and the sample that it reads from if it was asked for.
pub(crate) struct Ready {
    /// Makes reports.
    pub(crate) maker: Maker,
    /// Serves the sample until this is dropped.
    _sample: Option<RunningReplay>,
}

/// What it is made from.
pub(crate) struct Parts<'a> {
    /// Where the data come from.
    pub(crate) source: &'a SourceSettings,
    /// Whether the sample takes openFDA's place.
    pub(crate) sample: Sample,
    /// `redis://…` for the cache; in process if absent.
    pub(crate) redis_url: Option<String>,
    /// Imported backgrounds.
    pub(crate) backgrounds: Store,
    /// Whether equal requests are given one document.
    pub(crate) sharing: bool,
    /// Where compiled modules are kept.
    pub(crate) code_dir: &'a Path,
    /// Reports that are made at a time.
    pub(crate) slots: u16,
    /// What to do when openFDA asks to wait.
    pub(crate) waiting: Waiting,
    /// Components from files.
    pub(crate) modules: &'a ModuleFiles,
    /// What says which versions are active.
    pub(crate) versions: Versions,
}

/// What to do when openFDA asks to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Hand the report back to the queue, which brings it again after that time.
    InQueue,
    /// Wait here, since there is no queue.
    Here,
}

/// What is waited for without a queue: ten minutes at a time, ten of openFDA's minutes in all. A longer
/// wait is the day's limit, which no one sits through.
const PATIENCE: (Duration, u32) = (Duration::from_secs(600), 10);

impl Waiting {
    fn tuning(self) -> Tuning {
        let usual = Tuning::default();
        match self {
            Self::InQueue => usual,
            Self::Here => Tuning {
                longest_wait: PATIENCE.0,
                throttled_attempts: PATIENCE.1,
                ..usual
            },
        }
    }
}

/// What says which versions of modules and definitions are used.
pub(crate) enum Versions {
    /// The records, in which this binary's own and those from files are entered first.
    Kept(Records),
    /// The records if there are any, else this binary; those from files are used by this process
    /// alone, and nothing is written.
    Read(Option<Records>),
}

impl Versions {
    /// For a change by an operator. Records that are in use stay as they are: only a server or a worker
    /// brings in what a newer binary has. New ones are filled, so that there is something to change.
    pub(crate) async fn for_a_change(records: Records) -> anyhow::Result<Self> {
        if records.modules().await?.is_empty() {
            Ok(Self::Kept(records))
        } else {
            Ok(Self::Read(Some(records)))
        }
    }
}

/// Modules and definitions without a source of data: enough to change them, and to make documents
/// again from what is stored.
pub(crate) async fn registry(
    code_dir: &Path,
    files: &ModuleFiles,
    versions: Versions,
) -> anyhow::Result<Registry> {
    let registry = following(modules::host(code_dir, 1)?, &versions);
    ready_versions(&registry, &versions, &files.modules).await?;
    Ok(registry)
}

/// The definitions that a server on this data directory uses, or those that come with Quire.
pub(crate) async fn definitions(records: Option<&Records>) -> anyhow::Result<Definitions> {
    let used = match records {
        Some(records) => records.definitions().await?,
        None => Vec::new(),
    };
    if used.is_empty() {
        return Ok(Definitions::built_in());
    }
    Ok(used.into_iter().map(|row| row.current).collect())
}

/// What follows the records, if there are any.
fn following(modules: ModuleHost, versions: &Versions) -> Registry {
    Registry {
        modules,
        definitions: Definitions::built_in(),
        assignments: match versions {
            Versions::Kept(records) | Versions::Read(Some(records)) => {
                Assignments::of(records.clone())
            }
            Versions::Read(None) => Assignments::default(),
        },
    }
}

/// Put together what makes reports.
pub(crate) async fn build(parts: Parts<'_>) -> anyhow::Result<Ready> {
    let sample = match parts.sample.sample {
        true => Some(
            Replay::sample()
                .await
                .context("the sample cannot be served")?,
        ),
        false => None,
    };
    let url = sample.as_ref().map(RunningReplay::url);
    let settings = parts.source.faers(parts.redis_url, url.as_deref());
    let settings = settings.map_err(|error| WrongSetting(format!("{error:#}")))?;
    let faers = Faers::tuned(settings, parts.waiting.tuning())
        .context("openFDA cannot be used as configured")?;
    let host = modules::host(parts.code_dir, parts.slots)?;
    let registry = following(host, &parts.versions);
    ready_versions(&registry, &parts.versions, &parts.modules.modules).await?;
    Ok(Ready {
        maker: Maker {
            faers,
            backgrounds: parts.source.backgrounds(parts.backgrounds),
            registry,
            sharing: parts.sharing,
        },
        _sample: sample,
    })
}

/// Load what reports are made with.
async fn ready_versions(
    registry: &Registry,
    versions: &Versions,
    files: &[ModuleFile],
) -> anyhow::Result<()> {
    match versions {
        Versions::Kept(records) => {
            modules::enter(&registry.modules, records, files).await?;
            for definition in Definitions::built_in().list() {
                records.enter_built_in(&definition).await?;
            }
            registry.catch_up().await?;
        }
        Versions::Read(_) => {
            modules::activate_embedded(&registry.modules).await?;
            registry.catch_up().await?;
            modules::activate_files(&registry.modules, files).await?;
        }
    }
    Ok(())
}
