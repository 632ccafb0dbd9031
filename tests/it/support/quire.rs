//! The binary `quire`, started as an administrator starts it.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};
use serde_json::Value;

use super::{Folder, PATIENCE, Redis, ancestor_with, eventually, guest};

/// The key that every `quire` of the tests knows as an administrator's.
const ADMIN_KEY: &str = "qk_test_0123456789abcdef0123456789abcdef";

/// How one `quire` differs from the default.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// `redis://…`; embedded if absent.
    pub(crate) redis: Option<String>,
    /// Base address of openFDA; the bundled sample if absent.
    pub(crate) openfda: Option<String>,
    /// Data directory; one of its own if absent.
    pub(crate) data_dir: Option<PathBuf>,
    /// Further arguments.
    pub(crate) arguments: Vec<String>,
    /// `worker` in place of `serve`.
    pub(crate) worker: bool,
    /// What a shell does before it starts, such as `ulimit -n 256`.
    pub(crate) before: Option<String>,
    /// Whether equal requests are given one document. Most tests make what they ask for.
    pub(crate) sharing: bool,
    /// Variables that are set.
    pub(crate) environment: Vec<(String, String)>,
}

impl Settings {
    /// A server that may send webhooks to this machine.
    pub(crate) fn sending_here() -> Self {
        let open = [
            ("QUIRE_WEBHOOK_NETWORKS", "127.0.0.0/8,::1"),
            ("QUIRE_WEBHOOK_HTTP", "true"),
        ];
        Self {
            environment: open
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            ..Self::default()
        }
    }

    /// Over a Redis, on a data directory that other processes share.
    pub(crate) fn shared(redis: &Redis, folder: &Folder) -> Self {
        Self {
            redis: Some(redis.url()),
            data_dir: Some(folder.path().to_path_buf()),
            ..Self::default()
        }
    }

    /// The same for a server that accepts reports and makes none.
    pub(crate) fn without_workers(mut self) -> Self {
        self.arguments.extend(["--workers", "0"].map(str::to_owned));
        self
    }
}

/// A running `quire serve` (or `worker`). Killed when dropped.
pub(crate) struct Quire {
    child: Child,
    base: String,
    client: reqwest::Client,
    key: Option<String>,
    data_dir: PathBuf,
    _folder: Option<Folder>,
}

