//! Places pictures.

use quire_model::{Image, Span, Style};

use crate::{
    captions,
    context::Context,
    element::Role,
    flow::Flow,
    page::{Area, Mark},
    style::{MUTED, RULE, TINT, Type},
};

/// Kept for the caption below a picture: three lines.
const CAPTION: f32 = 40.0;

/// Room above, between picture and caption, and below both, as around charts.
const ABOVE: f32 = 6.0;
const ABOVE_CAPTION: f32 = 6.0;
const BELOW: f32 = 14.0;

/// The words for a picture begin only where three lines fit.
const WORDS_START: f32 = 58.0;

/// A picture is never drawn smaller, as a share of its size or of the column: it would be a dot.
const SMALLEST_SCALE: f32 = 0.1;
const SMALLEST_SHARE: f32 = 0.05;

/// Place a picture and its caption. What cannot be drawn, as SVG, is told in words.
pub(crate) fn image(flow: &mut Flow<'_>, image: &Image, label: &str, context: &mut Context<'_>) {
    flow.skip(ABOVE);
    let outer = flow.enter(Role::Group);
    match context.pictures.add(&image.media_type, &image.data) {
        Some(number) => {
            let (width, height) = size(flow, image, context.pictures.proportion(number));
            flow.ensure(height + CAPTION);
            // Below a heading there is less room than on a page of its own.
            let scale = ((flow.room() - CAPTION) / height).clamp(SMALLEST_SCALE, 1.0);
            let (width, height) = (width * scale, height * scale);
            let area = Area::new(flow.left(), flow.y(), width, height);
            let group = flow.enter(Role::Figure);
            let words: &str = if image.alt.is_empty() {
                label
            } else {
                &image.alt
            };
            flow.describe(words);
            flow.mark(Mark::Picture { area, number });
            flow.belong_to(group);
            flow.advance(height + ABOVE_CAPTION);
        }
        None => in_words(flow, image),
    }
    captions::caption(flow, label, None, &image.caption, context);
    flow.belong_to(outer);
    flow.advance(BELOW);
}

fn size(flow: &Flow<'_>, image: &Image, proportion: f32) -> (f32, f32) {
    let share = if image.width.is_finite() {
        image.width.clamp(SMALLEST_SHARE, 1.0)
    } else {
        1.0
    };
    let width = flow.width() * share;
    let most = flow.full_height() - CAPTION;
    if width * proportion > most {
        (most / proportion, most)
    } else {
        (width, width * proportion)
    }
}

fn in_words(flow: &mut Flow<'_>, image: &Image) {
    flow.ensure(WORDS_START);
    flow.begin_frame(TINT, RULE);
    let style = Style {
        italic: true,
        ..Style::default()
    };
    let words: &str = if image.alt.is_empty() {
        "A picture that cannot be shown here."
    } else {
        &image.alt
    };
    let spans = [Span {
        text: words.to_owned(),
        style,
        ..Span::default()
    }];
    flow.paragraph(&spans, Type::BOX.with_colour(MUTED));
    flow.end_frame();
    flow.advance(ABOVE_CAPTION);
}
