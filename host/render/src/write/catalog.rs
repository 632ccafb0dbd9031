//! What a viewer reads first: title, language, bookmarks, colours.

use lopdf::{Dictionary, Document as File, Object, ObjectId, Stream, dictionary};
use quire_model::Document;

use super::{
    attachments, broken,
    deflate::Deflate,
    text::{date, text},
    xmp,
};
use crate::RenderError;

/// The colour space that all colours are meant in.
const SRGB: &[u8] = include_bytes!("../../assets/sRGB.icc");

/// Write catalog and information.
pub(super) fn finish(
    file: &mut File,
    document: &Document,
    outline: Option<ObjectId>,
    deflate: &mut Deflate,
) -> Result<(), RenderError> {
    "1.7".clone_into(&mut file.version);
    let day = document.as_of.to_string();
    let info = reference(file, b"Info")?;
    file.set_object(info, information(document));
    let packet = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        xmp::packet(document, &day).into_bytes(),
    );
    let metadata = file.add_object(packet.with_compression(false));
    let profile = Stream::new(dictionary! { "N" => 3 }, SRGB.to_vec()).with_compression(false);
    let profile = file.add_object(profile);
    let intent = file.add_object(dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    });
    let root = reference(file, b"Root")?;
    let catalog = file.get_dictionary_mut(root).map_err(broken)?;
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::Reference(intent)]);
    describe(catalog, document, outline);
    attachments::embed(file, root, document, deflate)
}

/// Say where the logical structure is.
pub(super) fn set_structure(file: &mut File, structure: ObjectId) -> Result<(), RenderError> {
    let root = reference(file, b"Root")?;
    let catalog = file.get_dictionary_mut(root).map_err(broken)?;
    catalog.set("StructTreeRoot", structure);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    Ok(())
}

fn describe(catalog: &mut Dictionary, document: &Document, outline: Option<ObjectId>) {
    let language: String = document
        .language
        .chars()
        .filter(char::is_ascii_graphic)
        .take(64)
        .collect();
    catalog.set("Lang", Object::string_literal(language));
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    catalog.remove(b"PageLayout");
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
        catalog.set("PageMode", "UseOutlines");
    }
}

fn information(document: &Document) -> Dictionary {
    let date = date(document.as_of);
    dictionary! {
        "Title" => text(&printable(&document.title)),
        "Subject" => text(&printable(&document.subtitle)),
        "Creator" => text(&printable(&document.producer)),
        "Producer" => text(&printable(&document.producer)),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    }
}

fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .collect()
}

fn reference(file: &File, key: &[u8]) -> Result<ObjectId, RenderError> {
    file.trailer
        .get(key)
        .and_then(Object::as_reference)
        .map_err(broken)
}
