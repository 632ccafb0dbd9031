//! How a document begins: with a cover, or with just a title.

use quire_model::{Align, Document, Span, Tone};

use crate::{
    element::Role,
    flow::{FRAME_SIDES, Flow},
    page::Area,
    style::{ACCENT, MUTED, RULE, Type, tone},
    text::Fit,
};

/// Where the cover begins, as a share of the sheet: the title stands about a fifth down, where the eye
/// looks first. A sheet on its side has less height to spare.
const START_UPRIGHT: f32 = 0.17;
const START_ON_ITS_SIDE: f32 = 0.12;

/// The stroke above the title, and how far the title stands below its top. It is an accent: as wide as
/// the page it would be a border.
const STROKE: (f32, f32) = (54.0, 4.0);
const BELOW_STROKE: f32 = 22.0;

/// Title and subtitle belong together; the details below are something else.
const ABOVE_SUBTITLE: f32 = 6.0;
const ABOVE_DETAILS: f32 = 34.0;

/// The share of the width that labels take, and what they keep from the values. Values are the longer:
/// with more for labels they wrap, with less the labels do.
const LABELS: f32 = 0.3;
const BESIDE_LABEL: f32 = 12.0;

/// Room above and below the rule under a detail, and its own thickness, the thinnest that printers keep.
const ABOVE_RULE: f32 = 4.0;
const BELOW_RULE: f32 = 5.0;
const HAIRLINE: f32 = 0.5;
const AROUND_RULE: f32 = ABOVE_RULE + BELOW_RULE + 2.0 * HAIRLINE;

/// How close the notice comes to the details, and what of it stays on one page: three lines in its box.
const ABOVE_NOTICE: f32 = 24.0;
const NOTICE_START: f32 = 60.0;
/// The room in the notice's box above and below its text, and a little more to the margin.
const AROUND_NOTICE: f32 = 20.0;

/// Draw the cover.
pub(crate) fn cover(flow: &mut Flow<'_>, document: &Document) {
    let sheet = flow.sheet();
    let start = if sheet.is_on_its_side() {
        START_ON_ITS_SIDE
    } else {
        START_UPRIGHT
    };
    flow.move_to(sheet.height * start);
    let (width, height) = STROKE;
    flow.fill(Area::new(flow.left(), flow.y(), width, height), ACCENT);
    flow.advance(BELOW_STROKE);
    let title = flow.words(&document.title, Type::COVER_TITLE, flow.width(), Fit::Even);
    let outer = flow.enter(Role::Title);
    flow.place_lines(&title, Type::COVER_TITLE);
    flow.belong_to(outer);
    if !document.subtitle.is_empty() {
        flow.advance(ABOVE_SUBTITLE);
        flow.plain(&document.subtitle, Type::COVER_SUBTITLE);
    }
    flow.advance(ABOVE_DETAILS);
    let outer = flow.enter(Role::List);
    for (label, value) in &document.cover {
        let list = flow.enter(Role::Item);
        detail(flow, label, value);
        flow.belong_to(list);
    }
    flow.belong_to(outer);
    notice(flow, &document.notice);
}

/// A label and a value, with a rule below.
fn detail(flow: &mut Flow<'_>, label: &str, value: &str) {
    let left = flow.width() * LABELS;
    let label = flow.words(
        label,
        Type::BOX.with_colour(MUTED),
        left - BESIDE_LABEL,
        Fit::Full,
    );
    let value = flow.words(value, Type::BOX, flow.width() - left, Fit::Full);
    let leading = Type::BOX.leading;
    let lines = label.len().max(value.len()).max(1);
    let item = flow.owner();
    let owners = [Role::Label, Role::ItemBody].map(|role| flow.add(item, role));
    flow.ensure((lines as f32 * leading + AROUND_RULE).min(flow.full_height()));
    for at in 0..lines {
        flow.ensure(leading);
        let baseline = flow.y() + Type::BOX.baseline();
        let parts = [(label.get(at), 0.0), (value.get(at), left)];
        for ((line, x), owner) in parts.into_iter().zip(owners) {
            flow.belong_to(owner);
            if let Some(line) = line {
                flow.draw_line(line, flow.left() + x, baseline, Align::Start, flow.width());
            }
        }
        flow.advance(leading);
    }
    flow.belong_to(item);
    flow.advance(ABOVE_RULE);
    flow.fill(
        Area::new(flow.left(), flow.y(), flow.width(), HAIRLINE),
        RULE,
    );
    flow.advance(BELOW_RULE);
}

/// The notice, at the foot of the cover if there is room above it.
fn notice(flow: &mut Flow<'_>, notice: &str) {
    if notice.is_empty() {
        return;
    }
    let lines = flow.words(notice, Type::BOX, flow.width() - FRAME_SIDES, Fit::Even);
    let height = lines.len() as f32 * Type::BOX.leading + AROUND_NOTICE;
    flow.move_to((flow.y() + ABOVE_NOTICE).max(flow.sheet().bottom - height));
    flow.ensure(height.min(NOTICE_START));
    let (bar, fill) = tone(Tone::Caution);
    let outer = flow.enter(Role::Paragraph);
    flow.begin_frame(fill, bar);
    flow.place_lines(&lines, Type::BOX);
    flow.end_frame();
    flow.belong_to(outer);
}

/// Room below a plain title: above its subtitle, above what else is said there, above the sections.
const ABOVE_PLAIN_SUBTITLE: f32 = 2.0;
const ABOVE_REMARK: f32 = 3.0;
const ABOVE_SECTIONS: f32 = 14.0;

/// Begin a document that has no cover.
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
