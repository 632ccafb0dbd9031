//! TypeScript and JavaScript: types are checked, modules bundled into one, and that one put into `QuickJS`.

use super::{BuildError, is_made_from, read, write};
use crate::{command::Tool, language::Language, project::Project};

/// One file with every module that the section imports.
const BUNDLE: &str = "build/section.js";

pub(super) async fn build(
    project: &Project,
    said: &mut (dyn FnMut(&str) + Send),
) -> Result<(), BuildError> {
    prepare(project, said).await?;
    let tool = |name: &str| Tool::new(project.folder.join("node_modules/.bin").join(name));
    if project.language == Language::Typescript {
        tool("tsc").run(&project.folder, said).await?;
    }
    tool("esbuild")
        .arg(project.language.section_file())
        .args([
            "--bundle",
            "--format=esm",
            "--platform=neutral",
            "--log-level=warning",
        ])
        .arg("--external:quire:*")
        .arg(format!("--outfile={BUNDLE}"))
        .run(&project.folder, said)
        .await?;
    tool("componentize-qjs")
        .args([
            "--wit",
            "wit",
            "--world",
            "section-module",
            "--sync",
            "--js",
            BUNDLE,
        ])
        .arg("--output")
        .arg(project.unfinished())
        .run(&project.folder, said)
        .await
}

/// Install what the lock file names, unless it is there.
async fn prepare(project: &Project, said: &mut (dyn FnMut(&str) + Send)) -> Result<(), BuildError> {
    let lock = read(&project.folder.join("package-lock.json"))?;
    let stamp = project.folder.join("node_modules/.quire-installed");
    if is_made_from(&stamp, &lock) {
        return Ok(());
    }
    Tool::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .run(&project.folder, said)
        .await?;
    write(&stamp, lock)
}
