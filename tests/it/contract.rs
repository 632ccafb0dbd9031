//! The contract: what was compiled against it loads for ever, and its names can be written in every language.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Folder, guest, run_quire};

/// Where components are kept that were built once.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/contract")
}

/// The blocks and facts of a component that takes the place of a section in the sample's report.
fn rendered(component: &Path) -> Value {
    let folder = Folder::new();
    let module = format!("reaction-table={}", component.display());
    let fixed = ["report", "61958-0802", "--sample", "--as-of", "2025-06-30"];
    let more = ["--module", &module, "--output", "out.json"];
    let output = run_quire(&folder, &[&fixed[..], &more[..]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", component.display());
    let report = std::fs::read(folder.file("out.json")).unwrap();
    let mut report: Value = serde_json::from_slice(&report).unwrap();
    let sections = report["sections"].as_array_mut().unwrap();
    let mut section = sections
        .iter_mut()
        .find(|section| section["name"] == "reaction-table")
        .unwrap()
        .take();
    // Numbers of headings and tables are the document's.
    for block in section["blocks"].as_array_mut().unwrap() {
        block.as_object_mut().unwrap().remove("label");
    }
    serde_json::json!({"blocks": section["blocks"], "facts": section["facts"]})
}

fn expected(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file.with_extension("json")).unwrap()).unwrap()
}

#[test]
fn what_was_built_once_loads_and_gives_the_same_for_ever() {
    let mut tried = 0;
    for entry in std::fs::read_dir(kept()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|ending| ending == "wasm") {
            assert_eq!(rendered(&file), expected(&file), "{}", file.display());
            tried += 1;
        }
    }
    assert!(tried >= 2, "no component is kept");
}

/// What the newest was built from, built today.
#[test]
fn what_is_built_today_gives_the_same() {
    let newest = kept().join("0.1-strata.wasm");
    assert_eq!(rendered(&guest("contract")), expected(&newest));
}

/// A component that asks for less than there is gives as good a report: every interface of the contract is asked by
/// the newest.
#[test]
fn the_newest_asks_every_interface() {
    let newest = std::fs::read(kept().join("0.1-strata.wasm")).unwrap();
    let names = |text: &str| text.lines().filter_map(interface_name).collect::<Vec<_>>();
    for name in names(&contract()) {
        let name = format!("quire:report/{name}@0.1.0");
        // The narrative is another world's export.
        let found = newest
            .windows(name.len())
            .any(|bytes| bytes == name.as_bytes());
        assert!(
            found || name.contains("/narrative@"),
            "{name} is asked by no kept component"
        );
    }
}

fn interface_name(line: &str) -> Option<String> {
    let name = line.trim().strip_prefix("interface ")?;
    Some(name.trim_end_matches(" {").to_owned())
}

/// Words that a language keeps for itself. Generators change most of them (`where_`, `@is`), so that these are not
/// refused by any of them; but an author has to know, and a reader of two languages has to guess.
const KEYWORDS: &[(&str, &str)] = &[
    (
        "Go",
        "break case chan const continue default defer else fallthrough for func go goto if import interface map \
            package range return select struct switch type var",
    ),
    (
        "Python",
        "and as assert async await break class continue def del elif else except finally for from global if \
                import in is lambda match nonlocal not or pass raise return try while with yield None True False",
    ),
    (
        "C",
        "auto break case char const continue default do double else enum extern float for goto if inline int long \
           register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while",
    ),
    (
        "TypeScript",
        "break case catch class const continue debugger default delete do else enum export extends false \
                    finally for function if import in instanceof new null return super switch this throw true try \
                    typeof var void while with yield let static implements interface package private protected public",
    ),
    (
        "C#",
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do \
            double else enum event explicit extern false finally fixed float for foreach goto if implicit in int \
            interface internal is lock long namespace new null object operator out override params private protected \
            public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true \
            try typeof uint ulong unchecked unsafe ushort using virtual void volatile while",
    ),
    (
        "Rust",
        "as break const continue crate else enum extern false fn for if impl in let loop match mod move mut pub ref \
              return self static struct super trait true type unsafe use where while async await dyn",
    ),
];

/// Words that the code that Go's and Python's generators write uses itself: a parameter of that name takes their place,
/// and nothing compiles.
const SHADOWED: &[(&str, &str)] = &[
    (
        "Go",
        "append cap clear close complex copy delete imag len make max min new panic print println real recover nil \
            iota true false any error string bool byte rune int uint uintptr float32 float64",
    ),
    (
        "Python",
        "bytes dict enumerate float int isinstance len list map max min next object range set str super tuple type \
                zip self",
    ),
    ("C", "ret result arg malloc free memcpy"),
];

/// Names that were there before this was asked, and were built and run in seven languages: each generator escapes
/// them. No further one is taken.
const ESCAPED: [&str; 3] = ["is", "where", "params"];

/// Words of WIT itself, which name nothing.
const WIT: &str = "package interface world use import export func record variant enum flags type resource list option result \
                   tuple string bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char borrow own static constructor as";

/// The text of the contract without its comments.
fn contract() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let files = std::fs::read_dir(folder).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let wit = files.filter(|file| file.extension().is_some_and(|ending| ending == "wit"));
    let text: Vec<String> = wit
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let lines = text.iter().flat_map(|text| text.lines());
    lines
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

fn words(text: &str) -> Vec<&str> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    let named = words.filter(|word| word.starts_with(|char: char| char.is_ascii_lowercase()));
    named
        .filter(|word| !WIT.split_whitespace().any(|own| own == *word))
        .collect()
}

/// What stands before a colon in the parentheses of functions: these become variables.
fn parameters(text: &str) -> Vec<&str> {
    let functions = text.split("func(").skip(1);
    let lists = functions.filter_map(|function| function.split("->").next());
    let parts = lists.flat_map(|list| list.split([',', ')']));
    let named = parts.filter_map(|part| part.split_once(':'));
    named
        .filter(|(name, _)| !name.contains(['\n', ';']))
        .map(|(name, _)| name.trim())
        .collect()
}

fn clashes(names: &[&str], languages: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (language, reserved) in languages {
        let reserved: Vec<&str> = reserved.split_whitespace().collect();
        let taken = names
            .iter()
            .filter(|name| reserved.contains(name) && !ESCAPED.contains(name));
        found.extend(taken.map(|name| format!("{name} in {language}")));
    }
    found
}

#[test]
fn no_name_of_the_contract_is_a_word_of_a_language_that_authors_use() {
    let text = contract();
    let (names, variables) = (words(&text), parameters(&text));
    for name in [
        "dimension",
        "limit",
        "filters",
        "reactions",
        "message",
        "context",
    ] {
        assert!(variables.contains(&name), "{name}: {variables:?}");
    }
    assert!(
        names.contains(&"count-by") && names.contains(&"one-of"),
        "{names:?}"
    );

    assert_eq!(clashes(&names, KEYWORDS), [""; 0]);
    assert_eq!(clashes(&variables, SHADOWED), [""; 0]);
    // What the rule is for.
    assert_eq!(clashes(&["len"], SHADOWED), ["len in Go", "len in Python"]);
}
