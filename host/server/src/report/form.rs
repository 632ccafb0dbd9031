//! Which form a report is written in, and its bytes.

use std::path::Path;

use quire_model::Document;
use quire_render::CsvFile;

use crate::{
    cli::{FormName, Report},
    remote::query,
};

/// A form, with what only it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Pdf,
    Html,
    Json,
    /// All tables in one archive.
    Tables,
    /// One table, by its name.
    Table(String),
}

/// What is written.
pub(crate) enum Written {
    /// One file.
    File(Vec<u8>),
    /// Files for a directory that exists.
    Files(Vec<CsvFile>),
}

impl Form {
    /// The form asked for, or the one that the ending of the file means; or what is wrong.
    pub(crate) fn of(command: &Report) -> Result<Self, String> {
        Self::named(command.format, command.table.as_deref(), &command.output)
    }

    /// The same of its parts.
    pub(crate) fn named(
        format: Option<FormName>,
        table: Option<&str>,
        output: &Path,
    ) -> Result<Self, String> {
        let name = match format {
            Some(name) => name,
            None => ending(output)?,
        };
        match (name, table) {
            (FormName::Csv, Some(table)) => Ok(Self::Table(table.to_owned())),
            (_, Some(_)) => Err(
                "--table names one table of the CSV form: add --format csv, or leave --table out"
                    .to_owned(),
            ),
            (FormName::Pdf, None) => Ok(Self::Pdf),
            (FormName::Html, None) => Ok(Self::Html),
            (FormName::Json, None) => Ok(Self::Json),
            (FormName::Csv, None) => Ok(Self::Tables),
        }
    }

    /// Whether the output may be a directory: then each table becomes a file in it.
    pub(crate) const fn fills_directories(&self) -> bool {
        matches!(self, Self::Tables)
    }

    /// As the audit trail calls it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Pdf => "pdf".to_owned(),
            Self::Html => "html".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Tables => "csv".to_owned(),
            Self::Table(name) => format!("csv {name}"),
        }
    }

    /// Where a server has it, after the address of the task.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Table(name) => format!("/csv{}", query(&[("table", Some(name.clone()))])),
            form => format!("/{}", form.name()),
        }
    }

    /// The bytes of the form of what is stored: the PDF, or else the document as JSON.
    pub(crate) fn of_stored(&self, stored: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        Ok(match self {
            Self::Pdf | Self::Json => stored,
            Self::Html => quire_render::html(&quire_render::read_json(&stored)?)?,
            Self::Tables => quire_render::csv(&quire_render::read_json(&stored)?)?,
            Self::Table(name) => {
                quire_render::csv_table(&quire_render::read_json(&stored)?, name)?.bytes
            }
        })
    }

    /// The bytes of the form; the PDF, if it is that, is drawn already.
    pub(crate) fn write(
        &self,
        document: &Document,
        pdf: Vec<u8>,
        directory: bool,
    ) -> anyhow::Result<Written> {
        Ok(Written::File(match self {
            Self::Pdf => pdf,
            Self::Html => quire_render::html(document)?,
            Self::Json => quire_render::json(document)?,
            Self::Tables if directory => {
                return Ok(Written::Files(quire_render::csv_files(document)?));
            }
            Self::Tables => quire_render::csv(document)?,
            Self::Table(name) => quire_render::csv_table(document, name)?.bytes,
        }))
    }
}

/// The form that a file's ending means, PDF where it has none; or what is wrong with an ending that promises
/// something else.
pub(crate) fn ending(output: &Path) -> Result<FormName, String> {
    let ending = output.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Ok(FormName::Html),
        Some("json") => Ok(FormName::Json),
        Some("zip" | "csv") => Ok(FormName::Csv),
        Some("pdf") => Ok(FormName::Pdf),
        Some(other) if other.bytes().all(|byte| byte.is_ascii_lowercase()) => Err(format!(
            "--output ends with .{other}, which is no form of a report: expected .pdf, .html, .json or .zip; \
             --format says the form whatever the name"
        )),
        _ => Ok(FormName::Pdf),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_file_means_a_form() {
        for (file, form) in [
            ("a.pdf", FormName::Pdf),
            ("-", FormName::Pdf),
            ("a.b.HTML", FormName::Html),
            ("a.json", FormName::Json),
            ("tables.zip", FormName::Csv),
        ] {
            assert_eq!(ending(Path::new(file)), Ok(form), "{file}");
        }
        for name in ["a", "report.2025-06", "of.2025"] {
            assert_eq!(ending(Path::new(name)), Ok(FormName::Pdf), "{name}");
        }
        for other in ["a.docx", "a.XLSX", "a.txt"] {
            assert!(ending(Path::new(other)).unwrap_err().contains("--format"));
        }
    }
}
