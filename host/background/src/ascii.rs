//! Reads the quarterly files of FAERS: `$`-delimited, no quotation, a header in the first row. What is a
//! row, [`rows`](crate::rows) says.
//!
//! Those of 2012Q3 and before, when the system was called AERS, name the same columns otherwise.

use std::collections::HashMap;

use crate::{
    BackgroundError,
    part::{Content, Part},
    profile::{self, Profile},
    reader::{Hashed, with_content},
    rows::{Group, Rows, Width},
    write::{Aside, Batch, DrugRow, Era, Filled, ReactionRow, ReportRow},
};

/// Rows of a batch: some hundred kilobytes, some milliseconds to write.
pub(crate) const BATCH_ROWS: usize = 5_000;
/// The role of the drug that the reporter suspects first.
const PRIMARY_SUSPECT: &str = "PS";

/// Reads the rows of a file from line `from` on, and hands them on in batches.
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
        let mut rows = Rows::new(&part.shown, Hashed::new(content));
        let columns = match part.content {
            // A list without a header.
            Content::Deleted => Columns::default(),
            _ => Columns::of(&rows.header()?),
        };
        let mut batch = Filling::new(part.content, &columns, &part.shown)?;
        let mut done = 0;
        while let Some(group) = rows.next()? {
            done = group.until;
            if done > from {
                batch.add(&group);
                if batch.rows >= BATCH_ROWS {
                    emit(batch.take(done, rows.content.bytes, None))?;
                }
            }
        }
        let bytes = rows.content.bytes;
        emit(batch.take(done, bytes, Some(rows.content.digest())))
    })
}

/// Where each column stands.
#[derive(Debug, Default)]
struct Columns(HashMap<String, usize>);

impl Columns {
    fn of(header: &str) -> Self {
        let names = header.split('$');
        let names = names.map(|name| name.trim_matches([' ', '"', '\t']).to_ascii_lowercase());
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
        era: Era,
        number: usize,
        case: usize,
        version: Option<usize>,
        sex: Option<usize>,
        age: Option<usize>,
        age_unit: Option<usize>,
        occupation: Option<usize>,
        received: Option<usize>,
    },
    Drugs {
        era: Era,
        number: usize,
        role: usize,
        product: usize,
        substance: Option<usize>,
    },
    Reactions {
        era: Era,
        number: usize,
        term: usize,
    },
    Outcomes {
        era: Era,
        number: usize,
        outcome: usize,
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
        let era = match columns.find(&["primaryid"]) {
            Some(_) => Era::Faers,
            None => Era::Aers,
        };
        Ok(match content {
            Content::Reports => Self::Reports {
                era,
                number: column(NUMBER)?,
                case: column(&["caseid", "case"])?,
                version: columns.find(&["caseversion"]),
                sex: columns.find(&["sex", "gndr_cod"]),
                age: columns.find(&["age"]),
                age_unit: columns.find(&["age_cod"]),
                occupation: columns.find(&["occp_cod"]),
                received: columns.find(&["init_fda_dt", "fda_dt"]),
            },
            Content::Drugs => Self::Drugs {
                era,
                number: column(NUMBER)?,
                role: column(&["role_cod"])?,
                product: column(&["drugname"])?,
                substance: columns.find(&["prod_ai"]),
            },
            Content::Reactions => Self::Reactions {
                era,
                number: column(NUMBER)?,
                term: column(&["pt"])?,
            },
            Content::Outcomes => Self::Outcomes {
                era,
                number: column(NUMBER)?,
                outcome: column(&["outc_cod"])?,
            },
            Content::Deleted | Content::Bulk => Self::Deleted,
        })
    }
}

/// A batch while it is filled.
struct Filling {
    wanted: Wanted,
    rows: usize,
    aside: Aside,
    filled: Filled,
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
            aside: Aside::default(),
            filled,
        })
    }

    /// A row that lacks what it is read for is left aside and counted.
    fn add(&mut self, group: &Group) {
        self.aside.joined += u64::from(group.joined);
        self.aside.parted += group.rows.len().saturating_sub(1) as u64;
        for (fields, width) in &group.rows {
            self.rows += 1;
            let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            let is_word = |field: &&str| !field.bytes().any(|byte| byte.is_ascii_digit());
            let first = matches!(self.wanted, Wanted::Deleted) && group.line == 1;
            let heading = first && fields.iter().all(is_word);
            let blank = heading || fields.iter().all(|field| field.is_empty());
            if *width == Width::Short {
                // It may be cut.
                fields.pop();
            }
            let long = *width == Width::Long;
            let added = match &mut self.filled {
                Filled::Reports(rows) => self.wanted.report(&fields).map(|row| rows.push(row)),
                Filled::Drugs(rows) => self.wanted.drug(&fields, long).map(|row| rows.extend(row)),
                Filled::Reactions(_) if long => None,
                Filled::Reactions(rows) => self.wanted.reaction(&fields).map(|row| rows.push(row)),
                Filled::Serious(_) if long => None,
                Filled::Serious(rows) => self.wanted.outcome(&fields).map(|row| rows.push(row)),
                Filled::Deleted(rows) => deleted(&fields).map(|cases| rows.extend(cases)),
                Filled::Bulk(_) => None,
            };
            if added.is_none() && !blank {
                self.aside.row(group.line);
            }
        }
    }

    fn take(&mut self, rows_done: u64, bytes: u64, sha256: Option<String>) -> Batch {
        self.rows = 0;
        let empty = self.wanted.empty();
        Batch {
            rows: std::mem::replace(&mut self.filled, empty),
            rows_done,
            bytes,
            aside: std::mem::take(&mut self.aside),
            sha256,
            last_updated: None,
        }
    }
}

