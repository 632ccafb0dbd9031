//! Blocks from the guest.

use quire_model::{
    Block, Callout, Extension, Heading, Image, KeyFigure, Marker, Paragraph, Span, Style, Tone,
};

use super::{chart::chart, origin::attributes_in, table::table};
use crate::bindings::types as wit;

/// One block.
///
/// # Errors
///
/// If a date lies outside the calendar.
pub(crate) fn block(block: wit::Block) -> Result<Block, String> {
    Ok(match block {
        wit::Block::Heading(heading) => Block::Heading(Heading {
            level: heading.level,
            text: heading.text,
            anchor: heading.anchor,
        }),
        wit::Block::Paragraph(content) => Block::Paragraph(paragraph(content)),
        wit::Block::Table(content) => Block::Table(table(content)?),
        wit::Block::Chart(content) => Block::Chart(chart(content)?),
        wit::Block::Image(content) => Block::Image(image(content)),
        wit::Block::KeyFigures(figures) => {
            Block::KeyFigures(figures.into_iter().map(key_figure).collect())
        }
        wit::Block::Callout(content) => Block::Callout(callout(content)),
        wit::Block::PageBreak => Block::PageBreak,
        wit::Block::Extension(content) => Block::Extension(Extension {
            kind: content.kind,
            data: content.data,
            fallback: content.fallback.into_iter().map(paragraph).collect(),
        }),
    })
}

/// Runs of text.
pub(crate) fn spans(spans: Vec<wit::Span>) -> Vec<Span> {
    spans.into_iter().map(span).collect()
}

fn span(span: wit::Span) -> Span {
    let has = |style| span.style.contains(style);
    Span {
        style: Style {
            bold: has(wit::Style::BOLD),
            italic: has(wit::Style::ITALIC),
            underline: has(wit::Style::UNDERLINE),
            code: has(wit::Style::CODE),
            superscript: has(wit::Style::SUPERSCRIPT),
            subscript: has(wit::Style::SUBSCRIPT),
        },
        text: span.text,
        href: span.href,
        footnote: span.footnote,
    }
}

fn paragraph(paragraph: wit::Paragraph) -> Paragraph {
    Paragraph {
        spans: spans(paragraph.spans),
        marker: match paragraph.marker {
            wit::Marker::None => Marker::None,
            wit::Marker::Bullet => Marker::Bullet,
            wit::Marker::Ordered => Marker::Ordered,
        },
        indent: paragraph.indent,
    }
}

fn image(image: wit::Image) -> Image {
    Image {
        media_type: image.media_type,
        data: image.data,
        caption: spans(image.caption),
        alt: image.alt,
        width: image.width,
    }
}

fn key_figure(figure: wit::KeyFigure) -> KeyFigure {
    KeyFigure {
        label: figure.label,
        value: figure.value,
        unit: figure.unit,
        detail: figure.detail,
        tone: tone(figure.tone),
    }
}

fn callout(callout: wit::Callout) -> Callout {
    Callout {
        tone: tone(callout.tone),
        title: callout.title,
        body: callout.body.into_iter().map(paragraph).collect(),
        attributes: attributes_in(callout.attributes),
    }
}

fn tone(tone: wit::Tone) -> Tone {
    match tone {
        wit::Tone::Neutral => Tone::Neutral,
        wit::Tone::Info => Tone::Info,
        wit::Tone::Good => Tone::Good,
        wit::Tone::Caution => Tone::Caution,
        wit::Tone::Danger => Tone::Danger,
    }
}
