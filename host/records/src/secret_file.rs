//! Keys of a data directory: files that only their owner may read, each made at the first need.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use ulid::Ulid;

use crate::RecordsError;

/// Read the 32 bytes of a key, or make them. Processes that start together agree on one, because a hard link is made only
/// where there is none.
///
/// # Errors
///
/// If the file cannot be read or made, or holds no key.
pub(crate) fn open(data_dir: &Path, name: &str) -> Result<[u8; 32], RecordsError> {
    let path = data_dir.join(name);
    let fail = |source: io::Error| RecordsError::File {
        path: path.clone(),
        source,
    };
    if !path.exists() {
        make(data_dir, &path, name).map_err(fail)?;
    }
    let text = fs::read_to_string(&path).map_err(fail)?;
    let key = from_hex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    key.ok_or_else(|| fail(io::Error::other("it does not hold a key")))
}

fn make(data_dir: &Path, path: &Path, name: &str) -> io::Result<()> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let part = data_dir.join(format!("{name}.{}.part", Ulid::generate()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(to_hex(&key).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&part, path);
    fs::remove_file(&part)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Bytes in hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Bytes back from hexadecimal; none if it is not.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
