//! Places the blocks of a section one after the other.

use quire_model::{Block, Heading, Paragraph, Section, Span};

use crate::{
    boxes, chart, context::Context, element::Role, flow::Flow, images, list::Lists, style::Type,
    table, text::Fit,
};

/// Room above and below headings of level 1 to 4: three times as much above as below, so that each
/// belongs to what follows.
const AROUND_HEADING: [(f32, f32); 4] = [(24.0, 7.0), (15.0, 4.0), (12.0, 3.5), (10.0, 3.0)];

/// Lines of a heading that are not parted by the end of a page.
const HEADING_LINES: usize = 3;

/// Place a section.
pub(crate) fn section(
    flow: &mut Flow<'_>,
    context: &mut Context<'_>,
    number: usize,
    section: &Section,
) {
    flow.begin_section(number);
    let outer = flow.enter(Role::Section);
    let mut lists = Lists::default();
    let mut beside = false;
    for (at, content) in section.blocks.iter().enumerate() {
        if std::mem::take(&mut beside) {
            continue;
        }
        if !matches!(content, Block::Paragraph(_)) {
            lists.interrupt();
        }
        // Only tables lie on their side, and each decides for itself.
        if !matches!(content, Block::Table(_)) {
            flow.turn(flow.base());
        }
        let label = context.numbering.label(number, at).to_owned();
        match content {
            Block::Heading(content) => {
                heading(flow, content, label);
            }
            Block::Paragraph(content) => {
                let spans = context.numbering.worded(number, &content.spans);
                paragraph(flow, &mut lists, content, &spans);
            }
            Block::Table(content) => {
                if let Some(Block::Table(next)) = section.blocks.get(at + 1) {
                    let other = context.numbering.label(number, at + 1);
                    let both = [(content, label.as_str()), (next, other)];
                    beside = table::pair(flow, both, context);
                }
                if !beside {
                    table::table(flow, content, &label, context);
                }
            }
            Block::Chart(content) => chart::chart(flow, content, &label, context),
            Block::Image(content) => images::image(flow, content, &label, context),
            Block::KeyFigures(figures) => boxes::key_figures(flow, figures),
            Block::Callout(content) => boxes::callout(flow, content, context),
            Block::PageBreak => page_break(flow),
            Block::Extension(content) => {
                for content in &content.fallback {
                    let spans = context.numbering.worded(number, &content.spans);
                    paragraph(flow, &mut lists, content, &spans);
                }
            }
        }
    }
    flow.belong_to(outer);
}

fn page_break(flow: &mut Flow<'_>) {
    if !flow.is_fresh() {
        flow.new_page();
    }
}

fn heading(flow: &mut Flow<'_>, heading: &Heading, number: String) {
    let kind = Type::heading(heading.level);
    let level = usize::from(heading.level.clamp(1, 4));
    let (before, after) = AROUND_HEADING.get(level - 1).copied().unwrap_or_default();
    let title = if number.is_empty() {
        heading.text.clone()
    } else {
        format!("{number}\u{2002}{}", heading.text)
    };
    let lines = flow.words(&title, kind, flow.width(), Fit::Full);
    flow.skip(before);
    flow.ensure(kind.leading * lines.len().min(HEADING_LINES) as f32);
    flow.begin_heading();
    if let Some(anchor) = &heading.anchor {
        flow.name_place(anchor);
    }
    flow.list_heading(heading.level.clamp(1, 4), &number, &heading.text);
    let outer = flow.enter(Role::Heading(heading.level));
    flow.place_lines(&lines, kind);
    flow.belong_to(outer);
    flow.advance(after);
    flow.end_heading();
}

/// Set a paragraph or a list item in the flow's column.
pub(crate) fn paragraph(
    flow: &mut Flow<'_>,
    lists: &mut Lists,
    paragraph: &Paragraph,
    spans: &[Span],
) {
    lists.paragraph(flow, paragraph, spans, Type::BODY);
}
