//! A component enters the records: checked whole first, then stored as a version that nothing uses.
//! From the binary, from the command line, or from an upload.

use quire_model::Digest;
use quire_modules::{Checked, LoadError, Loaded, Sample};
use quire_records::{Decision, NewVersion, Records, RecordsError, VersionOrigin, VersionRow};
use serde_json::json;

use crate::Registry;

/// What media type components are stored under.
const MEDIA_TYPE: &str = "application/wasm";

/// A component that is in the records.
#[derive(Clone, Debug)]
pub struct Added {
    /// The version as it stands.
    pub version: VersionRow,
    /// False if it was there before; then nothing was changed.
    pub created: bool,
    /// What the checks found.
    pub checked: Checked,
}

/// Why a component is not in the records. What is active is as it was.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// A check refused it; the author's to mend.
    #[error(transparent)]
    Refused(#[from] LoadError),
    /// The records refused the change, or cannot be reached.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

impl Registry {
    /// Check a component as an upload is checked, and store it as a version of the module `name`.
    ///
    /// # Errors
    ///
    /// [`EnterError`] by who has to act.
    pub async fn add_component(
        &self,
        name: &str,
        wasm: Vec<u8>,
        sample: Sample,
        decision: &Decision<'_>,
    ) -> Result<Added, EnterError> {
        // Before anything is compiled or stored.
        decision.check()?;
        let records = self.records()?;
        let checked = self.modules.check_to_keep(wasm.clone(), sample).await?;
        let size_bytes = wasm.len() as u64;
        let new = new_version(name, &checked.module, size_bytes, VersionOrigin::Upload);
        store_component(records, wasm).await?;
        let entered = records.add_version(&new, decision).await?;
        Ok(Added {
            version: entered.version,
            created: entered.created,
            checked,
        })
    }
}

/// What the records keep of a component that was loaded.
#[must_use]
pub fn new_version(
    module: &str,
    loaded: &Loaded,
    size_bytes: u64,
    origin: VersionOrigin,
) -> NewVersion {
    let manifest = &loaded.manifest;
    NewVersion {
        module: module.to_owned(),
        digest: loaded.digest,
        kind: loaded.kind,
        version: manifest.version.clone(),
        title: manifest.title.clone(),
        manifest: json!({
            "title": manifest.title,
            "summary": manifest.summary,
            "version": manifest.version,
            "locales": manifest.locales,
            "params_schema": manifest.params_schema,
            "attributes": manifest.attributes,
        }),
        size_bytes,
        origin,
    }
}

/// Store the bytes of a component; gives their digest. Only then can a version of them be entered.
///
/// # Errors
///
/// As [`Records::put_artifact`].
pub async fn store_component(records: &Records, wasm: Vec<u8>) -> Result<Digest, RecordsError> {
    Ok(records.put_artifact(wasm, MEDIA_TYPE).await?.digest)
}