impl Wanted {
    fn empty(&self) -> Filled {
        match self {
            Self::Reports { .. } => Filled::Reports(Vec::new()),
            Self::Drugs { .. } => Filled::Drugs(Vec::new()),
            Self::Reactions { .. } => Filled::Reactions(Vec::new()),
            Self::Outcomes { .. } => Filled::Serious(Vec::new()),
            Self::Deleted => Filled::Deleted(Vec::new()),
        }
    }

    fn report(&self, fields: &[&str]) -> Option<ReportRow> {
        let Self::Reports {
            era,
            number,
            case,
            version,
            ..
        } = self
        else {
            return None;
        };
        let number = filled(fields, *number)?;
        // AERS numbered every version anew, upwards.
        let version = version.map_or(Some(number), |version| filled(fields, version));
        Some(ReportRow {
            era: *era,
            number: number_of(*era, number),
            case: case_key(filled(fields, *case)?),
            version: version?.parse().ok()?,
            profile: self.profile(fields),
        })
    }

    /// What the report says of patient, reporter and receipt; seriousness comes from files of its own.
    fn profile(&self, fields: &[&str]) -> Profile {
        let Self::Reports {
            sex,
            age,
            age_unit,
            occupation,
            received,
            ..
        } = self
        else {
            return Profile::SILENT;
        };
        let text = |column: &Option<usize>| {
            let field = column.and_then(|column| fields.get(column));
            field.copied().unwrap_or_default()
        };
        Profile {
            sex_age: profile::sex_age(
                profile::sex(text(sex)),
                text(age).parse().ok(),
                profile::age_unit(text(age_unit)),
            ),
            professional: profile::is_professional(text(occupation)),
            serious: false,
            quarter: profile::quarter(text(received)),
        }
    }

    /// Some(None) for a drug that is not the primary suspect. Nothing for a suspect whose row holds more
    /// fields than it should: its names may be those of another column.
    fn drug(&self, fields: &[&str], long: bool) -> Option<Option<DrugRow>> {
        let Self::Drugs {
            era,
            number,
            role,
            product,
            substance,
        } = self
        else {
            return None;
        };
        let number = filled(fields, *number)?;
        if !filled(fields, *role)?.eq_ignore_ascii_case(PRIMARY_SUSPECT) {
            return Some(None);
        }
        if long {
            return None;
        }
        let substance = match substance {
            Some(substance) => fields.get(*substance)?,
            None => "",
        };
        Some(Some(DrugRow {
            number: number_of(*era, number),
            product: (*fields.get(*product)?).to_owned(),
            substance: substance.to_owned(),
        }))
    }

    fn outcome(&self, fields: &[&str]) -> Option<String> {
        let Self::Outcomes {
            era,
            number,
            outcome,
        } = self
        else {
            return None;
        };
        filled(fields, *outcome)?;
        Some(number_of(*era, filled(fields, *number)?))
    }

    fn reaction(&self, fields: &[&str]) -> Option<ReactionRow> {
        let Self::Reactions { era, number, term } = self else {
            return None;
        };
        Some(ReactionRow {
            number: number_of(*era, filled(fields, *number)?),
            term: filled(fields, *term)?.to_owned(),
        })
    }
}

/// Numbers of AERS and of FAERS are two sequences.
fn number_of(era: Era, number: &str) -> String {
    match era {
        Era::Aers => format!("ISR {number}"),
        Era::Faers => number.to_owned(),
    }
}

/// A case has one number in all quarters, whether it is written with leading zeros or not.
fn case_key(case: &str) -> String {
    let plain = case.trim_start_matches('0');
    let is_number = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { plain } else { case }.to_owned()
}

/// Case numbers of a row; the first row of a list may be a heading. More than one stand in a row where the list is
/// one of commas; a spreadsheet may have made them numbers with decimals.
fn deleted(fields: &[&str]) -> Option<Vec<String>> {
    let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let words = |text: &'_ str| -> Vec<String> {
        let words = text.split([',', ';', '|', '\t', '\r', ' ', '"', '\'']);
        let words = words.map(|word| word.strip_suffix(".0").unwrap_or(word));
        let words = words.filter(|word| !word.is_empty());
        words.filter(is_number).map(case_key).collect()
    };
    let cases = words(filled(fields, 0)?);
    (!cases.is_empty()).then_some(cases)
}

fn filled<'a>(fields: &[&'a str], column: usize) -> Option<&'a str> {
    fields
        .get(column)
        .copied()
        .filter(|field| !field.is_empty())
}
