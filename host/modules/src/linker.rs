//! Joins a component's imports with what this crate serves.

use wasmtime::{
    Engine,
    component::{Component, HasSelf, InstancePre, Linker},
};

use crate::{
    LoadError,
    bindings::{
        narrative::NarrativeModulePre, section::SectionModule, section::SectionModulePre, wasi,
    },
    loaded::Code,
    store::Guest,
    stubs,
};

/// The interfaces that a module may export.
const SECTION: &str = "quire:report/section@0.1.0";
const NARRATIVE: &str = "quire:report/narrative@0.1.0";

/// Everything that is served, for every component.
///
/// # Errors
///
/// If two definitions have one name, which the tests would have seen.
pub(crate) fn base(engine: &Engine) -> Result<Linker<Guest>, LoadError> {
    let mut linker = Linker::new(engine);
    // The narrative world imports the same interfaces, so this serves both.
    SectionModule::add_to_linker::<_, HasSelf<_>>(&mut linker, |guest| guest)
        .and_then(|()| wasi::Sandbox::add_to_linker::<_, HasSelf<_>>(&mut linker, |guest| guest))
        .map_err(|error| LoadError::Host(format!("the linker cannot be filled: {error:#}")))?;
    Ok(linker)
}

/// Link a component and find out which world it implements.
///
/// # Errors
///
/// [`LoadError::UnknownWorld`] or [`LoadError::Contract`], for the author.
pub(crate) fn link(base: &Linker<Guest>, component: &Component) -> Result<Code, LoadError> {
    let engine = component.engine();
    let world = world(engine, component)?;
    let mut linker = base.clone();
    stubs::add(&mut linker, engine, component).map_err(contract)?;
    let pre = linker.instantiate_pre(component).map_err(contract)?;
    match world {
        World::Section => section(pre),
        World::Narrative => narrative(pre),
    }
}

enum World {
    Section,
    Narrative,
}

fn section(pre: InstancePre<Guest>) -> Result<Code, LoadError> {
    SectionModulePre::new(pre)
        .map(Code::Section)
        .map_err(contract)
}

fn narrative(pre: InstancePre<Guest>) -> Result<Code, LoadError> {
    NarrativeModulePre::new(pre)
        .map(Code::Narrative)
        .map_err(contract)
}

fn world(engine: &Engine, component: &Component) -> Result<World, LoadError> {
    let has = |name| component.get_export_index(None, name).is_some();
    match (has(SECTION), has(NARRATIVE)) {
        (true, false) => Ok(World::Section),
        (false, true) => Ok(World::Narrative),
        (true, true) => Err(LoadError::Contract(
            "it exports both `section` and `narrative`; a module exports one of them".to_owned(),
        )),
        (false, false) => Err(unknown(&exports(engine, component))),
    }
}

/// A world of the contract in another version, or none of it.
fn unknown(exports: &[String]) -> LoadError {
    let served = [SECTION, NARRATIVE].map(quoted).to_vec();
    let worlds = [SECTION, NARRATIVE].map(interface);
    let is_world = |export: &&String| worlds.contains(&interface(export));
    let found: Vec<String> = exports.iter().filter(is_world).map(quoted).collect();
    if !found.is_empty() {
        return LoadError::Version { found, served };
    }
    let exports: Vec<String> = exports.iter().map(quoted).collect();
    LoadError::UnknownWorld {
        exports: match exports.as_slice() {
            [] => "nothing".to_owned(),
            exports => exports.join(", "),
        },
        served,
    }
}

fn quoted(name: impl std::fmt::Display) -> String {
    format!("`{name}`")
}

/// A name without its version.
fn interface(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}

fn exports(engine: &Engine, component: &Component) -> Vec<String> {
    component
        .component_type()
        .exports(engine)
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn contract(error: wasmtime::Error) -> LoadError {
    LoadError::Contract(format!("{error:#}"))
}
