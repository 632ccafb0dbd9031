//! Rows of a quarterly file, measured against its header: torn ones are joined, glued ones are parted.
//!
//! A line feed inside a text tears a row in two; a missing one glues two rows together. Both occur in
//! FDA's files. Rows are told from the rest of a torn one by how they begin: with the number of the
//! report, and in files of FAERS the number of the case, which the first one starts with.

use std::collections::VecDeque;

use crate::{
    BackgroundError,
    reader::{Hashed, Line},
};

/// Digits that a number of AERS has at least; fewer are a dose or an age.
const SHORTEST_NUMBER: usize = 5;

/// Digits of a version, which the number of a report in FAERS has behind that of its case.
const LONGEST_VERSION: usize = 3;

/// Stands for a line that is too long to be read; no file has it as a line.
const TOO_LONG: &str = "\0";

/// Why a header is none, whatever columns it names.
fn trouble(header: &str) -> Option<&'static str> {
    if header == TOO_LONG || header.contains('\r') {
        return Some("its lines do not end in line feeds, as those of FDA's files do");
    }
    let is_utf_16 = header.contains('\0');
    is_utf_16.then_some("it is encoded in UTF-16; save it in UTF-8, as FDA gives it")
}

/// The rows of a file.
pub(crate) struct Rows<'a, 'b> {
    name: &'a str,
    pub(crate) content: Hashed<'b>,
    line: Vec<u8>,
    /// Lines that were read, the header not included.
    read: u64,
    /// Read, but not yet asked for.
    ahead: VecDeque<String>,
    /// Fields of a whole row; 0 where any number will do.
    width: usize,
    faers: bool,
}

/// What one line, or several that belong together, hold.
#[derive(Debug)]
pub(crate) struct Group {
    /// Rows, and whether each has as many fields as it should.
    pub(crate) rows: Vec<(Vec<String>, Width)>,
    /// The number of the first of its lines, counted from 1 without the header.
    pub(crate) line: u64,
    /// Lines of the file that are done with it.
    pub(crate) until: u64,
    /// Whether it was torn, and is joined.
    pub(crate) joined: bool,
}

/// A row beside its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// As many fields.
    Fits,
    /// Fewer: the last field may be cut.
    Short,
    /// More: a separator stands inside a text, and what follows it is out of place.
    Long,
}

impl<'a, 'b> Rows<'a, 'b> {
    pub(crate) fn new(name: &'a str, content: Hashed<'b>) -> Self {
        Self {
            name,
            content,
            line: Vec::new(),
            read: 0,
            ahead: VecDeque::new(),
            width: 0,
            faers: false,
        }
    }

