//! Files that travel inside the document.
//!
//! PDF/A-2 lets a document hold nothing but other PDF/A documents; with anything else inside, a file
//! is PDF/A-3 or it is none. Each file is listed twice: by name for viewers, and as associated with
//! the document, which PDF/A-3 asks for.

use lopdf::{Dictionary, Document as File, Object, ObjectId, dictionary};
use quire_model::{Attachment, Document};

use super::{
    deflate::Deflate,
    text::{date, text},
};
use crate::RenderError;

/// Write the attachments and list them in the catalog.
pub(super) fn embed(
    file: &mut File,
    catalog: ObjectId,
    document: &Document,
    deflate: &mut Deflate,
) -> Result<(), RenderError> {
    if document.attachments.is_empty() {
        return Ok(());
    }
    let mut named: Vec<(Vec<u8>, Object)> = Vec::new();
    let mut associated = Vec::new();
    for attachment in &document.attachments {
        let name = text(&attachment.name);
        let key = name.as_str().unwrap_or_default().to_vec();
        let id = specification(file, document, attachment, name.clone(), deflate)?;
        associated.push(Object::Reference(id));
        named.push((key, name));
    }
    let mut tree: Vec<_> = named.into_iter().zip(associated.iter().cloned()).collect();
    // A name tree is searched, so it has to be in the order of the names' bytes.
    tree.sort_by(|((a, _), _), ((b, _), _)| a.cmp(b));
    let names: Vec<Object> = tree
        .into_iter()
        .flat_map(|((_, name), id)| [name, id])
        .collect();
    let files = file.add_object(dictionary! { "Names" => names });
    let catalog = file.get_dictionary_mut(catalog).map_err(super::broken)?;
    catalog.set("AF", associated);
    catalog.set("Names", dictionary! { "EmbeddedFiles" => files });
    Ok(())
}

fn specification(
    file: &mut File,
    document: &Document,
    attachment: &Attachment,
    name: Object,
    deflate: &mut Deflate,
) -> Result<ObjectId, RenderError> {
    let mut stream = deflate.stream(&attachment.bytes)?;
    stream.dict.extend(&description(document, attachment));
    let content = file.add_object(stream);
    Ok(file.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => name.clone(),
        "UF" => name,
        "Desc" => text(&attachment.description),
        // What the pages were made from, in PDF/A-3's words.
        "AFRelationship" => "Data",
        "EF" => dictionary! { "F" => content, "UF" => content },
    }))
}

fn description(document: &Document, attachment: &Attachment) -> Dictionary {
    dictionary! {
        "Type" => "EmbeddedFile",
        "Subtype" => Object::Name(attachment.media_type.as_bytes().to_vec()),
        "Params" => dictionary! {
            "Size" => i64::try_from(attachment.bytes.len()).unwrap_or(i64::MAX),
            "ModDate" => date(document.as_of),
        },
    }
}
