//! Reads back what travels inside a PDF: for those who check a document against its manifest.

use lopdf::{Dictionary, Document as File, LoadOptions, Object, decode_text_string};
use quire_model::Attachment;

use crate::RenderError;

/// The attachments of a file are not unpacked beyond this in all; those that Quire writes have a tenth of it.
const LARGEST_BYTES: usize = 64 << 20;

/// The streams of small objects are not unpacked beyond this in all, nor one of them beyond [`LARGEST_OBJECTS`], nor
/// below [`LEAST_OBJECTS`] held to be too large. Quire writes some 256 objects into each.
const ALL_OBJECTS: usize = 64 << 20;
const LARGEST_OBJECTS: usize = 4 << 20;
const LEAST_OBJECTS: usize = 256 << 10;

/// What stands in each stream of small objects.
const OBJECTS: &[u8] = b"ObjStm";

/// Read a file that a stranger may have made: what a few bytes of it can unpack to is bounded.
///
/// # Errors
///
/// [`RenderError::Unreadable`] when the bytes are no PDF.
pub(crate) fn load(pdf: &[u8]) -> Result<File, RenderError> {
    let streams = pdf.windows(OBJECTS.len()).filter(|part| *part == OBJECTS);
    let each = ALL_OBJECTS / streams.count().max(1);
    let options = LoadOptions {
        max_decompressed_size: Some(each.clamp(LEAST_OBJECTS, LARGEST_OBJECTS)),
        ..LoadOptions::default()
    };
    File::load_mem_with_options(pdf, options).map_err(unreadable)
}

/// Name trees are never deeper than this; a deeper one runs in circles.
const DEEPEST: u8 = 16;

/// The files inside a PDF, in the order of their names. Any PDF may be asked, not only one that was
/// drawn here.
///
/// # Errors
///
/// [`RenderError::Unreadable`] when the bytes are no PDF, or an attachment in it is damaged.
pub fn attachments(pdf: &[u8]) -> Result<Vec<Attachment>, RenderError> {
    unpacked(pdf, |_| true)
}

/// The file of that name inside a PDF, as [`attachments`]; nothing else is unpacked.
///
/// # Errors
///
/// As there.
pub fn attachment(pdf: &[u8], name: &str) -> Result<Option<Attachment>, RenderError> {
    let mut found = unpacked(pdf, |found| found == name)?.into_iter();
    Ok(found.next())
}

