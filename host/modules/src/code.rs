//! Compiled code in files, so that a restart does not compile again. Native code runs with all our
//! rights, so a file is used only if its checksum, made with a key that only this host can read,
//! matches. Any other file is compiled anew.

mod only_checked;

use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use quire_model::Digest;
use sha2::Sha256;
use wasmtime::{Engine, component::Component};

use crate::{LoadError, engine::SETTINGS_VERSION};

/// One block of SHA-256, so that it is used as it is.
const KEY_BYTES: usize = 64;
const KEY_FILE: &str = "key";
/// How much of a file is read at a time; small enough for the nearest caches.
const PIECE_BYTES: usize = 32 << 10;
/// How long code of another engine is kept: a week in which one may go back to the version before.
const FOREIGN_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a file that was begun is kept: compiling takes minutes at most.
const PART_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The directory of compiled code. Processes may share it.
#[derive(Debug)]
pub(crate) struct CodeDir {
    dir: PathBuf,
    key: [u8; KEY_BYTES],
    engine_key: String,
    /// Whether what is used least lately goes.
    is_bounded: bool,
}

impl CodeDir {
    /// Make the directory and its key, or read them, and clear away what no engine uses any more; where it may only
    /// have so many bytes, what was used least lately as well.
    ///
    /// # Errors
    ///
    /// If the directory cannot be made, or is not ours.
    pub(crate) fn open(
        dir: &Path,
        engine: &Engine,
        most_bytes: Option<u64>,
    ) -> Result<Self, LoadError> {
        let fail = |error: io::Error| {
            let dir = dir.display();
            LoadError::host(format!("the directory for compiled modules, {dir}"), &error)
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(fail)?;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(fail)?;
        let key = key(dir).map_err(fail)?;
        let code_dir = Self {
            dir: dir.to_owned(),
            key,
            engine_key: engine_key(engine),
            is_bounded: most_bytes.is_some(),
        };
        let pruned = code_dir.prune().and_then(|()| match most_bytes {
            Some(most_bytes) => code_dir.make_room(most_bytes),
            None => Ok(()),
        });
        if let Err(error) = pruned {
            tracing::debug!("{} cannot be cleared up: {error}", dir.display());
        }
        Ok(code_dir)
    }

    /// Delete code of other engines that has not been written for a week, and what was begun and
    /// never finished. Who has such a file open keeps it; who comes for it compiles anew.
    fn prune(&self) -> io::Result<()> {
        let now = SystemTime::now();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let age = match path.extension().and_then(|ending| ending.to_str()) {
                Some("cwasm" | "mac" | only_checked::MARK) if !self.is_ours(&path) => FOREIGN_AGE,
                Some("part") => PART_AGE,
                _ => continue,
            };
            let written = fs::metadata(&path).and_then(|file| file.modified());
            let old = |written| now.duration_since(written).is_ok_and(|since| since > age);
            if written.is_ok_and(old) {
                let _ = fs::remove_file(&path);
            }
        }
        Ok(())
    }

