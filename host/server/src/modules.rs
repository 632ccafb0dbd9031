//! The standard sections, which are part of this binary, and components from files in their place.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use quire_modules::{Limits, ModuleHost, ModuleSettings};

use crate::cli::ModuleFile;

/// Name and component of each standard section.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Start the module host, and load and activate every module. `slots` reports are made at a time.
///
/// The first start compiles each component, which takes seconds; later ones read what was
/// compiled from `code_dir`.
pub(crate) async fn load(
    code_dir: &Path,
    slots: u16,
    files: &[ModuleFile],
) -> anyhow::Result<ModuleHost> {
    let settings = ModuleSettings {
        code_dir: code_dir.to_path_buf(),
        slots: u32::from(slots) + SPARE_SLOTS,
        limits: Limits::default(),
    };
    let host = ModuleHost::new(settings)
        .with_context(|| format!("modules cannot be run with {}", code_dir.display()))?;
    let loading = components(files)?
        .into_iter()
        .map(|(name, wasm)| load_one(host.clone(), name, wasm));
    futures::future::try_join_all(loading).await?;
    Ok(host)
}

/// A report being made takes one slot at a time. These are for what is answered without a worker:
/// narratives over HTTP.
const SPARE_SLOTS: u32 = 4;

/// The standard sections by name, with those from files in their place.
fn components(files: &[ModuleFile]) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let embedded = EMBEDDED.iter();
    let mut components: BTreeMap<String, Vec<u8>> = embedded
        .map(|(name, wasm)| ((*name).to_owned(), wasm.to_vec()))
        .collect();
    for ModuleFile { name, file } in files {
        if !components.contains_key(name) {
            let names: Vec<&str> = EMBEDDED.iter().map(|(name, _)| *name).collect();
            bail!(
                "--module names {name:?}, which no report uses; there are {}",
                names.join(", ")
            );
        }
        let wasm = std::fs::read(file)
            .with_context(|| format!("--module {name}={} cannot be read", file.display()))?;
        components.insert(name.clone(), wasm);
    }
    Ok(components)
}

async fn load_one(host: ModuleHost, name: String, wasm: Vec<u8>) -> anyhow::Result<()> {
    let loader = host.clone();
    let loaded = tokio::task::spawn_blocking(move || loader.load(&wasm))
        .await?
        .with_context(|| format!("the module {name} cannot be used"))?;
    tracing::debug!(module = name, digest = %loaded.digest, "loaded module {name}");
    host.activate(&name, loaded);
    Ok(())
}
