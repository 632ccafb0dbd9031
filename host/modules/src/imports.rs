//! What a component may import, by name. Everything else is refused before it is compiled, all of it
//! at once, so that an author mends it in one go.

use wasmparser::{ComponentImport, ComponentTypeRef, Parser, Payload};
use wasmtime::{Engine, component::Component};

use crate::LoadError;

/// How the names of the contract's own interfaces begin in a message, with any version that is not
/// served.
const CONTRACT_QUOTED: &str = "`quire:report/";
/// The versions of the contract that are served.
pub(crate) const CONTRACT_SERVED: &str = "quire:report 0.1";

/// Who serves an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// A host function of this crate.
    Here,
    /// Linked, because standard libraries do, but every call ends the guest by name.
    Refused,
}

/// An interface, its version track, and who serves it.
struct Interface {
    name: &'static str,
    track: &'static str,
    served: Served,
}

const fn here(name: &'static str, track: &'static str) -> Interface {
    let served = Served::Here;
    Interface {
        name,
        track,
        served,
    }
}

const fn refused(name: &'static str) -> Interface {
    let served = Served::Refused;
    Interface {
        name,
        track: "0.2",
        served,
    }
}

const ALLOWED: &[Interface] = &[
    here("quire:report/types", "0.1"),
    here("quire:report/cases", "0.1"),
    here("quire:report/totals", "0.1"),
    here("quire:report/interval", "0.1"),
    here("quire:report/background", "0.1"),
    here("quire:report/strata", "0.1"),
    here("quire:report/label", "0.1"),
    here("quire:report/provenance", "0.1"),
    here("quire:report/log", "0.1"),
    here("wasi:io/error", "0.2"),
    here("wasi:io/poll", "0.2"),
    here("wasi:io/streams", "0.2"),
    here("wasi:cli/environment", "0.2"),
    here("wasi:cli/exit", "0.2"),
    here("wasi:cli/stdin", "0.2"),
    here("wasi:cli/stdout", "0.2"),
    here("wasi:cli/stderr", "0.2"),
    here("wasi:cli/terminal-input", "0.2"),
    here("wasi:cli/terminal-output", "0.2"),
    here("wasi:cli/terminal-stdin", "0.2"),
    here("wasi:cli/terminal-stdout", "0.2"),
    here("wasi:cli/terminal-stderr", "0.2"),
    here("wasi:clocks/monotonic-clock", "0.2"),
    here("wasi:clocks/wall-clock", "0.2"),
    here("wasi:random/random", "0.2"),
    here("wasi:random/insecure", "0.2"),
    here("wasi:random/insecure-seed", "0.2"),
    refused("wasi:filesystem/types"),
    refused("wasi:filesystem/preopens"),
    refused("wasi:sockets/network"),
    refused("wasi:sockets/instance-network"),
    refused("wasi:sockets/udp"),
    refused("wasi:sockets/udp-create-socket"),
    refused("wasi:sockets/tcp"),
    refused("wasi:sockets/tcp-create-socket"),
    refused("wasi:sockets/ip-name-lookup"),
    refused("wasi:http/types"),
    refused("wasi:http/outgoing-handler"),
];

/// Who serves an import of this name, such as `wasi:cli/exit@0.2.3`.
pub(crate) fn served(import: &str) -> Option<Served> {
    let (name, version) = import.split_once('@')?;
    ALLOWED
        .iter()
        .find(|interface| interface.name == name && is_on(version, interface.track))
        .map(|interface| interface.served)
}

/// Refuse a component that imports anything else, by its bytes: compiling an interpreter takes seconds.
///
/// # Errors
///
/// [`LoadError::Imports`] with every offender.
pub(crate) fn check(wasm: &[u8]) -> Result<(), LoadError> {
    let names: Vec<String> = listed(wasm)
        .filter(|import| {
            let interface = matches!(import.ty, ComponentTypeRef::Instance(_));
            !interface || served(import.name.name).is_none()
        })
        .map(|import| explain(import.name.name))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    // Nothing wrong but the version: the author has to build against another `wit/`.
    let versions = |name: &String| name.starts_with(CONTRACT_QUOTED) && name.ends_with(')');
    if names.iter().all(versions) {
        return Err(LoadError::Version {
            found: names,
            served: vec![CONTRACT_SERVED.to_owned()],
        });
    }
    let served = [
        CONTRACT_SERVED,
        "wasi:io, wasi:cli, wasi:clocks and wasi:random 0.2",
    ];
    Err(LoadError::Imports {
        names,
        served: served.map(str::to_owned).to_vec(),
    })
}

/// The imports of a component itself, not of what is inside it, in order; up to the first byte that cannot be read,
/// which the compiler explains.
fn listed(wasm: &[u8]) -> impl Iterator<Item = ComponentImport<'_>> {
    let mut depth = 0_u32;
    let payloads = Parser::new(0).parse_all(wasm).map_while(Result::ok);
    payloads
        .filter_map(move |payload| {
            match payload {
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(imports) if depth == 1 => return Some(imports),
                _ => {}
            }
            None
        })
        .flat_map(|imports| imports.into_iter().map_while(Result::ok))
}

/// Whether a component imports an interface of the contract, such as `background`. Compilers leave out what
/// is never called.
pub(crate) fn wants(engine: &Engine, component: &Component, interface: &str) -> bool {
    let imports = component.component_type();
    let names = imports.imports(engine).map(|(name, _)| name);
    let mut ours = names.filter_map(|name| name.strip_prefix("quire:report/"));
    ours.any(|name| {
        name.split_once('@')
            .is_some_and(|(name, _)| name == interface)
    })
}

/// Every import by name.
pub(crate) fn names(engine: &Engine, component: &Component) -> Vec<String> {
    let names = component.component_type();
    names
        .imports(engine)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The name, and the version that is served if only that is wrong.
fn explain(import: &str) -> String {
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    match ALLOWED.iter().find(|interface| interface.name == name) {
        Some(interface) if version.is_empty() => {
            format!("`{name}` without a version ({} is served)", interface.track)
        }
        Some(interface) => format!("`{import}` ({} is served)", interface.track),
        None => format!("`{import}`"),
    }
}

/// Whether a version is one of a track: `0.2.6` is on `0.2`, `0.20.0` is not.
fn is_on(version: &str, track: &str) -> bool {
    version
        .strip_prefix(track)
        .and_then(|rest| rest.strip_prefix('.'))
        .is_some_and(|patch| patch.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_patch_of_a_served_track_is_taken() {
        assert_eq!(served("wasi:cli/exit@0.2.3"), Some(Served::Here));
        assert_eq!(served("quire:report/cases@0.1.7"), Some(Served::Here));
        assert_eq!(served("wasi:sockets/tcp@0.2.6"), Some(Served::Refused));
    }

    #[test]
    fn other_versions_and_other_names_are_not() {
        for import in [
            "wasi:cli/exit@0.3.0",
            "wasi:cli/exit",
            "wasi:cli/exit@0.2.0-rc",
            "quire:report/cases@0.2.0",
            "wasi:http/incoming-handler@0.2.6",
            "wasi:cli/exit2@0.2.6",
        ] {
            assert_eq!(served(import), None, "{import}");
        }
    }

    #[test]
    fn a_wrong_version_is_told_apart_from_a_wrong_name() {
        assert_eq!(
            explain("quire:report/cases@0.2.0"),
            "`quire:report/cases@0.2.0` (0.1 is served)"
        );
        assert_eq!(explain("wasi:nn/tensor@0.2.0"), "`wasi:nn/tensor@0.2.0`");
    }
}
