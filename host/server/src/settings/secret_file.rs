//! A secret that stands in a file, read when the setting is.

use std::str::FromStr;

/// What stands in the file, without the line's end.
#[derive(Clone)]
pub(super) struct SecretFile(String);

impl FromStr for SecretFile {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("it cannot be read: {error}"))?;
        match text.trim() {
            "" => Err("expected a file that holds the secret; it is empty".to_owned()),
            secret => Ok(Self(secret.to_owned())),
        }
    }
}

impl SecretFile {
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretFile(…)")
    }
}

/// The secret itself if it is given, else what stands in its file.
pub(super) fn first<'a>(secret: Option<&'a str>, file: Option<&'a SecretFile>) -> Option<&'a str> {
    let secret = secret.filter(|secret| !secret.is_empty());
    secret.or_else(|| file.map(SecretFile::secret))
}
