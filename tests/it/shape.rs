//! The code keeps its shape: files form no circles, files and functions stay short.

mod parse;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::support::ancestor_with;
use parse::{bare, functions, paths, product, uses};

/// Crates whose files still form circles. Take a crate off the list when it has none; add none.
const CIRCULAR: [(&str, &str); 1] = [(
    "records",
    "rows and the errors of reading them name each other's types",
)];

/// No product file has more lines, without the tests at its end: about what a reader keeps in mind.
const LONGEST_FILE: usize = 450;

/// No function has more lines, from `fn` to its last brace.
const LONGEST_FUNCTION: usize = 80;

#[test]
fn files_of_a_crate_form_no_circles() {
    let found: BTreeMap<String, BTreeSet<Vec<String>>> = crates()
        .iter()
        .map(|library| {
            let name = library.file_name().unwrap().to_string_lossy().into_owned();
            (name, circles(&library.join("src")))
        })
        .filter(|(_, circles)| !circles.is_empty())
        .collect();

    let circular: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    let known = BTreeSet::from(CIRCULAR.map(|(name, _)| name));
    assert_eq!(circular, known, "files that use each other: {found:#?}");
}

#[test]
fn product_files_and_functions_are_short() {
    let (mut long_files, mut long_functions) = (BTreeSet::new(), BTreeSet::new());
    let root = ancestor_with("Cargo.lock");
    for library in crates() {
        for file in Sources::of(&library.join("src")).files() {
            let text = product(&fs::read_to_string(file).unwrap());
            let name = file.strip_prefix(&root).unwrap().display().to_string();
            if text.lines().count() > LONGEST_FILE {
                long_files.insert(name.clone());
            }
            for (function, lines) in functions(&bare(&text)) {
                if lines > LONGEST_FUNCTION {
                    long_functions.insert(format!("{name} {function}"));
                }
            }
        }
    }

    assert!(long_files.is_empty(), "{long_files:?}");
    assert!(long_functions.is_empty(), "{long_functions:?}");
}

/// The folders of all crates: ours for the host, and those of plugins.
fn crates() -> Vec<PathBuf> {
    let root = ancestor_with("Cargo.lock");
    let mut found = Vec::new();
    for folder in ["host", "plugins"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.join("Cargo.toml").exists() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// SQL that one database understands and no other.
const ONE_DATABASES_SQL: [&str; 4] = ["rowid", "INSERT OR", "REPLACE INTO", "datetime("];

/// Whether a line has a placeholder that only SQLite reads: a question mark that no Rust stands before, but for
/// bounds such as `?Sized`.
fn has_question_mark(line: &str) -> bool {
    let marks = line.match_indices('?');
    marks.into_iter().any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + 1..].chars().next();
        before.is_none_or(|one| " (,=<>+-*/|".contains(one))
            && !after.is_some_and(char::is_alphabetic)
    })
}

#[test]
fn the_records_ask_in_sql_that_another_database_reads_too() {
    let sources = Sources::of(&ancestor_with("Cargo.lock").join("host/records/src"));
    for file in sources.files() {
        let text = product(&fs::read_to_string(file).unwrap());
        let sql = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for (number, line) in sql.enumerate() {
            let found = ONE_DATABASES_SQL.iter().any(|sql| line.contains(sql));
            assert!(
                !found && !has_question_mark(line),
                "{} {number}: {line}",
                file.display()
            );
        }
        let columns = text.split("INSERT INTO ").skip(1);
        for insert in columns {
            let mut words = insert.split_whitespace();
            let (table, next) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            assert!(
                next.starts_with('('),
                "{}: {table} without columns",
                file.display()
            );
        }
    }
}

/// Where a module stands: the names that lead to it from its crate.
type Module = Vec<String>;

/// The files of a crate that are part of the product.
struct Sources {
    /// The file and the product text of each module, without comments and strings.
    modules: BTreeMap<Module, (PathBuf, String)>,
    /// What a module takes in by `use`: the name it has there, and its path.
    uses: BTreeMap<Module, Vec<(String, Vec<String>)>>,
}

