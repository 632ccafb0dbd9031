//! Brings components into the records: from the binary, from the command line, from an upload.

use quire_model::Digest;
use quire_modules::Loaded;
use quire_records::{NewVersion, Records, RecordsError, VersionOrigin};
use serde_json::json;

/// What media type components are stored under.
const MEDIA_TYPE: &str = "application/wasm";

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
