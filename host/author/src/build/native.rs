//! C and Zig: compiled by Zig, whose C compiler and library come with it, and made a component here.

use std::{fs, path::PathBuf};

use super::{BuildError, on, python, write};
use crate::{
    bindings::{self, Generated},
    command::Tool,
    language::Language,
    project::Project,
};

/// The bindings' own sources.
const BINDINGS: [&str; 2] = [
    "bindings/section_module.c",
    "bindings/section_module_component_type.o",
];

pub(super) async fn build(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    python::prepare(project, said).await?;
    let (wit, folder) = (project.folder.join("wit"), project.folder.join("bindings"));
    bindings::write(&wit, &Generated::C, &folder).map_err(BuildError::Component)?;
    let core = project.folder.join("build/core.wasm");
    match project.language {
        Language::Zig => compile_zig(project, said).await?,
        _ => compile_c(project, said).await?,
    }
    let core = fs::read(&core).map_err(on(&core))?;
    let component = bindings::component(&core).map_err(BuildError::Component)?;
    write(&project.unfinished(), component)
}

fn zig(project: &Project) -> Tool {
    let python = python::environment(project).join("bin/python");
    Tool::new(python).args(["-m", "ziglang"])
}

async fn compile_c(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    zig(project)
        .args(["cc", "-target", "wasm32-wasi", "-mexec-model=reactor"])
        .args([
            "-Oz",
            "-Wall",
            "-Wextra",
            "-I",
            "bindings",
            "-o",
            "build/core.wasm",
        ])
        .args(sources(project)?)
        .args(BINDINGS)
        .run(&project.folder, said)
        .await
}

/// The C that is there is translated, so that Zig sees its types and functions as a module `c`.
async fn compile_zig(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    let mut translated = String::new();
    zig(project)
        .args([
            "translate-c",
            "-target",
            "wasm32-wasi",
            "-lc",
            "-I",
            "bindings",
            "src/quire.h",
        ])
        .run_for(&project.folder, said, &mut translated)
        .await?;
    write(&project.folder.join("bindings/c.zig"), translated)?;
    zig(project)
        .args([
            "build-exe",
            "-target",
            "wasm32-wasi",
            "-mexec-model=reactor",
            "-fno-entry",
        ])
        .args(["-O", "ReleaseSmall", "-fstrip", "-lc", "-I", "bindings"])
        .args(sources(project)?)
        .args(BINDINGS)
        .args(["--dep", "c", "-Mroot=src/section.zig", "-Mc=bindings/c.zig"])
        .arg("-femit-bin=build/core.wasm")
        .run(&project.folder, said)
        .await
}

/// Every `.c` file of `src/`.
fn sources(project: &Project) -> Result<Vec<PathBuf>, BuildError> {
    let found = project.written_in("c").map_err(on(&project.folder))?;
    let below = found.iter().map(|file| {
        let inside = file.strip_prefix(&project.folder);
        inside.unwrap_or(file).to_owned()
    });
    Ok(below.collect())
}
