//! Every kind of block.

use quire_contract::bounds::{EXTENSION_BYTES, HEADING_LEVELS};
use quire_model::{Block, Callout, Extension, Heading, KeyFigure};

use super::{
    Fault, chart, image, table,
    tally::Tally,
    text::{attributes, optional, paragraph, paragraphs, text},
};

/// Check one block. Values that are missing are set to zero, so that no reader meets a NaN.
pub(crate) fn check(block: &mut Block, tally: &mut Tally) -> Result<(), Fault> {
    tally.parts(1)?;
    match block {
        Block::Heading(content) => heading(content, tally),
        Block::Paragraph(content) => paragraph(content, tally),
        Block::Table(content) => {
            table::check(content, tally).map_err(|fault| fault.at(|| named("table", &content.id)))
        }
        Block::Chart(content) => {
            chart::check(content, tally).map_err(|fault| fault.at(|| named("chart", &content.id)))
        }
        Block::Image(content) => {
            image::check(content, tally).map_err(|fault| fault.at(|| "image".to_owned()))
        }
        Block::KeyFigures(figures) => key_figures(figures, tally),
        Block::Callout(content) => callout(content, tally),
        Block::PageBreak => Ok(()),
        Block::Extension(content) => extension(content, tally),
    }
}

/// A table or chart by its id, which is a stranger's word.
fn named(kind: &str, id: &str) -> String {
    let id: String = id
        .chars()
        .filter(|char| !char.is_control())
        .take(60)
        .collect();
    format!("{kind} `{id}`")
}

fn heading(heading: &Heading, tally: &mut Tally) -> Result<(), Fault> {
    if !(1..=HEADING_LEVELS).contains(&heading.level) {
        let level = heading.level;
        return Err(format!("a heading of level {level}; levels are 1 to {HEADING_LEVELS}").into());
    }
    text(&heading.text, tally)?;
    if heading.text.trim().is_empty() {
        return Err("the heading has no text".into());
    }
    let Some(anchor) = &heading.anchor else {
        return Ok(());
    };
    text(anchor, tally)?;
    if anchor.is_empty() || !tally.anchors.insert(anchor.clone()) {
        return Err("the anchor of the heading is empty or taken".into());
    }
    Ok(())
}

fn key_figures(figures: &[KeyFigure], tally: &mut Tally) -> Result<(), Fault> {
    tally.parts(figures.len())?;
    for figure in figures {
        text(&figure.label, tally)?;
        text(&figure.value, tally)?;
        optional(figure.unit.as_deref(), tally)?;
        optional(figure.detail.as_deref(), tally)?;
    }
    Ok(())
}

fn callout(callout: &Callout, tally: &mut Tally) -> Result<(), Fault> {
    optional(callout.title.as_deref(), tally)?;
    paragraphs(&callout.body, tally)?;
    attributes(&callout.attributes, tally)
}

fn extension(extension: &Extension, tally: &mut Tally) -> Result<(), Fault> {
    text(&extension.kind, tally)?;
    if extension.kind.is_empty() {
        return Err("the extension has no kind".into());
    }
    if extension.data.len() > EXTENSION_BYTES {
        let bytes = extension.data.len();
        return Err(format!(
            "the extension has {bytes} bytes of data; at most {EXTENSION_BYTES} are allowed"
        )
        .into());
    }
    tally.string(&extension.data)?;
    if serde_json::from_str::<serde::de::IgnoredAny>(&extension.data).is_err() {
        return Err("the data of the extension are not JSON".into());
    }
    paragraphs(&extension.fallback, tally)
}
