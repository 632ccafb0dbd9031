//! Go: compiled for WASI preview 1 beside the bindings, and made a component here.

use std::fs;

use super::{BuildError, on, python, write};
use crate::{
    bindings::{self, Generated},
    command::Tool,
    project::Project,
};

/// The package that the bindings expect the section in.
const PACKAGE: &str = "export_quire_report_section";

/// The bindings' module; what they are built on stands in the project.
const MODULE: &str = "module wit_component

go 1.25

require go.bytecodealliance.org/pkg v0.0.0

replace go.bytecodealliance.org/pkg => ../vendor/pkg
";

pub(super) async fn build(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    python::prepare(project, said).await?;
    let (wit, folder) = (project.folder.join("wit"), project.folder.join("bindings"));
    bindings::write(&wit, &Generated::Go, &folder).map_err(BuildError::Component)?;
    write(&folder.join("go.mod"), MODULE)?;
    let package = folder.join(PACKAGE);
    if package.is_dir() {
        fs::remove_dir_all(&package).map_err(on(&package))?;
    }
    fs::create_dir_all(&package).map_err(on(&package))?;
    for file in project.written_in("go").map_err(on(&project.folder))? {
        if let Some(name) = file.file_name() {
            fs::copy(&file, package.join(name)).map_err(on(&file))?;
        }
    }
    let core = project.folder.join("build/core.wasm");
    Tool::new(python::environment(project).join("bin/go"))
        .args(["build", "-C", "bindings", "-buildmode=c-shared"])
        .args([
            "-ldflags=-checklinkname=0 -s -w",
            "-o",
            "../build/core.wasm",
            ".",
        ])
        .variable("GOOS", "wasip1")
        .variable("GOARCH", "wasm")
        .variable("GOTOOLCHAIN", "local")
        .run(&project.folder, said)
        .await?;
    let module = fs::read(&core).map_err(on(&core))?;
    let component = bindings::component_of(&wit, module).map_err(BuildError::Component)?;
    write(&project.unfinished(), component)
}
