//! Reads the quarterly files of FAERS: `$`-delimited, no quotation, a header in the first row.
//!
//! Those of 2012Q3 and before, when the system was called AERS, name the same columns otherwise.

use std::collections::HashMap;

use crate::{
    BackgroundError,
    part::{Content, Part},
    reader::{Hashed, with_content},
    write::{Batch, DrugRow, ReactionRow, ReportRow, Rows},
};

/// Rows of a batch: some hundred kilobytes, some milliseconds to write.
pub(crate) const BATCH_ROWS: usize = 5_000;
/// The role of the drug that the reporter suspects first.
const PRIMARY_SUSPECT: &str = "PS";

/// Reads the rows of a file from row `from` on, and hands them on in batches.
///
/// # Errors
///
/// If the file cannot be read, has not the columns of its kind, or what `emit` says.
pub(crate) fn read(
    part: &Part,
    from: u64,
    mut emit: impl FnMut(Batch) -> Result<(), BackgroundError>,
) -> Result<(), BackgroundError> {
    with_content(part, |content| {
        let mut lines = Lines {
            name: &part.name,
            content: Hashed::new(content),
            line: Vec::new(),
            row: 0,
        };
        let columns = match part.content {
            Content::Deleted => Columns::default(),
            _ => Columns::of(lines.next()?.unwrap_or_default().as_str()),
        };
        // The header is no row.
        lines.row = 0;
        let mut batch = Filling::new(part.content, &columns, &part.name)?;
        while let Some(line) = lines.next()? {
            if lines.row > from {
                batch.add(&line);
                if batch.rows >= BATCH_ROWS {
                    emit(batch.take(lines.row, lines.content.bytes, None))?;
                }
            }
        }
        let (row, bytes) = (lines.row, lines.content.bytes);
        emit(batch.take(row, bytes, Some(lines.content.digest())))
    })
}

/// The lines of a file as text. FAERS files are UTF-8 or ISO 8859-1, and do not say which.
struct Lines<'a, 'b> {
    name: &'a str,
    content: Hashed<'b>,
    line: Vec<u8>,
    row: u64,
}

impl Lines<'_, '_> {
    fn next(&mut self) -> Result<Option<String>, BackgroundError> {
        let read = self.content.line(&mut self.line);
        let more = read.map_err(|error| BackgroundError::Form {
            name: self.name.to_owned(),
            row: self.row + 1,
            reason: error.to_string(),
        })?;
        if !more {
            return Ok(None);
        }
        self.row += 1;
        let text = std::str::from_utf8(&self.line).map(str::to_owned);
        let latin = || self.line.iter().map(|byte| char::from(*byte)).collect();
        Ok(Some(text.unwrap_or_else(|_| latin())))
    }
}

/// Where each column stands.
#[derive(Debug, Default)]
struct Columns(HashMap<String, usize>);

impl Columns {
    fn of(header: &str) -> Self {
        let names = header.trim_start_matches('\u{feff}').split('$');
        let names = names.map(|name| name.trim().to_ascii_lowercase());
        Self(names.zip(0..).collect())
    }

    /// The first of several names that is there.
    fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.0.get(*name).copied())
    }
}

/// Which columns are wanted, by the kind of file.
enum Wanted {
    Reports {
        number: usize,
        case: usize,
        version: Option<usize>,
    },
    Drugs {
        number: usize,
        role: usize,
        product: usize,
        substance: Option<usize>,
    },
    Reactions {
        number: usize,
        term: usize,
    },
    Deleted,
}

impl Wanted {
    fn of(content: Content, columns: &Columns) -> Result<Self, &'static str> {
        let column = |names: &'static [&'static str]| {
            columns
                .find(names)
                .ok_or_else(|| names.first().copied().unwrap_or_default())
        };
        const NUMBER: &[&str] = &["primaryid", "isr"];
        Ok(match content {
            Content::Reports => Self::Reports {
                number: column(NUMBER)?,
                case: column(&["caseid", "case"])?,
                version: columns.find(&["caseversion"]),
            },
            Content::Drugs => Self::Drugs {
                number: column(NUMBER)?,
                role: column(&["role_cod"])?,
                product: column(&["drugname"])?,
                substance: columns.find(&["prod_ai"]),
            },
            Content::Reactions => Self::Reactions {
                number: column(NUMBER)?,
                term: column(&["pt"])?,
            },
            Content::Deleted | Content::Bulk => Self::Deleted,
        })
    }
}

