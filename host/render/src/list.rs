//! Paragraphs and the items of lists.

use quire_model::{Align, Marker, Paragraph, Span};

use crate::{
    element::{ElementId, Role},
    flow::Flow,
    page::{Column, Point},
    style::{ACCENT, Type},
    text::{Fit, Look},
};

/// How far one level of a list is moved to the right, in points.
const STEP: f32 = 16.0;

/// Room below a paragraph and below an item, in lines: what belongs together stands closer.
const BELOW_PARAGRAPH: f32 = 0.5;
const BELOW_ITEM: f32 = 0.25;

/// Text keeps this width however deep it stands: two words.
const NARROWEST: f32 = 40.0;

/// Where a bullet begins in its step, and how far a number ends before the text.
const BULLET: f32 = 3.0;
const NUMBER: f32 = 4.5;

/// Counts the items of ordered lists. Neighbours with the same marker and indent form one list;
/// deeper items between them do not end it.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// By indent, from the outermost.
    open: Vec<Open>,
}

/// A list that may go on.
#[derive(Clone, Copy, Debug)]
struct Open {
    marker: Marker,
    /// How many items it has.
    items: u32,
    /// Its element, and that of its last item's text.
    list: ElementId,
    body: ElementId,
}

impl Lists {
    /// Something that is no paragraph stands in between.
    pub(crate) fn interrupt(&mut self) {
        self.open.clear();
    }

    /// Set a paragraph with its marker.
    pub(crate) fn paragraph(
        &mut self,
        flow: &mut Flow<'_>,
        paragraph: &Paragraph,
        spans: &[Span],
        kind: Type,
    ) {
        let number = self.count(paragraph);
        let outer = flow.owner();
        let label = self.element(flow, paragraph, number);
        let body = flow.owner();
        let indent = f32::from(paragraph.indent.min(4)) * STEP;
        let listed = paragraph.marker != Marker::None;
        let hang = if listed { STEP } else { 0.0 };
        let inner = Column {
            left: flow.left() + indent + hang,
            width: (flow.width() - indent - hang).max(NARROWEST),
        };
        let column = flow.set_column(inner);
        let lines = flow.lines(spans, kind, flow.width(), Fit::Even);
        if listed {
            let need = if lines.len() > 1 { 2.0 } else { 1.0 };
            flow.ensure(need * kind.leading);
            flow.belong_to(label);
            mark(flow, paragraph.marker, number, kind);
            flow.belong_to(body);
            if lines.is_empty() {
                flow.advance(kind.leading);
            }
        }
        flow.place_lines(&lines, kind);
        flow.belong_to(outer);
        flow.set_column(column);
        flow.advance(kind.leading * if listed { BELOW_ITEM } else { BELOW_PARAGRAPH });
    }

    fn count(&mut self, paragraph: &Paragraph) -> u32 {
        let depth = usize::from(paragraph.indent.min(4)) + 1;
        let none = Open {
            marker: Marker::None,
            items: 0,
            list: ElementId::DECORATION,
            body: ElementId::DECORATION,
        };
        self.open.resize(depth, none);
        let Some(list) = self.open.last_mut() else {
            return 1;
        };
        if list.marker == paragraph.marker {
            list.items += 1;
        } else {
            (list.marker, list.items) = (paragraph.marker, 1);
        }
        list.items
    }

    /// Enter the element of a paragraph, or of an item's text; gives that of the item's label. What
    /// stands deeper belongs to the item above it.
    fn element(&mut self, flow: &mut Flow<'_>, paragraph: &Paragraph, number: u32) -> ElementId {
        let mut above = self.open.iter().rev().skip(1);
        let item = above.find(|list| list.marker != Marker::None);
        let parent = item.map_or(flow.owner(), |list| list.body);
        if paragraph.marker == Marker::None {
            let element = flow.add(parent, Role::Paragraph);
            flow.belong_to(element);
            return element;
        }
        let Some(list) = self.open.last_mut() else {
            return parent;
        };
        if number == 1 {
            list.list = flow.add(parent, Role::List);
        }
        let item = flow.add(list.list, Role::Item);
        let label = flow.add(item, Role::Label);
        list.body = flow.add(item, Role::ItemBody);
        flow.belong_to(list.body);
        label
    }
}

fn mark(flow: &mut Flow<'_>, marker: Marker, number: u32, kind: Type) {
    let baseline = flow.y() + kind.baseline();
    let kind = kind.with_colour(ACCENT);
    if marker == Marker::Bullet {
        let at = Point::new(flow.left() - STEP + BULLET, baseline);
        flow.label("•", at, kind, Align::Start);
    } else {
        let at = Point::new(flow.left() - NUMBER, baseline);
        flow.label(
            &format!("{number}."),
            at,
            kind.with_look(Look::FIGURES),
            Align::End,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(marker: Marker, indent: u8) -> Paragraph {
        Paragraph {
            marker,
            indent,
            ..Paragraph::default()
        }
    }

    #[test]
    fn deeper_items_do_not_end_a_list() {
        let mut lists = Lists::default();
        let items = [
            item(Marker::Ordered, 0),
            item(Marker::Bullet, 1),
            item(Marker::Ordered, 0),
            item(Marker::None, 0),
            item(Marker::Ordered, 0),
        ];

        let numbers: Vec<u32> = items.iter().map(|item| lists.count(item)).collect();

        assert_eq!(numbers, [1, 1, 2, 1, 1]);
    }
}
