//! The guests of `tests/guests`, compiled once.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::ancestor_with;

/// A compiled guest, such as `hostile`. Settings of the outer build stay outside.
pub(crate) fn guest(name: &str) -> PathBuf {
    let root = ancestor_with("Cargo.lock");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../guests");
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
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
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTFLAGS")
        .status()
        .unwrap();
    assert!(status.success(), "the guests cannot be built: {status}");
    target
        .join("wasm32-wasip2/release")
        .join(name)
        .with_extension("wasm")
}
