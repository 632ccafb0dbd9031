//! The table of contents: a line with a number, a title, dots and a page for each heading.

use quire_model::{Align, Span};

use crate::{
    element::{ElementId, Role},
    flow::{Entry, Filled, Flow},
    page::{Area, Mark, Page, Place, Point, Sheet, Target},
    style::{RULE, Type},
    tags::Tree,
    text::{Fit, Line, Look, Shaper},
};

/// Headings down to this level are listed where one page holds them, else fewer levels: a list of
/// contents that has to be leafed through is no help.
const DEEPEST: u8 = 3;

/// A title of so many letters takes one line on any paper.
const SHORT_TITLE: usize = 60;

/// Titles of more lines are cut short; one that is cut ends a fifth before the line does.
const TITLE_LINES: usize = 3;
const CUT: f32 = 0.2;

/// Room below the heading, above each section's entry, and between lines: more than in running text,
/// since nobody reads the next line on.
const BELOW_HEADING: f32 = 10.0;
const ABOVE_SECTION: f32 = 4.0;
const BETWEEN_LINES: f32 = 0.5;

/// How far each level is moved to the right, and the room that its number takes: `1`, `1.1`, `1.1.1`.
const INDENT: f32 = 18.0;
const NUMBER: f32 = 18.0;
const NUMBER_PER_LEVEL: f32 = 5.0;

/// Kept free of titles at the right: a page number of five digits, and some dots before it.
const PAGE_NUMBER: f32 = 48.0;

/// Dots stand so far from each other, and from what they join.
const DOT_STEP: f32 = 4.5;
const DOT_SIZE: f32 = 8.0;
const BESIDE_DOTS: f32 = 6.0;

/// The table of contents on a page of its own, with as many levels as fit there; entries say where in
/// the whole document they stand.
pub(crate) fn contents(
    shaper: &mut Shaper,
    tree: &mut Tree,
    owner: ElementId,
    sheet: Sheet,
    entries: &[Entry],
) -> Filled {
    let len = tree.len();
    let mut deepest = DEEPEST;
    loop {
        tree.forget(owner, len);
        let mut flow = Flow::new(shaper, tree, owner, sheet);
        list(&mut flow, entries, deepest);
        let filled = flow.finish();
        if filled.pages.len() == 1 || deepest == 1 {
            return filled;
        }
        deepest -= 1;
    }
}

/// Room above the list there, and at its end.
const ABOVE: f32 = 26.0;
const SPARE: f32 = 6.0;

/// How many levels of the list have room on a page that is filled up to `y`, two or one; none where titles may
/// need a second line.
pub(crate) fn fits(entries: &[Entry], sheet: Sheet, y: f32) -> Option<u8> {
    let is_short = |entry: &Entry| entry.title.chars().count() <= SHORT_TITLE;
    if !entries.iter().all(is_short) {
        return None;
    }
    let height = |deepest: u8| {
        let listed = entries.iter().filter(|entry| entry.level <= deepest);
        let lines = listed.map(|entry| {
            let above = if entry.level == 1 { ABOVE_SECTION } else { 0.0 };
            Type::BODY.leading + BETWEEN_LINES + above
        });
        ABOVE + Type::heading(1).leading + BELOW_HEADING + lines.sum::<f32>() + SPARE
    };
    [2, 1]
        .into_iter()
        .find(|deepest| y + height(*deepest) <= sheet.bottom)
}

/// Draw the list on a page, below what stands there.
pub(crate) fn below(
    shaper: &mut Shaper,
    tree: &mut Tree,
    owner: ElementId,
    page: &mut Page,
    (y, deepest): (f32, u8),
    entries: &[Entry],
) {
    let sheet = page.sheet;
    let mut flow = Flow::new(shaper, tree, owner, sheet);
    flow.revisit(page, |flow| {
        flow.move_to(y + ABOVE);
        list(flow, entries, deepest);
    });
}

/// The heading of a list that takes no page.
pub(crate) fn alone(place: Place) -> Filled {
    Filled {
        pages: Vec::new(),
        entries: vec![Entry {
            level: 1,
            number: String::new(),
            title: String::from("Contents"),
            place,
        }],
    }
}

fn list(flow: &mut Flow<'_>, entries: &[Entry], deepest: u8) {
    flow.list_heading(1, "", "Contents");
    flow.text(
        Role::Heading(1),
        &[Span::plain("Contents")],
        Type::heading(1),
    );
    flow.advance(BELOW_HEADING);
    let mut lists = vec![(0, flow.owner())];
    for entry in entries.iter().filter(|entry| entry.level <= deepest) {
        let outer = enter_item(flow, &mut lists, entry.level);
        Row::of(flow, entry).draw(flow, entry, entry.place);
        flow.belong_to(outer);
    }
}

