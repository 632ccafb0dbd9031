//! How a document begins: with a masthead, above the first section on the first page.

use quire_model::{Align, Document, Span, Tone};

use crate::{
    element::Role,
    flow::{FRAME_SIDES, Flow},
    page::{Area, Point},
    style::{ACCENT, INK, MUTED, Type, tone},
    text::{Fit, Line},
};

/// The stroke above the title, and how far the title stands below its top. It is an accent: as wide as
/// the page it would be a border.
const STROKE: (f32, f32) = (42.0, 3.0);
const BELOW_STROKE: f32 = 8.0;

/// Title and subtitle belong together; the details below are something else.
const ABOVE_SUBTITLE: f32 = 1.0;
const ABOVE_DETAILS: f32 = 9.0;

/// Details stand side by side, so that the first section begins high on the page. The share of each
/// place that its label takes, and what is kept free between places and beside labels.
const DETAILS_A_ROW: usize = 2;
const LABELS: f32 = 0.36;
const BESIDE: f32 = 10.0;
const BELOW_DETAIL: f32 = 1.5;

/// How close the notice comes to the details, and what of it stays on one page.
const ABOVE_NOTICE: f32 = 4.0;
const NOTICE_START: f32 = 40.0;
/// The room in the notice's box above and below its text.
const AROUND_NOTICE: f32 = 20.0;

/// Draw title, details and notice. What the reader came for follows on the same page.
pub(crate) fn masthead(flow: &mut Flow<'_>, document: &Document) {
    let (width, height) = STROKE;
    flow.fill(Area::new(flow.left(), flow.y(), width, height), ACCENT);
    flow.advance(BELOW_STROKE);
    flow.text(Role::Title, &[Span::plain(&document.title)], Type::TITLE);
    if !document.subtitle.is_empty() {
        flow.advance(ABOVE_SUBTITLE);
        flow.plain(&document.subtitle, Type::SUBTITLE);
    }
    flow.advance(ABOVE_DETAILS);
    let outer = flow.enter(Role::List);
    for row in document.cover.chunks(DETAILS_A_ROW) {
        details(flow, row);
    }
    flow.belong_to(outer);
    notice(flow, &document.notice);
}

/// A label and a value, as lines.
struct Detail {
    label: Vec<Line>,
    value: Vec<Line>,
}

/// Labels and values side by side.
fn details(flow: &mut Flow<'_>, row: &[(String, String)]) {
    let (label_kind, value_kind) = (Type::NOTE, Type::NOTE.with_colour(INK));
    let place = (flow.width() + BESIDE) / DETAILS_A_ROW as f32;
    let beside_label = (place - BESIDE) * LABELS;
    let places: Vec<Detail> = row
        .iter()
        .map(|(label, value)| Detail {
            label: flow.words(label, label_kind, beside_label - BESIDE, Fit::Full),
            value: flow.words(value, value_kind, place - BESIDE - beside_label, Fit::Full),
        })
        .collect();
    let list = flow.owner();
    let owners: Vec<_> = places
        .iter()
        .map(|_| {
            let item = flow.add(list, Role::Item);
            [Role::Label, Role::ItemBody].map(|role| flow.add(item, role))
        })
        .collect();
    let lengths = places
        .iter()
        .map(|one| one.label.len().max(one.value.len()));
    let lines = lengths.max().unwrap_or_default().max(1);
    let leading = Type::NOTE.leading;
    flow.ensure((lines as f32 * leading).min(flow.full_height()));
    for at in 0..lines {
        flow.ensure(leading);
        let baseline = flow.y() + Type::NOTE.baseline();
        for (column, (one, owners)) in places.iter().zip(&owners).enumerate() {
            let left = flow.left() + column as f32 * place;
            let parts = [
                (one.label.get(at), left),
                (one.value.get(at), left + beside_label),
            ];
            for ((line, x), owner) in parts.into_iter().zip(owners) {
                flow.belong_to(*owner);
                if let Some(line) = line {
                    flow.draw_line(line, x, baseline, Align::Start, flow.width());
                    // Nobody sees it, but it keeps apart what is copied or read aloud.
                    flow.label(
                        " ",
                        Point::new(x + line.width, baseline),
                        Type::NOTE,
                        Align::Start,
                    );
                }
            }
        }
        flow.advance(leading);
    }
    flow.belong_to(list);
    flow.advance(BELOW_DETAIL);
}

/// The notice, in a box.
fn notice(flow: &mut Flow<'_>, notice: &str) {
    if notice.is_empty() {
        return;
    }
    flow.advance(ABOVE_NOTICE);
    let lines = flow.words(
        notice,
        Type::SMALL_BOX,
        flow.width() - FRAME_SIDES,
        Fit::Even,
    );
    let height = lines.len() as f32 * Type::SMALL_BOX.leading + AROUND_NOTICE;
    flow.ensure(height.min(NOTICE_START));
    let (bar, fill) = tone(Tone::Caution);
    let outer = flow.enter(Role::Paragraph);
    flow.begin_frame(fill, bar);
    flow.place_lines(&lines, Type::SMALL_BOX);
    flow.end_frame();
    flow.belong_to(outer);
}

/// Room below a plain title: above its subtitle, above what else is said there, above the sections.
const ABOVE_PLAIN_SUBTITLE: f32 = 2.0;
const ABOVE_REMARK: f32 = 3.0;
const ABOVE_SECTIONS: f32 = 14.0;

/// Begin a document without front matter.
pub(crate) fn title(flow: &mut Flow<'_>, document: &Document) {
    flow.text(
        Role::Title,
        &[Span::plain(&document.title)],
        Type::PLAIN_TITLE,
    );
    if !document.subtitle.is_empty() {
        flow.advance(ABOVE_PLAIN_SUBTITLE);
        flow.plain(&document.subtitle, Type::BODY.with_colour(MUTED));
    }
    let details: Vec<String> = document
        .cover
        .iter()
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    for text in [details.join("  ·  "), document.notice.clone()] {
        if !text.is_empty() {
            flow.advance(ABOVE_REMARK);
            flow.plain(&text, Type::NOTE);
        }
    }
    flow.advance(ABOVE_SECTIONS);
}
