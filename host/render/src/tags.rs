//! What is what on the pages: the logical structure that a reading program follows.
//!
//! Layout adds elements while it places things, and says of every mark which element it belongs to.
//! Writing finds out which stretches of which pages that makes. An element is a dozen bytes here, not
//! an object of the file: a long table has a hundred thousand of them.

use std::collections::BTreeMap;

use crate::{
    element::{ElementId, Role},
    page::Area,
};

/// A part of an element, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kid {
    Element(ElementId),
    /// A stretch of a page, by its number on that page.
    Content {
        page: u32,
        number: u32,
    },
    /// A clickable area, by its number on a page.
    Link {
        page: u32,
        number: u32,
    },
}

/// Stands for no kid, or no parent.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Element {
    role: Role,
    attached: bool,
    parent: u32,
    first: u32,
    last: u32,
}

impl Element {
    /// A table needs its empty cells; any other element without parts is nothing.
    const fn is_shown(&self) -> bool {
        let is_cell = matches!(self.role, Role::Cell | Role::RowHeader | Role::ColumnHeader);
        self.attached && (is_cell || self.first != NONE)
    }
}

/// All elements of a document.
#[derive(Debug)]
pub(crate) struct Tree {
    elements: Vec<Element>,
    /// Kids with the number of the next one of the same element.
    kids: Vec<(Kid, u32)>,
    /// What stands for elements that cannot be read.
    words: BTreeMap<ElementId, String>,
    /// Cells that run over more than one column.
    spans: BTreeMap<ElementId, u32>,
    /// Where figures stand.
    areas: BTreeMap<ElementId, Area>,
    /// The part of a figure that stands on a later page.
    parts: BTreeMap<(ElementId, u32), ElementId>,
}

impl Tree {
    /// A tree of nothing but the document.
    pub(crate) fn new() -> Self {
        let document = Element {
            role: Role::Document,
            attached: true,
            parent: NONE,
            first: NONE,
            last: NONE,
        };
        Self {
            elements: vec![document],
            kids: Vec::new(),
            words: BTreeMap::new(),
            spans: BTreeMap::new(),
            areas: BTreeMap::new(),
            parts: BTreeMap::new(),
        }
    }

    /// Add an element as the last part of another.
    pub(crate) fn add(&mut self, parent: ElementId, role: Role) -> ElementId {
        let owner = self.inline(parent, role);
        self.attach(owner);
        owner
    }

    /// Add an element that stands where its first mark stands among the marks of its parent. One
    /// without marks is left out.
    pub(crate) fn inline(&mut self, parent: ElementId, role: Role) -> ElementId {
        if !parent.is_element() {
            return parent;
        }
        let owner = ElementId(u32::try_from(self.elements.len()).unwrap_or(NONE));
        self.elements.push(Element {
            role,
            attached: false,
            parent: parent.0,
            first: NONE,
            last: NONE,
        });
        owner
    }

    /// Say in words what an element shows.
    pub(crate) fn describe(&mut self, owner: ElementId, words: &str) {
        self.words.insert(owner, words.to_owned());
    }

    /// Say that a cell runs over several columns.
    pub(crate) fn span(&mut self, owner: ElementId, columns: usize) {
        if columns > 1 {
            let columns = u32::try_from(columns).unwrap_or(NONE);
            self.spans.insert(owner, columns);
        }
    }

    /// Add a footnote to the section in which `owner` stands.
    pub(crate) fn note(&mut self, owner: ElementId) -> ElementId {
        let mut place = owner;
        while let Some(element) = self.get(place)
            && !matches!(element.role, Role::Section | Role::Document)
        {
            place = ElementId(element.parent);
        }
        self.add(place, Role::Note)
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.elements.len()
    }

    /// Forget the elements in `owner`, which is all that was added since there were `len`.
    pub(crate) fn forget(&mut self, owner: ElementId, len: usize) {
        self.elements.truncate(len);
        let is_kept = |owner: &ElementId| (owner.0 as usize) < len;
        self.words.retain(|owner, _| is_kept(owner));
        self.spans.retain(|owner, _| is_kept(owner));
        if let Some(element) = self.get_mut(owner) {
            (element.first, element.last) = (NONE, NONE);
        }
    }

