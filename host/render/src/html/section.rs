//! One section: its blocks in their order.

use maud::{Markup, html};
use quire_model::{Block, Heading, Image, Paragraph, Section};

use super::{
    boxes, figure, list,
    page::{Entry, Page},
    table,
    words::{direction, words},
};

/// Write a section. Its module and that module's digest stand in the source, for those who audit.
pub(super) fn section(page: &mut Page<'_>, number: usize, section: &Section) -> Markup {
    page.section = number;
    let mut parts = Vec::new();
    let mut blocks = section.blocks.iter().enumerate().peekable();
    while let Some((at, content)) = blocks.next() {
        if let Block::Paragraph(first) = content {
            let mut run: Vec<&Paragraph> = vec![first];
            while let Some((_, Block::Paragraph(next))) =
                blocks.next_if(|(_, block)| matches!(block, Block::Paragraph(_)))
            {
                run.push(next);
            }
            parts.push(list::paragraphs(page, &run));
        } else {
            parts.push(block(page, at, content));
        }
    }
    html! {
        section data-section=(section.name) data-module=(section.module.name)
            data-module-version=(section.module.version) data-module-digest=(section.module.digest) {
            @for part in &parts { (part) }
        }
    }
}

fn block(page: &mut Page<'_>, at: usize, content: &Block) -> Markup {
    let label = page.numbering.label(page.section, at).to_owned();
    match content {
        Block::Heading(content) => heading(page, at, content, label),
        Block::Paragraph(content) => list::paragraphs(page, &[content]),
        Block::Table(content) => table::table(page, at, content, &label),
        Block::Chart(content) => figure::chart(page, at, content, &label),
        Block::Image(content) => image(page, content, &label),
        Block::KeyFigures(figures) => boxes::key_figures(figures),
        Block::Callout(content) => boxes::callout(page, content),
        Block::PageBreak => html! { div.page-break {} },
        Block::Extension(content) => {
            let fallback: Vec<&Paragraph> = content.fallback.iter().collect();
            list::paragraphs(page, &fallback)
        }
    }
}

fn image(page: &mut Page<'_>, content: &Image, label: &str) -> Markup {
    figure::image(page, content, label)
}

/// The document's title is the only `h1`; a section's title is `h2`, and no level is left out.
fn heading(page: &mut Page<'_>, at: usize, heading: &Heading, number: String) -> Markup {
    let level = heading.level.clamp(1, 4);
    page.depth = (level + 1).min(page.depth + 1);
    let id = page.claim_or(heading.anchor.as_deref(), at);
    let inner = html! {
        @if !number.is_empty() { span.number { (number) } " " }
        (words(&heading.text))
    };
    page.entries.push(Entry {
        level,
        number,
        title: heading.text.clone(),
        id: id.clone(),
    });
    let dir = direction(&heading.text);
    match page.depth {
        0..=2 => html! { h2 id=(id) dir=[dir] { (inner) } },
        3 => html! { h3 id=(id) dir=[dir] { (inner) } },
        4 => html! { h4 id=(id) dir=[dir] { (inner) } },
        _ => html! { h5 id=(id) dir=[dir] { (inner) } },
    }
}
