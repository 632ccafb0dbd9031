//! Rust: cargo, and the SDK.

use std::{env, fs, path::PathBuf};

use super::{BuildError, on};
use crate::{command::Tool, project::Project, tools::RUST_TARGET};

pub(super) async fn build(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    Tool::new("cargo")
        .args(["build", "--release", "--target", RUST_TARGET])
        .run(&project.folder, said)
        .await?;
    let folder = target_folder(project).join(RUST_TARGET).join("release");
    let built = folder.join(format!("{}.wasm", project.name.replace('-', "_")));
    fs::copy(&built, project.unfinished()).map_err(on(&built))?;
    Ok(())
}

pub(super) async fn test(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    let tests = Tool::new("cargo").args(["test", "--quiet"]);
    tests.run(&project.folder, said).await
}

/// Where cargo puts what it builds: the author may have said where.
fn target_folder(project: &Project) -> PathBuf {
    let chosen = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    project.folder.join(chosen)
}