/// One HTTP answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// A header as text, empty if absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Quire {
    /// Start with the bundled sample, embedded.
    pub(crate) async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// Start, and wait until it is ready.
    pub(crate) async fn start_with(settings: Settings) -> Self {
        let folder = settings.data_dir.is_none().then(Folder::new);
        let data_dir = settings
            .data_dir
            .clone()
            .unwrap_or_else(|| folder.as_ref().unwrap().path().to_path_buf());
        share_code(&data_dir);
        let mut command = prepared(settings.before.as_deref());
        command.arg(if settings.worker { "worker" } else { "serve" });
        command.args(["--data-dir", &data_dir.to_string_lossy()]);
        if !settings.worker {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        match &settings.openfda {
            Some(url) => command.args(["--openfda-url", url]),
            None => command.arg("--sample"),
        };
        if let Some(url) = &settings.redis {
            command.args(["--redis-url", url]);
        }
        command
            .args(&settings.arguments)
            .env("QUIRE_ADMIN_KEY", ADMIN_KEY)
            .env("QUIRE_LOG", "info")
            .env(
                "QUIRE_SHARE_ANSWERS",
                if settings.sharing { "on" } else { "off" },
            )
            .envs(settings.environment.iter().cloned());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log_file(&data_dir))
            .spawn()
            .unwrap();
        let base = announced_address(&mut child, &data_dir);
        let client = reqwest::Client::new();
        Self {
            child,
            base,
            client,
            key: Some(ADMIN_KEY.to_owned()),
            data_dir,
            _folder: folder,
        }
    }

    /// The address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Its data directory.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// What it wrote to its log so far.
    pub(crate) fn log(&self) -> String {
        logs(&self.data_dir)
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Its address without the scheme.
    pub(crate) fn host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The key that it is asked with; empty if none.
    pub(crate) fn key(&self) -> String {
        self.key.clone().unwrap_or_default()
    }

    /// Use another key from now on, or none.
    pub(crate) fn set_key(&mut self, key: Option<String>) {
        self.key = key;
    }

    /// From now on its files cannot grow beyond so many bytes, as on a full disk; or as they like again.
    pub(crate) fn limit_files(&self, bytes: Option<u64>) {
        self.limit(Resource::Fsize, bytes);
    }

    /// Let the running process have so much of something and no more; `None` for as much as it likes.
    /// Gives what it could have before.
    pub(crate) fn limit(&self, resource: Resource, most: Option<u64>) -> Option<u64> {
        let pid = Pid::from_child(&self.child);
        let before = prlimit(
            Some(pid),
            resource,
            Rlimit {
                current: most,
                // Inherited from this process.
                maximum: getrlimit(resource).maximum,
            },
        );
        before.unwrap().current
    }

    /// One number out of its ledger.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        let database = self.data_dir.join("quire.db");
        let address = format!("sqlite://{}?mode=ro", database.display());
        let pool = sqlx::SqlitePool::connect(&address).await.unwrap();
        let number = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
        pool.close().await;
        number
    }

    /// Ask it to end, and wait how it does.
    pub(crate) async fn stop(&mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let child = std::cell::RefCell::new(&mut self.child);
        eventually("quire to end", || async {
            child.borrow_mut().try_wait().unwrap()
        })
        .await
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// One request.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer {
            status,
            headers,
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    /// POST bytes that are a component, or claim to be.
    pub(crate) async fn upload(&self, path: &str, wasm: Vec<u8>) -> Answer {
        let mut request = self.client.post(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let request = request.header("content-type", "application/wasm");
        let response = request.body(wasm).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer {
            status,
            headers,
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Option<Value>) -> Answer {
        self.send(Method::POST, path, &[], body).await
    }

    /// Make a key with a role; gives what its holder sends.
    pub(crate) async fn make_key(&self, role: &str, label: &str) -> String {
        let body = serde_json::json!({"role": role, "label": label});
        let made = self.post("/api/admin/keys", Some(body)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
        made.json()["key"].as_str().unwrap().to_owned()
    }

    /// Upload a guest as a version of a module; gives its digest.
    pub(crate) async fn add_version(&self, module: &str, name: &str) -> String {
        let wasm = std::fs::read(guest(name)).unwrap();
        let path = format!("/api/admin/modules?name={module}&reason=test");
        let added = self.upload(&path, wasm).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.json());
        let digest = added.json()["version"]["digest"].clone();
        digest.as_str().unwrap().to_owned()
    }

    /// One step with a module, on the state that it is in now.
    pub(crate) async fn step(&self, module: &str, step: &str, body: Value) -> Answer {
        let path = format!("/api/admin/modules/{module}");
        let shown = self.get(&path).await;
        let headers = [("if-match", shown.header("etag"))];
        // What a module has of its own is put in place of what it had.
        let method = match step {
            "limits" | "required-clean" => Method::PUT,
            _ => Method::POST,
        };
        let path = format!("{path}/{step}");
        self.send(method, &path, &headers, Some(body)).await
    }

    /// Make a guest the active version of a module; gives its digest.
    pub(crate) async fn put_in_use(&self, module: &str, name: &str) -> String {
        let digest = self.add_version(module, name).await;
        for step in ["stage", "activate"] {
            let body = serde_json::json!({"digest": digest, "reason": "test"});
            let answer = self.step(module, step, body).await;
            assert_eq!(answer.status, StatusCode::OK, "{step}: {}", answer.json());
        }
        digest
    }

    /// Ask for a report dated 2025-06-30, and give its task id.
    pub(crate) async fn request(&self, ndc: &str) -> String {
        let body = serde_json::json!({"as_of": "2025-06-30"});
        let answer = self
            .post(&format!("/api/cer/{ndc}/enhanced-pdf"), Some(body))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::ACCEPTED,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()["task_id"].as_str().unwrap().to_owned()
    }

    /// Wait until a task has ended, and give its last status.
    pub(crate) async fn finished(&self, task: &str) -> Value {
        eventually("the report to end", || async {
            let status = self.get(&format!("/api/tasks/{task}")).await.json();
            let ended = ["SUCCESS", "FAILURE", "REVOKED"].contains(&status["status"].as_str()?);
            ended.then_some(status)
        })
        .await
    }

    /// A whole report as bytes.
    pub(crate) async fn pdf(&self, ndc: &str) -> Vec<u8> {
        let task = self.request(ndc).await;
        let status = self.finished(&task).await;
        assert_eq!(status["status"], "SUCCESS", "{status}\n{}", self.log());
        self.get(&format!("/api/tasks/{task}/pdf")).await.body
    }
}

impl Drop for Quire {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- log of quire ---\n{}", self.log());
        }
    }
}

