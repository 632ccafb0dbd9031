//! Compiles the guests of `tests/guests`, and tells the tests where the hostile one is.

use std::{env, error::Error, path::PathBuf, process::Command};

/// Settings of the outer build that are none of the guests' business.
const OUTER: [&str; 8] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "OUT_DIR",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
    "TARGET",
];

fn main() -> Result<(), Box<dyn Error>> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = own.parent().ok_or("the workspace is one folder up")?;
    for input in ["tests/guests", "wit"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    // `target/debug/build/quire-tests-…/out`; the containment tests build into the same folder.
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target = out
        .ancestors()
        .nth(4)
        .ok_or("the target directory is four folders up")?;
    let target = target.join("guests");
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo
        .args([
            "build",
            "--release",
            "--locked",
            "--target",
            "wasm32-wasip2",
        ])
        .arg("--manifest-path")
        .arg(own.join("guests/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target);
    for name in OUTER {
        cargo.env_remove(name);
    }
    let status = cargo.status()?;
    if !status.success() {
        return Err(format!("tests/guests cannot be compiled: {status}").into());
    }
    let wasm = target.join("wasm32-wasip2/release/hostile.wasm");
    println!("cargo::rustc-env=HOSTILE_WASM={}", wasm.display());
    Ok(())
}
