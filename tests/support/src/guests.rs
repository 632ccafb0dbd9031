//! The guests of `tests/guests`, compiled once for all tests.

use std::{fs, path::PathBuf, process::Command, sync::LazyLock};

use crate::{target_dir, workspace};

/// Settings of the outer build that are none of the guests' business.
const OUTER: [&str; 7] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "LLVM_PROFILE_FILE",
    "MAKEFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
];

/// Where compiled guests are; built by the first who asks, found by the others.
static GUESTS: LazyLock<PathBuf> = LazyLock::new(build);

/// The file of a compiled guest, such as `hostile`.
///
/// # Panics
///
/// If the guests cannot be built.
#[must_use]
pub fn guest_file(name: &str) -> PathBuf {
    GUESTS.join(name.replace('-', "_")).with_extension("wasm")
}

/// The bytes of a compiled guest.
///
/// # Panics
///
/// If the guests cannot be built, or there is none of this name.
#[must_use]
pub fn guest(name: &str) -> Vec<u8> {
    fs::read(guest_file(name)).expect("a guest of tests/guests")
}

fn build() -> PathBuf {
    let target = target_dir().join("guests");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in OUTER {
        cargo.env_remove(name);
    }
    let status = cargo
        .args(["build", "--quiet", "--release", "--locked"])
        .args(["--target", "wasm32-wasip2"])
        .arg("--manifest-path")
        .arg(workspace().join("tests/guests/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()
        .expect("cargo");
    assert!(status.success(), "the guests cannot be built: {status}");
    target.join("wasm32-wasip2/release")
}
