//! `quire module new` and `build`: an author's folder, and the component that it becomes.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use quire_author::{Project, missing_tools};

use crate::{
    cli::{BuildModule, NewModule},
    module::target,
    terminal,
};

/// Begin a project where we are.
pub(super) fn new(command: &NewModule) -> anyhow::Result<ExitCode> {
    let NewModule { name, language } = command;
    Project::new_in(Path::new(""), name, *language)?;
    terminal::say(format_args!(
        "{name}/ is a section in {language}; write it in {name}/{}",
        language.section_file()
    ));
    terminal::say(format_args!(
        "next: cd {name} && quire module test; README.md there has the rest"
    ));
    for missing in missing_tools(*language) {
        terminal::note(format_args!("first: {missing}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Build one.
pub(super) async fn build(command: BuildModule) -> anyhow::Result<ExitCode> {
    let project = target::project(command.folder.as_deref())?;
    let component = target::build(&project).await?;
    let size = component.metadata().context("it cannot be read")?.len();
    terminal::say(format_args!(
        "{}: {} KiB",
        component.display(),
        size.div_ceil(1024)
    ));
    Ok(ExitCode::SUCCESS)
}
