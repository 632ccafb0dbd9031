//! The standard sections, which are part of this binary, and components from files in their place.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use quire_modules::{ChildCompiler, CompileLimits, Compiler, Limits, ModuleHost, ModuleSettings};

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
    let host = ModuleHost::new(settings(code_dir, slots)?)
        .with_context(|| format!("modules cannot be run with {}", code_dir.display()))?;
    let loading = components(files)?
        .into_iter()
        .map(|(name, component)| load_one(host.clone(), name, component));
    futures::future::try_join_all(loading).await?;
    Ok(host)
}

/// How modules are run, with room for `slots` reports at a time. They are compiled by children of
/// this very program.
pub(crate) fn settings(code_dir: &Path, slots: u16) -> anyhow::Result<ModuleSettings> {
    Ok(ModuleSettings {
        code_dir: code_dir.to_path_buf(),
        slots: u32::from(slots) + SPARE_SLOTS,
        limits: Limits::DEFAULT,
        compiler: Compiler::Child(ChildCompiler {
            program: own_program()?,
            arguments: vec!["compile".into()],
            limits: CompileLimits::default(),
        }),
    })
}

/// This program. The link of the kernel still leads to it when its file has been replaced by that of
/// a later version.
fn own_program() -> anyhow::Result<PathBuf> {
    let link = Path::new("/proc/self/exe");
    if link.exists() {
        return Ok(link.to_path_buf());
    }
    std::env::current_exe().context("the path of this program cannot be told")
}

/// A report being made takes one slot at a time. These are for what is answered without a worker:
/// narratives over HTTP.
const SPARE_SLOTS: u32 = 4;

/// A component, and where it came from in words for the one who named it.
struct Component {
    wasm: Cow<'static, [u8]>,
    origin: String,
}

/// The standard sections by name, with those from files in their place.
fn components(files: &[ModuleFile]) -> anyhow::Result<BTreeMap<String, Component>> {
    let embedded = |wasm: &'static [u8]| Component {
        wasm: Cow::Borrowed(wasm),
        origin: String::new(),
    };
    let mut components: BTreeMap<String, Component> = EMBEDDED
        .iter()
        .map(|(name, wasm)| ((*name).to_owned(), embedded(wasm)))
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
        let wasm = Cow::Owned(wasm);
        let origin = format!(" from {}", file.display());
        components.insert(name.clone(), Component { wasm, origin });
    }
    Ok(components)
}

async fn load_one(host: ModuleHost, name: String, component: Component) -> anyhow::Result<()> {
    let loader = host.clone();
    let loaded = tokio::task::spawn_blocking(move || loader.load(&component.wasm))
        .await?
        .with_context(|| format!("the module {name}{} cannot be used", component.origin))?;
    tracing::debug!(module = name, digest = %loaded.digest, "loaded module {name}");
    host.activate(&name, loaded);
    Ok(())
}