/// Run `quire` to its end on a data directory that another may be running on.
pub(crate) fn run_quire_in(data_dir: &Path, arguments: &[&str]) -> Output {
    one_command(data_dir, arguments).output().unwrap()
}

/// Compiled code of commands without a data directory is shared, and is not kept in the user's own cache.
pub(crate) fn one_command(data_dir: &Path, arguments: &[&str]) -> Command {
    let cache = ancestor_with("Cargo.lock").join("target/tmp/quire-it-cache");
    let mut command = Command::new(quire_binary());
    command
        .args(arguments)
        .env("QUIRE_DATA_DIR", data_dir)
        .env("XDG_CACHE_HOME", cache);
    command
}

/// Run `quire` to its end, in a directory of its own.
pub(crate) fn run_quire(folder: &Folder, arguments: &[&str]) -> Output {
    run_quire_with(folder, arguments, &[])
}

/// The same, with these environment variables.
pub(crate) fn run_quire_with(
    folder: &Folder,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Output {
    let data_dir = folder.file("data");
    std::fs::create_dir_all(&data_dir).unwrap();
    share_code(&data_dir);
    one_command(&data_dir, arguments)
        .current_dir(folder.path())
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// `quire`, started by a shell that does something first.
pub(crate) fn prepared(before: Option<&str>) -> Command {
    let Some(before) = before else {
        return Command::new(quire_binary());
    };
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before} && exec \"$0\" \"$@\"")]);
    command.arg(quire_binary());
    command
}

/// The binary beside this test binary, or the one that a measurement is told to take.
pub(crate) fn quire_binary() -> PathBuf {
    if let Some(binary) = std::env::var_os("QUIRE_TEST_BINARY") {
        return binary.into();
    }
    let test = std::env::current_exe().unwrap();
    let binary = test.parent().unwrap().parent().unwrap().join("quire");
    assert!(
        binary.exists(),
        "{} is missing: run `make test`, or `cargo test --workspace`",
        binary.display()
    );
    binary
}

/// Let all data directories of the tests share compiled code, so that the standard sections are
/// compiled once and not once a test.
fn share_code(data_dir: &Path) {
    let shared = ancestor_with("Cargo.lock").join("target/tmp/quire-it-code");
    std::fs::create_dir_all(&shared).unwrap();
    let link = data_dir.join("code");
    if !link.exists() {
        std::os::unix::fs::symlink(shared, link).unwrap();
    }
}

pub(super) fn log_file(data_dir: &Path) -> std::fs::File {
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(data_dir.join("test.log"))
        .unwrap()
}

fn logs(data_dir: &Path) -> String {
    std::fs::read_to_string(data_dir.join("test.log")).unwrap_or_default()
}

/// Read the line that says where it listens. The rest of its output is read and dropped, so that it
/// never blocks.
pub(super) fn announced_address(child: &mut Child, data_dir: &Path) -> String {
    let stdout = child.stdout.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some((_, address)) = line
                .split_once("ready on ")
                .or(line.split_once("listening on "))
            {
                let _ = sender.send(address.trim().to_owned());
            }
            if line.contains("worker ready") {
                let _ = sender.send(String::new());
            }
        }
    });
    receiver
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| panic!("quire did not get ready:\n{}", logs(data_dir)))
}
