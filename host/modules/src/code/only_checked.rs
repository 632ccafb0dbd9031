//! Code of components that were only checked: it goes, since strangers would fill the disk otherwise.

use std::{fs, io, path::Path};

use quire_model::Digest;

use super::CodeDir;

/// How the file ends that marks code as only checked.
pub(super) const MARK: &str = "checked";

/// So many stay, for whoever checks one again with other parameters.
const MOST: usize = 4;

impl CodeDir {
    /// Whether there is code of a component.
    pub(crate) fn has(&self, digest: Digest) -> bool {
        self.code_path(&self.name(digest)).exists()
    }

    /// The component is to be used: its code stays.
    pub(crate) fn is_used(&self, digest: Digest) {
        delete(&self.code_path(&self.name(digest)).with_extension(MARK));
    }

    /// The component was only checked: its code stays until a few others were.
    ///
    /// # Errors
    ///
    /// If the directory cannot be read or written.
    pub(crate) fn was_only_checked(&self, digest: Digest) -> io::Result<()> {
        let mark = self.code_path(&self.name(digest)).with_extension(MARK);
        fs::write(mark, [])?;
        let mut marked = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == MARK) {
                let written = fs::metadata(&path).and_then(|file| file.modified());
                marked.push((written.ok(), path));
            }
        }
        marked.sort();
        let excess = marked.len().saturating_sub(MOST);
        for (_, path) in marked.iter().take(excess) {
            remove(path);
        }
        Ok(())
    }

    /// Delete the code of a component.
    pub(crate) fn remove(&self, digest: Digest) {
        remove(&self.code_path(&self.name(digest)));
    }
}

/// Delete code with all that belongs to it, by the path of one of its files. Who has it mapped keeps it; who comes for it
/// compiles anew.
fn remove(path: &Path) {
    for ending in ["mac", "cwasm", MARK] {
        delete(&path.with_extension(ending));
    }
}

fn delete(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::debug!("{} cannot be deleted: {error}", path.display());
        }
        _ => {}
    }
}
