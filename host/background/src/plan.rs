//! Which files an import consists of, in the order they are read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use quire_model::{Date, Digest};

use crate::{
    BackgroundError,
    part::{Content, Part, Quarter, is_not_counted},
    reader,
};

/// Folders inside folders that are looked into: a quarter comes as `ASCII/` inside `faers_ascii_…/`.
const DEPTH: usize = 3;

/// Everything that is known before the first row is read.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) parts: Vec<Part>,
    /// Files among those given that are not read, and why.
    pub(crate) aside: Vec<(String, String)>,
    pub(crate) kind: Kind,
    /// What the source is, in words for a method section.
    pub(crate) label: String,
    /// A name for the import, if the administrator gives none.
    pub(crate) name: String,
    /// The last day of the newest quarter; bulk files say it inside.
    pub(crate) as_of: Option<Date>,
    /// Whether it is known of every report if it is serious: quarterly files say it in files of their own.
    pub(crate) outcomes: bool,
    /// Of names, sizes and checksums.
    pub(crate) fingerprint: Digest,
}

/// Which of the two forms of FAERS the files have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quarterly files, `$`-delimited.
    Ascii,
    /// Download files of openFDA.
    Bulk,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Bulk => "bulk",
        }
    }
}

impl Plan {
    /// Look into the given files, folders and zip files.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or they do not make an import.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Self, BackgroundError> {
        let mut found = Found::default();
        for path in paths {
            look_into(path, DEPTH, &mut found)?;
        }
        let Found {
            mut parts,
            mut others,
        } = found;
        others.extend(without_reports(&mut parts));
        parts.sort();
        let twice = without_repeats(&mut parts)?;
        show(&mut parts);
        if parts.is_empty() {
            let paths = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            return Err(BackgroundError::NothingToImport { paths });
        }
        let is_bulk = |part: &Part| part.content == Content::Bulk;
        let kind = match (parts.iter().any(is_bulk), parts.iter().all(is_bulk)) {
            (false, _) => Kind::Ascii,
            (true, true) => Kind::Bulk,
            (true, false) => return Err(BackgroundError::Mixed),
        };
        let quarters = quarters(&parts);
        if kind == Kind::Ascii {
            check_quarters(&parts, &quarters)?;
        }
        Ok(Self {
            label: label(kind, &quarters, parts.len()),
            name: name(kind, &quarters, &parts),
            as_of: quarters.last().map(|quarter| quarter.end()),
            fingerprint: fingerprint(&parts),
            outcomes: kind == Kind::Bulk || have_outcomes(&parts),
            aside: aside(others, twice),
            kind,
            parts,
        })
    }
}

/// What lies where one was told to look.
#[derive(Default)]
struct Found {
    parts: Vec<Part>,
    /// Names of everything else.
    others: Vec<String>,
}