/// Enter the item of an entry. Entries of a deeper level are a list in the entry above them.
fn enter_item(flow: &mut Flow<'_>, lists: &mut Vec<(u8, ElementId)>, level: u8) -> ElementId {
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

/// Where the parts of an entry stand, from left to right.
struct Row {
    kind: Type,
    leading: f32,
    number_x: f32,
    title_x: f32,
    title_width: f32,
    right: f32,
}

impl Row {
    fn of(flow: &Flow<'_>, entry: &Entry) -> Self {
        let is_section = entry.level == 1;
        let kind = Type::BODY.with_look(if is_section {
            Look::BOLD
        } else {
            Look::REGULAR
        });
        let indent = f32::from(entry.level.saturating_sub(1)) * INDENT;
        let hang = if entry.number.is_empty() {
            0.0
        } else {
            NUMBER + f32::from(entry.level) * NUMBER_PER_LEVEL
        };
        Self {
            kind,
            leading: kind.leading + BETWEEN_LINES,
            number_x: flow.left() + indent,
            title_x: flow.left() + indent + hang,
            title_width: flow.width() - indent - hang - PAGE_NUMBER,
            right: flow.left() + flow.width(),
        }
    }

    /// Draw the entry; all of it is a link to `place`.
    fn draw(&self, flow: &mut Flow<'_>, entry: &Entry, place: Place) {
        let lines = self.title_lines(flow, &entry.title);
        if entry.level == 1 {
            flow.skip(ABOVE_SECTION);
        }
        flow.ensure(lines.len() as f32 * self.leading);
        flow.enter(Role::Reference);
        flow.enter(Role::Link);
        let top = flow.y();
        self.label(flow, &entry.number, self.number_x, top);
        // Spaces nobody sees keep apart what is copied or read aloud.
        self.label(flow, " ", self.title_x - 4.0, top);
        let end = self.title(flow, &lines);
        let last = (flow.y() - self.leading).max(top);
        self.label(flow, " ", end, last);
        let baseline = last + self.kind.baseline();
        let from = self.page_number(flow, entry.level, place.page + 1, baseline);
        leaders(flow, end + BESIDE_DOTS, from - BESIDE_DOTS, baseline);
        let (width, height) = (self.right - self.number_x, flow.y() - top);
        let area = Area::new(self.number_x, top, width, height.max(self.leading));
        flow.link(area, Target::Place(place));
    }

    fn label(&self, flow: &mut Flow<'_>, text: &str, x: f32, top: f32) {
        let at = Point::new(x, top + self.kind.baseline());
        flow.label(text, at, self.kind, Align::Start);
    }

    fn title_lines(&self, flow: &mut Flow<'_>, title: &str) -> Vec<Line> {
        let lines = flow.words(title, self.kind, self.title_width, Fit::Full);
        if lines.len() <= TITLE_LINES {
            return lines;
        }
        let room = self.title_width * (TITLE_LINES as f32 - CUT);
        let short = flow.shortened(title, self.kind, room);
        flow.words(&short, self.kind, self.title_width, Fit::Full)
    }

    /// Draw the title and say where its last line ends.
    fn title(&self, flow: &mut Flow<'_>, lines: &[Line]) -> f32 {
        let mut end = self.title_x;
        for line in lines {
            let baseline = flow.y() + self.kind.baseline();
            flow.draw_line(line, self.title_x, baseline, Align::Start, flow.width());
            end = self.title_x + line.width;
            flow.advance(self.leading);
        }
        end
    }

    /// Draw the number of the page and say where it begins.
    fn page_number(&self, flow: &mut Flow<'_>, level: u8, page: usize, baseline: f32) -> f32 {
        let look = if level == 1 {
            Look::BOLD_FIGURES
        } else {
            Look::FIGURES
        };
        let (at, kind) = (Point::new(self.right, baseline), self.kind.with_look(look));
        self.right - flow.label(&page.to_string(), at, kind, Align::End)
    }
}

/// Dots on a grid of their own, so that they stand below each other.
fn leaders(flow: &mut Flow<'_>, from: f32, to: f32, baseline: f32) {
    let word = flow.shaper_mut().word(Look::REGULAR, ".");
    let outer = flow.belong_to(ElementId::DECORATION);
    let mut x = (from / DOT_STEP).ceil() * DOT_STEP;
    while x < to {
        let at = Point::new(x, baseline);
        flow.mark(Mark::Text {
            at,
            size: DOT_SIZE,
            colour: RULE,
            word,
        });
        x += DOT_STEP;
    }
    flow.belong_to(outer);
}
