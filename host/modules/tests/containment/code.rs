//! Compiled code on disk: used when it is ours and whole, made anew when not.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use quire_modules::{ModuleHost, ModuleSettings};

use crate::{
    refusals::sample,
    support::{Folder, LIMITS, describing, guest, with_schema},
};

fn host(code_dir: &Path) -> ModuleHost {
    ModuleHost::new(ModuleSettings {
        limits: LIMITS,
        ..ModuleSettings::new(code_dir.to_owned(), 1)
    })
    .unwrap()
}

fn file(dir: &Path, extension: &str) -> PathBuf {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|found| found == extension))
        .unwrap()
}

fn written(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn a_restart_reads_what_was_compiled() {
    let folder = Folder::new("code-restart");
    host(&folder.0).load(&guest("narrator")).unwrap();
    let first = written(&file(&folder.0, "cwasm"));

    host(&folder.0).load(&guest("narrator")).unwrap();

    assert_eq!(written(&file(&folder.0, "cwasm")), first);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 3);
}

#[tokio::test]
async fn code_of_what_was_only_checked_goes_once_others_were() {
    let folder = Folder::new("code-checked");
    let host = host(&folder.0);
    let codes = || {
        let entries = fs::read_dir(&folder.0).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "cwasm"))
            .count()
    };
    let version =
        |number: usize| with_schema(&format!(r#"{{"type": "object", "title": "{number}"}}"#));
    for number in 0..7 {
        host.check(version(number), sample()).await.unwrap();
    }
    assert_eq!(codes(), 4);

    host.load(&version(6)).unwrap();
    for number in 10..15 {
        host.check(version(number), sample()).await.unwrap();
    }
    assert_eq!(codes(), 5, "what is used stays");
    assert!(host.check(describing("panic..."), sample()).await.is_err());
    assert_eq!(codes(), 5, "what is refused leaves nothing");
}

#[test]
fn changed_code_is_never_run_but_compiled_anew() {
    let folder = Folder::new("code-changed");
    host(&folder.0).load(&guest("narrator")).unwrap();
    let path = file(&folder.0, "cwasm");
    let good = fs::read(&path).unwrap();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;

    for bad in [flipped, good[..good.len() / 2].to_vec(), Vec::new()] {
        fs::remove_file(&path).unwrap();
        fs::write(&path, bad).unwrap();

        host(&folder.0).load(&guest("narrator")).unwrap();

        assert_eq!(fs::read(&path).unwrap(), good);
    }
}

#[test]
fn a_seal_that_is_gone_or_of_another_key_is_no_seal() {
    let folder = Folder::new("code-seal");
    host(&folder.0).load(&guest("narrator")).unwrap();
    let seal = file(&folder.0, "mac");
    let good = fs::read(&seal).unwrap();

    fs::remove_file(&seal).unwrap();
    host(&folder.0).load(&guest("narrator")).unwrap();
    assert_eq!(fs::read(&seal).unwrap(), good);

    fs::remove_file(folder.0.join("key")).unwrap();
    host(&folder.0).load(&guest("narrator")).unwrap();
    assert_ne!(fs::read(&seal).unwrap(), good);
}

#[test]
fn nobody_else_may_look() {
    let folder = Folder::new("code-private");
    host(&folder.0).load(&guest("narrator")).unwrap();

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

    assert_eq!(mode(&folder.0), 0o700);
    for entry in fs::read_dir(&folder.0).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn hosts_that_start_together_share_a_directory() {
    let folder = Folder::new("code-shared");
    let wasm = guest("narrator");

    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| host(&folder.0).load(&wasm).unwrap());
        }
    });

    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 3);
}

#[test]
fn code_of_other_engines_goes_after_a_week() {
    let folder = Folder::new("code-prune");
    host(&folder.0).load(&guest("narrator")).unwrap();
    let ours = file(&folder.0, "cwasm");
    let days = |days: u64| SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
    let put = |name: &str, written: SystemTime| {
        let path = folder.0.join(name);
        let file = fs::File::create(&path).unwrap();
        file.set_modified(written).unwrap();
        path
    };
    let old = put("0123456789abcdef-00.cwasm", days(8));
    let old_seal = put("0123456789abcdef-00.mac", days(8));
    let recent = put("0123456789abcdef-11.cwasm", days(6));
    let begun = put("0123456789abcdef.part", days(2));
    let stranger = put("notes.txt", days(100));
    let opened = fs::OpenOptions::new().write(true).open(&ours).unwrap();
    opened.set_modified(days(100)).unwrap();

    host(&folder.0);

    for gone in [old, old_seal, begun] {
        assert!(!gone.exists(), "{}", gone.display());
    }
    for kept in [recent, stranger, ours] {
        assert!(kept.exists(), "{}", kept.display());
    }
}

#[test]
fn what_was_used_least_lately_makes_room() {
    let folder = Folder::new("code-room");
    let bounded = |code_bytes| {
        ModuleHost::new(ModuleSettings {
            limits: LIMITS,
            code_bytes: Some(code_bytes),
            ..ModuleSettings::new(folder.0.clone(), 1)
        })
        .unwrap()
    };
    let codes = || {
        let files = fs::read_dir(&folder.0).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|ending| ending == "cwasm"))
    };
    bounded(u64::MAX).load(&guest("narrator")).unwrap();
    let used = codes().next().unwrap();
    bounded(u64::MAX).load(&guest("hostile")).unwrap();
    let old = SystemTime::now() - Duration::from_secs(1_000);
    for path in codes() {
        fs::File::open(path).unwrap().set_modified(old).unwrap();
    }
    bounded(u64::MAX).load(&guest("narrator")).unwrap();

    bounded(fs::metadata(&used).unwrap().len());

    assert_eq!(codes().collect::<Vec<_>>(), [used]);
    assert_eq!(
        fs::read_dir(&folder.0).unwrap().count(),
        3,
        "its seal, and the key"
    );
}