    /// Delete code until there is no more than that, beginning with what was used least lately.
    fn make_room(&self, most_bytes: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "cwasm") {
                let file = fs::metadata(&path)?;
                files.push((file.modified()?, file.len(), path));
            }
        }
        files.sort();
        let mut bytes: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, size, path) in files {
            if bytes <= most_bytes {
                break;
            }
            bytes -= size;
            fs::remove_file(&path)?;
            fs::remove_file(path.with_extension("mac"))?;
        }
        Ok(())
    }

    fn is_ours(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(&self.engine_key))
    }

    /// The compiled code of a component, from its file unless that is absent, changed or of another engine.
    pub(crate) fn component(&self, engine: &Engine, digest: Digest) -> Option<Component> {
        self.read(engine, &self.name(digest))
    }

    /// Keep the compiled code of a component.
    ///
    /// # Errors
    ///
    /// [`LoadError::Host`] if it cannot be written.
    pub(crate) fn keep(&self, digest: Digest, code: &[u8]) -> Result<(), LoadError> {
        self.write(&self.name(digest), code)
            .map_err(|error| LoadError::host("compiled code cannot be kept", &error))
    }

    fn name(&self, of: impl std::fmt::Display) -> String {
        format!("{}-{of}", self.engine_key)
    }

    fn read(&self, engine: &Engine, name: &str) -> Option<Component> {
        let path = self.code_path(name);
        let seal = fs::read(self.seal_path(name)).ok()?;
        let mac = self.mac(name, fs::File::open(&path).ok()?).ok()?;
        if mac.verify_slice(&seal).is_err() {
            tracing::warn!(
                "{} was changed by someone else; compiling anew",
                path.display()
            );
            return None;
        }
        match deserialize(engine, &path) {
            Ok(component) => {
                self.used(&path);
                Some(component)
            }
            Err(error) => {
                tracing::warn!("{} is of no use, compiling anew: {error:#}", path.display());
                None
            }
        }
    }

    /// Where the oldest go first, it is as new as its last use. If that cannot be noted it is compiled again some day.
    fn used(&self, path: &Path) {
        if self.is_bounded {
            let file = fs::OpenOptions::new().append(true).open(path);
            let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
        }
    }

    /// Bytes that [`Self::seal`] kept under a name, for this engine; none if there are none, or somebody else's.
    pub(crate) fn sealed(&self, name: &str) -> Option<Vec<u8>> {
        let name = self.name(name);
        let bytes = fs::read(self.code_path(&name)).ok()?;
        let seal = fs::read(self.seal_path(&name)).ok()?;
        self.used(&self.code_path(&name));
        let mac = self.mac(&name, bytes.as_slice()).ok()?;
        mac.verify_slice(&seal).is_ok().then_some(bytes)
    }

    /// Keep bytes under a name, for this engine.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub(crate) fn seal(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.write(&self.name(name), bytes)
    }

    fn write(&self, name: &str, code: &[u8]) -> io::Result<()> {
        let seal = self.mac(name, code)?.finalize().into_bytes();
        self.replace(&self.code_path(name), code)?;
        self.replace(&self.seal_path(name), &seal)
    }

    /// Write a file beside `path` and put it in its place at once, so that no process ever sees
    /// half of it and mappings of the old one stay as they are.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let part = write_part(&self.dir, bytes)?;
        fs::rename(&part, path).inspect_err(|_| drop(fs::remove_file(&part)))
    }

    /// The checksum of code under a name. A file is read piece by piece: in one piece, most of the
    /// time of a load would go into memory for it.
    fn mac(&self, name: &str, mut code: impl io::Read) -> io::Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(name.as_bytes());
        let mut piece = [0; PIECE_BYTES];
        loop {
            match code.read(&mut piece)? {
                0 => return Ok(mac),
                read => mac.update(piece.get(..read).unwrap_or_default()),
            }
        }
    }

    fn code_path(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension("cwasm")
    }

    fn seal_path(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension("mac")
    }
}

/// What code depends on beside the component: the engine, and settings that the engine does not
/// compare by itself. 16 hexadecimal digits.
pub(crate) fn engine_key(engine: &Engine) -> String {
    let mut hasher = StableHasher::default();
    std::hash::Hash::hash(&engine.precompile_compatibility_hash(), &mut hasher);
    let digest = Digest::of_parts([hasher.bytes.as_slice(), SETTINGS_VERSION.as_bytes()]);
    digest.to_string().chars().take(16).collect()
}

/// Collects what is hashed, so that names do not depend on the standard library's hash.
#[derive(Default)]
struct StableHasher {
    bytes: Vec<u8>,
}

impl std::hash::Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[expect(
    unsafe_code,
    reason = "compiled code can only be mapped by trusting the file; see the argument inside"
)]
fn deserialize(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file must hold what this engine's compiler wrote, and must not change while it is
    // mapped. Its content was just verified against a MAC whose key lies in a directory that only
    // this user may enter, so it was written by `CodeDir::write`, by us or by a process that shares
    // the directory. Files there are replaced by renaming, never written in place, so a mapping
    // keeps its bytes. A compiler of other settings or another version is noticed by wasmtime or
    // changes the name of the file.
    unsafe { Component::deserialize_file(engine, path) }
}

/// The key of the directory: read, or made once. Processes that start together agree on one,
/// because a hard link is made only where there is none.
fn key(dir: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let path = dir.join(KEY_FILE);
    if !path.exists() {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let part = write_part(dir, &key)?;
        let linked = fs::hard_link(&part, &path);
        fs::remove_file(&part)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    fs::read(&path)?
        .try_into()
        .map_err(|_| io::Error::other(format!("{} is damaged; delete it", path.display())))
}

/// A new file that only this user may read, written out to the disk. Its name is random, so that no
/// two processes write one file, even if both believe to be process 1.
fn write_part(dir: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let name = getrandom::u64().map_err(io::Error::other)?;
    let path = dir.join(format!("{name:016x}.part"));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.inspect_err(|_| drop(fs::remove_file(&path)))?;
    Ok(path)
}
