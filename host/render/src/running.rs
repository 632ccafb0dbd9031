//! What stands above and below the text of every page.

use quire_model::{Align, Document};

use crate::{
    element::ElementId,
    flow::Flow,
    page::{Area, Mark, Point},
    style::{INK, RULE, Type},
};

/// What a page says on which a character could not be drawn.
const LACKING: &str = "\u{fffd} stands for a character that this document's typefaces do not have.";

fn lacks_characters(flow: &Flow<'_>) -> bool {
    flow.marks().iter().any(|tagged| match tagged.mark {
        Mark::Text { word, .. } => flow.shaper().is_lacking(word),
        _ => false,
    })
}

/// Baselines: of the header above the text, of its rule below that, and of the footer's two lines below
/// the text. The margins of a sheet hold them with room to its edge, which printers do not reach.
const HEADER: f32 = 32.0;
const RULE_BELOW: f32 = 6.0;
const LACKING_BELOW: f32 = 19.0;
const FOOTER: f32 = 30.0;

/// The share of the width that the title and the identifier may take beside what stands at the right.
const TITLE_SHARE: f32 = 0.75;
const ID_SHARE: f32 = 0.6;

/// Draw the running header and footer of a page; the first has no header.
pub(crate) fn header_and_footer(
    flow: &mut Flow<'_>,
    document: &Document,
    page: usize,
    pages: usize,
) {
    let sheet = flow.sheet();
    let (left, right) = (sheet.left, sheet.left + sheet.text_width());
    let kind = Type::RUNNING;
    flow.belong_to(ElementId::HEADER);
    if page > 1 {
        let y = sheet.top - HEADER;
        let title = flow.shortened(&document.title, kind, sheet.text_width() * TITLE_SHARE);
        flow.label(&title, Point::new(left, y), kind, Align::Start);
        flow.label(
            &document.as_of.to_string(),
            Point::new(right, y),
            kind,
            Align::End,
        );
        flow.fill(Area::new(left, y + RULE_BELOW, right - left, 0.5), RULE);
    }
    flow.belong_to(ElementId::FOOTER);
    if lacks_characters(flow) {
        let at = Point::new(left, sheet.bottom + LACKING_BELOW);
        flow.label(LACKING, at, kind, Align::Start);
    }
    let y = sheet.bottom + FOOTER;
    let id = flow.shortened(
        &format!("Document {}", document.id),
        kind,
        sheet.text_width() * ID_SHARE,
    );
    flow.label(&id, Point::new(left, y), kind, Align::Start);
    let number = format!("Page {page} of {pages}");
    flow.label(
        &number,
        Point::new(right, y),
        kind.with_colour(INK),
        Align::End,
    );
}
