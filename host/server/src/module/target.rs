//! What an author means by a file, a folder or nothing: a component, built first where it is a project's.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use quire_author::Project;

use crate::terminal;

/// A component.
pub(super) struct Component {
    /// Where it lies.
    pub(super) file: PathBuf,
    /// The project that it was built from.
    pub(super) project: Option<Project>,
}

/// The component that is meant: a file's, or that of the project which a folder is in, the present one if
/// nothing is said. A project's is built first, unless it is younger than every source.
///
/// # Errors
///
/// If there is no such project, or it cannot be built.
pub(super) async fn component(meant: Option<&Path>) -> anyhow::Result<Component> {
    match meant {
        Some(file) if !file.is_dir() => Ok(Component {
            file: file.to_owned(),
            project: None,
        }),
        folder => {
            let project = project(folder)?;
            if !project.is_built() {
                build(&project).await?;
            }
            Ok(Component {
                file: project.component(),
                project: Some(project),
            })
        }
    }
}

/// The project that a folder is in, the present one if nothing is said.
///
/// # Errors
///
/// If there is none.
pub(super) fn project(folder: Option<&Path>) -> anyhow::Result<Project> {
    Ok(Project::open(folder.unwrap_or(Path::new(".")))?)
}

/// Build a project, with each command and what it says on standard error.
///
/// # Errors
///
/// If it cannot be built; what the tool said stands on standard error by then.
pub(super) async fn build(project: &Project) -> anyhow::Result<PathBuf> {
    let built = quire_author::build(project, |line| terminal::note(line)).await;
    built.with_context(|| format!("{} is not built", project.name))
}
