//! What C, Zig and Go need of the contract, made here: bindings, and the way from a core module to a component.

use std::{
    fs,
    path::{Path, PathBuf},
};

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_bindgen_core::{
    Files, WorldGenerator,
    wit_parser::{Resolve, WorldId},
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

/// The world that a section is built against.
pub(crate) const WORLD: &str = "section-module";

/// Why there are no bindings, or no component, in the words of the library that makes them.
pub(crate) type Words = String;

/// A language that is generated for.
pub(crate) enum Generated {
    C,
    Go,
}

/// The reference of the contract in Markdown, from its own comments: each world with what it exports, after the
/// interfaces that both import.
///
/// # Errors
///
/// What the library says, which the tests would have seen.
pub(crate) fn reference(contract: &str) -> Result<String, Words> {
    let world = |name: &str| -> Result<String, Words> {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("report.wit", contract).map_err(words)?;
        let world = resolve
            .select_world(&[package], Some(name))
            .map_err(words)?;
        let mut files = Files::default();
        let mut generator = wit_bindgen_markdown::Opts::default().build();
        generator
            .generate(&mut resolve, world, &mut files)
            .map_err(words)?;
        let markdown = files.iter().find(|(file, _)| file.ends_with(".md"));
        let (_, text) = markdown.ok_or("no reference was written")?;
        Ok(String::from_utf8_lossy(text).into_owned())
    };
    let section = world(WORLD)?;
    let narrative = world("narrative-module")?;
    // What it imports stands in the first already.
    let own = narrative.split_once("## <a id=\"quire_report_narrative");
    Ok(match own {
        Some((_, own)) => format!("{section}\n## <a id=\"quire_report_narrative{own}"),
        None => section,
    })
}

/// Write the bindings of a project's contract into a folder. A file that is there already as it has to be is left
/// alone, so that what was compiled from it can be kept. Gives the files' names.
pub(crate) fn write(
    wit: &Path,
    generated: &Generated,
    folder: &Path,
) -> Result<Vec<PathBuf>, Words> {
    let (mut resolve, world) = contract(wit)?;
    let mut generator: Box<dyn WorldGenerator> = match generated {
        Generated::C => wit_bindgen_c::Opts::default().build(),
        Generated::Go => wit_bindgen_go::Opts::default().build(),
    };
    let mut files = Files::default();
    generator
        .generate(&mut resolve, world, &mut files)
        .map_err(words)?;
    let mut written = Vec::new();
    for (name, bytes) in files.iter() {
        let file = folder.join(name);
        if fs::read(&file).is_ok_and(|known| known == bytes) {
            written.push(file);
            continue;
        }
        let failed = |error: std::io::Error| format!("{}: {error}", file.display());
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&file, bytes).map_err(failed)?;
        written.push(file);
    }
    Ok(written)
}

/// A component from a core module that says itself which world it is of, as the object file of the bindings for C has
/// it.
pub(crate) fn component(core: &[u8]) -> Result<Vec<u8>, Words> {
    let adapter = WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(core).map_err(words)?;
    encoder
        .adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, adapter)
        .map_err(words)?;
    encoder.encode().map_err(words)
}

/// The same from a core module that does not.
pub(crate) fn component_of(wit: &Path, mut core: Vec<u8>) -> Result<Vec<u8>, Words> {
    let (resolve, world) = contract(wit)?;
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).map_err(words)?;
    component(&core)
}

fn contract(wit: &Path) -> Result<(Resolve, WorldId), Words> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).map_err(words)?;
    let world = resolve
        .select_world(&[package], Some(WORLD))
        .map_err(words)?;
    Ok((resolve, world))
}

fn words(error: impl std::fmt::Display) -> Words {
    format!("{error:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bindings_are_written_once_and_a_module_of_another_kind_is_refused_in_words() {
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let folder = tempfile::tempdir().unwrap();

        let files = write(&wit, &Generated::C, folder.path()).unwrap();
        let header = folder.path().join("section_module.h");
        let before = header.metadata().unwrap().modified().unwrap();
        write(&wit, &Generated::C, folder.path()).unwrap();

        assert!(files.contains(&header), "{files:?}");
        assert_eq!(header.metadata().unwrap().modified().unwrap(), before);
        let empty = b"\0asm\x01\0\0\0".to_vec();
        let why = component_of(&wit, empty).unwrap_err();
        assert!(why.contains("quire:report/section"), "{why}");
    }

    #[test]
    fn bindings_for_go_have_no_parameter_that_hides_what_they_use() {
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let folder = tempfile::tempdir().unwrap();

        let files = write(&wit, &Generated::Go, folder.path()).unwrap();

        let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
        let text: String = texts.collect();
        for hidden in ["len ", "cap ", "make ", "append ", "string ", "copy "] {
            for before in ["(", ", "] {
                let declared = format!("{before}{hidden}uint32");
                assert!(!text.contains(&declared), "{declared}");
            }
        }
    }
}
