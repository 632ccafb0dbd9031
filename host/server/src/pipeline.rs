//! Puts together what makes reports: data, modules, definitions.

use std::path::Path;

use anyhow::Context as _;
use quire_background::Store;
use quire_faers::Faers;
use quire_jobs::{Definitions, Pipeline};
use quire_replay::{Replay, RunningReplay};

use crate::{
    cli::{ModuleFiles, Sample},
    modules,
    settings::SourceSettings,
};

/// What stands on the cover of each document; part of what determines its bytes.
const PRODUCER: &str = concat!("Quire ", env!("CARGO_PKG_VERSION"));

/// A pipeline, and the sample that it reads from if it was asked for.
pub(crate) struct Ready {
    /// Makes reports.
    pub(crate) pipeline: Pipeline,
    /// Serves the sample until this is dropped.
    _sample: Option<RunningReplay>,
}

/// What a pipeline is made from.
pub(crate) struct Parts<'a> {
    /// Where the data come from.
    pub(crate) source: &'a SourceSettings,
    /// Whether the sample takes openFDA's place.
    pub(crate) sample: Sample,
    /// `redis://…` for the cache; in process if absent.
    pub(crate) redis_url: Option<String>,
    /// Imported backgrounds.
    pub(crate) backgrounds: Store,
    /// Where compiled modules are kept.
    pub(crate) code_dir: &'a Path,
    /// Reports that are made at a time.
    pub(crate) slots: u16,
    /// Components from files.
    pub(crate) modules: &'a ModuleFiles,
}

/// Put a pipeline together.
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
    let faers = Faers::new(settings).context("openFDA cannot be used as configured")?;
    let modules = modules::load(parts.code_dir, parts.slots, &parts.modules.modules).await?;
    let pipeline = Pipeline {
        faers,
        backgrounds: parts.source.backgrounds(parts.backgrounds),
        modules,
        definitions: Definitions::built_in(),
        producer: PRODUCER.to_owned(),
    };
    Ok(Ready {
        pipeline,
        _sample: sample,
    })
}
