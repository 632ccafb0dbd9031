//! A component enters the records: checked whole first, then stored as a version that nothing uses.

use quire_modules::{Checked, LoadError, Sample};
use quire_records::{Decision, Records, RecordsError, VersionOrigin, VersionRow};

use crate::{
    Pipeline,
    entering::{new_version, store_component},
};

/// A component that is in the records.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// The version as it stands.
    pub version: VersionRow,
    /// False if it was there before; then nothing was changed.
    pub created: bool,
    /// What the checks found.
    pub checked: Checked,
}

/// Why a component is not in the records. What is active is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// A check refused it; the author's to mend.
    #[error(transparent)]
    Refused(#[from] LoadError),
    /// The records refused the change, or cannot be reached.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

impl Pipeline {
    /// Check a component as an upload is checked, and store it as a version of the module `name`.
    ///
    /// # Errors
    ///
    /// [`PushError`] by who has to act.
    pub async fn push(
        &self,
        records: &Records,
        name: &str,
        wasm: Vec<u8>,
        sample: Sample,
        decision: &Decision<'_>,
    ) -> Result<Pushed, PushError> {
        // Before anything is compiled or stored.
        decision.check()?;
        let checked = self.modules.check(wasm.clone(), sample).await?;
        let size_bytes = wasm.len() as u64;
        let new = new_version(name, &checked.module, size_bytes, VersionOrigin::Upload);
        store_component(records, wasm).await?;
        let entered = records.add_version(&new, decision).await?;
        Ok(Pushed {
            version: entered.version,
            created: entered.created,
            checked,
        })
    }
}
