//! Sections that an author tries in a report, from files: added to the definition's, or alone.

use std::sync::Arc;

use anyhow::Context as _;
use quire_model::{Definition, Kind, LimitOverrides, Policy, SectionSpec};
use quire_modules::{Loaded, ModuleHost};

use crate::{
    cli::{ModuleFile, Report},
    modules,
};

/// Whether the report is an author's trial: nothing of it is kept.
pub(crate) fn is_draft(command: &Report) -> bool {
    !command.add.is_empty() || !command.only.is_empty()
}

/// Give the sections their places in the definition; or what is wrong with that.
pub(crate) fn place(command: &Report, definition: &mut Definition) -> Result<(), String> {
    if !command.only.is_empty() {
        definition.sections = Vec::new();
    }
    let first = match &command.after {
        None => definition.sections.len(),
        Some(after) => position(definition, after)? + 1,
    };
    for (at, file) in (first..).zip(command.only.iter().chain(&command.add)) {
        let name = &file.name;
        if position(definition, name).is_ok() {
            return Err(format!(
                "--add names {name:?}, which {} has already: --module {name}={} takes its place",
                definition.name,
                file.file.display()
            ));
        }
        definition.sections.insert(at, spec(name));
    }
    Ok(())
}

fn position(definition: &Definition, name: &str) -> Result<usize, String> {
    let mut sections = definition.sections.iter();
    sections.position(|at| at.name == name).ok_or_else(|| {
        let known = definition.sections.iter().map(|at| at.name.as_str());
        let known = known.collect::<Vec<_>>().join(", ");
        format!(
            "--after names {name:?}, which is no section of {}: expected one of {known}",
            definition.name
        )
    })
}

fn spec(name: &str) -> SectionSpec {
    SectionSpec {
        name: name.to_owned(),
        module: name.to_owned(),
        // As its component says, once it is loaded.
        kind: Kind::Section,
        policy: Policy::Placeholder,
        params: serde_json::json!({}),
        digest: None,
        limits: LimitOverrides::default(),
    }
}

/// Load the components of these sections, and use them in this process.
pub(crate) async fn load(
    command: &Report,
    definition: &mut Definition,
    host: &ModuleHost,
) -> anyhow::Result<()> {
    for file in command.only.iter().chain(&command.add) {
        let module = loaded(host, file).await?;
        let mut sections = definition.sections.iter_mut();
        if let Some(section) = sections.find(|section| section.name == file.name) {
            section.kind = module.kind;
            if section.params == serde_json::json!({}) {
                section.params = module.usual_params().unwrap_or(serde_json::json!({}));
            }
        }
        host.activate(&file.name, module);
    }
    Ok(())
}

async fn loaded(host: &ModuleHost, file: &ModuleFile) -> anyhow::Result<Arc<Loaded>> {
    let ModuleFile { name, file } = file;
    let named = file.display();
    let wasm = std::fs::read(file).with_context(|| format!("{name}={named} cannot be read"))?;
    let loaded = modules::load(host, wasm).await?;
    loaded.with_context(|| format!("the module {name} from {named} cannot be used"))
}

/// A component of the other world than its section is refused before any work is done.
pub(crate) fn check_worlds(
    command: &Report,
    definition: &Definition,
    host: &ModuleHost,
) -> Result<(), String> {
    for ModuleFile { name, file } in &command.modules.modules {
        let Some(module) = host.active(name) else {
            continue;
        };
        let mut sections = definition.sections.iter();
        if let Some(section) = sections.find(|at| at.module == *name && at.kind != module.kind) {
            return Err(format!(
                "--module {name}={} is a {} module, and {} uses {name} as a {}",
                file.display(),
                module.kind,
                definition.name,
                section.kind
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use quire_registry::Definitions;

    use super::*;
    use crate::cli::{Cli, Command};

    fn placed(arguments: &[&str]) -> Result<Vec<String>, String> {
        let fixed = ["quire", "report", "61958-0802", "--output", "x.pdf"];
        let cli = Cli::try_parse_from([&fixed[..], arguments].concat()).unwrap();
        let Command::Report(command) = cli.command else {
            panic!("no report")
        };
        let mut definition = Definition::clone(&Definitions::built_in().get("cer").unwrap());
        place(&command, &mut definition)?;
        Ok(definition.sections.into_iter().map(|at| at.name).collect())
    }

    #[test]
    fn a_section_is_added_where_it_is_wanted_or_stands_alone() {
        let end = placed(&["--add", "mine=a.wasm"]).unwrap();
        assert_eq!(end.last().unwrap(), "mine");
        let after = placed(&[
            "--add",
            "mine=a.wasm",
            "--add",
            "yours=b.wasm",
            "--after",
            "trend",
        ])
        .unwrap();
        let trend = after.iter().position(|name| name == "trend").unwrap();
        assert_eq!(after[trend + 1..trend + 3], ["mine", "yours"]);
        assert_eq!(placed(&["--only", "mine=a.wasm"]).unwrap(), ["mine"]);
    }

    #[test]
    fn what_cannot_be_placed_is_refused_with_what_can() {
        let taken = placed(&["--add", "trend=a.wasm"]).unwrap_err();
        assert!(
            taken.contains("--module trend=a.wasm takes its place"),
            "{taken}"
        );
        let nowhere = placed(&["--add", "mine=a.wasm", "--after", "trends"]).unwrap_err();
        assert!(nowhere.contains("expected one of narrative"), "{nowhere}");
    }
}
