//! Callouts and key figures.

use quire_model::{Align, Callout, KeyFigure, Paragraph, Span};

use crate::{
    context::Context,
    element::Role,
    flow::{FRAME_PADDING, FRAME_SIDES, Flow},
    list::Lists,
    page::{Area, Point},
    style::{Colour, INK, MUTED, Type, tone},
    text::{Fit, Line, Look},
};

/// Room above and below boxes: less than in them, or they would come apart from the text.
const ABOVE: f32 = 4.0;
const BELOW_CALLOUT: f32 = 11.0;
const BELOW_FIGURES: f32 = 5.0;

/// A callout begins only where a title and two lines fit.
const CALLOUT_START: f32 = 58.0;

/// One of so few letters stays whole: eight lines or so, which nobody wants to read in two halves.
const SHORT: usize = 900;

/// What the box takes back of the half line below its last paragraph.
const LAST_LINE: f32 = 0.35;

/// A boxed remark; it may run over several pages.
pub(crate) fn callout(flow: &mut Flow<'_>, callout: &Callout, context: &Context<'_>) {
    let (bar, fill) = tone(callout.tone);
    flow.skip(ABOVE);
    let whole = height(flow, callout);
    flow.ensure(whole.unwrap_or(CALLOUT_START));
    let outer = flow.enter(Role::Group);
    flow.begin_frame(fill, bar);
    if let Some(title) = &callout.title {
        flow.plain(title, Type::BOX_TITLE.with_colour(bar));
    }
    let mut lists = Lists::default();
    for paragraph in &callout.body {
        let spans = context.numbering.worded(flow.section(), &paragraph.spans);
        lists.paragraph(flow, paragraph, &spans, Type::BOX);
    }
    // The last paragraph's own distance is inside the box already.
    if !callout.body.is_empty() {
        flow.advance(-Type::BOX.leading * LAST_LINE);
    }
    flow.end_frame();
    flow.belong_to(outer);
    flow.advance(BELOW_CALLOUT);
}

/// How high a short callout is, but for what heavier words and marks of footnotes add.
fn height(flow: &mut Flow<'_>, callout: &Callout) -> Option<f32> {
    let words = |paragraph: &Paragraph| -> String {
        let spans = paragraph.spans.iter();
        spans.map(|span| span.text.as_str()).collect()
    };
    let body: Vec<String> = callout.body.iter().map(words).collect();
    if body.iter().map(String::len).sum::<usize>() > SHORT {
        return None;
    }
    let width = flow.width() - FRAME_SIDES;
    let mut lines = |text: &str, kind| flow.words(text, kind, width, Fit::Even).len() as f32;
    let title = callout.title.as_deref();
    let title = title.map_or(0.0, |title| lines(title, Type::BOX_TITLE));
    let paragraph = |text: &String| (lines(text, Type::BOX) + 0.5) * Type::BOX.leading;
    let body: f32 = body.iter().map(paragraph).sum();
    Some(title * Type::BOX_TITLE.leading + body + 2.0 * FRAME_PADDING)
}

/// Between cards, and in them.
const GAP: f32 = 10.0;
const PADDING: f32 = 10.0;

/// Cards are at least so wide: narrower ones break numbers of seven digits.
const NARROWEST: f32 = 105.0;

/// The rule at a card's top, and what capitals lack of a line: both are taken off its padding.
const TOP_RULE: f32 = 2.0;

/// A unit is set so much smaller than its value.
const UNIT: f32 = 0.55;

/// Cards that take no more of a page stay together.
const TOGETHER: f32 = 0.4;

const VALUE: Type = Type {
    size: 17.0,
    leading: 22.0,
    colour: INK,
    look: Look::BOLD_FIGURES,
};
const LABEL: Type = Type {
    size: 8.0,
    leading: 10.75,
    colour: INK,
    look: Look::REGULAR,
};
const DETAIL: Type = Type {
    size: 7.5,
    leading: 10.25,
    colour: MUTED,
    look: Look::REGULAR,
};