fn unpacked(pdf: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Vec<Attachment>, RenderError> {
    let file = load(pdf)?;
    let catalog = file.catalog().map_err(unreadable)?;
    let mut found = Vec::new();
    let names = catalog.get(b"Names").ok();
    let names = names.and_then(|names| dictionary(&file, names));
    let files = names.and_then(|names| dictionary(&file, names.get(b"EmbeddedFiles").ok()?));
    if let Some(files) = files {
        let mut places = Vec::new();
        walk(&file, files, 0, &mut places)?;
        let mut left = LARGEST_BYTES;
        for (name, specification) in places {
            if wanted(&name) {
                let attachment = read(&file, name, specification, left)?;
                left = left.saturating_sub(attachment.bytes.len());
                found.push(attachment);
            }
        }
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
    let file = load(pdf)?;
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

/// Names of attachments and what is said of them.
type Places<'a> = Vec<(String, &'a Dictionary)>;

fn walk<'a>(
    file: &'a File,
    node: &'a Dictionary,
    depth: u8,
    found: &mut Places<'a>,
) -> Result<(), RenderError> {
    if depth > DEEPEST {
        return Err(no_end());
    }
    for pair in array(file, node, b"Names").chunks_exact(2) {
        if let [name, specification] = pair
            && let Some(specification) = dictionary(file, specification)
        {
            let text = |object| decode_text_string(object).ok();
            let word = |key: &[u8]| specification.get(key).ok().and_then(text);
            let written = word(b"UF").or_else(|| word(b"F")).or_else(|| text(name));
            found.push((written.unwrap_or_default(), specification));
            if found.len() > MOST_ATTACHMENTS {
                return Err(no_end());
            }
        }
    }
    for kid in array(file, node, b"Kids") {
        if let Some(kid) = dictionary(file, kid) {
            walk(file, kid, depth + 1, found)?;
        }
    }
    Ok(())
}

/// Most attachments of a file; a list of them that is longer runs in circles.
const MOST_ATTACHMENTS: usize = 10_000;

fn no_end() -> RenderError {
    RenderError::Unreadable(String::from("its list of attachments has no end"))
}

/// One of them, unpacked to at most so many bytes.
fn read(
    file: &File,
    name: String,
    specification: &Dictionary,
    most_bytes: usize,
) -> Result<Attachment, RenderError> {
    let text = |object| decode_text_string(object).ok();
    let word = |key: &[u8]| specification.get(key).ok().and_then(text);
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
            .decompress_with_limit(most_bytes)
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

#[cfg(test)]
mod tests {
    use lopdf::{Stream, dictionary};

    use super::*;

    /// A file with so many attachments, all of one stream that unpacks to so many bytes.
    fn bomb(attachments: usize, bytes: usize) -> Vec<u8> {
        let mut file = File::with_version("1.7");
        let mut stream = Stream::new(dictionary! {"Type" => "EmbeddedFile"}, vec![0; bytes]);
        stream.compress().unwrap();
        let stream = file.add_object(stream);
        let names = (0..attachments).flat_map(|number| {
            let name = || Object::string_literal(format!("{number}.json"));
            let specification = dictionary! {"UF" => name(), "EF" => dictionary! {"F" => stream}};
            [name(), specification.into()]
        });
        let files = dictionary! {"Names" => names.collect::<Vec<Object>>()};
        let names = dictionary! {"EmbeddedFiles" => files};
        let catalog = file.add_object(dictionary! {"Type" => "Catalog", "Names" => names});
        file.trailer.set("Root", catalog);
        let mut pdf = Vec::new();
        file.save_to(&mut pdf).unwrap();
        assert!(pdf.len() < 512 << 10, "{} bytes", pdf.len());
        pdf
    }

    #[test]
    fn attachments_are_unpacked_to_a_bound_of_all_together() {
        let whole = attachments(&bomb(1, LARGEST_BYTES / 2)).unwrap();
        assert_eq!(whole.len(), 1);

        let pdf = bomb(3, LARGEST_BYTES / 2);
        let refused = attachments(&pdf);
        assert!(matches!(refused, Err(RenderError::Unreadable(_))));
        assert_eq!(attachment(&pdf, "manifest.json").unwrap(), None);
    }

    #[test]
    fn small_objects_are_unpacked_to_a_bound_of_all_together() {
        // Whether the catalog is found, which stands in each of so many streams with blanks behind it.
        let load_with = |streams: usize, blanks: usize| {
            let mut content = b"9 0 <</Type/Catalog>>".to_vec();
            content.resize(content.len() + blanks, b' ');
            // Of the right type only in the file: the library writes none that is.
            let what = dictionary! {"Type" => "ObjStx", "N" => 1, "First" => 4};
            let mut stream = Stream::new(what, content);
            stream.compress().unwrap();
            let mut file = File::with_version("1.7");
            file.max_id = 9;
            for _ in 0..streams {
                file.add_object(stream.clone());
            }
            file.trailer.set("Root", Object::Reference((9, 0)));
            let mut pdf = Vec::new();
            file.save_to(&mut pdf).unwrap();
            for at in 0..pdf.len() {
                if pdf[at..].starts_with(b"ObjStx") {
                    pdf[at + 5] = b'm';
                }
            }
            load(&pdf).is_ok_and(|file| file.catalog().is_ok())
        };

        assert!(load_with(1, LARGEST_OBJECTS / 2));
        assert!(!load_with(1, LARGEST_OBJECTS));
        assert!(load_with(64, ALL_OBJECTS / 128));
        assert!(!load_with(64, ALL_OBJECTS / 64));
    }
}
