//! Python: the interpreter and the section's modules become one component.

use std::path::PathBuf;

use super::{BuildError, is_made_from, read, write};
use crate::{command::Tool, project::Project};

pub(super) async fn build(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    prepare(project, said).await?;
    Tool::new(environment(project).join("bin/componentize-py"))
        .args(["--wit-path", "wit", "--world", "section-module"])
        .args([
            "componentize",
            "section",
            "--python-path",
            "src",
            "--output",
        ])
        .arg(project.unfinished())
        .run(&project.folder, said)
        .await
}

/// A virtual environment with what `requirements.txt` names, unless it is there.
pub(super) async fn prepare(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    let wanted = read(&project.folder.join("requirements.txt"))?;
    let environment = environment(project);
    let stamp = environment.join(".quire-installed");
    if is_made_from(&stamp, &wanted) {
        return Ok(());
    }
    Tool::new("python3")
        .args(["-m", "venv"])
        .arg(&environment)
        .run(&project.folder, said)
        .await?;
    Tool::new(environment.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--requirement", "requirements.txt"])
        .run(&project.folder, said)
        .await?;
    write(&stamp, wanted)
}

/// The project's own virtual environment.
pub(super) fn environment(project: &Project) -> PathBuf {
    project.folder.join(".venv")
}