impl Sources {
    fn of(folder: &Path) -> Self {
        let mut sources = Self {
            modules: BTreeMap::new(),
            uses: BTreeMap::new(),
        };
        for root in ["lib.rs", "main.rs"] {
            if folder.join(root).exists() {
                sources.read(Vec::new(), folder.join(root), folder);
                break;
            }
        }
        sources
    }

    /// Read a module and those that it declares, except for tests; its children are in `folder`.
    fn read(&mut self, module: Module, file: PathBuf, folder: &Path) {
        let text = bare(&product(&fs::read_to_string(&file).unwrap()));
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            let declared = line
                .strip_suffix(';')
                .and_then(|line| line.rsplit_once("mod "))
                .filter(|(before, _)| before.is_empty() || before.starts_with("pub"))
                .map(|(_, name)| name);
            if let Some(name) = declared
                && !is_test
            {
                let path = folder.join(format!("{name}.rs"));
                if path.exists() {
                    let child = [module.clone(), vec![name.to_owned()]].concat();
                    self.read(child, path, &folder.join(name));
                }
            }
            // A file for tests is not the product, nor are tools for them behind a feature.
            is_test = line.starts_with("#[cfg(test)]") || (is_test && line.starts_with("#["));
        }
        self.uses.insert(module.clone(), uses(&text));
        self.modules.insert(module, (file, text));
    }

    fn files(&self) -> impl Iterator<Item = &Path> {
        self.modules.values().map(|(file, _)| file.as_path())
    }

    /// The module that defines what a path leads to, through any number of re-exports.
    fn definer(&self, from: &Module, path: &[String], steps: usize) -> Option<Module> {
        let mut place = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => from.clone(),
            name if self.is_child(from, name) => from.clone(),
            _ => return None,
        };
        for (at, name) in path.iter().enumerate() {
            match name.as_str() {
                "crate" | "self" => continue,
                "super" => {
                    place.pop()?;
                    continue;
                }
                _ => {}
            }
            if self.is_child(&place, name) {
                place.push(name.clone());
                continue;
            }
            let taken_in = self
                .uses
                .get(&place)?
                .iter()
                .find(|(known, _)| known == name);
            return match taken_in {
                Some((_, further)) if steps > 0 => {
                    let path = [further, &path[at + 1..]].concat();
                    self.definer(&place, &path, steps - 1)
                }
                _ => Some(place),
            };
        }
        Some(place)
    }

    fn is_child(&self, module: &Module, name: &str) -> bool {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        self.modules.contains_key(&child)
    }

    /// Which modules each module uses.
    fn edges(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let mut edges = BTreeMap::new();
        for (module, (_, text)) in &self.modules {
            let in_use = self.uses[module].iter().map(|(_, path)| path.clone());
            let used = in_use
                .chain(paths(text))
                .filter_map(|path| self.definer(module, &path, 8))
                .filter(|used| used != module)
                .collect();
            edges.insert(module, used);
        }
        edges
    }
}

/// Whether one module is reached from another by a way that is left out.
type Way = dyn Fn(&Module, &Module) -> bool;

/// Files that use each other in circles, by what can be reached from each. A module and those inside
/// it may use each other, so each is asked twice: without the way up, and without the way down.
fn circles(folder: &Path) -> BTreeSet<Vec<String>> {
    let sources = Sources::of(folder);
    let edges = sources.edges();
    let mut found = BTreeSet::new();
    let is_up = |from: &Module, to: &Module| from.starts_with(to);
    let is_down = |from: &Module, to: &Module| to.starts_with(from);
    let ways: [&Way; 2] = [&is_up, &is_down];
    for left_out in ways {
        let reached = |from: &Module| {
            let (mut reached, mut open) = (BTreeSet::new(), vec![from.clone()]);
            while let Some(module) = open.pop() {
                for next in edges.get(&module).into_iter().flatten() {
                    if !left_out(&module, next) && reached.insert(next.clone()) {
                        open.push(next.clone());
                    }
                }
            }
            reached
        };
        let all: BTreeMap<&Module, BTreeSet<Module>> = edges
            .keys()
            .map(|module| (*module, reached(module)))
            .collect();
        for (module, reached) in &all {
            if reached.contains(*module) {
                let circle = reached.iter().filter(|other| all[other].contains(*module));
                found.insert(circle.map(|module| module.join("::")).collect());
            }
        }
    }
    found
}
