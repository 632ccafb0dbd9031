//! What of a data directory is closed to this process, in words: whose it is, who this process is, and what mends it. Most
//! often root has made it, with a command.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Access, access},
    io::Errno,
    process::geteuid,
};

/// A file or a directory that this process may not use as it has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    path: PathBuf,
    owner: u32,
    mode: u32,
    /// Whether nothing of the directory can be used without it: a file that stands in it directly, or a directory.
    pub(crate) is_vital: bool,
}

/// How deep a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The data directory, or in it.
    Top,
    /// In a directory within it.
    Below,
}

impl Closed {
    /// The path, if it is closed. That a file system cannot be written is something else, and said elsewhere.
    pub(crate) fn check(path: &Path, data: &Metadata, depth: Depth) -> Option<Self> {
        let ours = data.uid() == geteuid().as_raw();
        // What lies deep is looked at only where it may be another's: there may be very many.
        if data.is_symlink() || (ours && depth == Depth::Below) {
            return None;
        }
        let needed = match (data.is_dir(), depth) {
            (true, _) => Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK,
            (false, Depth::Top) => Access::READ_OK | Access::WRITE_OK,
            (false, Depth::Below) => Access::READ_OK,
        };
        (access(path, needed) == Err(Errno::ACCESS)).then(|| Self {
            path: path.to_owned(),
            owner: data.uid(),
            mode: data.mode() & 0o7777,
            is_vital: data.is_dir() || depth == Depth::Top,
        })
    }

    /// What is wrong, and the command that mends it for the whole of the directory.
    pub(crate) fn in_words(&self, data_dir: &Path) -> String {
        let me = geteuid().as_raw();
        let directory = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        let directory = quoted(&directory.display().to_string());
        let path = self.path.display();
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (owner, user) = (name(&known, self.owner), name(&known, me));
        if self.owner == me {
            let mode = self.mode;
            return format!(
                "{path} is this user's own ({user}) and closed to it all the same (mode {mode:04o}): chmod -R u+rwX \
                 {directory} opens it"
            );
        }
        let login = user.strip_prefix("user ").unwrap_or(&user);
        format!(
            "{path} belongs to {owner}, and this process is {user}, to whom it is closed: as root, chown -R {login} \
             {directory} mends it; run every command as {user}, or what it makes is closed to the server"
        )
    }
}

/// The directory itself, if it is closed.
pub(crate) fn directory(data_dir: &Path) -> Vec<Closed> {
    let data = fs::metadata(data_dir).ok();
    let found = data.and_then(|data| Closed::check(data_dir, &data, Depth::Top));
    Vec::from_iter(found)
}

/// All that is closed in a data directory, the directory itself first. Nothing is changed.
pub(crate) fn look(data_dir: &Path, is_ours: fn(&str) -> bool) -> Vec<Closed> {
    let mut found = directory(data_dir);
    for entry in fs::read_dir(data_dir).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name().to_string_lossy()) {
            walk(&entry.path(), Depth::Top, &mut found);
        }
    }
    found
}

fn walk(path: &Path, depth: Depth, found: &mut Vec<Closed>) {
    let Ok(data) = fs::symlink_metadata(path) else {
        return;
    };
    if let Some(closed) = Closed::check(path, &data, depth) {
        return found.push(closed);
    }
    if data.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            walk(&entry.path(), Depth::Below, found);
        }
    }
}

/// A user as the system calls it, by the text of `/etc/passwd`.
fn name(known: &str, user: u32) -> String {
    let named = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        (id.parse() == Ok(user)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("user {user}"))
}

/// A path as a shell reads it.
fn quoted(path: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+:@%".contains(letter);
    match path.chars().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_as_the_system_does_and_a_path_as_a_shell_reads_it() {
        let known = "root:x:0:0:root:/root:/bin/bash\nquire:x:998:997::/var/lib/quire:/bin/sh\n";
        assert_eq!(name(known, 998), "quire");
        assert_eq!(name(known, 0), "root");
        assert_eq!(name(known, 99), "user 99");
        assert_eq!(name("", 0), "user 0");
        assert_eq!(quoted("/var/lib/quire"), "/var/lib/quire");
        assert_eq!(quoted("/srv/it's here"), r"'/srv/it'\''s here'");
    }

    #[test]
    fn words_name_the_file_both_users_and_the_command() {
        let closed = |owner| Closed {
            path: "/srv/q d/quire.db".into(),
            owner,
            mode: 0o400,
            is_vital: true,
        };
        let me = geteuid().as_raw();
        let other = closed(me + 1).in_words(Path::new("/srv/q d"));
        for words in [
            "/srv/q d/quire.db belongs to",
            "chown -R",
            "'/srv/q d' mends it",
        ] {
            assert!(other.contains(words), "{other}");
        }
        let own = closed(me).in_words(Path::new("/srv/q d"));
        assert!(
            own.contains("mode 0400") && own.contains("chmod -R u+rwX '/srv/q d'"),
            "{own}"
        );
    }
}
