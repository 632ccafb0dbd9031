//! Turns pages into PDF. printpdf lays out the file: page tree, fonts, links. What its interface
//! has no words for is finished on its `lopdf` document: page content, outline, metadata.
//!
//! Page content is written here and not by printpdf, which spends some 200 bytes of memory and a
//! microsecond on each glyph; that is most of the time a long table takes.

mod attachments;
mod catalog;
mod content;
mod deflate;
mod fonts;
mod numeral;
mod outline;
mod pictures;
mod skeleton;
mod xmp;

use quire_model::Document;

use crate::{RenderError, draw::Drawn, text::Shaper};

use deflate::Deflate;
use fonts::Fonts;

/// Write a drawn document as PDF.
pub(crate) fn write(
    shaper: &mut Shaper,
    document: &Document,
    drawn: &Drawn,
) -> Result<Vec<u8>, RenderError> {
    let fonts = Fonts::of(shaper, &drawn.pages)?;
    let mut file = skeleton::skeleton(drawn, &fonts);
    let mut deflate = Deflate::new();
    let pages: Vec<lopdf::ObjectId> = file.get_pages().into_values().collect();
    let resources = pictures::resources(&mut file, &pages, &drawn.pictures, &mut deflate)?;
    fonts.finish(&mut file, resources, &mut deflate)?;
    for (id, page) in pages.iter().zip(&drawn.pages) {
        let content = content::content(shaper, &fonts, &drawn.sheet, page);
        skeleton::set_content(&mut file, *id, deflate.stream(content)?)?;
        skeleton::settle_page(&mut file, *id, resources)?;
    }
    let outline = outline::outline(&mut file, &pages, &drawn.sheet, &drawn.entries);
    catalog::finish(&mut file, document, outline, &mut deflate)?;
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)
        .map_err(|error| RenderError::Writer(error.to_string()))?;
    Ok(bytes)
}

/// What `lopdf` says when an object is not what it should be.
fn broken(error: &lopdf::Error) -> RenderError {
    RenderError::Writer(error.to_string())
}
