//! Puts pages in order: front matter, sections, and then a running header and footer on each.

use quire_model::Document;

use crate::{
    RenderError, blocks, contents,
    context::Context,
    cover,
    element::{ElementId, Role},
    flow::{Entry, Filled, Flow},
    numbering::Numbering,
    page::{Page, Place, Sheet, Target},
    picture::Pictures,
    running,
    tags::Tree,
    text::Shaper,
};

/// More pages than this are not drawn: nobody reads them, and each takes 15 KiB of memory.
const MOST_PAGES: usize = 20_000;

/// A document as pages.
pub(crate) struct Drawn {
    pub(crate) pages: Vec<Page>,
    /// Headings with their places, for the bookmarks.
    pub(crate) entries: Vec<Entry>,
    pub(crate) pictures: Pictures,
    pub(crate) tree: Tree,
}

/// Draw a document as pages.
pub(crate) fn draw(shaper: &mut Shaper, document: &Document) -> Result<Drawn, RenderError> {
    let mut pictures = Pictures::default();
    let mut tree = Tree::new();
    // What comes first is read first, though it is drawn last.
    let owner = tree.add(ElementId::DOCUMENT, Role::Section);
    let body = sections(shaper, &mut tree, document, &mut pictures)?;
    let front = if document.front_matter {
        front(shaper, &mut tree, owner, document, &body.entries)
    } else {
        Filled::default()
    };
    let mut drawn = join(front, body, pictures, tree);
    add_headers(shaper, document, &mut drawn);
    Ok(drawn)
}

fn sections(
    shaper: &mut Shaper,
    tree: &mut Tree,
    document: &Document,
    pictures: &mut Pictures,
) -> Result<Filled, RenderError> {
    let numbering = Numbering::of(document);
    let mut context = Context {
        numbering: &numbering,
        pictures,
        zebra: !document.front_matter,
    };
    let mut flow = Flow::new(shaper, tree, ElementId::DOCUMENT, Sheet::of(document.paper));
    if !document.front_matter {
        cover::title(&mut flow, document);
    }
    for (number, section) in document.sections.iter().enumerate() {
        blocks::section(&mut flow, &mut context, number, section);
        if flow.full_pages() > MOST_PAGES {
            return Err(RenderError::TooLong { limit: MOST_PAGES });
        }
    }
    Ok(flow.finish())
}

/// The cover and the table of contents. How many pages they take decides the numbers they show.
fn front(
    shaper: &mut Shaper,
    tree: &mut Tree,
    owner: ElementId,
    document: &Document,
    entries: &[Entry],
) -> Filled {
    let mut before = 2;
    let len = tree.len();
    loop {
        tree.forget(owner, len);
        let mut flow = Flow::new(shaper, tree, owner, Sheet::of(document.paper));
        cover::cover(&mut flow, document);
        if !entries.is_empty() {
            contents::contents(&mut flow, entries, before);
        }
        let front = flow.finish();
        // Page numbers never change where lines break, so the second round is the last.
        if front.pages.len() == before {
            return front;
        }
        before = front.pages.len();
    }
}

fn join(front: Filled, body: Filled, pictures: Pictures, tree: Tree) -> Drawn {
    let before = front.pages.len();
    let moved = |place: Place| Place {
        page: place.page + before,
        ..place
    };
    let mut pages = front.pages;
    for mut page in body.pages {
        for link in &mut page.links {
            if let Target::Place(place) = &mut link.to {
                *place = moved(*place);
            }
        }
        pages.push(page);
    }
    let mut entries = front.entries;
    entries.extend(body.entries.into_iter().map(|entry| Entry {
        place: moved(entry.place),
        ..entry
    }));
    Drawn {
        pages,
        entries,
        pictures,
        tree,
    }
}

fn add_headers(shaper: &mut Shaper, document: &Document, drawn: &mut Drawn) {
    let count = drawn.pages.len();
    let sheet = Sheet::of(document.paper);
    let mut flow = Flow::new(shaper, &mut drawn.tree, ElementId::DECORATION, sheet);
    for (at, page) in drawn.pages.iter_mut().enumerate() {
        flow.revisit(page, |flow| {
            running::header_and_footer(flow, document, at + 1, count)
        });
    }
}
