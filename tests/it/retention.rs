//! What rules remove is told to whoever asks for it, and nothing that is needed goes.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use reqwest::StatusCode;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::{Folder, Quire, Settings, one_command, run_quire_in};

/// Let everything that has ended have happened a hundred days ago.
async fn age(quire: &Quire) {
    const DAYS: &str = "100 * 86400000";
    let options = SqliteConnectOptions::new().filename(quire.data_dir().join("quire.db"));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    for statement in [
        format!(
            "UPDATE report SET finished = finished - {DAYS}, accepted = accepted - {DAYS} WHERE finished IS NOT NULL"
        ),
        format!("UPDATE artifact SET created = created - {DAYS}"),
        format!("UPDATE snapshot SET used = used - {DAYS}, created = created - {DAYS}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
}

/// `quire retention …` with one rule; what it says.
fn retention(quire: &Quire, words: &[&str], rule: (&str, &str)) -> String {
    let arguments = [&["retention"], words].concat();
    let mut command = one_command(quire.data_dir(), &arguments);
    let output = command.env(rule.0, rule.1).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn a_removed_document_is_made_again_until_its_data_go_and_then_the_reason_is_told() {
    let mut quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    assert_eq!(quire.finished(&task).await["status"], "SUCCESS");
    let forms = ["pdf", "json", "html"].map(|form| format!("/api/tasks/{task}/{form}"));
    let mut before = Vec::new();
    for form in &forms {
        before.push(quire.get(form).await);
    }
    age(&quire).await;
    // Others are being made meanwhile; with other data, or those would be in use.
    let mut made = Vec::new();
    for _ in 0..6 {
        made.push(quire.request("61958-0802").await);
    }

    let documents = ("QUIRE_KEEP_DOCUMENTS", "90d");
    let seen = retention(&quire, &["apply", "--dry-run"], documents);
    assert!(
        seen.contains("would remove 1 by the rule documents"),
        "{seen}"
    );
    let done = retention(&quire, &["apply"], documents);
    assert!(done.contains("removed 1 by the rule documents"), "{done}");
    for other in &made {
        assert_eq!(quire.finished(other).await["status"], "SUCCESS");
        assert_eq!(
            quire.get(&format!("/api/tasks/{other}/pdf")).await.status,
            StatusCode::OK
        );
    }
    for (form, before) in forms.iter().zip(&before) {
        let again = quire.get(form).await;
        assert_eq!(
            again.status,
            StatusCode::OK,
            "{form}: {}",
            String::from_utf8_lossy(&again.body)
        );
        assert!(again.body == before.body, "{form}");
        assert_eq!(again.header("etag"), before.header("etag"));
    }
    let verified = quire
        .post(&format!("/api/tasks/{task}/verify"), None)
        .await
        .json();
    assert_eq!(verified["verdict"], "match", "{verified}");

    // Without its data nobody can make it again.
    age(&quire).await;
    retention(&quire, &["apply"], documents);
    let done = retention(&quire, &["apply"], ("QUIRE_KEEP_DATA", "90d"));
    assert!(!done.contains("removed 0"), "{done}");
    let gone = quire.get(&forms[0]).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.json());
    assert_eq!(gone.json()["type"], "/problems/removed");
    let detail = gone.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("by the rule \"documents\"") && detail.contains("by the rule \"data\""),
        "{detail}"
    );

    // Nor is there the task after a while, for those who might see it.
    retention(&quire, &["apply"], ("QUIRE_KEEP_REPORTS", "90d"));
    let status = quire.get(&format!("/api/tasks/{task}")).await;
    assert_eq!(status.status, StatusCode::GONE, "{}", status.json());
    assert!(
        status.json()["detail"]
            .as_str()
            .unwrap()
            .contains("by the rule \"reports\"")
    );
    let stranger = quire.make_key("consumer", "someone else").await;
    let admin = quire.key();
    quire.set_key(Some(stranger));
    let hidden = quire.get(&format!("/api/tasks/{task}")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    quire.set_key(Some(admin));
    let trail = quire
        .get("/api/admin/audit?action=retention.removed")
        .await
        .json();
    assert!(trail["events"].as_array().unwrap().len() >= 3, "{trail}");
    let verified = one_command(quire.data_dir(), &["audit", "verify"])
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

#[tokio::test]
async fn without_a_rule_everything_is_kept_and_the_room_is_told() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    quire.finished(&task).await;
    age(&quire).await;

    let seen = retention(&quire, &["show"], ("QUIRE_QUOTA", ""));
    retention(&quire, &["apply"], ("QUIRE_QUOTA", ""));

    assert!(
        seen.contains("no rule is set: everything is kept for ever"),
        "{seen}"
    );
    assert!(seen.contains("documents"), "{seen}");
    assert_eq!(quire.number("SELECT count(*) FROM removed").await, 0);
    let metrics = String::from_utf8(quire.get("/metrics").await.body).unwrap();
    assert!(
        metrics.contains("quire_data_bytes{kind=\"components\"}"),
        "{metrics}"
    );
}

/// A small file system of its own, in memory; gone with this.
struct Disk(PathBuf);

impl Disk {
    /// None where this user may not have one.
    fn new(at: PathBuf) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"]);
        let mounted = mount.arg(&at).output().ok()?.status.success();
        mounted.then_some(Self(at))
    }

    /// Fill it to the last byte.
    fn fill(&self) {
        let mut file = File::create(self.0.join("others")).unwrap();
        for size in [1 << 20, 1 << 10, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn is_full(path: &Path) -> bool {
    File::create(path.join("one"))
        .and_then(|mut file| file.write_all(b"1"))
        .is_err()
}

#[tokio::test]
async fn rules_make_room_on_a_disk_without_a_byte_left() {
    let folder = Folder::new();
    let Some(disk) = Disk::new(folder.file("disk")) else {
        // Only root may mount.
        return;
    };
    let data_dir = folder.file("disk/data");
    fs::create_dir(&data_dir).unwrap();
    let mut quire = Quire::start_with(Settings {
        data_dir: Some(data_dir.clone()),
        ..Settings::default()
    })
    .await;
    quire.pdf("61958-0802").await;
    assert!(quire.stop().await.success());
    age(&quire).await;
    // The other tests' compiled code is not this one's to remove.
    let code = data_dir.join("code");
    fs::remove_file(&code).unwrap();
    fs::create_dir(&code).unwrap();
    fs::write(code.join("old.cwasm"), vec![0; 2 << 20]).unwrap();
    disk.fill();
    assert!(is_full(&disk.0));

    let apply = ["retention", "apply", "--keep-documents", "90d"];
    let applied = run_quire_in(&data_dir, &apply);
    let said = String::from_utf8_lossy(&applied.stdout).into_owned();
    let noted = String::from_utf8_lossy(&applied.stderr).into_owned();
    assert!(applied.status.success(), "{noted}");
    assert!(said.contains("removed 1 by the rule documents"), "{said}");
    assert!(
        noted.contains("2.00 MiB of compiled code went first"),
        "{noted}"
    );
    assert!(!is_full(&disk.0));

    // Without anything of ours to remove, what to do is said.
    disk.fill();
    let refused = run_quire_in(&data_dir, &["retention", "apply", "--keep-data", "90d"]);
    let noted = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success());
    assert!(noted.contains("take some other file off"), "{noted}");
    fs::remove_file(disk.0.join("others")).unwrap();
    let applied = run_quire_in(&data_dir, &["retention", "apply", "--keep-data", "90d"]);
    assert!(applied.status.success(), "{applied:?}");
    let verified = run_quire_in(&data_dir, &["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}
