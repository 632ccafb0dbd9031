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
    let body = sections(shaper, &mut tree, document, &mut pictures)?;
    let mut drawn = match body.contents {
        Some(gap) => with_contents(shaper, tree, document, body.filled, gap, pictures),
        None => Drawn {
            pages: body.filled.pages,
            entries: body.filled.entries,
            pictures,
            tree,
        },
    };
    add_headers(shaper, document, &mut drawn);
    Ok(drawn)
}

/// The sections, and where the table of contents belongs between them.
struct Body {
    filled: Filled,
    contents: Option<Gap>,
}

/// Where the table of contents belongs: after the first section, which the first page is for.
#[derive(Clone, Copy)]
struct Gap {
    /// So many pages and headings come before it.
    pages: usize,
    entries: usize,
    /// What its parts belong to.
    owner: ElementId,
    /// Where the page before it is filled up to, if it has the document's own sheet.
    y: Option<f32>,
}

fn sections(
    shaper: &mut Shaper,
    tree: &mut Tree,
    document: &Document,
    pictures: &mut Pictures,
) -> Result<Body, RenderError> {
    let numbering = Numbering::of(document);
    let mut context = Context {
        numbering: &numbering,
        pictures,
        zebra: !document.front_matter,
    };
    let mut flow = Flow::new(shaper, tree, ElementId::DOCUMENT, Sheet::of(document.paper));
    if document.front_matter {
        cover::masthead(&mut flow, document);
    } else {
        cover::title(&mut flow, document);
    }
    let mut contents = None;
    for (number, section) in document.sections.iter().enumerate() {
        if number == 1 && document.front_matter {
            contents = Some(open_gap(&mut flow));
        }
        blocks::section(&mut flow, &mut context, number, section);
        if flow.full_pages() > MOST_PAGES {
            return Err(RenderError::TooLong { limit: MOST_PAGES });
        }
    }
    Ok(Body {
        filled: flow.finish(),
        contents,
    })
}

/// End the first section's last page.
fn open_gap(flow: &mut Flow<'_>) -> Gap {
    let is_open = !flow.is_blank() && flow.sheet() == flow.base() && !flow.has_notes();
    let y = is_open.then(|| flow.y());
    flow.turn(flow.base());
    if !flow.is_blank() {
        flow.new_page();
    }
    Gap {
        y,
        pages: flow.full_pages(),
        entries: flow.entries(),
        // What comes here is read here, though it is drawn last.
        owner: flow.add(ElementId::DOCUMENT, Role::Section),
    }
}

/// Draw the table of contents and put it between the sections. How many pages it takes decides the
/// numbers that it shows.
fn with_contents(
    shaper: &mut Shaper,
    mut tree: Tree,
    document: &Document,
    body: Filled,
    gap: Gap,
    pictures: Pictures,
) -> Drawn {
    let sheet = Sheet::of(document.paper);
    let moved = |taken: usize| -> Vec<Entry> {
        let moved = |place: Place| Place {
            page: place.page + if place.page < gap.pages { 0 } else { taken },
            ..place
        };
        body.entries
            .iter()
            .map(|entry| entry.moved(moved))
            .collect()
    };
    let len = tree.len();
    // Below the first section, if its last page has room for it.
    let entries = moved(0);
    let room = gap
        .y
        .and_then(|y| Some((y, contents::fits(&entries, sheet, y)?)));
    if let Some((y, deepest)) = room {
        let mut body = body;
        if let Some(page) = body.pages.get_mut(gap.pages.saturating_sub(1)) {
            contents::below(shaper, &mut tree, gap.owner, page, (y, deepest), &entries);
        }
        let place = Place {
            page: gap.pages.saturating_sub(1),
            y,
        };
        return join(contents::alone(place), body, entries, gap, pictures, tree);
    }
    let mut taken = 1;
    loop {
        tree.forget(gap.owner, len);
        let entries = moved(taken);
        let front = contents::contents(shaper, &mut tree, gap.owner, sheet, &entries);
        // Page numbers never change where lines break, so the second round is the last.
        if front.pages.len() == taken {
            return join(front, body, entries, gap, pictures, tree);
        }
        taken = front.pages.len();
    }
}

fn join(
    front: Filled,
    body: Filled,
    mut entries: Vec<Entry>,
    gap: Gap,
    pictures: Pictures,
    tree: Tree,
) -> Drawn {
    let taken = front.pages.len();
    // Where the list stands below the first section, its heading is placed already.
    let before = if taken == 0 { 0 } else { gap.pages };
    let mut pages = body.pages;
    for link in pages.iter_mut().flat_map(|page| &mut page.links) {
        if let Target::Place(place) = &mut link.to
            && place.page >= gap.pages
        {
            place.page += taken;
        }
    }
    pages.splice(gap.pages..gap.pages, front.pages);
    let listed = front.entries.into_iter().map(|entry| {
        entry.moved(|place| Place {
            page: place.page + before,
            ..place
        })
    });
    entries.splice(gap.entries..gap.entries, listed);
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
