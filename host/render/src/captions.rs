//! What stands above tables and below figures.

use quire_model::{Span, Style};

use crate::{
    context::Context,
    element::Role,
    flow::Flow,
    style::{ACCENT, Type},
    text::{Fit, FontFile},
};

/// `Figure 3`, then what it shows.
pub(crate) fn caption(
    flow: &mut Flow<'_>,
    label: &str,
    part: Option<String>,
    caption: &[Span],
    context: &Context<'_>,
) {
    let outer = flow.enter(Role::Caption);
    caption_lines(flow, label, part, caption, context);
    flow.belong_to(outer);
}

/// The same, without an element of its own.
pub(crate) fn caption_lines(
    flow: &mut Flow<'_>,
    label: &str,
    part: Option<String>,
    caption: &[Span],
    context: &Context<'_>,
) {
    let bold = Style {
        bold: true,
        ..Style::default()
    };
    let mut spans = context.numbering.worded(flow.section(), caption);
    let label = format!("{label}{}\u{2002}", part.unwrap_or_default());
    spans.insert(
        0,
        Span {
            text: label,
            style: bold,
            ..Span::default()
        },
    );
    let mut lines = flow.lines(&spans, Type::CAPTION, flow.width(), Fit::Full);
    // The label is as many pieces as it has words.
    for piece in lines
        .iter_mut()
        .take(1)
        .flat_map(|line| line.pieces.iter_mut())
    {
        if piece.look.file == FontFile::Bold && piece.href.is_none() {
            piece.colour = ACCENT;
        } else {
            break;
        }
    }
    flow.place_lines(&lines, Type::CAPTION);
}
