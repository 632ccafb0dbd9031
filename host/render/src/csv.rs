//! The tables of a document as CSV (RFC 4180), all rows and full precision, one file a table, put
//! together as a ZIP archive. The data of a chart are a table too.
//!
//! `index.csv` says which table is in which file, `columns.csv` what the columns mean. Files are
//! UTF-8 with a byte order mark: without one, Excel takes them for the local code page and spoils
//! every name with an accent; programs that do not skip the mark by themselves have the JSON.

mod archive;
mod content;
mod directory;
mod file_name;

use std::borrow::Cow;

use quire_model::{Block, Document, Table};

use crate::{Numbering, RenderError, chart::tabulated};

/// One file of the CSV form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvFile {
    /// A plain name without directories, such as `table-03-reactions.csv`.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A table of the document, with its place in it.
struct Placed<'a> {
    section: &'a str,
    section_number: usize,
    /// `Table 3`, or `Figure 1` for the data of a chart.
    label: String,
    table: Cow<'a, Table>,
}

/// Every table as CSV, in one ZIP archive.
///
/// # Errors
///
/// [`RenderError::Writer`] if the archive would become larger than ZIP allows.
pub fn csv(document: &Document) -> Result<Vec<u8>, RenderError> {
    archive::zip(&csv_files(document)?)
}

/// The files of which [`csv()`] makes an archive: `index.csv`, `columns.csv`, then the tables.
///
/// # Errors
///
/// [`RenderError::Writer`], which would be ours to fix.
pub fn csv_files(document: &Document) -> Result<Vec<CsvFile>, RenderError> {
    let numbering = Numbering::of(document);
    let tables = tables(document, &numbering);
    let mut files = vec![
        directory::index(document, &numbering, &tables)?,
        directory::columns(&tables)?,
    ];
    for table in &tables {
        files.push(CsvFile {
            name: file_name::of(table),
            bytes: content::table(&table.table)?,
        });
    }
    Ok(files)
}

/// One table as CSV. `name` is `section/id`, as `index.csv` lists it.
///
/// # Errors
///
/// [`RenderError::NoTable`] if there is none of that name.
pub fn csv_table(document: &Document, name: &str) -> Result<CsvFile, RenderError> {
    let numbering = Numbering::of(document);
    let tables = tables(document, &numbering);
    let Some(table) = tables.iter().find(|table| table.name() == name) else {
        return Err(RenderError::NoTable {
            name: name.chars().take(200).collect(),
            known: tables.iter().map(Placed::name).collect(),
        });
    };
    Ok(CsvFile {
        name: file_name::of(table),
        bytes: content::table(&table.table)?,
    })
}

impl Placed<'_> {
    fn name(&self) -> String {
        format!("{}/{}", self.section, self.table.id)
    }
}

/// All tables in printed order, charts included.
fn tables<'a>(document: &'a Document, numbering: &Numbering) -> Vec<Placed<'a>> {
    let mut tables = Vec::new();
    for (section_number, section) in document.sections.iter().enumerate() {
        for (at, block) in section.blocks.iter().enumerate() {
            let table = match block {
                Block::Table(table) => Cow::Borrowed(table),
                Block::Chart(chart) => Cow::Owned(tabulated::table(chart)),
                _ => continue,
            };
            tables.push(Placed {
                section: &section.name,
                section_number,
                label: numbering.label(section_number, at).replace('\u{a0}', " "),
                table,
            });
        }
    }
    tables
}

#[cfg(test)]
mod tests;
