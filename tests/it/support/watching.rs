//! `quire module watch`, started as an author starts it.

use std::{
    path::Path,
    process::{Child, Stdio},
};

use super::{
    Folder,
    quire::{announced_address, log_file, one_command},
};

/// A running `quire module watch`. Killed when dropped.
pub(crate) struct Watching {
    child: Child,
    /// Address of its page, without the last slash.
    pub(crate) base: String,
    _folder: Folder,
}

impl Watching {
    /// Watch a file or a folder.
    pub(crate) fn start(what: &Path) -> Self {
        let folder = Folder::new();
        let what = what.to_string_lossy();
        let mut child = one_command(folder.path(), &["module", "watch", &what, "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(log_file(folder.path()))
            .spawn()
            .unwrap();
        let address = announced_address(&mut child, folder.path());
        Self {
            child,
            base: address.trim_end_matches('/').to_owned(),
            _folder: folder,
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
