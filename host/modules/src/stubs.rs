//! Files, sockets and HTTP: linked because standard libraries import them, refused by name when called.

use wasmtime::{
    Engine,
    component::{
        Component, Linker, LinkerInstance, ResourceType, Val,
        types::{ComponentInstance, ComponentItem},
    },
};

use crate::{
    imports::{Served, served},
    sandbox::handles::Never,
    stop::Stop,
    store::Guest,
};

/// Resources and the interface that defines each; other interfaces only use them.
const OWNERS: &[(&str, &str)] = &[
    ("error", "wasi:io/error"),
    ("io-error", "wasi:io/error"),
    ("pollable", "wasi:io/poll"),
    ("input-stream", "wasi:io/streams"),
    ("output-stream", "wasi:io/streams"),
    ("descriptor", "wasi:filesystem/types"),
    ("network", "wasi:sockets/network"),
    ("tcp-socket", "wasi:sockets/tcp"),
    ("udp-socket", "wasi:sockets/udp"),
];

/// Define everything that the component imports and no module gets.
///
/// # Errors
///
/// If the linker already has one of the names.
pub(crate) fn add(
    linker: &mut Linker<Guest>,
    engine: &Engine,
    component: &Component,
) -> wasmtime::Result<()> {
    for (name, import) in component.component_type().imports(engine) {
        if served(name) != Some(Served::Refused) {
            continue;
        }
        if let ComponentItem::ComponentInstance(interface) = import.ty {
            refuse(&mut linker.instance(name)?, name, &interface, engine)?;
        }
    }
    Ok(())
}

fn refuse(
    linker: &mut LinkerInstance<'_, Guest>,
    interface: &str,
    items: &ComponentInstance,
    engine: &Engine,
) -> wasmtime::Result<()> {
    for (item, export) in items.exports(engine) {
        match export.ty {
            // Asked for when a guest starts: there are none, which is no reason to end it.
            ComponentItem::ComponentFunc(_) if item == "get-directories" => {
                linker.func_new(item, |_, _, _, results| {
                    results.fill(Val::List(Vec::new()));
                    Ok(())
                })?;
            }
            ComponentItem::ComponentFunc(_) => {
                let name = format!("{interface}#{item}");
                linker.func_new(item, move |_, _, _, _| {
                    Err(Stop::Forbidden(name.clone()).into())
                })?;
            }
            ComponentItem::Resource(_) if is_owned(item, interface) => {
                linker.resource(item, ResourceType::host::<Never>(), |_, _| Ok(()))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether an interface defines a resource, rather than using another's.
fn is_owned(resource: &str, interface: &str) -> bool {
    OWNERS
        .iter()
        .find(|(name, _)| *name == resource)
        .is_none_or(|(_, owner)| interface.split('@').next() == Some(owner))
}
