//! A project: its folder, and the file in it that says what it is.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Component, Path, PathBuf},
};

use quire_contract::is_name;
use serde::{Deserialize, Serialize};

use crate::{language::Language, templates};

/// The file that makes a folder a project.
pub const PROJECT_FILE: &str = "quire-module.json";

/// Folders of a project that hold what was built or downloaded.
const NOT_SOURCES: [&str; 6] = [
    "build",
    "bindings",
    "target",
    "node_modules",
    "vendor",
    "wit",
];

/// Endings of what `quire module preview` and `quire report` write where the author is.
const DOCUMENTS: [&str; 2] = ["pdf", "html"];

/// A folder in which a section is written.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that holds [`PROJECT_FILE`].
    pub folder: PathBuf,
    /// The module's name.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    component: PathBuf,
}

/// What [`PROJECT_FILE`] says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectFile {
    name: String,
    language: Language,
    component: PathBuf,
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// A name that no module can have.
    #[error(
        "{0:?} cannot name a module: lower-case letters, digits and hyphens, beginning with a letter, such as \
         top-reactions"
    )]
    Name(String),
    /// Something is there already.
    #[error("{} is there already, and not an empty folder; choose another name, or take it away", .0.display())]
    Exists(PathBuf),
    /// No project file, here or above.
    #[error(
        "{} is in no project: neither it nor a folder above holds {PROJECT_FILE}; `quire module new NAME --lang …` \
         begins one",
        .0.display()
    )]
    NotAProject(PathBuf),
    /// The project file cannot be understood.
    #[error("{}: {why}", .file.display())]
    Unreadable {
        /// The project file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file system said no.
    #[error("{} cannot be {doing}", .path.display())]
    Io {
        /// Read, made or written.
        doing: &'static str,
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Project {
    /// Begin a project in the folder `name` of `parent`, with an example that builds and passes its tests.
    ///
    /// # Errors
    ///
    /// If the name cannot be a module's, the folder is there and not empty, or it cannot be written.
    pub fn new_in(parent: &Path, name: &str, language: Language) -> Result<Self, ProjectError> {
        if !is_name(name) {
            return Err(ProjectError::Name(name.chars().take(80).collect()));
        }
        let folder = parent.join(name);
        if is_taken(&folder) {
            return Err(ProjectError::Exists(folder));
        }
        for (path, text) in templates::files(name, language) {
            write(&folder.join(path), &text)?;
        }
        let file = ProjectFile {
            name: name.to_owned(),
            language,
            component: format!("build/{name}.wasm").into(),
        };
        let text = serde_json::to_string_pretty(&file).unwrap_or_default();
        write(&folder.join(PROJECT_FILE), &format!("{text}\n"))?;
        Self::open(&folder)
    }

    /// The project that a folder is in.
    ///
    /// # Errors
    ///
    /// If there is none, or its file cannot be understood.
    pub fn open(folder: &Path) -> Result<Self, ProjectError> {
        let start = fs::canonicalize(folder).map_err(|source| ProjectError::Io {
            doing: "read",
            path: folder.to_owned(),
            source,
        })?;
        let root = start
            .ancestors()
            .find(|folder| folder.join(PROJECT_FILE).is_file())
            .ok_or_else(|| ProjectError::NotAProject(folder.to_owned()))?;
        let file = root.join(PROJECT_FILE);
        let unreadable = |why: String| ProjectError::Unreadable {
            file: file.clone(),
            why,
        };
        let text = fs::read_to_string(&file).map_err(|error| unreadable(error.to_string()))?;
        let said: ProjectFile =
            serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        if !is_name(&said.name) {
            return Err(unreadable(ProjectError::Name(said.name).to_string()));
        }
        if !stays_inside(&said.component) {
            return Err(unreadable(
                "`component` has to be a path inside the project's folder, such as build/section.wasm".to_owned(),
            ));
        }
        Ok(Self {
            folder: root.to_owned(),
            name: said.name,
            language: said.language,
            component: said.component,
        })
    }

    /// Where the component is once it is built.
    #[must_use]
    pub fn component(&self) -> PathBuf {
        self.folder.join(&self.component)
    }

    /// Where a build makes the component, before it takes the place of the one that is there: nobody reads half of it.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.component().with_added_extension("part")
    }

    /// Every file that the author writes, in order of path: not what was built or downloaded, no document beside
    /// [`PROJECT_FILE`], nothing hidden.
    ///
    /// # Errors
    ///
    /// If a folder cannot be read.
    pub fn sources(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        walk(&self.folder, &NOT_SOURCES, &mut found)?;
        let component = self.component();
        let is_document = |file: &Path| {
            let ending = file.extension().and_then(OsStr::to_str);
            file.parent() == Some(&self.folder)
                && ending.is_some_and(|ending| DOCUMENTS.contains(&ending))
        };
        found.retain(|file| *file != component && !is_document(file));
        found.sort();
        Ok(found)
    }

    /// The sources in `src/` with this ending, in order of path.
    ///
    /// # Errors
    ///
    /// If a folder cannot be read.
    pub(crate) fn written_in(&self, ending: &str) -> io::Result<Vec<PathBuf>> {
        let src = self.folder.join("src");
        let mut found = self.sources()?;
        found.retain(|file| {
            file.starts_with(&src) && file.extension().is_some_and(|own| own == ending)
        });
        Ok(found)
    }

    /// Whether the component is there, and no source is younger.
    #[must_use]
    pub fn is_built(&self) -> bool {
        let changed = |file: &Path| file.metadata().and_then(|file| file.modified());
        let Ok(built) = changed(&self.component()) else {
            return false;
        };
        let older = |file: PathBuf| changed(&file).is_ok_and(|changed| changed <= built);
        self.sources()
            .is_ok_and(|sources| sources.into_iter().all(older))
    }

    /// The case files of `tests/`, in order of name.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read; that there is none is no error.
    pub fn cases(&self) -> io::Result<Vec<PathBuf>> {
        let folder = self.folder.join("tests");
        let sources = self.sources()?.into_iter();
        Ok(sources
            .filter(|file| file.parent() == Some(&folder))
            .filter(|file| file.extension().is_some_and(|ending| ending == "json"))
            .collect())
    }
}

fn is_taken(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.symlink_metadata().is_ok(),
    }
}

