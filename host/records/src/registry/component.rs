//! The component of a version: the very bytes that were pushed.

use std::io;

use quire_model::Digest;

use crate::{Records, RecordsError};

impl Records {
    /// The bytes of a component that is a version of a module; they have that digest.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NoComponent`] if its file is gone or damaged, which no rule of retention does; or if the records
    /// cannot be read.
    pub async fn component(&self, module: &str, digest: Digest) -> Result<Vec<u8>, RecordsError> {
        match self.artifact(digest).await {
            Ok(artifact) => Ok(artifact.bytes),
            Err(error) if is_lost(&error) => Err(RecordsError::NoComponent {
                module: module.to_owned(),
                digest,
            }),
            Err(error) => Err(error),
        }
    }
}

fn is_lost(error: &RecordsError) -> bool {
    match error {
        RecordsError::NoArtifact(_) | RecordsError::DamagedArtifact(_) => true,
        RecordsError::File { source, .. } => source.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}
