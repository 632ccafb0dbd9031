//! Which form a report is written in, and its bytes.

use std::path::Path;

use quire_model::Document;
use quire_render::CsvFile;

use crate::cli::{FormName, Report};

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
        let name = match command.format {
            Some(name) => name,
            None => ending(&command.output)?,
        };
        match (name, &command.table) {
            (FormName::Csv, Some(table)) => Ok(Self::Table(table.clone())),
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
