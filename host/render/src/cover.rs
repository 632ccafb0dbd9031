//! What comes before the sections: the cover, the table of contents, or just a title.

use quire_model::{Align, Document, Span, Tone};

use crate::{
    element::{ElementId, Role},
    flow::{Entry, FRAME_SIDES, Flow},
    page::{Area, Mark, Place, Point, Target},
    style::{ACCENT, INK, MUTED, RULE, Type, tone},
    text::{Fit, Look},
};

/// Draw the cover.
pub(crate) fn cover(flow: &mut Flow<'_>, document: &Document) {
    let upright = flow.sheet().height > flow.sheet().width;
    flow.move_to(flow.sheet().height * if upright { 0.17 } else { 0.12 });
    flow.fill(Area::new(flow.left(), flow.y(), 54.0, 4.0), ACCENT);
    flow.advance(22.0);
    let title = flow.lines(
        &words(&document.title),
        Type::COVER_TITLE,
        flow.width(),
        Fit::Even,
    );
    let outer = flow.enter(Role::Title);
    flow.place_lines(&title, Type::COVER_TITLE);
    flow.belong_to(outer);
    if !document.subtitle.is_empty() {
        flow.advance(6.0);
        flow.paragraph(&words(&document.subtitle), Type::COVER_SUBTITLE);
    }
    flow.advance(34.0);
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
    let left = flow.width() * 0.3;
    let label = flow.lines(
        &words(label),
        Type::BOX.with_colour(MUTED),
        left - 12.0,
        Fit::Full,
    );
    let value = flow.lines(&words(value), Type::BOX, flow.width() - left, Fit::Full);
    let leading = Type::BOX.leading;
    let lines = label.len().max(value.len()).max(1);
    let item = flow.owner();
    let owners = [Role::Label, Role::ItemBody].map(|role| flow.add(item, role));
    flow.ensure((lines as f32 * leading + 10.0).min(flow.full_height()));
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
    flow.advance(4.0);
    flow.fill(Area::new(flow.left(), flow.y(), flow.width(), 0.5), RULE);
    flow.advance(5.0);
}

/// The notice, at the foot of the cover if there is room above it.
fn notice(flow: &mut Flow<'_>, notice: &str) {
    if notice.is_empty() {
        return;
    }
    let lines = flow.lines(
        &words(notice),
        Type::BOX,
        flow.width() - FRAME_SIDES,
        Fit::Even,
    );
    let height = lines.len() as f32 * Type::BOX.leading + 20.0;
    flow.move_to((flow.y() + 24.0).max(flow.sheet().bottom - height));
    flow.ensure(height.min(60.0));
    let (bar, fill) = tone(Tone::Caution);
    let outer = flow.enter(Role::Paragraph);
    flow.begin_frame(fill, bar);
    flow.place_lines(&lines, Type::BOX);
    flow.end_frame();
    flow.belong_to(outer);
}

/// Begin a document that has no cover.
pub(crate) fn title(flow: &mut Flow<'_>, document: &Document) {
    flow.text(Role::Title, &words(&document.title), Type::PLAIN_TITLE);
    if !document.subtitle.is_empty() {
        flow.advance(2.0);
        flow.paragraph(&words(&document.subtitle), Type::BODY.with_colour(MUTED));
    }
    let details: Vec<String> = document
        .cover
        .iter()
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    for text in [details.join("  ·  "), document.notice.clone()] {
        if !text.is_empty() {
            flow.advance(3.0);
            flow.paragraph(&words(&text), Type::NOTE);
        }
    }
    flow.advance(14.0);
}

/// Headings below this level are not listed.
const DEEPEST: u8 = 3;

/// Titles of more lines are cut short.
const TITLE_LINES: usize = 3;

/// Draw the table of contents on pages of its own. `before` is how many pages come before the
/// sections, which the entries count from.
pub(crate) fn contents(flow: &mut Flow<'_>, entries: &[Entry], before: usize) {
    flow.new_page();
    flow.list_heading(1, "", "Contents");
    flow.text(Role::Heading(1), &words("Contents"), Type::heading(1));
    flow.advance(10.0);
    let mut lists = vec![(0, flow.owner())];
    for entry in entries.iter().filter(|entry| entry.level <= DEEPEST) {
        let outer = enter_entry(flow, &mut lists, entry.level);
        let place = Place {
            page: entry.place.page + before,
            ..entry.place
        };
        content(flow, entry, place);
        flow.belong_to(outer);
    }
}

/// Enter the item of an entry. Entries of a deeper level are a list in the entry above them.
fn enter_entry(flow: &mut Flow<'_>, lists: &mut Vec<(u8, ElementId)>, level: u8) -> ElementId {
    while lists.len() > 2 && lists.last().is_some_and(|(deepest, _)| *deepest > level) {
        lists.truncate(lists.len() - 2);
    }
    let outer = flow.owner();
    // Lists and their last items take turns.
    if lists.last().is_none_or(|(deepest, _)| *deepest < level) {
        let above = lists.last().map_or(outer, |(_, item)| *item);
        lists.push((level, flow.add(above, Role::Contents)));
    } else {
        lists.pop();
    }
    let list = lists.last().map_or(outer, |(_, list)| *list);
    let item = flow.add(list, Role::ContentsItem);
    lists.push((level, item));
    flow.belong_to(item);
    outer
}

