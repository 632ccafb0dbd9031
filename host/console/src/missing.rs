//! What is missing in a report's document: sections in whose place a box stands, and why.

use maud::{Markup, html};
use quire_model::{Block, Document};
use quire_records::{ReportRow, Right};

use crate::{report_parts::asked_again, visitor::Visitor, words};

/// A warning; nothing for a report that is whole, or has no document.
pub(crate) fn drawn(row: &ReportRow, document: Option<&Document>, visitor: &Visitor) -> Markup {
    let lacking = row.success.as_ref().map(|success| &success.placeholders);
    let Some(lacking) = lacking.filter(|lacking| !lacking.is_empty()) else {
        return html! {};
    };
    let sections = document.iter().flat_map(|document| &document.sections);
    let sections: Vec<_> = sections
        .filter(|section| lacking.contains(&section.name))
        .collect();
    html! {
        section.panel.problem aria-labelledby="missing" {
            h2 #missing { (words::many(lacking.len(), "section")) " could not be made" }
            p { "Where it belongs, the document has a box that says so. Find out why before you rely on the rest." }
            @if sections.is_empty() { p { (lacking.join(", ")) } }
            @for section in sections {
                h3 { (section.title()) }
                p {
                    "By the module "
                    @if visitor.may(Right::ReadAll) { a href=(format!("/console/modules/{}", section.module.name)) { (section.module.name) } }
                    @else { (section.module.name) }
                    " " (section.module.version) " " (words::digest(section.module.digest)) "."
                }
                // The rest of the box is for readers of the document.
                @for text in said(&section.blocks).iter().take(2) { p.quiet { (words::sentence(text)) } }
            }
            @if visitor.may(Right::Request) {
                p { "A new report is made with the versions that are active now." }
                (asked_again(row))
            }
        }
    }
}

/// What the box says.
fn said(blocks: &[Block]) -> Vec<String> {
    let boxes = blocks.iter().filter_map(|block| match block {
        Block::Callout(callout) => Some(&callout.body),
        _ => None,
    });
    let spans = boxes.flatten().map(|paragraph| &paragraph.spans);
    let texts = spans.map(|spans| spans.iter().map(|span| span.text.as_str()).collect());
    texts.collect()
}
