//! The scene of the crimes: the real binaries on one data directory, embedded or over Redis, on a machine that can
//! be made to fail, over an openFDA that can be made to misbehave.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use quire_replay::{Replay, RunningReplay};
use reqwest::{Client, Method};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::machine::Machine;
use crate::support::{Folder, Quire, Redis, Settings};

/// The report that is asked for: the sections that no report may be without, so that a crime meets many.
pub(crate) const DEFINITION: &str = "crimes";

/// What a scene is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One process, whose queue is a file.
    Embedded,
    /// A server, two workers, and a Redis between them.
    Redis,
}

/// Everything that runs.
pub(crate) struct Scene {
    pub(crate) mode: Mode,
    pub(crate) machine: Machine,
    pub(crate) replay: RunningReplay,
    pub(crate) redis: Option<Redis>,
    pub(crate) api: Quire,
    pub(crate) workers: Vec<Quire>,
    /// Where the server is reached now.
    address: Arc<Mutex<String>>,
    settings: Settings,
    _folder: Folder,
}

impl Scene {
    /// Set one up, ready to accept.
    pub(crate) async fn set(mode: Mode) -> Self {
        let (folder, machine) = (Folder::new(), Machine::new());
        let redis = (mode == Mode::Redis).then(Redis::start);
        let replay = Replay::sample().await.unwrap();
        let settings = Settings {
            redis: redis.as_ref().map(Redis::url),
            openfda: Some(replay.url()),
            data_dir: Some(folder.path().to_path_buf()),
            // Asked again every few seconds, so that a crime of openFDA's meets reports.
            arguments: [
                "--cache-ttl",
                "5s",
                "--openfda-timeout",
                "2s",
                "--workers",
                "2",
            ]
            .map(str::to_owned)
            .into(),
            // A write beyond a limit fails, in place of ending the process.
            before: Some("trap '' XFSZ".to_owned()),
            environment: machine.environment(),
            ..Settings::default()
        };
        let api = Quire::start_with(of_server(&settings, mode)).await;
        let mut scene = Self {
            address: Arc::new(Mutex::new(api.address(""))),
            mode,
            machine,
            replay,
            redis,
            api,
            workers: Vec::new(),
            settings,
            _folder: folder,
        };
        scene.define().await;
        if mode == Mode::Redis {
            for _ in 0..2 {
                let worker = scene.new_worker().await;
                scene.workers.push(worker);
            }
        }
        scene
    }

    async fn define(&self) {
        let section =
            |module: &str| json!({"name": module, "module": module, "policy": "required"});
        let sections = ["provenance", "method", "limitations"].map(section);
        let definition = json!({
            "name": DEFINITION, "version": 1, "title": "Crimes", "paper": "a4", "front_matter": false,
            "sections": sections,
        });
        let path = format!("/api/admin/definitions/{DEFINITION}");
        let body = json!({"definition": definition, "reason": "to be made while things die"});
        let new = [("if-match", "\"0\"")];
        let put = self.api.send(Method::PUT, &path, &new, Some(body)).await;
        assert!(put.status.is_success(), "{}", put.json());
    }

    /// One more worker.
    pub(crate) async fn new_worker(&self) -> Quire {
        Quire::start_with(Settings {
            worker: true,
            ..self.settings.clone()
        })
        .await
    }

    /// Where the server is reached, whichever process it is.
    pub(crate) fn address(&self) -> Arc<Mutex<String>> {
        Arc::clone(&self.address)
    }

    /// The server after the one that died.
    pub(crate) async fn restart_api(&mut self) {
        self.api = Quire::start_with(of_server(&self.settings, self.mode)).await;
        *self.address.lock().unwrap() = self.api.address("");
    }

    /// Every process of ours.
    pub(crate) fn processes(&self) -> impl Iterator<Item = &Quire> {
        [&self.api].into_iter().chain(&self.workers)
    }
}

/// The bounds of a caller are raised: one key asks for everything here.
fn of_server(settings: &Settings, mode: Mode) -> Settings {
    let mut settings = settings.clone();
    let raised = [
        ("--max-waiting", "1000000"),
        ("--max-waiting-per-key", "1000000"),
        ("--reports-per-day", "0"),
        ("--reports-per-minute", "0"),
        ("--requests-per-minute", "0"),
    ];
    let raised = raised.into_iter().flat_map(<[&str; 2]>::from);
    settings.arguments.extend(raised.map(str::to_owned));
    if mode == Mode::Redis {
        let workers = settings
            .arguments
            .iter()
            .position(|word| word == "--workers");
        let slots = workers.and_then(|at| settings.arguments.get_mut(at + 1));
        *slots.unwrap() = "0".to_owned();
    }
    settings
}

/// Send a process a signal.
pub(crate) fn signal(process: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Whoever asks while things die: waits a moment for an answer, and no longer.
pub(crate) fn impatient() -> Client {
    Client::builder()
        .timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(16)
        .build()
        .unwrap()
}