    /// The header, which the rows are measured against from now on.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub(crate) fn header(&mut self) -> Result<String, BackgroundError> {
        let header = self.read_line()?.unwrap_or_default();
        self.read = 0;
        if let Some(reason) = trouble(&header) {
            return Err(BackgroundError::Form {
                name: self.name.to_owned(),
                row: 0,
                reason: reason.to_owned(),
            });
        }
        let columns = header.trim_end_matches(['$', ' ']);
        self.width = columns.split('$').count();
        self.faers = columns.to_ascii_lowercase().contains("primaryid");
        // Some headers name more or fewer columns than every row has.
        self.look_ahead(2)?;
        let mut first = self.ahead.iter().map(|line| {
            let fields = line.split('$').count();
            (self.begins_a_row(line) && !self.fits(line)).then_some(fields)
        });
        if let (Some(Some(one)), Some(Some(other))) = (first.next(), first.next())
            && one == other
        {
            self.width = one;
        }
        Ok(header)
    }

    /// The next row or rows; none at the end.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub(crate) fn next(&mut self) -> Result<Option<Group>, BackgroundError> {
        self.look_ahead(1)?;
        let line = self.place() + 1;
        let Some(mut text) = self.ahead.pop_front() else {
            return Ok(None);
        };
        let mut joined = false;
        while text.split('$').count() < self.width && text != TOO_LONG {
            self.look_ahead(1)?;
            let longer = self.ahead.front().and_then(|next| self.join(&text, next));
            let Some(longer) = longer else { break };
            self.ahead.pop_front();
            (text, joined) = (longer, true);
        }
        Ok(Some(Group {
            rows: self.part(&text),
            line,
            until: self.place(),
            joined,
        }))
    }

    /// Lines that were handed on.
    fn place(&self) -> u64 {
        self.read - self.ahead.len() as u64
    }

    fn look_ahead(&mut self, lines: usize) -> Result<(), BackgroundError> {
        while self.ahead.len() < lines {
            let Some(line) = self.read_line()? else { break };
            self.ahead.push_back(line);
        }
        Ok(())
    }

    fn read_line(&mut self) -> Result<Option<String>, BackgroundError> {
        let read = self.content.line(&mut self.line);
        let read = read.map_err(|error| BackgroundError::Form {
            name: self.name.to_owned(),
            row: self.read + 1,
            reason: error.to_string(),
        })?;
        self.read += u64::from(read != Line::End);
        Ok(match read {
            Line::End => None,
            Line::TooLong => Some(TOO_LONG.to_owned()),
            Line::Read if self.read == 1 => {
                Some(text(&self.line).trim_start_matches('\u{feff}').to_owned())
            }
            Line::Read => Some(text(&self.line)),
        })
    }

    fn fits(&self, line: &str) -> bool {
        let fields = line.split('$').count();
        self.width == 0 || fields == self.width || (fields == self.width + 1 && line.ends_with('$'))
    }

    /// A number of digits, and in files of FAERS a second one of which only a version is missing.
    fn begins_a_row(&self, line: &str) -> bool {
        let mut fields = line.split('$').map(str::trim);
        let (number, second) = (fields.next(), fields.next());
        let (Some(number), Some(second)) = (number, second) else {
            return false;
        };
        is_number(number)
            && match self.faers {
                true => {
                    let version = number.strip_prefix(second).map(str::len);
                    is_number(second) && version.is_some_and(|digits| digits <= LONGEST_VERSION)
                }
                false => number.len() >= SHORTEST_NUMBER,
            }
    }

    /// A torn row with its rest; none if `next` is another row, or both are more than one.
    fn join(&self, torn: &str, next: &str) -> Option<String> {
        if next == TOO_LONG || self.begins_a_row(next) {
            return None;
        }
        let plain = format!("{} {}", torn.trim_end(), next.trim_start());
        // Torn at a separator, which then ends the one line and begins the other.
        let merged = match (torn.strip_suffix('$'), next.starts_with('$')) {
            (Some(torn), true) => Some(format!("{torn}{next}")),
            _ => None,
        };
        let is_row = |text: &str| self.fits(text) && self.begins_a_row(text);
        let merged = merged.filter(|merged| is_row(merged) && !is_row(&plain));
        let joined = merged.unwrap_or(plain);
        (joined.split('$').count() <= self.width || self.fits(&joined)).then_some(joined)
    }

    /// The rows that a line holds.
    fn part(&self, line: &str) -> Vec<(Vec<String>, Width)> {
        let fields: Vec<String> = line
            .split('$')
            .map(|field| field.trim().to_owned())
            .collect();
        let mut rows = Vec::new();
        let mut rest = fields.clone();
        while rest.len() > self.width && !self.is_whole(&rest) {
            let Some((first, others)) = self.part_first(&rest) else {
                return vec![(fields, Width::Long)];
            };
            rows.push((first, Width::Fits));
            rest = others;
        }
        let width = match self.is_whole(&rest) {
            true => Width::Fits,
            false => Width::Short,
        };
        rows.push((rest, width));
        rows
    }

    fn is_whole(&self, fields: &[String]) -> bool {
        let ends = || fields.last().is_some_and(String::is_empty);
        self.width == 0 || fields.len() == self.width || (fields.len() == self.width + 1 && ends())
    }

    /// The first of several rows in a line. Where a row ends with a separator the next one begins behind
    /// it; elsewhere its last field and the next one's number are one field, which is looked at first in FAERS:
    /// a number and a case stand there, where behind it a case and the first digit of something else may.
    fn part_first(&self, fields: &[String]) -> Option<(Vec<String>, Vec<String>)> {
        let (shared, behind) = (|| self.part_shared(fields), || self.part_behind(fields));
        match self.faers {
            true => shared().or_else(behind),
            false => behind().or_else(shared),
        }
    }

    fn part_behind(&self, fields: &[String]) -> Option<(Vec<String>, Vec<String>)> {
        let behind = fields.get(self.width..)?;
        let begins = behind.len() + 1 >= self.width && self.begins_a_row(&behind.join("$"));
        let first = fields.get(..self.width)?;
        begins.then(|| (first.to_vec(), behind.to_vec()))
    }

    fn part_shared(&self, fields: &[String]) -> Option<(Vec<String>, Vec<String>)> {
        let behind = fields.get(self.width..)?;
        let shared = fields.get(self.width.checked_sub(1)?)?;
        let from = match self.faers {
            true => shared.rfind(behind.first()?.as_str())?,
            false => shared.rfind(|letter: char| !letter.is_ascii_digit())? + 1,
        };
        let (end, number) = shared.split_at_checked(from)?;
        let mut first = fields.get(..self.width - 1)?.to_vec();
        first.push(end.trim().to_owned());
        let others: Vec<String> = [number.to_owned()]
            .into_iter()
            .chain(behind.iter().cloned())
            .collect();
        let begins = is_number(number) && self.begins_a_row(&others.join("$"));
        (begins && others.len() >= self.width).then_some((first, others))
    }
}

fn is_number(field: &str) -> bool {
    !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit())
}

/// FAERS files are UTF-8 or what Windows calls 1252, and do not say which.
fn text(line: &[u8]) -> String {
    match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) => line.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

