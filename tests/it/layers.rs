//! The crates depend on each other only as ARCHITECTURE.md draws it, and read as CONTRIBUTING.md asks.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::support::ancestor_with;

/// From top to bottom. A crate may name those below it.
const LAYERS: [&str; 18] = [
    "server",
    "console",
    "api",
    "jobs",
    "reports",
    "registry",
    "modules",
    "author",
    "faers",
    "background",
    "render",
    "webhooks",
    "records",
    "statistics",
    "openfda",
    "check",
    "model",
    "contract",
];

/// What a section may name of ours: nothing that does I/O.
const GUESTS: [&str; 5] = [
    "quire-sdk",
    "quire-sdk-macros",
    "quire-signals",
    "quire-statistics",
    "quire-contract",
];

/// Which crates may know which outside world.
const WORLDS: [(&str, &[&str]); 10] = [
    ("wasmtime", &["modules"]),
    ("printpdf", &["render"]),
    ("lopdf", &["render"]),
    // The collector of spans, openFDA, and the receivers of webhooks.
    ("reqwest", &["server", "faers", "webhooks"]),
    ("opentelemetry", &["server", "jobs"]),
    ("apalis", &["jobs"]),
    // What is answered, and what webhooks are sent.
    ("utoipa", &["api", "webhooks"]),
    // The binary binds the address and serves the routers that `console` and `api` make.
    ("axum", &["server", "console", "api"]),
    // The embedded queue, the imports and the ledger are databases of their own.
    ("sqlx", &["jobs", "background", "records"]),
    // The queue and the cache.
    ("redis", &["jobs", "faers"]),
];

fn root() -> PathBuf {
    ancestor_with("Cargo.lock")
}

/// Names in the section `[dependencies]` of a crate's manifest.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(manifest).unwrap();
    text.lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn crates_name_only_those_below_them() {
    for (position, name) in LAYERS.iter().enumerate() {
        let below: BTreeSet<String> = LAYERS[position + 1..]
            .iter()
            .map(|name| format!("quire-{name}"))
            .collect();

        let named = dependencies(&root().join(format!("host/{name}/Cargo.toml")));

        for dependency in named.iter().filter(|name| name.starts_with("quire-")) {
            // The replaying openFDA stands for the outside world: only the binary plugs it in.
            let plugged = *name == "server" && dependency == "quire-replay";
            assert!(
                plugged || below.contains(dependency),
                "host/{name} depends on {dependency}"
            );
        }
    }
}

#[test]
fn replay_statistics_and_plugins_know_nothing_of_the_host() {
    let replay = dependencies(&root().join("host/replay/Cargo.toml"));
    assert!(
        !replay.iter().any(|name| name.starts_with("quire-")),
        "{replay:?}"
    );

    for entry in fs::read_dir(root().join("plugins")).unwrap() {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        if manifest.exists() {
            let ours = dependencies(&manifest);
            let host = ours
                .iter()
                .filter(|name| name.starts_with("quire-") && !GUESTS.contains(&name.as_str()));
            assert_eq!(host.count(), 0, "{}", manifest.display());
        }
    }
}

#[test]
fn a_change_of_the_queue_compiles_neither_the_making_of_reports_nor_the_registry() {
    for crate_below in ["reports", "registry"] {
        let manifest = root().join(format!("host/{crate_below}/Cargo.toml"));
        let named = dependencies(&manifest);
        for above in ["quire-jobs", "apalis", "redis"] {
            assert!(!named.contains(above), "host/{crate_below} names {above}");
        }
    }
}

#[test]
fn each_outside_world_is_known_only_where_it_may_be() {
    for (world, knowers) in WORLDS {
        let knowing: Vec<&str> = LAYERS
            .iter()
            .copied()
            .filter(|name| {
                dependencies(&root().join(format!("host/{name}/Cargo.toml"))).contains(world)
            })
            .collect();

        assert_eq!(knowing, knowers, "{world}");
    }
}

#[test]
fn every_file_says_what_it_does_in_its_first_line() {
    for file in sources(&root().join("host"))
        .into_iter()
        .chain(sources(&root().join("plugins")))
    {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} does not open with //!",
            file.display()
        );

        let name = file.file_name().unwrap().to_string_lossy();
        let vague = ["util.rs", "utils.rs", "helpers.rs", "common.rs", "mod.rs"];
        assert!(
            !vague.contains(&name.as_ref()),
            "{} has a vague name",
            file.display()
        );
    }
}

#[test]
fn nothing_in_the_repository_needs_what_is_outside_it() {
    let outside = ["..", "shared"].join("/");
    for folder in ["host", "plugins", "wit", "tests"] {
        for file in sources(&root().join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains(&format!("{outside}/")), "{}", file.display());
        }
    }
}

/// All Rust files below a folder, except what was built.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}
