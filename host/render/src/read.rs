//! Reads back what travels inside a PDF: for those who check a document against its manifest.

use lopdf::{Dictionary, Document as File, Object, decode_text_string};
use quire_model::Attachment;

use crate::RenderError;

/// No attachment is unpacked beyond this; the largest that Quire writes are a fiftieth of it.
const LARGEST_BYTES: usize = 256 << 20;

/// Name trees are never deeper than this; a deeper one runs in circles.
const DEEPEST: u8 = 16;

/// The files inside a PDF, in the order of their names. Any PDF may be asked, not only one that was
/// drawn here.
///
/// # Errors
///
/// [`RenderError::Unreadable`] when the bytes are no PDF, or an attachment in it is damaged.
pub fn attachments(pdf: &[u8]) -> Result<Vec<Attachment>, RenderError> {
    let file = File::load_mem(pdf).map_err(unreadable)?;
    let catalog = file.catalog().map_err(unreadable)?;
    let mut found = Vec::new();
    let names = catalog.get(b"Names").ok();
    let names = names.and_then(|names| dictionary(&file, names));
    let files = names.and_then(|names| dictionary(&file, names.get(b"EmbeddedFiles").ok()?));
    if let Some(files) = files {
        walk(&file, files, 0, &mut found)?;
    }
    Ok(found)
}

/// Most bookmarks that are read; a list that is longer runs in circles.
const MOST_BOOKMARKS: usize = 1_000;

/// The bookmarks of the first level, as they are written, and the pages that they lead to, from 1: where each
/// section of a report begins.
///
/// # Errors
///
/// [`RenderError::Unreadable`] when the bytes are no PDF.
pub fn bookmarks(pdf: &[u8]) -> Result<Vec<(String, u32)>, RenderError> {
    let file = File::load_mem(pdf).map_err(unreadable)?;
    let catalog = file.catalog().map_err(unreadable)?;
    let pages = file.get_pages();
    let outline = catalog.get(b"Outlines").ok();
    let outline = outline.and_then(|outline| dictionary(&file, outline));
    let mut item = outline.and_then(|outline| dictionary(&file, outline.get(b"First").ok()?));
    let mut found = Vec::new();
    while let Some(bookmark) = item.filter(|_| found.len() < MOST_BOOKMARKS) {
        let title = bookmark.get(b"Title").ok();
        let title = title.and_then(|title| decode_text_string(title).ok());
        let target = array(&file, bookmark, b"Dest").first();
        let target = target.and_then(|page| page.as_reference().ok());
        let page = pages.iter().find(|(_, id)| Some(**id) == target);
        if let (Some(title), Some((page, _))) = (title, page) {
            found.push((title, *page));
        }
        item = bookmark
            .get(b"Next")
            .ok()
            .and_then(|next| dictionary(&file, next));
    }
    Ok(found)
}

fn walk(
    file: &File,
    node: &Dictionary,
    depth: u8,
    found: &mut Vec<Attachment>,
) -> Result<(), RenderError> {
    if depth > DEEPEST {
        return Err(RenderError::Unreadable(String::from(
            "its list of attachments has no end",
        )));
    }
    for pair in array(file, node, b"Names").chunks_exact(2) {
        if let [name, specification] = pair
            && let Some(specification) = dictionary(file, specification)
        {
            found.push(attachment(file, name, specification)?);
        }
    }
    for kid in array(file, node, b"Kids") {
        if let Some(kid) = dictionary(file, kid) {
            walk(file, kid, depth + 1, found)?;
        }
    }
    Ok(())
}

fn attachment(
    file: &File,
    key: &Object,
    specification: &Dictionary,
) -> Result<Attachment, RenderError> {
    let text = |object| decode_text_string(object).ok();
    let word = |key: &[u8]| specification.get(key).ok().and_then(text);
    let name = word(b"UF").or_else(|| word(b"F")).or_else(|| text(key));
    let name = name.unwrap_or_default();
    let damaged = |reason: String| RenderError::Unreadable(format!("{name} in it: {reason}"));
    let places = specification.get(b"EF").ok();
    let places = places.and_then(|places| dictionary(file, places));
    let content = places.and_then(|places| places.get(b"UF").or_else(|_| places.get(b"F")).ok());
    let content = content.ok_or_else(|| damaged(String::from("there is no content")))?;
    let (_, content) = file
        .dereference(content)
        .map_err(|error| damaged(error.to_string()))?;
    let stream = content
        .as_stream()
        .map_err(|error| damaged(error.to_string()))?;
    let media_type = stream.dict.get(b"Subtype").and_then(Object::as_name);
    let bytes = if stream.dict.has(b"Filter") {
        let mut stream = stream.clone();
        stream
            .decompress_with_limit(LARGEST_BYTES)
            .map_err(|error| damaged(error.to_string()))?;
        stream.content
    } else {
        stream.content.clone()
    };
    Ok(Attachment {
        media_type: String::from_utf8_lossy(media_type.unwrap_or_default()).into_owned(),
        description: word(b"Desc").unwrap_or_default(),
        bytes,
        name,
    })
}

fn dictionary<'a>(file: &'a File, object: &'a Object) -> Option<&'a Dictionary> {
    file.dereference(object).ok()?.1.as_dict().ok()
}

fn array<'a>(file: &'a File, node: &'a Dictionary, key: &[u8]) -> &'a [Object] {
    let found = node.get(key).and_then(|found| file.dereference(found));
    found
        .and_then(|(_, found)| found.as_array())
        .map_or(&[], Vec::as_slice)
}

fn unreadable(error: lopdf::Error) -> RenderError {
    RenderError::Unreadable(error.to_string())
}