/// A batch while it is filled.
struct Filling {
    wanted: Wanted,
    rows: usize,
    skipped: u64,
    filled: Rows,
}

impl Filling {
    fn new(content: Content, columns: &Columns, name: &str) -> Result<Self, BackgroundError> {
        let wanted = Wanted::of(content, columns).map_err(|missing| BackgroundError::Form {
            name: name.to_owned(),
            row: 0,
            reason: format!("the header has no column {missing}"),
        })?;
        let filled = wanted.empty();
        Ok(Self {
            wanted,
            rows: 0,
            skipped: 0,
            filled,
        })
    }

    /// A row that lacks what it is read for is passed over and counted: real quarters have a few,
    /// torn by a line feed inside a text.
    fn add(&mut self, line: &str) {
        self.rows += 1;
        let fields: Vec<&str> = line.split('$').map(str::trim).collect();
        let added = match &mut self.filled {
            Rows::Reports(rows) => self.wanted.report(&fields).map(|row| rows.push(row)),
            Rows::Drugs(rows) => self.wanted.drug(&fields).map(|row| rows.extend(row)),
            Rows::Reactions(rows) => self.wanted.reaction(&fields).map(|row| rows.push(row)),
            Rows::Deleted(rows) => deleted(&fields).map(|row| rows.push(row)),
            Rows::Bulk(_) => None,
        };
        if added.is_none() && !line.trim().is_empty() {
            self.skipped += 1;
        }
    }

    fn take(&mut self, rows_done: u64, bytes: u64, sha256: Option<String>) -> Batch {
        self.rows = 0;
        let empty = self.wanted.empty();
        Batch {
            rows: std::mem::replace(&mut self.filled, empty),
            rows_done,
            bytes,
            skipped: std::mem::take(&mut self.skipped),
            sha256,
            last_updated: None,
        }
    }
}

impl Wanted {
    fn empty(&self) -> Rows {
        match self {
            Self::Reports { .. } => Rows::Reports(Vec::new()),
            Self::Drugs { .. } => Rows::Drugs(Vec::new()),
            Self::Reactions { .. } => Rows::Reactions(Vec::new()),
            Self::Deleted => Rows::Deleted(Vec::new()),
        }
    }

    fn report(&self, fields: &[&str]) -> Option<ReportRow> {
        let Self::Reports {
            number,
            case,
            version,
        } = self
        else {
            return None;
        };
        let number = filled(fields, *number)?;
        // AERS numbered every version anew, upwards.
        let version = version.map_or(Some(number), |version| filled(fields, version));
        Some(ReportRow {
            number: number.to_owned(),
            case: filled(fields, *case)?.to_owned(),
            version: version?.parse().ok()?,
        })
    }

    /// Some(None) for a drug that is not the primary suspect.
    fn drug(&self, fields: &[&str]) -> Option<Option<DrugRow>> {
        let Self::Drugs {
            number,
            role,
            product,
            substance,
        } = self
        else {
            return None;
        };
        let number = filled(fields, *number)?;
        if filled(fields, *role)? != PRIMARY_SUSPECT {
            return Some(None);
        }
        let substance = substance.and_then(|substance| fields.get(substance));
        Some(Some(DrugRow {
            number: number.to_owned(),
            product: fields.get(*product).copied().unwrap_or_default().to_owned(),
            substance: substance.copied().unwrap_or_default().to_owned(),
        }))
    }

    fn reaction(&self, fields: &[&str]) -> Option<ReactionRow> {
        let Self::Reactions { number, term } = self else {
            return None;
        };
        Some(ReactionRow {
            number: filled(fields, *number)?.to_owned(),
            term: filled(fields, *term)?.to_owned(),
        })
    }
}

/// A case number; anything else in a list of them is a heading.
fn deleted(fields: &[&str]) -> Option<String> {
    let case = filled(fields, 0)?;
    case.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| case.to_owned())
}

fn filled<'a>(fields: &[&'a str], column: usize) -> Option<&'a str> {
    fields
        .get(column)
        .copied()
        .filter(|field| !field.is_empty())
}
