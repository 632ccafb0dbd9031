//! One file of an import: where it is, what it holds, and how to tell it from another.

use std::path::PathBuf;

/// A file in a folder, or one inside a zip file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    /// First, since reports must be known before their drugs and reactions are read.
    pub(crate) content: Content,
    /// Its own name, which tells what it holds: `REAC22Q3.txt`. Not what it is known by: each quarter of
    /// openFDA's download has a `drug-event-0001-of-0001.json`.
    pub(crate) name: String,
    /// Bytes of the content.
    pub(crate) bytes: u64,
    /// The checksum that the zip file states, or that of the first bytes of a plain file.
    pub(crate) checksum: u32,
    /// The file, or the zip file around it. Behind what the content says, so that the order in which
    /// files are read does not depend on where they lie.
    pub(crate) path: PathBuf,
    /// Its name inside the zip file.
    pub(crate) entry: Option<String>,
    /// What it is called in messages: its name, and as much of its place as tells it from namesakes.
    pub(crate) shown: String,
}

impl Part {
    /// The folders that it lies in, innermost last, then its name: what tells it from one of the same
    /// name. A zip file is a folder, unless it is named after what it holds.
    pub(crate) fn place(&self) -> Vec<String> {
        let path = match &self.entry {
            None => self.path.clone(),
            Some(entry) => {
                let zip = self.path.file_stem().unwrap_or_default();
                let named_after = zip.to_string_lossy().eq_ignore_ascii_case(&self.name);
                let around = match (named_after, self.path.parent()) {
                    (true, Some(folder)) => folder,
                    _ => &self.path,
                };
                around.join(entry.replace('\\', "/"))
            }
        };
        let parts = path.components();
        parts
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect()
    }
}

/// What the rows of a file are, in the order in which kinds of files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// `DEMOyyQq.txt`: one row a report version.
    Reports,
    /// `DRUGyyQq.txt`: one row a drug of a report version.
    Drugs,
    /// `REACyyQq.txt`: one row a reaction of a report version.
    Reactions,
    /// `OUTCyyQq.txt`: one row an outcome that makes a report version serious.
    Outcomes,
    /// Case numbers that FDA has withdrawn, one a row.
    Deleted,
    /// Whole reports in openFDA's JSON.
    Bulk,
}

/// A quarter of a year, such as 22Q3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quarter {
    pub(crate) year: i16,
    pub(crate) quarter: i8,
}

impl Content {
    /// What a file of this name holds; none for anything that is not imported.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (stem, extension) = name.rsplit_once('.')?;
        let quarterly = Quarter::of(&name).is_some();
        // One list is of all quarters: AllDeletedCases.txt.
        if matches!(extension, "txt" | "csv") && stem.contains("delete") {
            return Some(Self::Deleted);
        }
        match extension {
            "txt" if quarterly && stem.starts_with("demo") => Some(Self::Reports),
            "txt" if quarterly && stem.starts_with("drug") => Some(Self::Drugs),
            "txt" if quarterly && stem.starts_with("reac") => Some(Self::Reactions),
            "txt" if quarterly && stem.starts_with("outc") => Some(Self::Outcomes),
            "json" if stem.starts_with("drug-event") => Some(Self::Bulk),
            _ => None,
        }
    }
}

impl Content {
    /// What a file of this name in this folder holds: a list in a folder of withdrawn cases may be called anything.
    pub(crate) fn in_folder(folder: &str, name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let is_list = (lower.ends_with(".txt") || lower.ends_with(".csv"))
            && folder.to_ascii_lowercase().contains("delete")
            && !is_not_counted(name)
            && !["readme", "faq"].iter().any(|stem| lower.starts_with(stem));
        Self::of(name).or_else(|| is_list.then_some(Self::Deleted))
    }
}

