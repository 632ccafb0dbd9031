//! Bookmarks, nested as the headings are.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::{
    skeleton::{rounded, top},
    text::text,
};
use crate::{flow::Entry, page::Page};

/// Write the bookmarks; none if there are no headings.
pub(super) fn outline(
    file: &mut Document,
    pages: &[ObjectId],
    sheets: &[Page],
    entries: &[Entry],
) -> Option<ObjectId> {
    if entries.is_empty() {
        return None;
    }
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = entries.iter().map(|_| file.new_object_id()).collect();
    let parents = parents(entries);
    let mut families = Families::default();
    for (at, parent) in parents.iter().enumerate() {
        families.add(*parent, at);
    }
    for (at, entry) in entries.iter().enumerate() {
        let Some(id) = ids.get(at) else { continue };
        let mut item = bookmark(entry, pages, sheets);
        let parent = parents.get(at).copied().flatten();
        item.set(
            "Parent",
            parent
                .and_then(|parent| ids.get(parent))
                .copied()
                .unwrap_or(root),
        );
        let siblings = families.of(parent);
        let rank = siblings.partition_point(|sibling| *sibling < at);
        link(
            &mut item,
            "Prev",
            rank.checked_sub(1).and_then(|rank| siblings.get(rank)),
            &ids,
        );
        link(&mut item, "Next", siblings.get(rank + 1), &ids);
        adopt(&mut item, families.of(Some(at)), &ids, -1);
        file.set_object(*id, item);
    }
    let mut item = dictionary! { "Type" => "Outlines" };
    adopt(&mut item, families.of(None), &ids, 1);
    file.set_object(root, item);
    Some(root)
}

/// For each heading the nearest one before it that stands above it.
fn parents(entries: &[Entry]) -> Vec<Option<usize>> {
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut parents = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        while open.last().is_some_and(|(level, _)| *level >= entry.level) {
            open.pop();
        }
        parents.push(open.last().map(|(_, parent)| *parent));
        open.push((entry.level, at));
    }
    parents
}

/// Which headings stand below which.
#[derive(Default)]
struct Families(std::collections::BTreeMap<Option<usize>, Vec<usize>>);

impl Families {
    fn add(&mut self, parent: Option<usize>, child: usize) {
        self.0.entry(parent).or_default().push(child);
    }

    fn of(&self, parent: Option<usize>) -> &[usize] {
        self.0.get(&parent).map_or(&[], Vec::as_slice)
    }
}

fn bookmark(entry: &Entry, pages: &[ObjectId], sheets: &[Page]) -> Dictionary {
    let title = if entry.number.is_empty() {
        entry.title.clone()
    } else {
        format!("{} {}", entry.number, entry.title)
    };
    let title: String = title
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    let page = pages
        .get(entry.place.page)
        .map_or(Object::Null, |id| Object::Reference(*id));
    let y = rounded(top(&entry.place, sheets));
    dictionary! {
        "Title" => text(&title),
        "Dest" => vec![page, "XYZ".into(), 0.into(), Object::Real(y), Object::Null],
    }
}

fn link(item: &mut Dictionary, key: &str, sibling: Option<&usize>, ids: &[ObjectId]) {
    if let Some(id) = sibling.and_then(|sibling| ids.get(*sibling)) {
        item.set(key, *id);
    }
}

/// Children of a bookmark; `sign` is -1 where they are folded away.
fn adopt(item: &mut Dictionary, children: &[usize], ids: &[ObjectId], sign: i64) {
    let (Some(first), Some(last)) = (children.first(), children.last()) else {
        return;
    };
    link(item, "First", Some(first), ids);
    link(item, "Last", Some(last), ids);
    item.set(
        "Count",
        sign * i64::try_from(children.len()).unwrap_or(i64::MAX),
    );
}
