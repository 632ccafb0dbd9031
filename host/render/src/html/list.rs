//! Paragraphs, and lists within lists.

use std::{
    iter::{Copied, Peekable},
    slice::Iter,
};

use maud::{Markup, html};
use quire_model::{Marker, Paragraph};

use super::{
    page::Page,
    words::{direction, spans},
};

/// A paragraph, or neighbouring items of one marker.
enum Node<'a> {
    Text(&'a Paragraph),
    List(Marker, Vec<Item<'a>>),
}

struct Item<'a> {
    paragraph: &'a Paragraph,
    /// What stands deeper below it.
    below: Vec<Node<'a>>,
}

/// Write neighbouring paragraphs.
pub(super) fn paragraphs(page: &mut Page<'_>, paragraphs: &[&Paragraph]) -> Markup {
    let mut rest = paragraphs.iter().copied().peekable();
    let nodes = nodes(&mut rest, 0);
    written(page, &nodes)
}

/// Deeper items belong to the item before them and do not end its list.
fn nodes<'a>(rest: &mut Peekable<Copied<Iter<'_, &'a Paragraph>>>, least: u8) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    while let Some(paragraph) = rest.next_if(|paragraph| indent(paragraph) >= least) {
        if paragraph.marker == Marker::None {
            nodes.push(Node::Text(paragraph));
            continue;
        }
        let item = Item {
            paragraph,
            below: self::nodes(rest, indent(paragraph) + 1),
        };
        match nodes.last_mut() {
            Some(Node::List(marker, items)) if *marker == paragraph.marker => items.push(item),
            _ => nodes.push(Node::List(paragraph.marker, vec![item])),
        }
    }
    nodes
}

/// Recursion goes no deeper than this.
fn indent(paragraph: &Paragraph) -> u8 {
    paragraph.indent.min(4)
}

fn written(page: &mut Page<'_>, nodes: &[Node<'_>]) -> Markup {
    html! {
        @for node in nodes {
            @match node {
                Node::Text(paragraph) => {
                    p class=[class(paragraph)] dir=[direction_of(paragraph)] {
                        (spans(page, &paragraph.spans))
                    }
                }
                Node::List(Marker::Ordered, items) => { ol { (listed(page, items)) } }
                Node::List(_, items) => { ul { (listed(page, items)) } }
            }
        }
    }
}

fn listed(page: &mut Page<'_>, items: &[Item<'_>]) -> Markup {
    html! {
        @for item in items {
            li dir=[direction_of(item.paragraph)] {
                (spans(page, &item.paragraph.spans))
                (written(page, &item.below))
            }
        }
    }
}

fn class(paragraph: &Paragraph) -> Option<&'static str> {
    ["indent-1", "indent-2", "indent-3", "indent-4"]
        .get(usize::from(indent(paragraph)).checked_sub(1)?)
        .copied()
}

fn direction_of(paragraph: &Paragraph) -> Option<&'static str> {
    paragraph
        .spans
        .iter()
        .find_map(|span| direction(&span.text))
}
