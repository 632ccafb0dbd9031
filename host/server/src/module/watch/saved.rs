//! What is watched: the component in a file, or the sources of a project, and when they were saved.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::bail;
use quire_author::{BuildError, Project};
use quire_console::Trouble;

use crate::{module::target, terminal};

/// How often it is looked whether something was saved. What was, is built once two looks agree: editors and compilers
/// write a file in several steps.
const LOOK: Duration = Duration::from_millis(150);

/// What is watched.
pub(super) struct Saved {
    what: What,
    /// What was there when it was built last.
    built: Option<Look>,
}

enum What {
    Component(PathBuf),
    Project(Project),
}

/// When each file was saved, and its size.
type Look = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Saved {
    /// The component in a file, or the project that a folder is in; the present one if nothing is said.
    pub(super) fn of(meant: Option<&Path>) -> anyhow::Result<Self> {
        let what = match meant {
            // A file that a build is about to make is waited for; a folder that is not there never comes.
            Some(file) if file.is_file() || is_coming(file) => What::Component(file.to_owned()),
            Some(file) if !file.is_dir() => bail!(
                "{} is not there: name a component, a .wasm file, or a project's folder",
                file.display()
            ),
            folder => What::Project(target::project(folder)?),
        };
        Ok(Self { what, built: None })
    }

    /// What the page calls it.
    pub(super) fn name(&self) -> String {
        match &self.what {
            What::Component(file) => file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            What::Project(project) => project.name.clone(),
        }
    }

    /// Wait until something is there that was not built, and stands still; at once the first time.
    pub(super) async fn changed(&mut self) {
        let mut now = self.look();
        while self.built.is_some() {
            tokio::time::sleep(LOOK).await;
            let before = std::mem::replace(&mut now, self.look());
            if now == before && Some(&now) != self.built.as_ref() {
                break;
            }
        }
        self.built = Some(now);
    }

    /// The component of what is saved. What the tools say goes to standard error as well.
    pub(super) async fn build(&self) -> Result<PathBuf, Trouble> {
        match &self.what {
            What::Component(file) => Ok(file.clone()),
            What::Project(project) => {
                let built = quire_author::build(project, |line| terminal::note(line)).await;
                built.map_err(not_built)
            }
        }
    }

    fn look(&self) -> Look {
        let files = match &self.what {
            What::Component(file) => vec![file.clone()],
            What::Project(project) => project.sources().unwrap_or_default(),
        };
        let look = |file: PathBuf| {
            let found = file.metadata().ok()?;
            Some((file, (found.modified().ok()?, found.len())))
        };
        files.into_iter().filter_map(look).collect()
    }
}

/// Whether a component is to be expected there: its name says so, and its folder is there.
fn is_coming(file: &Path) -> bool {
    let named = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("wasm"));
    let folder = file.parent().unwrap_or(Path::new(""));
    named && (folder.as_os_str().is_empty() || folder.is_dir())
}

/// What failed with its cause, and what the tool said.
fn not_built(error: BuildError) -> Trouble {
    let detail = error.output().unwrap_or_default().to_owned();
    Trouble {
        what: format!("{:#}", anyhow::Error::new(error)),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn what_could_not_be_built_is_told_with_its_cause() {
        let trouble = not_built(BuildError::NotStarted {
            command: "cargo build".to_owned(),
            source: io::Error::new(io::ErrorKind::PermissionDenied, "not for you"),
        });

        assert_eq!(
            trouble.what,
            "`cargo build` could not be started: not for you"
        );
    }
}
