//! Turns pages into PDF. printpdf lays out the file: page tree, fonts, links. What its interface
//! has no words for is finished on its `lopdf` document: page content, outline, metadata, structure.
//!
//! Page content is written here and not by printpdf, which spends some 200 bytes of memory and a
//! microsecond on each glyph; that is most of the time a long table takes.

mod attachments;
mod catalog;
mod content;
mod deflate;
mod file;
mod fonts;
mod numeral;
mod outline;
mod pictures;
mod skeleton;
mod structure;
mod syntax;
mod text;
mod uri;
mod xmp;

use lopdf::ObjectId;
use quire_model::{Digest, Document};

use crate::{RenderError, draw::Drawn, text::Shaper};

use deflate::Deflate;
use file::Packed;
use fonts::Fonts;
use structure::Ties;

/// Write a drawn document as PDF.
pub(crate) fn write(
    shaper: &mut Shaper,
    document: &Document,
    drawn: &mut Drawn,
) -> Result<Vec<u8>, RenderError> {
    let fonts = Fonts::of(shaper, &drawn.pages)?;
    let mut file = skeleton::skeleton(drawn, &fonts);
    let mut deflate = Deflate::new();
    let pages: Vec<ObjectId> = file.get_pages().into_values().collect();
    let resources = pictures::resources(&mut file, &pages, &drawn.pictures, &mut deflate)?;
    fonts.finish(&mut file, resources, &mut deflate)?;
    let mut ties = Ties::default();
    let mut key = pages.len();
    for (number, (id, page)) in pages.iter().zip(&drawn.pages).enumerate() {
        let tree = &mut drawn.tree;
        let (content, stretches) = content::content(shaper, &fonts, tree, page, number);
        skeleton::set_content(&mut file, *id, deflate.stream(&content)?)?;
        let links = skeleton::settle_page(&mut file, *id, resources, number, key, &page.links)?;
        ties.tie(tree, page, number, stretches, links);
        key += page.links.len();
    }
    let outline = outline::outline(&mut file, &pages, &drawn.pages, &drawn.entries);
    catalog::finish(&mut file, document, outline, &mut deflate)?;
    let mut packed = Packed::new(file.max_id + 1);
    let structure = structure::write(&mut packed, drawn, &ties, &pages, &mut deflate)?;
    catalog::set_structure(&mut file, structure)?;
    let asked = Digest::of(document.id.as_bytes());
    file::bytes(&file, packed, asked, &mut deflate)
}

/// What `lopdf` says when an object is not what it should be.
fn broken(error: lopdf::Error) -> RenderError {
    RenderError::Writer(error.to_string())
}