/// Numbers side by side, in as many rows as they need.
pub(crate) fn key_figures(flow: &mut Flow<'_>, figures: &[KeyFigure]) {
    if figures.is_empty() {
        return;
    }
    flow.skip(ABOVE);
    let columns = columns(flow, figures.len());
    let outer = flow.enter(Role::List);
    let rows: Vec<(f32, Vec<Card>)> = figures
        .chunks(columns)
        .map(|row| {
            let cards: Vec<Card> = row
                .iter()
                .map(|figure| card(flow, figure, columns))
                .collect();
            let height = cards.iter().map(|card| card.height).fold(0.0, f32::max);
            (height, cards)
        })
        .collect();
    let whole: f32 = rows.iter().map(|(height, _)| height + GAP).sum();
    if whole <= flow.full_height() * TOGETHER {
        flow.ensure(whole);
    }
    for (height, cards) in rows {
        flow.ensure(height);
        for (at, card) in cards.iter().enumerate() {
            draw(flow, card, at, columns, height);
        }
        flow.advance(height + GAP);
    }
    flow.belong_to(outer);
    flow.advance(BELOW_FIGURES);
}

/// Rows are filled evenly.
fn columns(flow: &Flow<'_>, figures: usize) -> usize {
    let most = (((flow.width() + GAP) / (NARROWEST + GAP)) as usize).max(1);
    let rows = figures.div_ceil(most).max(1);
    figures.div_ceil(rows).max(1)
}

struct Card {
    value: Vec<Line>,
    label: Vec<Line>,
    detail: Vec<Line>,
    colours: (Colour, Colour),
    height: f32,
}

fn card(flow: &mut Flow<'_>, figure: &KeyFigure, columns: usize) -> Card {
    let width = card_width(flow, columns) - 2.0 * PADDING;
    let mut spans = vec![Span::plain(figure.value.as_str())];
    let value = if let Some(unit) = &figure.unit {
        spans.push(Span::plain(format!("\u{a0}{unit}")));
        // The value keeps its size and the unit is set small; together they are one line if they fit.
        let mut lines = flow.lines(&spans, VALUE, width, Fit::Full);
        for piece in lines
            .iter_mut()
            .flat_map(|line| line.pieces.iter_mut())
            .skip(1)
        {
            piece.size *= UNIT;
            piece.width *= UNIT;
            piece.gap *= UNIT;
        }
        lines
    } else {
        flow.lines(&spans, VALUE, width, Fit::Full)
    };
    let label = flow.words(&figure.label, LABEL, width, Fit::Full);
    let detail = figure.detail.as_ref().map_or_else(Vec::new, |detail| {
        flow.words(detail, DETAIL, width, Fit::Full)
    });
    let height = value.len() as f32 * VALUE.leading
        + label.len() as f32 * LABEL.leading
        + detail.len() as f32 * DETAIL.leading
        + 2.0 * PADDING
        - 2.0 * TOP_RULE;
    Card {
        value,
        label,
        detail,
        colours: tone(figure.tone),
        height,
    }
}

fn card_width(flow: &Flow<'_>, columns: usize) -> f32 {
    (flow.width() - GAP * (columns as f32 - 1.0)) / columns as f32
}

fn draw(flow: &mut Flow<'_>, card: &Card, at: usize, columns: usize, height: f32) {
    let width = card_width(flow, columns);
    let area = Area::new(
        flow.left() + at as f32 * (width + GAP),
        flow.y(),
        width,
        height,
    );
    let (bar, fill) = card.colours;
    flow.fill(area, fill);
    flow.fill(
        Area {
            height: TOP_RULE,
            ..area
        },
        bar,
    );
    let mut y = area.y + PADDING - TOP_RULE;
    let outer = flow.enter(Role::Item);
    let item = flow.owner();
    // What is counted is read before the count, which stands above it.
    let label = flow.add(item, Role::Label);
    let value = flow.add(item, Role::ItemBody);
    for (lines, kind, owner) in [
        (&card.value, VALUE, value),
        (&card.label, LABEL, label),
        (&card.detail, DETAIL, value),
    ] {
        flow.belong_to(owner);
        for line in lines {
            let at = Point::new(area.x + PADDING, y + kind.baseline());
            flow.draw_line(line, at.x, at.y, Align::Start, width - 2.0 * PADDING);
            // Nobody sees it, but it keeps lines apart that are read aloud.
            flow.label(" ", Point::new(at.x + line.width, at.y), kind, Align::Start);
            y += kind.leading;
        }
    }
    flow.belong_to(outer);
}
