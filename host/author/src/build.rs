//! From a project's sources to its component.

mod go;
mod native;
mod python;
mod rust;
mod script;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    language::Language,
    project::Project,
    tools::{Missing, missing_tools},
};

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Tools that have to be there first.
    #[error("{}", listed(.0))]
    Missing(Vec<Missing>),
    /// A tool could not be started.
    #[error("`{command}` could not be started")]
    NotStarted {
        /// As it could be typed.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// A tool refused.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// As it could be typed.
        command: String,
        /// How it ended.
        status: String,
        /// Its last words, both streams in the order they came; whoever shows them escapes them.
        output: String,
    },
    /// What was compiled is no component of the contract in `wit/`, or that cannot be read.
    #[error("{0}")]
    Component(String),
    /// A file of the project could not be written or read.
    #[error("{} cannot be read or written", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl BuildError {
    /// What the tool said, if one failed.
    #[must_use]
    pub fn output(&self) -> Option<&str> {
        match self {
            Self::Failed { output, .. } => Some(output),
            _ => None,
        }
    }
}

fn listed(missing: &[Missing]) -> String {
    let lines: Vec<String> = missing.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

/// Build a project's component. The first time, what its lock files name is installed into its folder; later only
/// when they change. `said` gets each command, and what it says, line by line.
///
/// # Errors
///
/// If a tool is missing or fails, or a file cannot be written.
pub async fn build(
    project: &Project,
    mut said: impl FnMut(&str) + Send,
) -> Result<PathBuf, BuildError> {
    let missing = missing_tools(project.language);
    if !missing.is_empty() {
        return Err(BuildError::Missing(missing));
    }
    let component = project.component();
    let folder = component.parent().unwrap_or(&project.folder);
    fs::create_dir_all(folder).map_err(on(folder))?;
    let _alone = alone(folder).await?;
    let said: &mut (dyn FnMut(&str) + Send) = &mut said;
    match project.language {
        Language::Rust => rust::build(project, said).await?,
        Language::Typescript | Language::Javascript => script::build(project, said).await?,
        Language::Python => python::build(project, said).await?,
        Language::C | Language::Zig => native::build(project, said).await?,
        Language::Go => go::build(project, said).await?,
    }
    fs::rename(project.unfinished(), &component).map_err(on(&component))?;
    Ok(component)
}

/// The one build of a project that runs: `watch` builds at each save, and other commands build what is not built. Waits
/// for the one before; over when it is dropped.
async fn alone(folder: &Path) -> Result<fs::File, BuildError> {
    let path = folder.join(".lock");
    let file = fs::File::create(&path).map_err(on(&path))?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    let locked = locked.unwrap_or_else(|error| Err(io::Error::other(error)));
    locked.map_err(on(&path))
}

/// Run the tests that a language has of its own, if it has any that need no further tool.
///
/// # Errors
///
/// If they fail, or cannot be run.
pub async fn native_tests(
    project: &Project,
    mut said: impl FnMut(&str) + Send,
) -> Result<(), BuildError> {
    match project.language {
        Language::Rust => rust::test(project, &mut said).await,
        Language::Typescript
        | Language::Javascript
        | Language::Python
        | Language::C
        | Language::Zig
        | Language::Go => Ok(()),
    }
}

/// Whether a folder was made from this text: what a lock file said when it was installed.
fn is_made_from(stamp: &Path, text: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|known| known == text)
}

fn read(file: &Path) -> Result<String, BuildError> {
    fs::read_to_string(file).map_err(on(file))
}

fn write(file: &Path, bytes: impl AsRef<[u8]>) -> Result<(), BuildError> {
    fs::write(file, bytes).map_err(on(file))
}

fn on(path: &Path) -> impl FnOnce(io::Error) -> BuildError {
    let path = path.to_owned();
    move |source| BuildError::Io { path, source }
}
