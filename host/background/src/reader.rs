//! Opens the content of a file or of a file inside a zip file, and reads it once from start to end.
//!
//! A batch's place is a number of rows, so an import that goes on reads the file from its start and
//! passes over the rows that are done: decompression cannot start in the middle, and the digest of
//! the whole content comes out of it in any case.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use quire_model::Digest;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::{
    BackgroundError,
    part::{Content, Part},
};

/// What is read at once.
const BUFFER_BYTES: usize = 256 << 10;
/// What stands for the content of a plain file; the digest of all of it is known only in the end.
const HEAD_BYTES: u64 = 64 << 10;
/// A row that is longer is no row: the longest of a real quarter have a few thousand bytes.
pub(crate) const ROW_BYTES: usize = 1 << 20;

/// The files of a zip file that can be imported; `aside` gets the names of the others.
///
/// # Errors
///
/// If it is not a zip file.
pub(crate) fn entries(path: &Path, aside: &mut Vec<String>) -> Result<Vec<Part>, BackgroundError> {
    let mut archive = open_zip(path)?;
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let entry = archive
            .by_index_raw(index)
            .map_err(|error| unreadable(path, error.into()))?;
        // A name that is no text is none of ours.
        let Ok(inside) = entry.name().map(Cow::into_owned) else {
            aside.push(format!("{}: entry {index}", path.display()));
            continue;
        };
        if entry.is_dir() {
            continue;
        }
        let name = inside.rsplit(['/', '\\']).next().unwrap_or(&inside);
        let name = name.to_owned();
        let folder = inside.rsplit(['/', '\\']).nth(1).unwrap_or_default();
        let Some(content) = Content::in_folder(folder, &name) else {
            aside.push(name);
            continue;
        };
        parts.push(Part {
            content,
            shown: name.clone(),
            name,
            path: path.to_owned(),
            bytes: entry.size(),
            checksum: entry.crc32(),
            entry: Some(inside),
        });
    }
    Ok(parts)
}

/// A file that stands by itself.
pub(crate) fn plain(path: &Path, name: &str, content: Content, bytes: u64) -> io::Result<Part> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    let [a, b, c, d, ..] = *Digest::of(&head).as_bytes();
    Ok(Part {
        content,
        name: name.to_owned(),
        shown: name.to_owned(),
        path: path.to_owned(),
        entry: None,
        bytes,
        checksum: u32::from_le_bytes([a, b, c, d]),
    })
}

/// Calls `read` with the content.
///
/// # Errors
///
/// If the file cannot be opened, or what `read` says.
pub(crate) fn with_content<T>(
    part: &Part,
    read: impl FnOnce(&mut dyn BufRead) -> Result<T, BackgroundError>,
) -> Result<T, BackgroundError> {
    match &part.entry {
        None => {
            let file = File::open(&part.path).map_err(|error| unreadable(&part.path, error))?;
            read(&mut BufReader::with_capacity(BUFFER_BYTES, file))
        }
        Some(name) => {
            let mut archive = open_zip(&part.path)?;
            let entry = archive.by_name(name);
            let entry = entry.map_err(|error| unreadable(&part.path, error.into()))?;
            read(&mut BufReader::with_capacity(BUFFER_BYTES, entry))
        }
    }
}

fn open_zip(path: &Path) -> Result<ZipArchive<BufReader<File>>, BackgroundError> {
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(path, error.into()))
}

fn unreadable(path: &Path, source: io::Error) -> BackgroundError {
    let path = path.to_owned();
    BackgroundError::Read { path, source }
}

/// The digest of the whole content.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn digest(part: &Part) -> Result<String, BackgroundError> {
    with_content(part, |content| {
        let mut hashed = Hashed::new(content);
        let read = io::copy(&mut hashed, &mut io::sink());
        read.map_err(|error| unreadable(&part.path, error))?;
        Ok(hashed.digest())
    })
}

/// What reading a line came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// It is there.
    Read,
    /// It was longer than a row can be, and is passed over.
    TooLong,
    /// There was none.
    End,
}

/// Content on its way, with the digest of what has passed.
pub(crate) struct Hashed<'a> {
    content: &'a mut dyn BufRead,
    hash: Sha256,
    pub(crate) bytes: u64,
}

impl<'a> Hashed<'a> {
    pub(crate) fn new(content: &'a mut dyn BufRead) -> Self {
        let hash = Sha256::new();
        Self {
            content,
            hash,
            bytes: 0,
        }
    }

    /// Reads one line without its end into `line`.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(crate) fn line(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        let mut outcome = Line::End;
        loop {
            line.clear();
            let limit = ROW_BYTES as u64;
            let read = Read::take(&mut *self.content, limit).read_until(b'\n', line)?;
            self.hash.update(line.as_slice());
            self.bytes += read as u64;
            let ends = read < ROW_BYTES || line.last() == Some(&b'\n');
            outcome = match (outcome, ends) {
                (Line::End, true) if read == 0 => return Ok(Line::End),
                (Line::End, true) => Line::Read,
                _ => Line::TooLong,
            };
            if ends {
                break;
            }
        }
        if outcome == Line::TooLong {
            line.clear();
        }
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        Ok(outcome)
    }

    /// The digest of everything, once everything was read.
    pub(crate) fn digest(self) -> String {
        let digest = self.hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}
