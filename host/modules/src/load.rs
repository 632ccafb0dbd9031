//! From bytes to a module that can be called: every check before the next one costs anything.

use std::sync::{Arc, Mutex, PoisonError};

use futures::executor::block_on;
use quire_model::{Date, Digest};
use wasmparser::{Parser, Payload};
use wasmtime::{
    Engine,
    component::{Component, Linker},
};

use crate::{
    Compiler, Limits, LoadError, Loaded, Manifest,
    code::CodeDir,
    convert::document,
    engine::Shape,
    failure, imports, linker,
    loaded::Code,
    params::ParamsSchema,
    run,
    store::{self, Guest, Pace, World},
};

/// The largest file that is compiled. Python interpreters have 18 MB.
const MODULE_BYTES: usize = 32 << 20;
/// Bytes of a WebAssembly page.
const PAGE_BYTES: u64 = 64 << 10;

/// What is needed to load a component.
pub(crate) struct Loader<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) shape: Shape,
    pub(crate) compiler: &'a Compiler,
    pub(crate) linker: &'a Linker<Guest>,
    pub(crate) code_dir: &'a CodeDir,
    pub(crate) limits: &'a Limits,
    /// Held while a component is tried: the pool has room for one more instance than calls.
    pub(crate) trial: &'a Mutex<()>,
}

impl Loader<'_> {
    /// Check, compile, link and try a component.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names what the author has to change.
    pub(crate) fn load(&self, digest: Digest, wasm: &[u8]) -> Result<Loaded, LoadError> {
        check_format(wasm)?;
        imports::check(wasm)?;
        self.check_declared(wasm)?;
        let component = self.compiled(digest, wasm)?;
        self.check_memory(&component)?;
        let code = linker::link(self.linker, &component)?;
        prepare(&component)?;
        let manifest = self.describe(digest, &code)?;
        let params = ParamsSchema::read(manifest.params_schema.as_deref())
            .map_err(LoadError::ParamsSchema)?;
        Ok(Loaded {
            digest,
            kind: code.kind(),
            manifest,
            wants_background: ["background", "strata"]
                .iter()
                .any(|interface| imports::wants(self.engine, &component, interface)),
            wants_label: imports::wants(self.engine, &component, "label"),
            size_bytes: wasm.len(),
            imports: imports::names(self.engine, &component),
            code,
            params,
        })
    }

    /// Its code: as it was kept, or compiled now.
    fn compiled(&self, digest: Digest, wasm: &[u8]) -> Result<Component, LoadError> {
        if let Some(component) = self.code_dir.component(self.engine, digest) {
            return Ok(component);
        }
        let code = self.compiler.compile(self.engine, self.shape, wasm)?;
        self.code_dir.keep(digest, &code)?;
        self.code_dir
            .component(self.engine, digest)
            .ok_or_else(|| LoadError::Host("compiled code cannot be read back".to_owned()))
    }

    /// Instantiate and ask what it is, under the limits of any call. Mismatches of exported
    /// functions show only now.
    fn describe(&self, digest: Digest, code: &Code) -> Result<Manifest, LoadError> {
        let _one_at_a_time = self.trial.lock().unwrap_or_else(PoisonError::into_inner);
        let world = World {
            digest,
            as_of: Date::constant(1970, 1, 1),
            seed: 0,
        };
        let mut store = store::new(self.engine, self.limits, world, Pace::Straight);
        let meter = Arc::clone(&store.data().meter);
        let described = block_on(meter.measure(run::describe(&mut store, code)));
        let manifest = described.map_err(|broken| failure::explain_trial(&broken, &store))?;
        let manifest = document::manifest(manifest);
        quire_check::manifest(&manifest).map_err(LoadError::Manifest)?;
        Ok(manifest)
    }

    /// By the bytes, before anything is compiled: what no engine of ours could hold cannot be loaded to be asked.
    fn check_declared(&self, wasm: &[u8]) -> Result<(), LoadError> {
        let limit = self.limits.memory_bytes;
        let payloads = Parser::new(0).parse_all(wasm).map_while(Result::ok);
        let memories = payloads.filter_map(|payload| match payload {
            Payload::MemorySection(memories) => Some(memories),
            _ => None,
        });
        let largest = memories
            .flat_map(|memories| memories.into_iter().map_while(Result::ok))
            .map(|memory| memory.initial.saturating_mul(PAGE_BYTES))
            .max()
            .unwrap_or(0);
        if usize::try_from(largest).is_ok_and(|bytes| bytes <= limit) {
            return Ok(());
        }
        Err(LoadError::Memory {
            bytes: largest,
            limit,
        })
    }

    fn check_memory(&self, component: &Component) -> Result<(), LoadError> {
        let bytes = component
            .resources_required()
            .and_then(|required| required.max_initial_memory_size)
            .map_or(0, |pages| pages.saturating_mul(PAGE_BYTES));
        let limit = self.limits.memory_bytes;
        if usize::try_from(bytes).is_ok_and(|bytes| bytes <= limit) {
            Ok(())
        } else {
            Err(LoadError::Memory { bytes, limit })
        }
    }
}

/// Pay now what the first call would pay.
fn prepare(component: &Component) -> Result<(), LoadError> {
    component
        .initialize_copy_on_write_image()
        .map_err(|error| match failure::machine(&error) {
            Some(fault) => LoadError::Machine {
                what: "no memory image".to_owned(),
                fault,
            },
            None => LoadError::Host(format!("no memory image: {error:#}")),
        })
}

/// Refuse by the first bytes what is no component.
fn check_format(wasm: &[u8]) -> Result<(), LoadError> {
    if wasm.len() > MODULE_BYTES {
        return Err(LoadError::TooLarge {
            bytes: wasm.len(),
            limit: MODULE_BYTES,
        });
    }
    match wasm.first_chunk() {
        Some(b"\0asm\x0d\0\x01\0") => Ok(()),
        Some(b"\0asm\x01\0\0\0") => Err(LoadError::CoreModule),
        Some([0x7f, b'E', b'L', b'F', ..]) => Err(LoadError::Precompiled),
        Some([b'\0', b'a', b's', b'm', version @ ..]) => Err(LoadError::NotWasm(format!(
            "it is of the unknown version {version:02x?}"
        ))),
        _ => Err(LoadError::NotWasm(
            "it does not begin with `\\0asm`".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_component_is_refused_by_its_first_bytes() {
        assert!(check_format(b"\0asm\x0d\0\x01\0").is_ok());
        assert!(matches!(
            check_format(b"\0asm\x01\0\0\0"),
            Err(LoadError::CoreModule)
        ));
        assert!(matches!(
            check_format(b"\x7fELF\x02\x01\x01\0"),
            Err(LoadError::Precompiled)
        ));
        assert!(matches!(
            check_format(b"\0asm\x0e\0\x01\0"),
            Err(LoadError::NotWasm(_))
        ));
        assert!(matches!(
            check_format(b"(component)"),
            Err(LoadError::NotWasm(_))
        ));
        assert!(matches!(check_format(b""), Err(LoadError::NotWasm(_))));
    }

    #[test]
    fn files_beyond_the_cap_are_refused_unread() {
        let large = vec![0; MODULE_BYTES + 1];

        assert!(matches!(
            check_format(&large),
            Err(LoadError::TooLarge { .. })
        ));
    }
}
