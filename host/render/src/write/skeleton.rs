//! The file as printpdf lays it out.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use printpdf::{
    Actions, BorderArray, ColorArray, Destination, HighlightingMode, LinkAnnotation, Mm, Op,
    PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem,
};

use super::{broken, fonts::Fonts, text::text, uri};
use crate::{
    RenderError,
    draw::Drawn,
    page::{Link, Page, Place, Sheet, Target},
};

/// Pages with their links, and fonts. The content of pages comes later, except that the first page
/// shows every glyph once: that is how printpdf learns which fonts to write and what their glyphs
/// stand for.
pub(super) fn skeleton(drawn: &Drawn, fonts: &Fonts) -> Document {
    let mut file = PdfDocument::new("");
    let mut sample = vec![Op::StartTextSection];
    for (id, font, glyphs) in fonts.each() {
        file.resources
            .fonts
            .map
            .insert(id.clone(), PdfFont::new(font));
        sample.push(Op::SetFont {
            font: PdfFontHandle::External(id),
            size: Pt(1.0),
        });
        sample.push(Op::ShowText {
            items: vec![TextItem::GlyphIds(glyphs)],
        });
    }
    sample.push(Op::EndTextSection);
    for page in &drawn.pages {
        let mut ops = std::mem::take(&mut sample);
        ops.extend(page.links.iter().map(|link| Op::LinkAnnotation {
            link: annotation(link, &page.sheet, &drawn.pages),
        }));
        file.pages.push(sheet(&page.sheet, ops));
    }
    let options = PdfSaveOptions {
        secure: true,
        ..PdfSaveOptions::default()
    };
    file.to_lopdf_document(&options, &mut Vec::new())
}

fn sheet(sheet: &Sheet, ops: Vec<Op>) -> PdfPage {
    let mut page = PdfPage::new(Mm(0.0), Mm(0.0), ops);
    for area in [&mut page.media_box, &mut page.trim_box, &mut page.crop_box] {
        area.width = Pt(sheet.width);
        area.height = Pt(sheet.height);
    }
    page
}

fn annotation(link: &Link, sheet: &Sheet, pages: &[Page]) -> LinkAnnotation {
    let area = link.area;
    let rect = printpdf::Rect {
        x: Pt(rounded(area.x)),
        y: Pt(rounded(sheet.height - area.bottom())),
        width: Pt(rounded(area.width)),
        height: Pt(rounded(area.height)),
        mode: None,
        winding_order: None,
    };
    let actions = match &link.to {
        Target::Address(address) => Actions::Uri(uri::ascii(address).into_owned()),
        Target::Place(place) => Actions::Goto(Destination::Xyz {
            page: place.page + 1,
            left: Some(0.0),
            top: Some(rounded(top(place, pages))),
            zoom: None,
        }),
        // Names were resolved when all pages were known.
        Target::Anchor { .. } => Actions::Uri(String::new()),
    };
    let border = Some(BorderArray::Solid([0.0, 0.0, 0.0]));
    LinkAnnotation::new(
        rect,
        actions,
        border,
        Some(ColorArray::Transparent),
        Some(HighlightingMode::Invert),
    )
}

/// The upper edge of the window in which a place is shown: a little above it.
pub(super) fn top(place: &Place, pages: &[Page]) -> f32 {
    let height = pages.get(place.page).map_or(0.0, |page| page.sheet.height);
    (height - place.y + 8.0).min(height)
}

pub(super) fn rounded(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}

/// Put the content of a page in its place.
pub(super) fn set_content(
    file: &mut Document,
    page: ObjectId,
    content: Stream,
) -> Result<(), RenderError> {
    let page = file.get_dictionary(page).map_err(broken)?;
    let id = page
        .get(b"Contents")
        .and_then(Object::as_reference)
        .map_err(broken)?;
    file.objects.insert(id, Object::Stream(content));
    Ok(())
}

/// Let a page share its resources with all others, and tie it to the structure; `key` is that of its
/// first link. Gives the links, which are objects of their own now.
pub(super) fn settle_page(
    file: &mut Document,
    page: ObjectId,
    resources: ObjectId,
    number: usize,
    key: usize,
    links: &[Link],
) -> Result<Vec<ObjectId>, RenderError> {
    let dictionary = file.get_dictionary_mut(page).map_err(broken)?;
    let own = dictionary
        .get(b"Resources")
        .and_then(Object::as_reference)
        .map_err(broken)?;
    dictionary.set("Resources", resources);
    dictionary.set("StructParents", whole(number));
    // The order of the structure is the order in which links are visited by the keyboard.
    dictionary.set("Tabs", "S");
    let annotations = match dictionary.remove(b"Annots") {
        Some(Object::Array(annotations)) => annotations,
        _ => Vec::new(),
    };
    if own != resources {
        file.objects.remove(&own);
    }
    let mut ids = Vec::with_capacity(links.len());
    for (at, (annotation, link)) in annotations.into_iter().zip(links).enumerate() {
        if let Object::Dictionary(mut annotation) = annotation {
            describe(&mut annotation, link, key + at);
            ids.push(file.add_object(annotation));
        }
    }
    if !ids.is_empty() {
        let all = ids.iter().copied().map(Object::Reference).collect();
        let dictionary = file.get_dictionary_mut(page);
        let dictionary = dictionary.map_err(broken)?;
        dictionary.set("Annots", Object::Array(all));
    }
    Ok(ids)
}

fn describe(annotation: &mut Dictionary, link: &Link, key: usize) {
    // Bit 3: printed. PDF/A wants it, and a link has nothing to print.
    annotation.set("F", 4);
    annotation.remove(b"C");
    annotation.set("StructParent", whole(key));
    let words = match &link.to {
        Target::Address(address) => text(address),
        Target::Place(place) => text(&format!("Page {}", place.page + 1)),
        Target::Anchor { .. } => return,
    };
    annotation.set("Contents", words);
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
