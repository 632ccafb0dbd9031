//! A data directory of which something is closed to the user who runs a command: it is named, with whose it is, who the
//! command is, and what mends it, and what mends it does.

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rustix::process::geteuid;

use crate::support::{Folder, one_command, run_quire_in};

/// Nobody, wherever there are users.
const USER: u32 = 65_534;

/// A data directory with a key and a document's file, all of it the user's.
struct Data {
    folder: Folder,
    path: PathBuf,
}

impl Data {
    fn new() -> Self {
        let folder = Folder::new();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let path = folder.file("data");
        let create = ["key", "create", "--role", "admin", "--label", "first"];
        let made = run_quire_in(&path, &create);
        assert!(made.status.success(), "{made:?}");
        fs::create_dir_all(path.join("artifacts/ab")).unwrap();
        for file in ["artifacts/ab/abcd", "links.key"] {
            fs::write(path.join(file), "x").unwrap();
        }
        let data = Self { folder, path };
        data.give(&data.path, USER);
        data
    }

    /// Give a file, or a directory with all in it, to a user. Whoever is not root has only themselves.
    fn give(&self, path: &Path, user: u32) {
        if !geteuid().is_root() {
            return;
        }
        chown(path, Some(user), Some(user)).unwrap();
        for entry in fs::read_dir(path).into_iter().flatten() {
            self.give(&entry.unwrap().path(), user);
        }
    }

    /// Run a command as the user.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = one_command(&self.path, arguments);
        if geteuid().is_root() {
            command.uid(USER).gid(USER);
        }
        command.current_dir(self.folder.path()).output().unwrap()
    }
}

/// Do what a sentence says to do, from its words on to those behind it.
fn mend(said: &str, from: &str, to: &str) {
    let (_, command) = said
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from} in {said}"));
    let (command, _) = command.split_once(to).unwrap();
    let command = format!("{from}{command}");
    let done = Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(done.success(), "{command}");
}

#[test]
fn what_belongs_to_root_is_named_with_what_gives_it_back() {
    if !geteuid().is_root() {
        // Nobody else can give a file away.
        return;
    }
    let data = Data::new();
    let backup = data.folder.file("backup").display().to_string();
    for file in ["quire.db", "links.key", "artifacts", ""] {
        let path = data.path.join(file);
        for command in [
            &["key", "list"][..],
            &["audit", "list"],
            &["task", "list", "--json"],
            &["schedule", "list"],
            &["backup", &backup],
            &["retention", "show"],
            &["serve", "--sample", "--listen", "127.0.0.1:0"],
            &["worker", "--sample", "--redis-url", "redis://127.0.0.1:1"],
            &["doctor"],
        ] {
            data.give(&path, 0);
            let mode = if path.is_dir() { 0o700 } else { 0o600 };
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let refused = data.run(command);
            assert!(!refused.status.success(), "{file:?} {command:?}");
            let said =
                String::from_utf8_lossy(&[refused.stdout, refused.stderr].concat()).into_owned();
            let named = path.display().to_string();
            let named = named.trim_end_matches('/');
            for words in [named, "belongs to root, and this process is "] {
                assert!(said.contains(words), "{file:?} {command:?}: {said}");
            }
            mend(&said, "chown -R ", " mends it");
            let listed = data.run(&["key", "list"]);
            assert!(listed.status.success(), "{file:?}: {listed:?}");
            assert!(listed.stderr.is_empty(), "{listed:?}");
        }
    }
    // Where one document is closed, the others are not.
    data.give(&data.path.join("artifacts/ab/abcd"), 0);
    fs::set_permissions(
        data.path.join("artifacts/ab/abcd"),
        Permissions::from_mode(0o600),
    )
    .unwrap();
    let listed = data.run(&["key", "list"]);
    let said = String::from_utf8_lossy(&listed.stderr).into_owned();
    assert!(listed.status.success(), "{listed:?}");
    assert!(said.contains("abcd belongs to root"), "{said}");
}

#[test]
fn what_the_user_has_closed_themselves_is_named_with_what_opens_it() {
    let data = Data::new();
    for file in ["quire.db", "artifacts", ""] {
        let path = data.path.join(file);
        fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        let refused = data.run(&["key", "list"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success());
        assert!(
            said.contains("closed to it all the same (mode 0000)"),
            "{file:?}: {said}"
        );
        mend(&said, "chmod -R ", " opens it");
        let listed = data.run(&["key", "list"]);
        assert!(listed.status.success(), "{listed:?}");
    }
}
