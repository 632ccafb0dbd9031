//! The document as JSON, `quire:document/1`: its blocks, facts and numbers, for programs. It holds
//! everything that the other forms show, so each of them can be made from it again.
//!
//! `document-1.json` beside this file is its JSON Schema. Within version 1, members are only ever
//! added.

use quire_model::{Block, Date, Document, Fact, ModuleRef, Paper};
use serde::{Deserialize, Serialize};

use crate::{Numbering, RenderError};

/// The name of the form, with its version.
pub const SCHEMA: &str = "quire:document/1";

/// The JSON Schema (2020-12) of the form.
pub const JSON_SCHEMA: &str = include_str!("json/document-1.json");

/// [`Document`], as it is written. Attachments travel in the PDF alone.
#[derive(Serialize)]
struct Form<'a> {
    schema: &'static str,
    id: &'a str,
    title: &'a str,
    subtitle: &'a str,
    language: &'a str,
    as_of: Date,
    paper: Paper,
    front_matter: bool,
    cover: &'a [(String, String)],
    notice: &'a str,
    producer: &'a str,
    sections: Vec<SectionForm<'a>>,
}

#[derive(Serialize)]
struct SectionForm<'a> {
    name: &'a str,
    module: &'a ModuleRef,
    blocks: Vec<BlockForm<'a>>,
    facts: &'a [Fact],
}

#[derive(Serialize)]
struct BlockForm<'a> {
    /// Such as `2.1`, `Table 3` or `Figure 1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(flatten)]
    block: &'a Block,
}

/// Write a document as JSON.
///
/// # Errors
///
/// [`RenderError::Writer`], which would be ours to fix.
pub fn json(document: &Document) -> Result<Vec<u8>, RenderError> {
    let numbering = Numbering::of(document);
    let sections = document.sections.iter().enumerate();
    let form = Form {
        schema: SCHEMA,
        id: &document.id,
        title: &document.title,
        subtitle: &document.subtitle,
        language: &document.language,
        as_of: document.as_of,
        paper: document.paper,
        front_matter: document.front_matter,
        cover: &document.cover,
        notice: &document.notice,
        producer: &document.producer,
        sections: sections
            .map(|(at, section)| SectionForm {
                name: &section.name,
                module: &section.module,
                blocks: labelled(&numbering, at, &section.blocks),
                facts: &section.facts,
            })
            .collect(),
    };
    serde_json::to_vec(&form).map_err(|error| RenderError::Writer(error.to_string()))
}

fn labelled<'a>(numbering: &Numbering, section: usize, blocks: &'a [Block]) -> Vec<BlockForm<'a>> {
    let label = |at| {
        let label = numbering.label(section, at).replace('\u{a0}', " ");
        (!label.is_empty()).then_some(label)
    };
    let blocks = blocks.iter().enumerate();
    blocks
        .map(|(at, block)| BlockForm {
            label: label(at),
            block,
        })
        .collect()
}

/// Read a document that [`json`] wrote.
///
/// # Errors
///
/// [`RenderError::BadDocument`] if it is not of a version that is known here, or damaged.
pub fn read_json(bytes: &[u8]) -> Result<Document, RenderError> {
    /// Members that are not read are skipped without being kept.
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let unreadable = |reason: String| RenderError::BadDocument { reason };
    let head: Head =
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    if head.schema != SCHEMA {
        let schema: String = head.schema.chars().take(80).collect();
        return Err(unreadable(format!(
            "its schema is {schema:?}, not {SCHEMA}"
        )));
    }
    serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{pdf, sample};

    #[test]
    fn a_document_reads_back_and_is_drawn_to_the_same_bytes() {
        // Numbers that JSON cannot write never pass the check of a module's output.
        for document in [sample::everything(Paper::A4), sample::long(50)] {
            let written = json(&document).unwrap();

            let back = read_json(&written).unwrap();

            assert!(json(&back).unwrap() == written);
            assert!(pdf(&back).unwrap() == pdf(&document).unwrap());
        }
    }

    #[test]
    fn numbers_of_tables_and_attachments_are_as_documented() {
        let mut document = sample::everything(Paper::Letter);
        document.attachments.push(quire_model::Attachment {
            name: "manifest.json".to_owned(),
            media_type: "application/json".to_owned(),
            description: String::new(),
            bytes: b"{}".to_vec(),
        });

        let form: Value = serde_json::from_slice(&json(&document).unwrap()).unwrap();

        assert_eq!(form["schema"], SCHEMA);
        assert_eq!(form["as_of"], "2025-06-30");
        assert!(form.get("attachments").is_none());
        let blocks = form["sections"][1]["blocks"].as_array().unwrap();
        let table = blocks
            .iter()
            .find(|block| block["block"] == "table")
            .unwrap();
        assert_eq!(table["label"], "Table 1");
        let columns = table["content"]["columns"].as_array().unwrap();
        assert_eq!(columns[1]["cells"]["values"][1], 9);
    }

    #[test]
    fn what_is_no_document_is_refused_with_the_reason() {
        let other = read_json(br#"{"schema":"quire:document/2"}"#).unwrap_err();
        assert!(other.to_string().contains("quire:document/2"), "{other}");
        assert!(read_json(b"%PDF-1.7").is_err());
    }
}