fn content(flow: &mut Flow<'_>, entry: &Entry, place: Place) {
    let kind = if entry.level == 1 {
        Type::BODY.with_look(Look::BOLD)
    } else {
        Type::BODY
    };
    let leading = kind.leading + 1.5;
    let (left, width) = (flow.left(), flow.width());
    let indent = f32::from(entry.level.saturating_sub(1)) * 18.0;
    let hang = if entry.number.is_empty() {
        0.0
    } else {
        18.0 + f32::from(entry.level) * 5.0
    };
    let text = left + indent + hang;
    let mut lines = flow.lines(
        &words(&entry.title),
        kind,
        width - indent - hang - 48.0,
        Fit::Full,
    );
    if lines.len() > TITLE_LINES {
        let room = (width - indent - hang - 48.0) * (TITLE_LINES as f32 - 0.2);
        let short = flow.shortened(&entry.title, kind, room);
        lines = flow.lines(
            &words(&short),
            kind,
            width - indent - hang - 48.0,
            Fit::Full,
        );
    }
    if entry.level == 1 {
        flow.skip(6.0);
    }
    flow.ensure(lines.len() as f32 * leading);
    let top = flow.y();
    let baseline = top + kind.baseline();
    flow.enter(Role::Reference);
    flow.enter(Role::Link);
    flow.label(
        &entry.number,
        Point::new(left + indent, baseline),
        kind,
        Align::Start,
    );
    // Spaces nobody sees keep apart what is copied or read aloud.
    let space = |flow: &mut Flow<'_>, x, y| {
        flow.label(" ", Point::new(x, y), kind, Align::Start);
    };
    space(flow, text - 4.0, baseline);
    let mut end = text;
    for line in &lines {
        flow.draw_line(line, text, flow.y() + kind.baseline(), Align::Start, width);
        end = text + line.width;
        flow.advance(leading);
    }
    let last = (flow.y() - leading).max(top) + kind.baseline();
    space(flow, end, last);
    let number = (place.page + 1).to_string();
    let look = if entry.level == 1 {
        Look::BOLD_FIGURES
    } else {
        Look::FIGURES
    };
    let shown = flow.label(
        &number,
        Point::new(left + width, last),
        kind.with_look(look),
        Align::End,
    );
    leaders(flow, end + 6.0, left + width - shown - 6.0, last);
    let area = Area::new(
        left + indent,
        top,
        width - indent,
        (flow.y() - top).max(leading),
    );
    flow.link(area, Target::Place(place));
}

/// Dots on a grid of their own, so that they stand below each other.
fn leaders(flow: &mut Flow<'_>, from: f32, to: f32, baseline: f32) {
    const STEP: f32 = 4.5;
    let word = flow.shaper_mut().word(Look::REGULAR, ".");
    let outer = flow.belong_to(ElementId::DECORATION);
    let mut x = (from / STEP).ceil() * STEP;
    while x < to {
        let at = Point::new(x, baseline);
        flow.mark(Mark::Text {
            at,
            size: 8.0,
            colour: RULE,
            word,
        });
        x += STEP;
    }
    flow.belong_to(outer);
}

fn words(text: &str) -> [Span; 1] {
    [Span::plain(text)]
}

/// What a page says on which a character could not be drawn.
const LACKING: &str = "\u{fffd} stands for a character that this document's typefaces do not have.";

fn lacks_characters(flow: &Flow<'_>) -> bool {
    flow.marks().iter().any(|tagged| match tagged.mark {
        Mark::Text { word, .. } => flow.shaper().is_lacking(word),
        _ => false,
    })
}

/// The running header and footer of a page.
pub(crate) fn furniture(
    flow: &mut Flow<'_>,
    document: &Document,
    page: usize,
    pages: usize,
    header: bool,
) {
    let sheet = flow.sheet();
    let (left, right) = (sheet.left, sheet.left + sheet.text_width());
    let kind = Type::FURNITURE;
    flow.belong_to(ElementId::HEADER);
    if header {
        let y = sheet.top - 32.0;
        let title = flow.shortened(&document.title, kind, sheet.text_width() * 0.75);
        flow.label(&title, Point::new(left, y), kind, Align::Start);
        flow.label(
            &document.as_of.to_string(),
            Point::new(right, y),
            kind,
            Align::End,
        );
        flow.fill(Area::new(left, y + 6.0, right - left, 0.5), RULE);
    }
    flow.belong_to(ElementId::FOOTER);
    if lacks_characters(flow) {
        let at = Point::new(left, sheet.bottom + 19.0);
        flow.label(LACKING, at, kind, Align::Start);
    }
    let y = sheet.bottom + 30.0;
    let id = flow.shortened(
        &format!("Document {}", document.id),
        kind,
        sheet.text_width() * 0.6,
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
