//! A real Prometheus, and the alerts that are shipped.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use super::{Folder, ancestor_with, eventually};

/// A file of the folder for whoever runs Quire.
pub(crate) fn deploy(name: &str) -> PathBuf {
    ancestor_with("Cargo.lock").join("deploy").join(name)
}

/// A program of Prometheus: as `make test` installs it, or the system's.
pub(crate) fn program(name: &str) -> PathBuf {
    let ours = ancestor_with("Cargo.lock")
        .join("target/tools/prometheus/usr/bin")
        .join(name);
    if ours.exists() { ours } else { name.into() }
}

/// The file that says what is scraped.
const TARGETS: &str = "targets.json";

/// A Prometheus that scrapes some addresses each second. Killed when dropped.
pub(crate) struct Prometheus {
    child: Child,
    base: String,
    folder: Folder,
}

impl Prometheus {
    pub(crate) fn scraping(targets: &[&str]) -> Self {
        let folder = Folder::new();
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let config = json!({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": "quire", "file_sd_configs": [{"files": [folder.file(TARGETS)], "refresh_interval": "1s"}]}],
        });
        list(&folder, targets);
        let file = folder.file("prometheus.yml");
        // JSON is YAML.
        std::fs::write(&file, config.to_string()).unwrap();
        let child = Command::new(program("prometheus"))
            .arg(format!("--config.file={}", file.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.file("tsdb").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus is missing; `make test` installs it");
        let base = format!("http://127.0.0.1:{port}");
        Self {
            child,
            base,
            folder,
        }
    }

    /// Scrape these instead from now on.
    pub(crate) fn turn_to(&self, targets: &[&str]) {
        list(&self.folder, targets);
    }

    /// What an expression gives now.
    pub(crate) async fn ask(&self, expression: &str) -> Option<Vec<Value>> {
        let query = [("query", expression)];
        let address = format!("{}/api/v1/query", self.base);
        let answer = reqwest::Client::new()
            .get(address)
            .query(&query)
            .send()
            .await
            .ok()?;
        let answer: Value = answer.json().await.ok()?;
        assert_ne!(answer["status"], "error", "{expression}: {answer}");
        answer["data"]["result"].as_array().cloned()
    }

    /// Wait until it gives something.
    pub(crate) async fn gives(&self, what: &str, expression: &str) {
        eventually(what, || async {
            self.ask(expression).await.filter(|found| !found.is_empty())
        })
        .await;
    }
}

/// What is scraped, as one whole file.
fn list(folder: &Folder, targets: &[&str]) {
    let next = folder.file("targets.next");
    std::fs::write(&next, json!([{"targets": targets}]).to_string()).unwrap();
    std::fs::rename(next, folder.file(TARGETS)).unwrap();
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Name and expression of each alert, as Prometheus itself reads the file.
pub(crate) fn alerts() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(deploy("monitoring/alerts.yml")).unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("- alert: ") {
            found.push((name.to_owned(), String::new()));
        } else if let Some(expression) = line.strip_prefix("expr: ") {
            let mut whole = expression.trim_start_matches(">-").to_owned();
            while let Some(more) = lines.next_if(|line| !line.contains(": ")) {
                whole.push(' ');
                whole.push_str(more);
            }
            found.last_mut().unwrap().1 = whole.trim().to_owned();
        }
    }
    found
}
