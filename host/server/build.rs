//! Compiles the standard sections in `plugins/` to components, and embeds them in the binary.
//!
//! A section is a crate in `plugins/` that is a `cdylib`. All are compiled by one nested cargo with a
//! target directory of its own (`target/guests`), so that it neither waits for the outer one nor
//! shares flags with it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const TARGET: &str = "wasm32-wasip2";

type Failure = Box<dyn std::error::Error>;

/// A crate that is compiled to a component.
struct Plugin {
    /// The folder's name, which is the module's.
    name: String,
    /// The package's name.
    package: String,
}

fn main() -> ExitCode {
    match embed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn embed() -> Result<(), Failure> {
    let root = root()?;
    for input in ["plugins", "wit", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let plugins = plugins(&root.join("plugins"))?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut rows = String::new();
    if !plugins.is_empty() {
        let built = compile(&root, &out, &plugins)?;
        for Plugin { name, package } in &plugins {
            let wasm = built.join(format!("{}.wasm", package.replace('-', "_")));
            let copy = out.join(format!("{name}.wasm"));
            fs::copy(&wasm, &copy).map_err(|error| format!("{}: {error}", wasm.display()))?;
            rows.push_str(&format!(
                "({name:?}, include_bytes!({copy:?}).as_slice()),\n"
            ));
        }
    }
    fs::write(out.join("embedded.rs"), format!("&[\n{rows}]\n"))?;
    Ok(())
}

/// The workspace, two folders up.
fn root() -> Result<PathBuf, Failure> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = own
        .ancestors()
        .nth(2)
        .ok_or("the workspace is two folders up")?;
    Ok(root.to_path_buf())
}

/// The plugins, sorted by name.
fn plugins(folder: &Path) -> Result<Vec<Plugin>, Failure> {
    let mut plugins = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let manifest = entry.path().join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else {
            continue;
        };
        if text.contains("cdylib") {
            plugins.push(Plugin {
                name: entry.file_name().to_string_lossy().into_owned(),
                package: package(&text)
                    .ok_or_else(|| format!("{}: no name", manifest.display()))?,
            });
        }
    }
    plugins.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(plugins)
}

/// The first `name = "…"` of a manifest, which is the package's.
fn package(manifest: &str) -> Option<String> {
    let line = manifest
        .lines()
        .find_map(|line| line.trim().strip_prefix("name"))?;
    let (_, quoted) = line.split_once('=')?;
    Some(quoted.trim().trim_matches('"').to_owned())
}

/// Compile all plugins; gives the folder of the components.
fn compile(root: &Path, out: &Path, plugins: &[Plugin]) -> Result<PathBuf, Failure> {
    check_target()?;
    let target_dir = guests(out)?;
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.current_dir(root);
    cargo.args([
        "build",
        "--target",
        TARGET,
        "--profile",
        "guest",
        "--locked",
    ]);
    cargo.args(
        plugins
            .iter()
            .flat_map(|plugin| ["-p", plugin.package.as_str()]),
    );
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(outer) {
            cargo.env_remove(name);
        }
    }
    cargo.env("CARGO_TARGET_DIR", &target_dir);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remap(root)?);
    let output = cargo.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the standard sections in plugins/ do not compile\n{said}").into());
    }
    Ok(target_dir.join(TARGET).join("guest"))
}

/// Whether the variable speaks of the outer build.
fn outer(name: &str) -> bool {
    const PREFIXES: [&str; 6] = [
        "CARGO_BUILD_",
        "CARGO_CFG_",
        "CARGO_FEATURE_",
        "CARGO_MANIFEST_",
        "CARGO_PKG_",
        "DEP_",
    ];
    const NAMES: [&str; 14] = [
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_MAKEFLAGS",
        "MAKEFLAGS",
        "DEBUG",
        "HOST",
        "NUM_JOBS",
        "OPT_LEVEL",
        "OUT_DIR",
        "PROFILE",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTDOCFLAGS",
        "RUSTFLAGS",
        "TARGET",
        "CARGO_PROFILE",
    ];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// `target/guests`, beside the outer build's own folders: `OUT_DIR` is
/// `target/<profile>/build/<package>/out`.
fn guests(out: &Path) -> Result<PathBuf, Failure> {
    let target = out
        .ancestors()
        .nth(4)
        .ok_or("OUT_DIR is not inside a target folder")?;
    Ok(target.join("guests"))
}

/// A component's digest should not depend on where it was compiled, so folders of this machine are
/// given names that are the same everywhere.
fn remap(root: &Path) -> Result<String, Failure> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
        .ok_or("neither CARGO_HOME nor HOME is set")?;
    let sysroot = rustc(&["--print", "sysroot"])?;
    let flags = [
        format!("--remap-path-prefix={}=/cargo", home.display()),
        format!("--remap-path-prefix={}=/rust", sysroot.display()),
        format!("--remap-path-prefix={}=/quire", root.display()),
    ];
    Ok(flags.join("\u{1f}"))
}

/// Fail with advice if components cannot be compiled here.
fn check_target() -> Result<(), Failure> {
    let libraries = rustc(&["--print", "target-libdir", "--target", TARGET])?;
    if libraries.is_dir() {
        return Ok(());
    }
    let advice = format!("the Rust target {TARGET} is missing: run `rustup target add {TARGET}`");
    Err(advice.into())
}

/// A path that rustc prints.
fn rustc(arguments: &[&str]) -> Result<PathBuf, Failure> {
    let output = Command::new(env::var("RUSTC")?).args(arguments).output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(PathBuf::from(text.trim()))
}
