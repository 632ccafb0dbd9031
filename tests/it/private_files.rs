//! What is in the data directory is its owner's alone; what someone asked for is as other files are.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use crate::support::{Folder, Quire, Settings, run_quire, run_quire_in};

/// Everything below a directory that others could read, but for the tests' own files.
fn open_to_others(directory: &Path) -> Vec<PathBuf> {
    let mut open = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let data = fs::symlink_metadata(&path).unwrap();
        if data.is_symlink() || path.ends_with("test.log") {
            continue;
        }
        if data.mode() & 0o077 != 0 {
            open.push(path.clone());
        }
        if data.is_dir() {
            open.extend(open_to_others(&path));
        }
    }
    open
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

/// Open everything, as an older version did under a usual umask.
fn open_all(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let data = fs::symlink_metadata(&path).unwrap();
        if data.is_symlink() {
            continue;
        }
        if data.is_dir() {
            open_all(&path);
        }
        let mode = if data.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
}

fn start(data_dir: &Path, umask: &str) -> impl Future<Output = Quire> {
    Quire::start_with(Settings {
        data_dir: Some(data_dir.to_path_buf()),
        before: Some(format!("umask {umask}")),
        ..Settings::default()
    })
}

#[tokio::test]
async fn a_servers_files_are_its_owners_whatever_the_umask_and_whoever_made_them() {
    let folder = Folder::new();
    let data_dir = folder.file("data");
    fs::create_dir(&data_dir).unwrap();
    for umask in ["000", "022"] {
        let mut quire = start(&data_dir, umask).await;
        quire.pdf("61958-0802").await;

        assert_eq!(open_to_others(&data_dir), Vec::<PathBuf>::new(), "{umask}");
        assert_eq!(mode(&data_dir), 0o700, "{umask}");
        assert!(data_dir.join("artifacts").is_dir());
        quire.kill();
        open_all(&data_dir);
    }
    let listed = run_quire_in(&data_dir, &["key", "list"]);
    assert!(listed.status.success(), "{listed:?}");
    assert_eq!(open_to_others(&data_dir), Vec::<PathBuf>::new());
}

#[test]
fn a_report_and_an_export_are_as_the_users_other_files_are() {
    for (umask, expected) in [("022", 0o644), ("002", 0o664), ("077", 0o600)] {
        let folder = Folder::new();
        run_quire(&folder, &["--version"]);
        let quire = |arguments: &[&str]| {
            let output = crate::support::prepared(Some(&format!("umask {umask}")))
                .args(arguments)
                .current_dir(folder.path())
                .env("QUIRE_DATA_DIR", folder.file("data"))
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
        };
        quire(&[
            "report",
            "61958-0802",
            "--sample",
            "--output",
            "letairis.pdf",
        ]);
        quire(&["audit", "export", "--output", "trail.jsonl"]);

        for file in ["letairis.pdf", "trail.jsonl"] {
            assert_eq!(
                mode(&folder.file(file)),
                expected,
                "{file} with umask {umask}"
            );
        }
        assert_eq!(open_to_others(&folder.file("data")), Vec::<PathBuf>::new());
        fs::set_permissions(
            folder.file("trail.jsonl"),
            fs::Permissions::from_mode(0o640),
        )
        .unwrap();
        quire(&["audit", "export", "--output", "trail.jsonl"]);
        assert_eq!(
            mode(&folder.file("trail.jsonl")),
            0o640,
            "an old file stays as it is"
        );
    }
}
