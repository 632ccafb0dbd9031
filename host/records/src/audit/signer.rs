//! The key that signs checkpoints of the audit trail: a file in the data directory that only its
//! owner may read, made at the first need.

use std::path::Path;

use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};

use crate::{
    RecordsError,
    secret_file::{self, from_hex, to_hex},
};

/// The key's file.
pub(crate) const KEY_FILE: &str = "audit.key";

/// Signs with the key of one data directory. `Debug` shows the public half alone.
pub(crate) struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signer").field(&self.public_key()).finish()
    }
}

impl Signer {
    /// Read the key, or make it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or made, or holds no key.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, RecordsError> {
        let seed = secret_file::open(data_dir, KEY_FILE)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Read the key, if one was made.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub(crate) fn existing(data_dir: &Path) -> Result<Option<Self>, RecordsError> {
        match data_dir.join(KEY_FILE).exists() {
            true => Self::open(data_dir).map(Some),
            false => Ok(None),
        }
    }

    /// The public half, in hexadecimal.
    pub(crate) fn public_key(&self) -> String {
        to_hex(self.0.verifying_key().as_bytes())
    }

    /// Sign; the signature in hexadecimal.
    pub(crate) fn sign(&self, message: &[u8]) -> String {
        to_hex(&self.0.sign(message).to_bytes())
    }
}

/// Whether a signature is of this key over this message. Anything unreadable is not.
pub(crate) fn is_signed(public_key: &str, message: &[u8], signature: &str) -> bool {
    let key = from_hex(public_key)
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let signature = from_hex(signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
    match (key, signature) {
        (Some(key), Some(signature)) => key.verify(message, &signature).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_kept_private_and_signs() {
        let dir = tempfile::tempdir().unwrap();

        let signer = Signer::open(dir.path()).unwrap();
        let again = Signer::open(dir.path()).unwrap();

        assert_eq!(signer.public_key(), again.public_key());
        let mode = std::fs::metadata(dir.path().join(KEY_FILE))
            .unwrap()
            .permissions();
        let mode = std::os::unix::fs::PermissionsExt::mode(&mode);
        assert_eq!(mode & 0o777, 0o600);
        let signature = signer.sign(b"head");
        assert!(is_signed(&signer.public_key(), b"head", &signature));
        assert!(!is_signed(&signer.public_key(), b"tail", &signature));
        assert!(!is_signed("nonsense", b"head", &signature));
        let other = tempfile::tempdir().unwrap();
        let other = Signer::open(other.path()).unwrap();
        assert!(!is_signed(&other.public_key(), b"head", &signature));
    }
}
