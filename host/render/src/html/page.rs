//! What all parts of the page share: names that links lead to, headings seen so far, footnotes.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{Numbering, text::Shaper};

/// A heading, for the contents.
pub(super) struct Entry {
    /// 1 to 4, as the section said it.
    pub(super) level: u8,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) id: String,
}

/// The page while it is written.
pub(super) struct Page<'a> {
    pub(super) numbering: &'a Numbering,
    /// Measures the text of charts.
    pub(super) shaper: &'a mut Shaper,
    pub(super) entries: Vec<Entry>,
    /// Footnotes in the order in which they are referred to.
    pub(super) notes: Vec<String>,
    /// Which section is being written, from 0.
    pub(super) section: usize,
    /// The level of the last heading; the next one is at most one deeper.
    pub(super) depth: u8,
    named: BTreeSet<String>,
}

impl<'a> Page<'a> {
    pub(super) fn new(numbering: &'a Numbering, shaper: &'a mut Shaper) -> Self {
        Self {
            numbering,
            shaper,
            entries: Vec::new(),
            notes: Vec::new(),
            section: 0,
            // The title of the document.
            depth: 1,
            named: BTreeSet::new(),
        }
    }

    /// The id for a name of this section; none for the second of a name, since links lead to the
    /// first.
    pub(super) fn claim(&mut self, name: &str) -> Option<String> {
        let id = id_of(self.section, name);
        self.named.insert(id.clone()).then_some(id)
    }

    /// The same, or an id that no name can have.
    pub(super) fn claim_or(&mut self, name: Option<&str>, block: usize) -> String {
        name.and_then(|name| self.claim(name))
            .unwrap_or_else(|| format!("s{}.b{block}", self.section))
    }
}

/// The id of a name in a section: letters, digits and hyphens as they are, the rest in hexadecimal,
/// so that no two names share one.
pub(super) fn id_of(section: usize, name: &str) -> String {
    let mut id = format!("s{section}-");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            id.push(char::from(byte));
        } else {
            let _ = write!(id, "_{byte:02x}");
        }
    }
    id
}
