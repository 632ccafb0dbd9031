//! The guests of `tests/guests`, compiled once.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::ancestor_with;

/// Settings of the outer build that are none of the guests' business.
const OUTER: [&str; 6] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
];

/// A compiled guest, such as `hostile`; built by the first who asks, found by the others.
pub(crate) fn guest(name: &str) -> PathBuf {
    let root = ancestor_with("Cargo.lock");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../guests");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in OUTER {
        cargo.env_remove(name);
    }
    let status = cargo
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--target",
            "wasm32-wasip2",
        ])
        .arg("--manifest-path")
        .arg(root.join("tests/guests/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()
        .unwrap();
    assert!(status.success(), "the guests cannot be built: {status}");
    target
        .join("wasm32-wasip2/release")
        .join(name.replace('-', "_"))
        .with_extension("wasm")
}