fn look_into(path: &Path, depth: usize, found: &mut Found) -> Result<(), BackgroundError> {
    let unreadable = |source| BackgroundError::Read {
        path: path.to_owned(),
        source,
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        if depth == 0 {
            found.others.push(format!("{}/", path.display()));
            return Ok(());
        }
        for entry in fs::read_dir(path).map_err(unreadable)? {
            look_into(&entry.map_err(unreadable)?.path(), depth - 1, found)?;
        }
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.to_ascii_lowercase().ends_with(".zip") {
        found
            .parts
            .extend(reader::entries(path, &mut found.others)?);
    } else if let Some(content) = Content::in_folder(&folder_of(path), &name) {
        let part = reader::plain(path, &name, content, about.len()).map_err(unreadable)?;
        found.parts.push(part);
    } else {
        found.others.push(name.into_owned());
    }
    Ok(())
}

/// The name of the folder that a file lies in.
fn folder_of(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().into_owned()
}

/// Takes out files whose whole content stands before them, whatever they are called and wherever they
/// lie: a quarter and the zip file that it came in. Only files of equal size are read for it.
fn without_repeats(parts: &mut Vec<Part>) -> Result<Vec<Part>, BackgroundError> {
    let mut sizes: BTreeMap<(Content, u64), usize> = BTreeMap::new();
    for part in parts.iter() {
        *sizes.entry((part.content, part.bytes)).or_default() += 1;
    }
    let mut seen = BTreeSet::new();
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    for part in parts.drain(..) {
        let alone = sizes.get(&(part.content, part.bytes)) == Some(&1);
        if alone || seen.insert((part.content, reader::digest(&part)?)) {
            once.push(part);
        } else {
            twice.push(part);
        }
    }
    *parts = once;
    Ok(twice)
}

/// Calls each file by its name, with as many folders before it as tell it from its namesakes.
fn show(parts: &mut [Part]) {
    let places: Vec<Vec<String>> = parts.iter().map(Part::place).collect();
    let ending = |place: &[String], length: usize| {
        let from = place.len().saturating_sub(length);
        place.get(from..).unwrap_or_default().join("/")
    };
    let deepest = places.iter().map(Vec::len).max().unwrap_or(1);
    for (index, part) in parts.iter_mut().enumerate() {
        let Some(own) = places.get(index) else {
            continue;
        };
        let alone = |length: &usize| {
            let mine = ending(own, *length).to_lowercase();
            let same = places.iter();
            let same = same.filter(|place| ending(place, *length).to_lowercase() == mine);
            same.count() == 1
        };
        let length = (1..=deepest).find(alone).unwrap_or(deepest);
        part.shown = ending(own, length);
    }
}

/// Most files that are named one by one: someone may have given a whole disk.
const MOST_NAMED: usize = 200;

fn aside(others: Vec<String>, twice: Vec<Part>) -> Vec<(String, String)> {
    let twice = twice.into_iter();
    let twice = twice.map(|part| (part.name, "the same content was given twice; read once"));
    let others = others.into_iter().map(|name| {
        let reason = match is_not_counted(&name) {
            true => "holds nothing that is counted",
            false => "no file that can be imported",
        };
        (name, reason)
    });
    let mut all: Vec<(String, String)> = twice
        .chain(others)
        .map(|(name, reason)| (name, reason.to_owned()))
        .collect();
    all.sort();
    if all.len() > MOST_NAMED {
        let more = all.split_off(MOST_NAMED).len();
        all.push((format!("{more} more"), "not named one by one".to_owned()));
    }
    all
}

fn quarters(parts: &[Part]) -> BTreeSet<Quarter> {
    let of = |part: &Part| Quarter::of(&part.name);
    parts.iter().filter_map(of).collect()
}

/// A quarter is whole or it is refused: without its reactions, a report would count as one without
/// any.
fn check_quarters(parts: &[Part], quarters: &BTreeSet<Quarter>) -> Result<(), BackgroundError> {
    let mut found: BTreeMap<Quarter, BTreeSet<Content>> = BTreeMap::new();
    for part in parts {
        if let Some(quarter) = Quarter::of(&part.name) {
            found.entry(quarter).or_default().insert(part.content);
        }
    }
    let needed = [
        (Content::Reports, "DEMO"),
        (Content::Drugs, "DRUG"),
        (Content::Reactions, "REAC"),
    ];
    for quarter in quarters {
        let has = found.get(quarter);
        // A list of withdrawn cases may come alone.
        if has.is_some_and(|has| has.len() == 1 && has.contains(&Content::Deleted)) {
            continue;
        }
        for (content, stem) in needed {
            if !has.is_some_and(|has| has.contains(&content)) {
                let (year, quarter) = (quarter.year % 100, quarter.quarter);
                let missing = format!("{stem}{year:02}Q{quarter}.txt");
                return Err(BackgroundError::Incomplete { missing });
            }
        }
    }
    Ok(())
}

/// Takes out files of outcomes of quarters that no reports were given of, by name.
fn without_reports(parts: &mut Vec<Part>) -> Vec<String> {
    let known: BTreeSet<Quarter> = parts
        .iter()
        .filter(|part| part.content == Content::Reports)
        .filter_map(|part| Quarter::of(&part.name))
        .collect();
    let lone = |part: &mut Part| {
        let quarter = Quarter::of(&part.name);
        part.content == Content::Outcomes && quarter.is_none_or(|quarter| !known.contains(&quarter))
    };
    parts.extract_if(.., lone).map(|part| part.name).collect()
}

/// Whether every quarter with reports has its file of outcomes.
fn have_outcomes(parts: &[Part]) -> bool {
    let quarters = |content: Content| -> BTreeSet<Quarter> {
        let of = parts.iter().filter(|part| part.content == content);
        of.filter_map(|part| Quarter::of(&part.name)).collect()
    };
    quarters(Content::Reports).is_subset(&quarters(Content::Outcomes))
}

fn label(kind: Kind, quarters: &BTreeSet<Quarter>, files: usize) -> String {
    match (kind, quarters.first(), quarters.last()) {
        (Kind::Ascii, Some(first), Some(last)) if first != last => format!(
            "FAERS quarterly files {first} to {last} ({} quarters), latest version of each case",
            quarters.len()
        ),
        (Kind::Ascii, Some(only), _) => {
            format!("FAERS quarterly files {only}, latest version of each case")
        }
        _ => {
            let files = if files == 1 {
                "1 file".to_owned()
            } else {
                format!("{files} files")
            };
            format!(
                "openFDA drug/event download ({files}), by the first suspect drug of each report"
            )
        }
    }
}

fn name(kind: Kind, quarters: &BTreeSet<Quarter>, parts: &[Part]) -> String {
    let name = match (kind, quarters.first(), quarters.last()) {
        (Kind::Ascii, Some(first), Some(last)) if first != last => format!("faers-{first}-{last}"),
        (Kind::Ascii, Some(only), _) => format!("faers-{only}"),
        _ => format!("openfda-{}", fingerprint(parts).short()),
    };
    name.to_lowercase()
}

fn fingerprint(parts: &[Part]) -> Digest {
    let line = |part: &Part| {
        format!(
            "{} {} {:08x}",
            part.name.to_lowercase(),
            part.bytes,
            part.checksum
        )
    };
    let lines: Vec<String> = parts.iter().map(line).collect();
    Digest::of_parts(lines.iter().map(String::as_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "primaryid$caseid\n").unwrap();
        }
        folder
    }

    fn plan(folder: &tempfile::TempDir) -> Result<Plan, BackgroundError> {
        Plan::of(&[folder.path().to_owned()])
    }

    #[test]
    fn reports_are_read_before_their_drugs_and_reactions() {
        let names = ["REAC22Q3.txt", "DRUG22Q3.txt", "DEMO22Q3.txt", "README.pdf"];
        let plan = plan(&folder(&names)).unwrap();

        let names: Vec<_> = plan.parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["DEMO22Q3.txt", "DRUG22Q3.txt", "REAC22Q3.txt"]);
        assert_eq!(plan.name, "faers-2022q3");
        assert_eq!(plan.as_of, Some(Date::constant(2022, 9, 30)));
    }

    #[test]
    fn half_a_quarter_is_refused() {
        let error = plan(&folder(&["DEMO22Q3.txt", "DRUG22Q3.txt"])).unwrap_err();

        assert!(
            error.to_string().starts_with("REAC22Q3.txt is missing"),
            "{error}"
        );
    }

    #[test]
    fn the_two_kinds_are_not_mixed_and_nothing_is_said_to_be_nothing() {
        let both = [
            "DEMO22Q3.txt",
            "DRUG22Q3.txt",
            "REAC22Q3.txt",
            "drug-event-0001-of-0001.json",
        ];
        assert!(matches!(plan(&folder(&both)), Err(BackgroundError::Mixed)));

        let none = plan(&folder(&["notes.txt"]));
        assert!(matches!(none, Err(BackgroundError::NothingToImport { .. })));
    }

    #[test]
    fn a_file_that_is_given_twice_is_read_once() {
        let folder = folder(&["drug-event-0001-of-0001.json"]);
        let path = folder.path().to_owned();
        fs::copy(
            path.join("drug-event-0001-of-0001.json"),
            path.join("drug-event-0001-of-0002.json"),
        )
        .unwrap();

        let plan = Plan::of(&[path.clone(), path]).unwrap();

        assert_eq!(plan.parts.len(), 1);
        assert_eq!(plan.aside.len(), 3);
        let (_, reason) = &plan.aside[0];
        assert!(reason.contains("same content"), "{reason}");
    }

    #[test]
    fn namesakes_are_told_apart_by_their_folders_and_others_are_named() {
        let folder = tempfile::tempdir().unwrap();
        for (quarter, text) in [("2004q1", "{}"), ("2004q2", "[]")] {
            let path = folder.path().join(quarter);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("drug-event-0001-of-0001.json"), text).unwrap();
        }
        fs::write(folder.path().join("OUTC22Q3.txt"), "").unwrap();
        fs::write(folder.path().join("notes.pdf"), "").unwrap();

        let plan = Plan::of(&[folder.path().to_owned()]).unwrap();

        let mut shown: Vec<_> = plan.parts.iter().map(|part| part.shown.clone()).collect();
        shown.sort();
        assert_eq!(
            shown,
            [
                "2004q1/drug-event-0001-of-0001.json",
                "2004q2/drug-event-0001-of-0001.json"
            ]
        );
        let reasons: Vec<_> = plan
            .aside
            .iter()
            .map(|(_, reason)| reason.as_str())
            .collect();
        assert_eq!(
            reasons,
            [
                "holds nothing that is counted",
                "no file that can be imported"
            ]
        );
    }
}
