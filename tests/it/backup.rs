//! A backup of a server that works restores elsewhere, and one that was altered restores nowhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::Value;

use crate::support::{Folder, Quire, Settings, run_quire_in};

fn said(output: &Output) -> String {
    let both = [&output.stdout, &output.stderr];
    both.map(|text| String::from_utf8_lossy(text)).concat()
}

fn backup(data_dir: &Path, to: &Path) -> Output {
    run_quire_in(data_dir, &["backup", &to.to_string_lossy()])
}

fn restore(from: &Path, data_dir: &Path) -> Output {
    run_quire_in(data_dir, &["restore", &from.to_string_lossy()])
}

#[tokio::test]
async fn a_backup_under_load_restores_elsewhere_and_nothing_of_before_is_lost() {
    let folder = Folder::new();
    let quire = Quire::start().await;
    let pdf = quire.pdf("61958-0802").await;
    fs::write(folder.file("letairis.pdf"), &pdf).unwrap();
    let mut tasks = Vec::new();
    for _ in 0..12 {
        tasks.push(quire.request("61958-0802").await);
    }

    let made = backup(quire.data_dir(), &folder.file("backup"));
    assert!(made.status.success(), "{}", said(&made));
    for task in &tasks {
        assert_eq!(quire.finished(task).await["status"], "SUCCESS");
    }
    let trail = quire.get("/api/admin/audit?action=records.backed-up").await;
    assert_eq!(
        trail.json()["events"].as_array().unwrap().len(),
        1,
        "{}",
        trail.json()
    );
    let elsewhere = folder.file("elsewhere");
    let restored = restore(&folder.file("backup"), &elsewhere);

    assert!(restored.status.success(), "{}", said(&restored));
    let verified = run_quire_in(&elsewhere, &["audit", "verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let report = folder.file("letairis.pdf");
    let again = run_quire_in(&elsewhere, &["verify", &report.to_string_lossy()]);
    assert!(again.status.success(), "{}", said(&again));
    assert!(
        said(&again).contains("match: made again"),
        "{}",
        said(&again)
    );
    // What had been accepted is made there, though no ticket came along.
    let other = Quire::start_with(Settings {
        data_dir: Some(elsewhere),
        ..Settings::default()
    })
    .await;
    for task in &tasks {
        assert_eq!(other.finished(task).await["status"], "SUCCESS");
    }
}

/// A data directory with one report, and its backup.
async fn backed_up(folder: &Folder) -> PathBuf {
    let quire = Quire::start().await;
    quire.pdf("61958-0802").await;
    let to = folder.file("backup");
    let made = backup(quire.data_dir(), &to);
    assert!(made.status.success(), "{}", said(&made));
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

fn edit(list: &Path, change: impl Fn(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(list).unwrap()).unwrap();
    change(&mut value);
    fs::write(list, serde_json::to_vec(&value).unwrap()).unwrap();
}

fn first_artifact(backup: &Path) -> PathBuf {
    let folder = fs::read_dir(backup.join("artifacts"))
        .unwrap()
        .next()
        .unwrap();
    let folder = folder.unwrap().path();
    fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
}

#[tokio::test]
async fn an_altered_backup_is_refused_in_words_and_leaves_nothing() {
    type Alter = fn(&Path);
    let folder = Folder::new();
    let whole = backed_up(&folder).await;
    let list = |backup: &Path| backup.join("backup.json");
    assert!(list(&whole).exists());
    let alterations: [(&str, Alter); 7] = [
        ("has no backup.json", |backup| {
            fs::remove_file(backup.join("backup.json")).unwrap();
        }),
        ("was altered: it has", |backup| {
            let artifact = first_artifact(backup);
            let mut bytes = fs::read(&artifact).unwrap();
            bytes[0] ^= 1;
            fs::write(&artifact, bytes).unwrap();
        }),
        ("cannot be copied", |backup| {
            fs::remove_file(first_artifact(backup)).unwrap()
        }),
        ("was altered: it has", |backup| {
            let database = backup.join("quire.db");
            let mut bytes = fs::read(&database).unwrap();
            bytes.extend_from_slice(b"more");
            fs::write(&database, bytes).unwrap();
        }),
        ("which a newer version has written", |backup| {
            edit(&backup.join("backup.json"), |list| {
                list["records_form"] = 9_999.into()
            });
        }),
        ("outside of it", |backup| {
            edit(&backup.join("backup.json"), |list| {
                list["files"][0]["path"] = "../outside".into();
            });
        }),
        ("the list says 1", |backup| {
            edit(&backup.join("backup.json"), |list| {
                list["audit_sequence"] = 1.into()
            });
        }),
    ];
    for (at, (words, alter)) in alterations.into_iter().enumerate() {
        let altered = folder.file(&format!("altered-{at}"));
        copy(&whole, &altered);
        alter(&altered);
        let (missing, empty) = (folder.file("missing"), folder.file("empty"));
        let _ = fs::create_dir(&empty);

        for data_dir in [&missing, &empty] {
            let refused = restore(&altered, data_dir);

            let said = said(&refused);
            assert_eq!(refused.status.code(), Some(1), "{at}: {said}");
            assert!(said.contains(words), "{at}: {said}");
        }
        assert!(!missing.exists(), "{at}");
        assert_eq!(fs::read_dir(&empty).unwrap().count(), 0, "{at}");
        assert!(!folder.file("outside").exists());
    }
}

#[tokio::test]
async fn nothing_is_written_over_and_no_backup_lies_in_what_it_saves() {
    let folder = Folder::new();
    let whole = backed_up(&folder).await;
    let data_dir = folder.file("data");
    let restored = restore(&whole, &data_dir);
    assert!(restored.status.success(), "{}", said(&restored));

    for (refused, words) in [
        (restore(&whole, &data_dir), "not empty"),
        (backup(&data_dir, &whole), "not empty"),
        (
            backup(&data_dir, &data_dir.join("backup")),
            "inside the data directory",
        ),
    ] {
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    assert!(!data_dir.join("backup").exists());
    let verified = run_quire_in(&data_dir, &["audit", "verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
}

#[tokio::test]
async fn an_artifact_that_is_lost_is_named_and_the_rest_is_saved() {
    let folder = Folder::new();
    let whole = backed_up(&folder).await;
    let data_dir = folder.file("data");
    assert!(restore(&whole, &data_dir).status.success());
    let lost = first_artifact(&data_dir);
    fs::remove_file(&lost).unwrap();

    let made = backup(&data_dir, &folder.file("again"));
    let restored = restore(&folder.file("again"), &folder.file("other"));

    let digest = lost.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(made.status.code(), Some(1), "{}", said(&made));
    assert!(said(&made).contains(&digest), "{}", said(&made));
    assert!(restored.status.success(), "{}", said(&restored));
    assert!(said(&restored).contains(&digest), "{}", said(&restored));
}