    /// What an element is.
    pub(crate) fn role(&self, owner: ElementId) -> Option<Role> {
        self.get(owner).map(|element| element.role)
    }

    /// The element that holds another.
    pub(crate) fn parent(&self, owner: ElementId) -> Option<ElementId> {
        let parent = self.get(owner)?.parent;
        (parent != NONE).then_some(ElementId(parent))
    }

    /// What stands for an element that cannot be read.
    pub(crate) fn words(&self, owner: ElementId) -> Option<&str> {
        self.words.get(&owner).map(String::as_str)
    }

    /// Over how many columns a cell runs, if more than one.
    pub(crate) fn columns(&self, owner: ElementId) -> Option<u32> {
        self.spans.get(&owner).copied()
    }

    /// Where a figure stands.
    pub(crate) fn area(&self, owner: ElementId) -> Option<Area> {
        self.areas.get(&owner).copied()
    }

    /// Every element that is part of the document.
    pub(crate) fn owners(&self) -> impl Iterator<Item = (ElementId, Role)> + '_ {
        (0..)
            .zip(&self.elements)
            .filter(|(_, element)| element.is_shown())
            .map(|(number, element)| (ElementId(number), element.role))
    }

    /// Whether an element is part of the document: it has parts, or is a cell.
    pub(crate) fn is_shown(&self, owner: ElementId) -> bool {
        self.get(owner).is_some_and(Element::is_shown)
    }

    /// The parts of an element that are part of the document.
    pub(crate) fn kids(&self, owner: ElementId) -> impl Iterator<Item = Kid> + '_ {
        let mut next = self.get(owner).map_or(NONE, |element| element.first);
        std::iter::from_fn(move || {
            let (kid, after) = self.kids.get(next as usize)?;
            next = *after;
            Some(*kid)
        })
    }

    /// A stretch of a page belongs to an element.
    pub(crate) fn paint(&mut self, owner: ElementId, page: u32, number: u32) {
        self.attach(owner);
        self.push(owner, Kid::Content { page, number });
    }

    /// A clickable area belongs to an element.
    pub(crate) fn link(&mut self, owner: ElementId, page: u32, number: u32) {
        self.attach(owner);
        self.push(owner, Kid::Link { page, number });
    }

    /// A mark of a figure covers an area.
    pub(crate) fn cover(&mut self, owner: ElementId, area: Area) {
        let known = self.areas.entry(owner).or_insert(area);
        let (x, y) = (known.x.min(area.x), known.y.min(area.y));
        let (right, bottom) = (
            known.right().max(area.right()),
            known.bottom().max(area.bottom()),
        );
        *known = Area::new(x, y, right - x, bottom - y);
    }

    /// The figure, or what continues it on this page: a figure has one place on one page.
    pub(crate) fn figure_on(&mut self, owner: ElementId, page: u32) -> ElementId {
        if let Some(part) = self.parts.get(&(owner, page)) {
            return *part;
        }
        let is_first = self.get(owner).is_some_and(|figure| figure.first == NONE);
        let part = match self.parent(owner) {
            Some(parent) if !is_first => {
                let part = self.inline(parent, Role::Figure);
                self.attach_after(part, owner);
                if let Some(words) = self.words(owner) {
                    let words = format!("{words} (continued)");
                    self.words.insert(part, words);
                }
                part
            }
            _ => owner,
        };
        self.parts.insert((owner, page), part);
        part
    }

    fn get(&self, owner: ElementId) -> Option<&Element> {
        self.elements.get(owner.0 as usize)
    }

    fn get_mut(&mut self, owner: ElementId) -> Option<&mut Element> {
        self.elements.get_mut(owner.0 as usize)
    }

    fn attach(&mut self, owner: ElementId) {
        let Some(element) = self.get_mut(owner) else {
            return;
        };
        if std::mem::replace(&mut element.attached, true) {
            return;
        }
        let parent = ElementId(element.parent);
        self.attach(parent);
        self.push(parent, Kid::Element(owner));
    }

    /// Attach an element behind the last part of a figure.
    fn attach_after(&mut self, owner: ElementId, figure: ElementId) {
        let Some(parent) = self.parent(figure) else {
            return;
        };
        let mut at = self.get(parent).map_or(NONE, |parent| parent.first);
        let mut place = NONE;
        while let Some((kid, next)) = self.kids.get(at as usize) {
            let is_part = matches!(kid, Kid::Element(kid) if *kid == figure || self.parts.iter().any(|((whole, _), part)| *whole == figure && part == kid));
            if is_part {
                place = at;
            }
            at = *next;
        }
        let new = u32::try_from(self.kids.len()).unwrap_or(NONE);
        let Some((_, next)) = self.kids.get_mut(place as usize) else {
            return self.attach(owner);
        };
        let after = std::mem::replace(next, new);
        self.kids.push((Kid::Element(owner), after));
        if let Some(element) = self.get_mut(owner) {
            element.attached = true;
        }
        if after == NONE
            && let Some(parent) = self.get_mut(parent)
        {
            parent.last = new;
        }
    }

    fn push(&mut self, owner: ElementId, kid: Kid) {
        let new = u32::try_from(self.kids.len()).unwrap_or(NONE);
        let Some(element) = self.elements.get_mut(owner.0 as usize) else {
            return;
        };
        let last = std::mem::replace(&mut element.last, new);
        if last == NONE {
            element.first = new;
        } else if let Some((_, next)) = self.kids.get_mut(last as usize) {
            *next = new;
        }
        self.kids.push((kid, NONE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(tree: &Tree, owner: ElementId) -> String {
        let kids: Vec<String> = tree
            .kids(owner)
            .map(|kid| match kid {
                Kid::Element(kid) => outline(tree, kid),
                Kid::Content { page, number } => format!("{page}.{number}"),
                Kid::Link { .. } => String::from("@"),
            })
            .collect();
        let name = tree.role(owner).map_or("?", Role::name);
        format!("{name}({})", kids.join(" "))
    }

    #[test]
    fn what_stands_in_a_line_is_read_in_the_order_it_is_painted() {
        let mut tree = Tree::new();
        let section = tree.add(ElementId::DOCUMENT, Role::Section);
        let paragraph = tree.add(section, Role::Paragraph);
        let link = tree.inline(paragraph, Role::Link);
        tree.inline(paragraph, Role::Reference);
        let note = tree.note(link);
        tree.add(section, Role::Paragraph);

        tree.paint(paragraph, 0, 0);
        tree.paint(link, 0, 1);
        tree.link(link, 0, 0);
        tree.paint(paragraph, 1, 0);
        tree.paint(note, 0, 2);

        assert_eq!(
            outline(&tree, ElementId::DOCUMENT),
            "Document(Sect(P(0.0 Link(0.1 @) 1.0) Note(0.2) P()))"
        );
    }

    #[test]
    fn figure_on_several_pages_is_a_figure_on_each() {
        let mut tree = Tree::new();
        let group = tree.add(ElementId::DOCUMENT, Role::Group);
        let figure = tree.add(group, Role::Figure);
        tree.describe(figure, "Bars");
        let caption = tree.add(group, Role::Caption);

        for page in 0..3 {
            let part = tree.figure_on(figure, page);
            assert_eq!(tree.figure_on(figure, page), part);
            tree.paint(part, page, 0);
        }
        tree.paint(caption, 2, 1);

        assert_eq!(
            outline(&tree, ElementId::DOCUMENT),
            "Document(Div(Figure(0.0) Figure(1.0) Figure(2.0) Caption(2.1)))"
        );
        let last = tree.figure_on(figure, 2);
        assert_eq!(tree.words(last), Some("Bars (continued)"));
    }

    #[test]
    fn forgotten_elements_leave_nothing() {
        let mut tree = Tree::new();
        let front = tree.add(ElementId::DOCUMENT, Role::Section);
        let len = tree.len();
        let figure = tree.add(front, Role::Figure);
        tree.describe(figure, "gone");

        tree.forget(front, len);
        let title = tree.add(front, Role::Title);

        assert_eq!(
            outline(&tree, ElementId::DOCUMENT),
            "Document(Sect(Title()))"
        );
        assert_eq!(tree.words(title), None);
    }
}
