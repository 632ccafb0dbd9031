//! The logical structure, as PDF keeps it (PDF 1.7, section 14.7).

use lopdf::ObjectId;

use super::{
    deflate::Deflate,
    file::Packed,
    numeral::{decimal, hundredths, integer},
    syntax::{object, reference},
    text::text,
};
use crate::{
    RenderError,
    draw::Drawn,
    element::{ElementId, Role},
    page::Page,
    tags::{Kid, Tree},
};

/// What the file's pages say about the structure, gathered while they are written.
#[derive(Default)]
pub(super) struct Ties {
    /// For each page, the element of each stretch.
    stretches: Vec<Vec<ElementId>>,
    /// For each page, the objects of its links.
    links: Vec<Vec<ObjectId>>,
}

impl Ties {
    /// Note what the content and the links of the next page belong to.
    pub(super) fn tie(
        &mut self,
        tree: &mut Tree,
        page: &Page,
        number: usize,
        stretches: Vec<ElementId>,
        links: Vec<ObjectId>,
    ) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        for (at, link) in (0..).zip(&page.links) {
            tree.link(link.owner, number, at);
        }
        self.stretches.push(stretches);
        self.links.push(links);
    }
}

/// Where the structure's parts are in the file.
struct Numbers<'a> {
    root: u32,
    /// The object of the first element; the others follow.
    elements: u32,
    column_scope: u32,
    row_scope: u32,
    pages: &'a [ObjectId],
    sheets: &'a [Page],
    links: &'a [Vec<ObjectId>],
}

impl Numbers<'_> {
    fn element(&self, owner: ElementId) -> ObjectId {
        (self.elements.saturating_add(owner.number()), 0)
    }

    fn page(&self, page: u32) -> ObjectId {
        self.pages.get(page as usize).copied().unwrap_or_default()
    }
}

/// Write the structure, and give the number of its root.
pub(super) fn write(
    packed: &mut Packed,
    drawn: &Drawn,
    ties: &Ties,
    pages: &[ObjectId],
    deflate: &mut Deflate,
) -> Result<ObjectId, RenderError> {
    let tree = &drawn.tree;
    let numbers = Numbers {
        root: packed.reserve(1),
        column_scope: packed.reserve(1),
        row_scope: packed.reserve(1),
        elements: packed.reserve(u32::try_from(tree.len()).unwrap_or(u32::MAX)),
        pages,
        sheets: &drawn.pages,
        links: &ties.links,
    };
    for (number, scope) in [(numbers.column_scope, "Column"), (numbers.row_scope, "Row")] {
        packed.add(number, deflate, |out| {
            out.extend_from_slice(format!("<</O/Table/Scope/{scope}>>").as_bytes());
        })?;
    }
    for (owner, role) in tree.owners() {
        packed.add(numbers.element(owner).0, deflate, |out| {
            element(tree, &numbers, owner, role, out);
        })?;
    }
    let parents = parents(packed, &numbers, ties, deflate)?;
    let notes = notes(packed, &numbers, tree, deflate)?;
    packed.add(numbers.root, deflate, |out| {
        out.extend_from_slice(b"<</Type/StructTreeRoot/K ");
        reference(numbers.element(ElementId::DOCUMENT), out);
        out.extend_from_slice(b"/ParentTree ");
        reference((parents.0, 0), out);
        out.extend_from_slice(b"/ParentTreeNextKey ");
        integer(parents.1, out);
        if let Some(notes) = notes {
            out.extend_from_slice(b"/IDTree ");
            reference((notes, 0), out);
        }
        out.extend_from_slice(b"/RoleMap<</Title/P>>>>");
    })?;
    Ok((numbers.root, 0))
}

fn element(tree: &Tree, numbers: &Numbers<'_>, owner: ElementId, role: Role, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<</S/");
    out.extend_from_slice(role.name().as_bytes());
    out.extend_from_slice(b"/P ");
    let parent = tree.parent(owner);
    reference(
        parent.map_or((numbers.root, 0), |parent| numbers.element(parent)),
        out,
    );
    let page = tree.kids(owner).find_map(|kid| match kid {
        Kid::Content { page, .. } => Some(page),
        _ => None,
    });
    if let Some(page) = page {
        out.extend_from_slice(b"/Pg ");
        reference(numbers.page(page), out);
    }
    if let Some(words) = tree.words(owner) {
        out.extend_from_slice(b"/Alt");
        object(&text(words), out);
    }
    if role == Role::Note {
        out.extend_from_slice(format!("/ID({})", note_name(owner)).as_bytes());
    }
    attributes(tree, numbers, owner, role, page, out);
    parts(tree, numbers, owner, page, out);
    out.extend_from_slice(b">>");
}