/// ISO 8859-1 with apostrophes, dashes and the like where that has control characters.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}',
        '\u{2021}', '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}',
        '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}',
        '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}',
        '\u{178}',
    ];
    let high = byte.checked_sub(0x80).map(usize::from);
    let high = high.and_then(|place| HIGH.get(place)).copied();
    high.unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of each row, those of torn rows with a `+` and those that do not fit with a `?` before.
    fn rows(file: &str) -> Vec<String> {
        let mut content = file.as_bytes();
        let mut rows = Rows::new("REAC22Q3.txt", Hashed::new(&mut content));
        rows.header().unwrap();
        let mut shown = Vec::new();
        let mut until = 0;
        while let Some(group) = rows.next().unwrap() {
            assert_eq!(group.line, until + 1);
            until = group.until;
            for (fields, width) in group.rows {
                let joined = if group.joined { "+" } else { "" };
                let odd = if width == Width::Fits { "" } else { "?" };
                shown.push(format!("{joined}{odd}{}", fields.join("|")));
            }
        }
        assert_eq!(until, file.lines().count() as u64 - 1);
        shown
    }

    #[test]
    fn torn_rows_are_joined() {
        let file = "primaryid$caseid$role$name$end\n\
            101$10$PS$ONE 5 MG\nTABLET$x\n\
            201$20$\n$PS$TWO$x\n\
            301$30$PS$T\nH\nREE$x\n\
            401$40$PS$FOUR$x\n";

        assert_eq!(
            rows(file),
            [
                "+101|10|PS|ONE 5 MG TABLET|x",
                "+201|20|PS|TWO|x",
                "+301|30|PS|T H REE|x",
                "401|40|PS|FOUR|x"
            ]
        );
    }

    #[test]
    fn a_separator_that_both_parts_of_a_torn_row_have_is_one() {
        let file = "primaryid$caseid$role$name$end\n101$10$PS$ONE$x\n201$\n$20$PS$TWO$\n";

        assert_eq!(rows(file), ["101|10|PS|ONE|x", "+201|20|PS|TWO|"]);
    }

    #[test]
    fn what_cannot_be_joined_is_short_and_takes_no_other_row_with_it() {
        let file = "primaryid$caseid$pt$end\n101$10$A$\n201$20$B\n301$30$C$\nstray\n401$40\n";

        let rows = rows(file);

        assert_eq!(
            rows,
            ["101|10|A|", "?201|20|B", "301|30|C|", "?stray", "?401|40"]
        );
    }

    #[test]
    fn glued_rows_are_parted() {
        let faers = "primaryid$caseid$pt$end\n101$10$A$yes201$20$B$301$30$C$\n401$40$D$x\n";
        assert_eq!(
            rows(faers),
            ["101|10|A|yes", "201|20|B|", "301|30|C|", "401|40|D|x"]
        );
        // A case that begins with the number that stands behind it, and an empty last field.
        let drugs = "primaryid$caseid$seq$name$end\n101$10$1$A$\n201$20$2$B$301$30$3$C$\n\
            111$11$1$D$121$12$1$E$131$13$1$F$x\n";
        assert_eq!(
            rows(drugs),
            [
                "101|10|1|A|",
                "201|20|2|B|",
                "301|30|3|C|",
                "111|11|1|D|",
                "121|12|1|E|",
                "131|13|1|F|x"
            ]
        );
        let aers = "ISR$PT\r\n4652507$RASH$4652508$NAUSEA$\r\n4652509$COUGH$\r\n";
        assert_eq!(
            rows(aers),
            ["4652507|RASH", "4652508|NAUSEA|", "4652509|COUGH|"]
        );
    }

    #[test]
    fn a_separator_inside_a_text_is_no_second_row() {
        let file = "primaryid$caseid$pt$end\n101$10$A$B$C$x\n201$20$B$x\n";

        assert_eq!(rows(file), ["?101|10|A|B|C|x", "201|20|B|x"]);
    }

    #[test]
    fn a_header_that_names_more_than_every_row_has_is_no_measure() {
        let file = "primaryid$caseid$pt$drug_rec_act$more\n101$10$A$x\n201$20$B$x\n301$30$C$x\n";

        assert_eq!(rows(file), ["101|10|A|x", "201|20|B|x", "301|30|C|x"]);
    }

    #[test]
    fn a_line_without_end_is_passed_over() {
        let long = "x".repeat(crate::reader::ROW_BYTES * 2 + 5);
        let file = format!("primaryid$caseid$pt\n101$10$A\n{long}\n201$20$B\n");

        assert_eq!(rows(&file), ["101|10|A", "?\0", "201|20|B"]);
    }

    #[test]
    fn old_files_have_letters_of_windows() {
        assert_eq!(text(b"CROHN\x92S \xfc\xa0"), "CROHN\u{2019}S \u{fc}\u{a0}");
        assert_eq!(text("µg".as_bytes()), "µg");
    }
}
