//! Loads the component of a file, for the commands of an author.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use quire_modules::{LoadError, Loaded, ModuleHost};

use crate::{modules, terminal};

/// The component in a file; none if it is refused, which is said.
pub(super) async fn load(host: &ModuleHost, file: &Path) -> anyhow::Result<Option<Arc<Loaded>>> {
    let wasm = read(file)?;
    match modules::load(host, wasm).await? {
        Ok(module) => Ok(Some(module)),
        Err(error) if error.is_ours() => Err(error.into()),
        Err(refusal) => {
            tell(file, &refusal);
            Ok(None)
        }
    }
}

/// The bytes of a file.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Say why the component in a file is refused, and by which check.
pub(super) fn tell(file: &Path, refusal: &LoadError) {
    let (name, check) = (file.display(), refusal.refusal());
    terminal::note_lines(&format!("error: {name} is refused ({check}): {refusal}"));
}
