//! The resources that all pages share: fonts and pictures.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::{broken, deflate::Deflate};
use crate::{
    RenderError,
    picture::{Picture, Pictures, Samples},
};

/// Write the pictures and make one dictionary of resources for all pages, out of the first page's.
pub(super) fn resources(
    file: &mut Document,
    pages: &[ObjectId],
    pictures: &Pictures,
    deflate: &mut Deflate,
) -> Result<ObjectId, RenderError> {
    let first = pages
        .first()
        .ok_or_else(|| RenderError::Writer(String::from("there are no pages")))?;
    let page = file.get_dictionary(*first).map_err(broken)?;
    let id = page
        .get(b"Resources")
        .and_then(Object::as_reference)
        .map_err(broken)?;
    let mut resources = file.get_dictionary(id).map_err(broken)?.clone();
    // printpdf lists kinds of resource that these pages do not have.
    for kind in [b"XObject".as_slice(), b"ExtGState", b"Shading"] {
        if let Some(Object::Reference(empty)) = resources.remove(kind) {
            file.objects.remove(&empty);
        }
    }
    if !pictures.0.is_empty() {
        let mut objects = Dictionary::new();
        for (number, picture) in pictures.0.iter().enumerate() {
            objects.set(format!("I{number}"), embed(file, picture, deflate)?);
        }
        resources.set("XObject", objects);
    }
    file.objects.insert(id, Object::Dictionary(resources));
    Ok(id)
}

fn embed(
    file: &mut Document,
    picture: &Picture,
    deflate: &mut Deflate,
) -> Result<ObjectId, RenderError> {
    let mut stream = match &picture.samples {
        Samples::Jpeg(data) => Stream::new(dictionary! { "Filter" => "DCTDecode" }, data.clone())
            .with_compression(false),
        Samples::Plain(samples) => deflate.stream(samples)?,
    };
    describe(&mut stream, picture, picture.grey);
    if let Some(alpha) = &picture.alpha {
        let mut mask = deflate.stream(alpha)?;
        describe(&mut mask, picture, true);
        stream.dict.set("SMask", file.add_object(mask));
    }
    Ok(file.add_object(stream))
}

fn describe(stream: &mut Stream, picture: &Picture, grey: bool) {
    let entries = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(picture.width_px),
        "Height" => i64::from(picture.height_px),
        "BitsPerComponent" => 8,
        "ColorSpace" => if grey { "DeviceGray" } else { "DeviceRGB" },
    };
    stream.dict.extend(&entries);
}