/// Whether it is another file of a quarter: outcomes without reports, indications, therapies, sources, or what
/// explains them. Its numbers are those of reports, never of withdrawn ones.
pub(crate) fn is_not_counted(name: &str) -> bool {
    let stems = ["outc", "indi", "ther", "rpsr", "stat", "size"];
    let name = name.to_ascii_lowercase();
    Quarter::of(&name).is_some() && stems.iter().any(|stem| name.starts_with(stem))
}

impl Quarter {
    /// The quarter in a name such as `DEMO22Q3.txt` or `ADR22Q3DeletedCases.txt`.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let bytes = name.as_bytes();
        bytes.windows(4).find_map(|window| match window {
            [tens, ones, b'q' | b'Q', quarter @ b'1'..=b'4']
                if tens.is_ascii_digit() && ones.is_ascii_digit() =>
            {
                let year = i16::from(tens - b'0') * 10 + i16::from(ones - b'0');
                Some(Self {
                    year: 2000 + year,
                    quarter: i8::try_from(quarter - b'0').unwrap_or(1),
                })
            }
            _ => None,
        })
    }

    /// Its last day.
    pub(crate) fn end(self) -> quire_model::Date {
        let (month, day) = match self.quarter {
            1 => (3, 31),
            2 => (6, 30),
            3 => (9, 30),
            _ => (12, 31),
        };
        quire_model::Date::new(self.year, month, day).unwrap_or(quire_model::Date::ZERO)
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}Q{}", self.year, self.quarter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (name, content) in [
            ("DEMO22Q3.txt", Some(Content::Reports)),
            ("drug14q1.TXT", Some(Content::Drugs)),
            ("REAC22Q3.txt", Some(Content::Reactions)),
            ("ADR22Q3DeletedCases.txt", Some(Content::Deleted)),
            ("DELETE22Q3.txt", Some(Content::Deleted)),
            ("AllDeletedCases.txt", Some(Content::Deleted)),
            ("drug-event-0001-of-0035.json", Some(Content::Bulk)),
            ("OUTC22Q3.txt", Some(Content::Outcomes)),
            ("STAT22Q3.TXT", None),
            ("DEMO.txt", None),
            ("device-event-0001-of-0003.json", None),
        ] {
            assert_eq!(Content::of(name), content, "{name}");
        }
    }

    #[test]
    fn a_list_in_a_folder_of_withdrawn_cases_may_be_called_anything() {
        for (folder, name, content) in [
            ("Deleted", "22Q3.txt", Some(Content::Deleted)),
            ("deleted_cases", "cases.CSV", Some(Content::Deleted)),
            ("deleted", "Readme.txt", None),
            ("deleted", "list.pdf", None),
            ("not deleted", "INDI22Q3.txt", None),
            ("not deleted", "STAT22Q3.TXT", None),
            ("deleted", "DEMO22Q3.txt", Some(Content::Reports)),
            ("ascii", "22Q3.txt", None),
        ] {
            assert_eq!(Content::in_folder(folder, name), content, "{folder}/{name}");
        }
    }

    #[test]
    fn a_file_is_told_from_its_namesakes_by_where_it_lies() {
        let part = |path: &str, entry: Option<&str>| Part {
            content: Content::Bulk,
            name: "a.json".to_owned(),
            bytes: 0,
            checksum: 0,
            path: path.into(),
            entry: entry.map(str::to_owned),
            shown: String::new(),
        };

        let place = |path, entry| part(path, entry).place();
        assert_eq!(place("x/2004q1/a.json", None), ["x", "2004q1", "a.json"]);
        let zipped = place("x/2004q1/a.json.zip", Some("a.json"));
        assert_eq!(zipped, ["x", "2004q1", "a.json"]);
        let inside = place("x/q1.zip", Some("in/a.json"));
        assert_eq!(inside, ["x", "q1.zip", "in", "a.json"]);
    }

    #[test]
    fn a_quarter_ends_with_its_third_month() {
        let quarter = Quarter::of("DEMO22Q3.txt").unwrap();

        assert_eq!(quarter.to_string(), "2022Q3");
        assert_eq!(quarter.end().to_string(), "2022-09-30");
    }
}
