//! A document of one section alone, for its author and for whoever judges it.

use quire_model::{Date, Document, ModuleRef, Paper, Section};
use quire_modules::{Loaded, Output};

use crate::{PRODUCER, placeholder::no_data};

/// What the section of a draft is called.
const NAME: &str = "draft";

/// A document of what a component made, or of its words where it found nothing to show. `of` says below the title
/// what it was made from.
#[must_use]
pub fn alone(module: &Loaded, made: Result<&Output, &str>, of: &str, as_of: Date) -> Document {
    let manifest = &module.manifest;
    let (blocks, facts) = match made {
        Ok(output) => (output.blocks.clone(), output.facts.clone()),
        Err(words) => (no_data(&manifest.title, words), Vec::new()),
    };
    Document {
        id: "0".repeat(32),
        title: manifest.title.clone(),
        subtitle: of.to_owned(),
        language: manifest
            .locales
            .first()
            .cloned()
            .unwrap_or_else(|| "en".to_owned()),
        as_of,
        paper: Paper::A4,
        front_matter: false,
        cover: Vec::new(),
        notice: String::new(),
        producer: PRODUCER.to_owned(),
        sections: vec![Section {
            name: NAME.to_owned(),
            module: ModuleRef {
                name: NAME.to_owned(),
                version: manifest.version.clone(),
                digest: module.digest,
            },
            blocks,
            facts,
        }],
        attachments: Vec::new(),
    }
}