fn stays_inside(path: &Path) -> bool {
    let mut parts = path.components();
    path.file_name().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

fn write(file: &Path, text: &str) -> Result<(), ProjectError> {
    let failed = |source| ProjectError::Io {
        doing: "written",
        path: file.to_owned(),
        source,
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(file, text).map_err(failed)
}

/// Every file below a folder that is not hidden, `others` in it left out.
fn walk(folder: &Path, others: &[&str], found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name == "__pycache__" || others.contains(&name.as_ref()) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &[], found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_project_is_opened_from_any_folder_in_it() {
        for language in Language::all() {
            let parent = tempfile::tempdir().unwrap();

            let new = Project::new_in(parent.path(), "my-section", *language).unwrap();
            let opened = Project::open(&new.folder.join("tests")).unwrap();

            assert_eq!(
                (opened.language, opened.name.as_str()),
                (*language, "my-section")
            );
            assert!(opened.component().ends_with("build/my-section.wasm"));
            let sources = opened.sources().unwrap();
            assert!(
                sources.contains(&opened.folder.join(language.section_file())),
                "{sources:?}"
            );
            assert_eq!(opened.cases().unwrap().len(), 3);
            assert!(opened.folder.join(".gitignore").is_file());
            for file in sources {
                let text = fs::read_to_string(&file).unwrap();
                assert!(!text.contains("{{"), "{}", file.display());
            }
        }
    }

    #[test]
    fn sources_are_what_the_author_writes_and_nothing_that_a_command_makes() {
        let parent = tempfile::tempdir().unwrap();
        let project = Project::new_in(parent.path(), "a", Language::C).unwrap();
        let before = project.sources().unwrap();
        let put = |path: &str| {
            let file = project.folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "").unwrap();
            file
        };

        for made in [
            "build/a.wasm",
            "build/core.wasm",
            "bindings/b.c",
            "preview.pdf",
            "mine.html",
            "src/__pycache__/a.pyc",
            "src/.section.c.swp",
        ] {
            put(made);
        }
        assert_eq!(project.sources().unwrap(), before);

        let written = [put("src/build/more.c"), put("tests/page.html")];
        let sources = project.sources().unwrap();
        assert!(
            written.iter().all(|file| sources.contains(file)),
            "{sources:?}"
        );
        put("tests/harness.c");
        let compiled = project.written_in("c").unwrap();
        assert_eq!(compiled.len(), 3, "{compiled:?}");
    }

    #[test]
    fn nothing_is_overwritten_and_no_bad_name_taken() {
        let parent = tempfile::tempdir().unwrap();
        let begin = |name: &str| Project::new_in(parent.path(), name, Language::Python);
        fs::write(parent.path().join("file"), "").unwrap();
        fs::create_dir(parent.path().join("empty")).unwrap();
        begin("one").unwrap();

        assert!(matches!(begin("one"), Err(ProjectError::Exists(_))));
        assert!(matches!(begin("file"), Err(ProjectError::Exists(_))));
        assert!(begin("empty").is_ok());
        for name in ["", "One", "../one", "1st", "a b", "a-"] {
            assert!(matches!(begin(name), Err(ProjectError::Name(_))), "{name}");
        }
    }

    #[test]
    fn what_a_project_file_says_wrongly_is_said_with_what_there_is() {
        let parent = tempfile::tempdir().unwrap();
        let file = parent.path().join(PROJECT_FILE);
        let why = |text: &str| {
            fs::write(&file, text).unwrap();
            Project::open(parent.path()).unwrap_err().to_string()
        };

        assert!(why("{}").contains("missing field `name`"));
        let known = why(r#"{"name": "a", "language": "cobol", "component": "a"}"#);
        assert!(
            known.contains("unknown variant `cobol`") && known.contains("`python`"),
            "{known}"
        );
        let known = why(r#"{"nam": "a"}"#);
        assert!(
            known.contains("unknown field `nam`") && known.contains("`name`"),
            "{known}"
        );
        for component in ["../a.wasm", "/a.wasm", ""] {
            let why = why(&format!(
                r#"{{"name": "a", "language": "python", "component": "{component}"}}"#
            ));
            assert!(why.contains("inside the project's folder"), "{why}");
        }
        fs::remove_file(&file).unwrap();
        assert!(
            Project::open(parent.path())
                .unwrap_err()
                .to_string()
                .contains("module new")
        );
    }
}
