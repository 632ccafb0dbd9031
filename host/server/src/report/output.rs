//! The file that a report is written to: whole or not at all.

use std::{
    fmt, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::{private, terminal};

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// `-`.
    Stdout,
    /// A file.
    File(PathBuf),
    /// A directory that exists, for forms of several files.
    Directory(PathBuf),
}

impl Output {
    /// Check, before any work is done, that the report can be written.
    pub(crate) fn prepare(path: &Path, directories: bool) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        if directories && path.is_dir() {
            return Ok(Self::Directory(path.to_path_buf()));
        }
        let directory = parent(path);
        let names_a_directory = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        if path.is_dir() || names_a_directory || !directory.is_dir() {
            bail!(
                "--output is {:?}, which cannot be used: expected a file in a directory that exists",
                path.display().to_string()
            );
        }
        Ok(Self::File(path.to_path_buf()))
    }

    /// Whether it is `-`.
    pub(crate) fn is_stdout(&self) -> bool {
        *self == Self::Stdout
    }

    /// Whether it takes several files.
    pub(crate) fn is_directory(&self) -> bool {
        matches!(self, Self::Directory(_))
    }

    /// Write one of several files into the directory. The name is plain: no part of it leads out.
    pub(crate) fn write_in(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        match self {
            Self::Directory(path) => Self::File(path.join(name)).write(bytes),
            one => one.write(bytes),
        }
    }

    /// Write the report. Whoever reads the file sees the old one or the new one, never a part.
    pub(crate) fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let path = match self {
            Self::File(path) => path,
            Self::Directory(path) => bail!("{} is a directory", path.display()),
            Self::Stdout => {
                let mut output = terminal::file();
                output.write_all(bytes).and_then(|()| output.flush())?;
                return Ok(());
            }
        };
        // A device or a pipe cannot be replaced, only written to.
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return fs::write(path, bytes).with_context(|| unwritable(path));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = parent(path).join(format!(".{name}.{}.part", std::process::id()));
        let written = private::create_output(&part)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&part, path));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written.with_context(|| unwritable(path))
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) | Self::Directory(path) => write!(f, "{}", path.display()),
        }
    }
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn unwritable(path: &Path) -> String {
    format!("{} cannot be written", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_not_there_is_found_before_the_work() {
        let error = Output::prepare(Path::new("/nowhere/at/all/out.pdf"), false).unwrap_err();

        assert!(
            error.to_string().contains("/nowhere/at/all/out.pdf"),
            "{error}"
        );
    }

    #[test]
    fn a_directory_that_is_to_be_made_is_no_file() {
        let error = Output::prepare(Path::new("no-such-directory/"), true).unwrap_err();

        assert!(error.to_string().contains("no-such-directory/"), "{error}");
    }

    #[test]
    fn a_hyphen_is_standard_output() {
        assert!(Output::prepare(Path::new("-"), true).unwrap().is_stdout());
    }
}