fn attributes(
    tree: &Tree,
    numbers: &Numbers<'_>,
    owner: ElementId,
    role: Role,
    page: Option<u32>,
    out: &mut Vec<u8>,
) {
    match (role, tree.columns(owner), tree.area(owner)) {
        (Role::RowHeader, Some(columns), _) => {
            let entries = format!("/A<</O/Table/Scope/Row/ColSpan {columns}>>");
            out.extend_from_slice(entries.as_bytes());
        }
        (Role::RowHeader | Role::ColumnHeader, ..) => {
            let scope = if role == Role::RowHeader {
                numbers.row_scope
            } else {
                numbers.column_scope
            };
            out.extend_from_slice(b"/A ");
            reference((scope, 0), out);
        }
        (Role::Figure, _, Some(area)) => {
            let sheet = page.and_then(|page| numbers.sheets.get(page as usize));
            let height = sheet.map_or(0.0, |page| page.sheet.height);
            out.extend_from_slice(b"/A<</O/Layout/Placement/Block/BBox[");
            let (low, high) = (height - area.bottom(), height - area.y);
            for length in [area.x, low, area.right(), high] {
                decimal(hundredths(length), out);
                out.push(b' ');
            }
            out.extend_from_slice(b"]>>");
        }
        _ => {}
    }
}

fn parts(
    tree: &Tree,
    numbers: &Numbers<'_>,
    owner: ElementId,
    home: Option<u32>,
    out: &mut Vec<u8>,
) {
    let mut parts = tree
        .kids(owner)
        .filter(|kid| !matches!(kid, Kid::Element(kid) if !tree.is_shown(*kid)))
        .peekable();
    let Some(first) = parts.next() else { return };
    if parts.peek().is_none() {
        out.extend_from_slice(b"/K ");
        part(numbers, first, home, out);
        return;
    }
    out.extend_from_slice(b"/K[");
    for kid in std::iter::once(first).chain(parts) {
        part(numbers, kid, home, out);
        out.push(b' ');
    }
    out.push(b']');
}

fn part(numbers: &Numbers<'_>, kid: Kid, home: Option<u32>, out: &mut Vec<u8>) {
    match kid {
        Kid::Element(kid) => reference(numbers.element(kid), out),
        Kid::Content { page, number } if Some(page) == home => integer(number, out),
        Kid::Content { page, number } => {
            out.extend_from_slice(b"<</Type/MCR/Pg ");
            reference(numbers.page(page), out);
            out.extend_from_slice(b"/MCID ");
            integer(number, out);
            out.extend_from_slice(b">>");
        }
        Kid::Link { page, number } => {
            let links = numbers.links.get(page as usize);
            let link = links.and_then(|links| links.get(number as usize));
            out.extend_from_slice(b"<</Type/OBJR/Pg ");
            reference(numbers.page(page), out);
            out.extend_from_slice(b"/Obj ");
            reference(link.copied().unwrap_or_default(), out);
            out.extend_from_slice(b">>");
        }
    }
}

/// The way back, from stretches and links to elements. Gives its number and the next free key.
fn parents(
    packed: &mut Packed,
    numbers: &Numbers<'_>,
    ties: &Ties,
    deflate: &mut Deflate,
) -> Result<(u32, u32), RenderError> {
    let mut list = Vec::new();
    let mut key = 0;
    for stretches in &ties.stretches {
        let number = packed.reserve(1);
        packed.add(number, deflate, |out| {
            out.push(b'[');
            for owner in stretches {
                reference(numbers.element(*owner), out);
                out.push(b' ');
            }
            out.push(b']');
        })?;
        entry(key, (number, 0), &mut list);
        key += 1;
    }
    for link in numbers.sheets.iter().flat_map(|page| &page.links) {
        entry(key, numbers.element(link.owner), &mut list);
        key += 1;
    }
    let number = packed.reserve(1);
    packed.add(number, deflate, |out| {
        out.extend_from_slice(b"<</Nums[");
        out.extend_from_slice(&list);
        out.extend_from_slice(b"]>>");
    })?;
    Ok((number, key))
}

fn entry(key: u32, to: ObjectId, list: &mut Vec<u8>) {
    integer(key, list);
    list.push(b' ');
    reference(to, list);
    list.push(b' ');
}

/// Footnotes by name. Gives the number of the list, if there are any.
fn notes(
    packed: &mut Packed,
    numbers: &Numbers<'_>,
    tree: &Tree,
    deflate: &mut Deflate,
) -> Result<Option<u32>, RenderError> {
    let mut list = Vec::new();
    for (owner, _) in tree.owners().filter(|(_, role)| *role == Role::Note) {
        list.extend_from_slice(format!("({})", note_name(owner)).as_bytes());
        reference(numbers.element(owner), &mut list);
    }
    if list.is_empty() {
        return Ok(None);
    }
    let number = packed.reserve(1);
    packed.add(number, deflate, |out| {
        out.extend_from_slice(b"<</Names[");
        out.extend_from_slice(&list);
        out.extend_from_slice(b"]>>");
    })?;
    Ok(Some(number))
}

/// A name that sorts as the notes are ordered.
fn note_name(owner: ElementId) -> String {
    format!("note-{:010}", owner.number())
}
