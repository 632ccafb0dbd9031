//! The standard sections, which are part of this binary, and components from files: entered in the
//! records where there are any, or activated in this process alone.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use quire_model::Digest;
use quire_modules::{
    ChildCompiler, CompileLimits, Compiler, Limits, LoadError, Loaded, ModuleHost, ModuleSettings,
};
use quire_records::{Decision, NewVersion, Records, VersionOrigin};

use crate::{cli::ModuleFile, operator, storage};

/// Name and component of each standard section.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The most compiled code that is kept for an author: each save of a section in Python makes 34 MB.
const OWN_CODE_BYTES: u64 = 1 << 30;

/// Start the module host. `slots` reports are made at a time.
pub(crate) fn host(code_dir: &Path, slots: u16) -> anyhow::Result<ModuleHost> {
    started(settings(code_dir, slots)?)
}

fn started(settings: ModuleSettings) -> anyhow::Result<ModuleHost> {
    let code_dir = settings.code_dir.display().to_string();
    ModuleHost::new(settings).with_context(|| format!("modules cannot be run with {code_dir}"))
}

/// The same for a command without a data directory: compiled code is kept in the user's own cache from one call to
/// the next, since a component of an interpreter takes seconds to compile; in `scratch` where there is no home.
pub(crate) fn own_host(scratch: &Path) -> anyhow::Result<ModuleHost> {
    let own = storage::own_code_dir().unwrap_or_else(|| Ok(scratch.to_owned()))?;
    let mut settings = settings(&own, 1)?;
    settings.code_bytes = Some(OWN_CODE_BYTES);
    if let Compiler::Child(child) = &mut settings.compiler {
        // The author waits for it.
        child.arguments.push("--hurry".into());
        let mut functions = OsString::from("--functions=");
        functions.push(&own);
        child.arguments.push(functions);
    }
    started(settings)
}

/// Load the standard sections and activate them in this process alone.
///
/// The first start compiles each component, which takes seconds; later ones read what was compiled.
pub(crate) async fn activate_embedded(host: &ModuleHost) -> anyhow::Result<()> {
    activate(host, embedded()).await
}

/// Load components from files and activate them in this process alone.
pub(crate) async fn activate_files(host: &ModuleHost, files: &[ModuleFile]) -> anyhow::Result<()> {
    for ModuleFile { name, .. } in files {
        if host.active(name).is_none() {
            let known: Vec<String> = host.list().into_iter().map(|(name, _)| name).collect();
            bail!(
                "--module names {name:?}, which no report uses; there are {}",
                known.join(", ")
            );
        }
    }
    activate(host, from_files(files)?).await
}

async fn activate(host: &ModuleHost, components: Components) -> anyhow::Result<()> {
    let loading = components.into_iter().map(|(name, component)| async move {
        let loaded = load_one(host, &name, &component).await?;
        host.activate(&name, loaded);
        anyhow::Ok(())
    });
    futures::future::try_join_all(loading).await?;
    Ok(())
}

/// See to it that the records have the standard sections, and the components that were named on the
/// command line. Which are active is the records' to say.
pub(crate) async fn enter(
    host: &ModuleHost,
    records: &Records,
    files: &[ModuleFile],
) -> anyhow::Result<()> {
    let entering = embedded().into_iter().map(|(name, component)| async move {
        enter_embedded(host, records, &name, component).await
    });
    futures::future::try_join_all(entering).await?;
    for (name, component) in from_files(files)? {
        enter_file(host, records, &name, component).await?;
    }
    Ok(())
}

async fn enter_embedded(
    host: &ModuleHost,
    records: &Records,
    name: &str,
    component: Component,
) -> anyhow::Result<()> {
    let digest = Digest::of(&component.wasm);
    let known = records.version(name, digest).await?.is_some();
    let active = records.module(name).await?.and_then(|module| module.active);
    if known && active.is_some() {
        return Ok(());
    }
    let new = prepare(host, records, name, component, VersionOrigin::Embedded).await?;
    records.enter_embedded(&new).await?;
    Ok(())
}

async fn enter_file(
    host: &ModuleHost,
    records: &Records,
    name: &str,
    component: Component,
) -> anyhow::Result<()> {
    let reason = format!("--module {name}=…{}", component.origin);
    let new = prepare(host, records, name, component, VersionOrigin::File).await?;
    let operator = operator::actor();
    let decision = Decision {
        actor: &operator,
        reason: &reason,
        request_id: "command-line",
        expected_revision: None,
    };
    let row = records
        .enter_file(&new, &decision)
        .await
        .with_context(|| format!("--module {name} cannot be used"))?;
    if row.active != Some(new.digest) {
        let digest = new.digest.short();
        tracing::warn!(
            module = name,
            "--module {name}: version {digest} was active before and was taken back, so it stays out; \
             `quire module activate {name} {digest}` brings it back"
        );
    }
    Ok(())
}

/// Check a component and store its bytes.
async fn prepare(
    host: &ModuleHost,
    records: &Records,
    name: &str,
    component: Component,
    origin: VersionOrigin,
) -> anyhow::Result<NewVersion> {
    let loaded = load_one(host, name, &component).await?;
    let size_bytes = component.wasm.len() as u64;
    quire_registry::store_component(records, component.wasm.into_owned()).await?;
    Ok(quire_registry::new_version(
        name, &loaded, size_bytes, origin,
    ))
}

/// How modules are run, with room for `slots` reports at a time. They are compiled by children of
/// this very program.
pub(crate) fn settings(code_dir: &Path, slots: u16) -> anyhow::Result<ModuleSettings> {
    Ok(ModuleSettings {
        code_dir: code_dir.to_path_buf(),
        code_bytes: None,
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

type Components = BTreeMap<String, Component>;

/// The standard sections by name.
fn embedded() -> Components {
    let component = |wasm: &'static [u8]| Component {
        wasm: Cow::Borrowed(wasm),
        origin: String::new(),
    };
    EMBEDDED
        .iter()
        .map(|(name, wasm)| ((*name).to_owned(), component(wasm)))
        .collect()
}

/// Components that were named on the command line.
fn from_files(files: &[ModuleFile]) -> anyhow::Result<Components> {
    files
        .iter()
        .map(|ModuleFile { name, file }| {
            let wasm = std::fs::read(file)
                .with_context(|| format!("--module {name}={} cannot be read", file.display()))?;
            let component = Component {
                wasm: Cow::Owned(wasm),
                origin: format!(" from {}", file.display()),
            };
            Ok((name.clone(), component))
        })
        .collect()
}

/// Load a component, off the threads that others wait for.
pub(crate) async fn load(
    host: &ModuleHost,
    wasm: impl AsRef<[u8]> + Send + 'static,
) -> anyhow::Result<Result<Arc<Loaded>, LoadError>> {
    let host = host.clone();
    Ok(tokio::task::spawn_blocking(move || host.load(wasm.as_ref())).await?)
}

async fn load_one(
    host: &ModuleHost,
    name: &str,
    component: &Component,
) -> anyhow::Result<Arc<Loaded>> {
    let loaded = load(host, component.wasm.clone())
        .await?
        .with_context(|| format!("the module {name}{} cannot be used", component.origin))?;
    tracing::debug!(module = name, digest = %loaded.digest, "loaded module {name}");
    Ok(loaded)
}
