//! What is in the data directory is this user's alone; a file that the user asked for is as the user's
//! other files are.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
    sync::OnceLock,
};

use rustix::{
    fs::Mode,
    process::{geteuid, umask},
};

use crate::closed::{Closed, Depth};

/// What nobody but the owner may do: everything.
const OTHERS: u32 = 0o077;

/// On a directory in which everyone may write, such as `/tmp`.
const STICKY: u32 = 0o1000;

/// Names in a data directory that are Quire's; the databases have files beside them.
const OURS: [&str; 7] = [
    "artifacts",
    "audit.key",
    "background",
    "code",
    "downloads.spool",
    "keys.revoked",
    "links.key",
];
const OUR_DATABASES: [&str; 2] = ["quire.", "queue."];

/// The user's own umask.
static USERS: OnceLock<u32> = OnceLock::new();

/// From here on, files and directories that are made are this user's alone, whatever makes them. Call it
/// before there are threads.
pub(crate) fn begin() {
    let users = umask(Mode::from_raw_mode(OTHERS));
    let _ = USERS.set(users.as_raw_mode());
}

/// Create a file that the user asked for, or empty it; a new one has the modes that the user's umask
/// leaves.
///
/// # Errors
///
/// As for any file.
pub(crate) fn create_output(path: &Path) -> io::Result<File> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => {
            let masked = USERS.get().copied().unwrap_or(OTHERS);
            file.set_permissions(Permissions::from_mode(0o666 & !masked))?;
            Ok(file)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => File::create(path),
        Err(error) => Err(error),
    }
}

/// Take from others what an older version, or a copy, gave them, and say what is closed to this process itself. A
/// directory in which there are directories of someone else's stays as it is, since it is no data directory alone.
pub(crate) fn tighten(data_dir: &Path) -> Vec<Closed> {
    let (mut shared, mut closed) = (false, Vec::new());
    let Ok(data) = fs::metadata(data_dir) else {
        return closed;
    };
    closed.extend(Closed::check(data_dir, &data, Depth::Top));
    for entry in fs::read_dir(data_dir).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name().to_string_lossy()) {
            let path = entry.path();
            told(&path, tighten_all(&path, Depth::Top, &mut closed));
        } else {
            shared |= entry.file_type().is_ok_and(|kind| kind.is_dir());
        }
    }
    if !shared && data.mode() & STICKY == 0 {
        told(data_dir, tighten_one(data_dir, &data));
    } else if data.mode() & OTHERS != 0 {
        tracing::warn!(
            "{} holds directories that are not Quire's, so others may still enter it; what is Quire's in \
             it is closed to them",
            data_dir.display()
        );
    }
    closed
}

/// Whether a name in a data directory is of Quire.
pub(crate) fn is_ours(name: &str) -> bool {
    OURS.contains(&name) || OUR_DATABASES.iter().any(|start| name.starts_with(start))
}

/// A file, or a directory with all in it. Links are not followed.
fn tighten_all(path: &Path, depth: Depth, closed: &mut Vec<Closed>) -> io::Result<()> {
    let data = fs::symlink_metadata(path)?;
    if data.is_symlink() {
        return Ok(());
    }
    if let Some(found) = Closed::check(path, &data, depth) {
        closed.push(found);
        return Ok(());
    }
    if data.is_dir() {
        for entry in fs::read_dir(path)? {
            tighten_all(&entry?.path(), Depth::Below, closed)?;
        }
    }
    tighten_one(path, &data)
}

/// What is another user's is for that user to close.
fn tighten_one(path: &Path, data: &fs::Metadata) -> io::Result<()> {
    let mode = data.mode() & 0o7777;
    if mode & OTHERS == 0 || data.uid() != geteuid().as_raw() {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
}

/// A file that went away meanwhile needs nothing.
fn told(path: &Path, tightened: io::Result<()>) {
    match tightened {
        Err(error) if error.kind() != ErrorKind::NotFound => tracing::warn!(
            %error,
            "{} may be open to other users: its mode cannot be changed",
            path.display()
        ),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn open(path: &Path) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_an_older_version_left_open_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("artifacts/ab")).unwrap();
        for file in [
            "quire.db",
            "queue.db-wal",
            "audit.key",
            "artifacts/ab/abcd",
            "notes.txt",
        ] {
            fs::write(at(file), "x").unwrap();
            open(&at(file));
        }
        for directory in ["", "artifacts", "artifacts/ab"] {
            open(&at(directory));
        }

        tighten(folder.path());

        for file in ["quire.db", "queue.db-wal", "audit.key", "artifacts/ab/abcd"] {
            assert_eq!(mode(&at(file)), 0o600, "{file}");
        }
        for directory in ["", "artifacts", "artifacts/ab"] {
            assert_eq!(mode(&at(directory)), 0o700, "{directory}");
        }
        assert_eq!(mode(&at("notes.txt")), 0o644, "not ours");
    }

    #[test]
    fn a_directory_that_holds_more_than_records_stays_open() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("someone")).unwrap();
        fs::write(at("quire.db"), "x").unwrap();
        for path in ["", "someone", "quire.db"] {
            open(&at(path));
        }

        tighten(folder.path());

        assert_eq!(mode(&at("")), 0o755);
        assert_eq!(mode(&at("someone")), 0o755);
        assert_eq!(mode(&at("quire.db")), 0o600);
    }
}
