//! What a section has used up so far: bytes, text, cells, and names that may occur only once.

use std::collections::BTreeSet;

use quire_contract::bounds::{SECTION_CELLS, STRING_BYTES, TABLE_CELLS, TEXT_BYTES};

use super::Fault;

/// What every part costs beside its text, so that a million empty parts are not free. About what
/// a part takes in memory.
const PART_BYTES: usize = 64;

/// Counts up while a section is checked.
#[derive(Debug)]
pub(crate) struct Tally {
    limit_bytes: usize,
    bytes: usize,
    text_bytes: usize,
    cells: usize,
    limit_rows: usize,
    rows: usize,
    /// Ids of tables and charts.
    pub(crate) ids: BTreeSet<String>,
    /// Anchors of headings.
    pub(crate) anchors: BTreeSet<String>,
    /// Keys of facts.
    pub(crate) facts: BTreeSet<String>,
}

impl Tally {
    pub(crate) fn new(limit_bytes: usize, limit_rows: usize) -> Self {
        Self {
            limit_bytes,
            bytes: 0,
            text_bytes: 0,
            cells: 0,
            limit_rows,
            rows: 0,
            ids: BTreeSet::new(),
            anchors: BTreeSet::new(),
            facts: BTreeSet::new(),
        }
    }

    /// Bytes that were counted so far.
    pub(crate) fn used_bytes(&self) -> usize {
        self.bytes
    }

    /// Count the rows of one table.
    ///
    /// # Errors
    ///
    /// If the section has more than it may.
    pub(crate) fn rows(&mut self, rows: usize) -> Result<(), Fault> {
        self.rows = self.rows.saturating_add(rows);
        if self.rows > self.limit_rows {
            let limit = self.limit_rows;
            return Err(Fault::Rows { limit });
        }
        Ok(())
    }

    /// Count bytes of any kind.
    ///
    /// # Errors
    ///
    /// If the section has more than it may.
    pub(crate) fn bytes(&mut self, bytes: usize) -> Result<(), Fault> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limit_bytes {
            let limit_bytes = self.limit_bytes;
            return Err(Fault::TooLarge { limit_bytes });
        }
        Ok(())
    }

    /// Count parts: spans, paragraphs, columns.
    ///
    /// # Errors
    ///
    /// If the section has more than it may.
    pub(crate) fn parts(&mut self, parts: usize) -> Result<(), Fault> {
        self.bytes(parts.saturating_mul(PART_BYTES))
    }

    /// Count the text of one string.
    ///
    /// # Errors
    ///
    /// If the string or the section has more than it may.
    pub(crate) fn string(&mut self, text: &str) -> Result<(), Fault> {
        let bytes = text.len();
        if bytes > STRING_BYTES {
            return Err(
                format!("a string of {bytes} bytes; at most {STRING_BYTES} are allowed").into(),
            );
        }
        self.text_bytes += bytes;
        if self.text_bytes > TEXT_BYTES {
            return Err(format!("more than {TEXT_BYTES} bytes of text in the section").into());
        }
        self.bytes(bytes)
    }

    /// Count the cells of one table or chart.
    ///
    /// # Errors
    ///
    /// If it or the section has more than it may.
    pub(crate) fn cells(&mut self, rows: usize, columns: usize) -> Result<(), Fault> {
        let cells = rows.saturating_mul(columns);
        if cells > TABLE_CELLS {
            return Err(format!("{cells} cells; at most {TABLE_CELLS} are allowed").into());
        }
        self.cells += cells;
        if self.cells > SECTION_CELLS {
            return Err(format!("more than {SECTION_CELLS} cells in the section").into());
        }
        self.bytes(cells.saturating_mul(8))
    }

    /// A name that may occur once in the section.
    ///
    /// # Errors
    ///
    /// If it is empty, or another table or chart has it.
    pub(crate) fn id(&mut self, id: &str) -> Result<(), Fault> {
        if id.is_empty() {
            return Err("its id is empty".into());
        }
        if !self.ids.insert(id.to_owned()) {
            return Err("another table or chart has the same id".into());
        }
        Ok(())
    }
}
