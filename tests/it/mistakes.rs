//! What an author in Rust can do wrong, one mistake a component: refused or reported by `quire module check`, with the
//! cause and the cure in its words.

use quire_testing::guest;

use crate::support::{Folder, run_quire};

/// Where the guest `mistakes` says which one it makes.
const NONE: &str = "mistake:none....................";

/// What the check says: of a mistake that refuses the component, of one that is only reported, of none.
enum Said {
    Refused(&'static [&'static str]),
    Warned(&'static [&'static str]),
    Nothing,
}

use Said::{Nothing, Refused, Warned};

/// How a mistake is told, by its name.
const MISTAKES: [(&str, Said); 42] = [
    ("none", Nothing),
    // The schema of the parameters.
    (
        "schema-type",
        Refused(&["/properties/top/type", "'integer'"]),
    ),
    ("schema-json", Refused(&["it is not JSON", "column 56"])),
    (
        "schema-name",
        Warned(&[
            r#"refused the parameters {"topp":5}"#,
            "unknown field `topp`, expected `top`",
        ]),
    ),
    (
        "schema-no-default",
        Warned(&["needs parameters", "/top (it is required)"]),
    ),
    (
        "schema-default",
        Warned(&[r#"names the parameters {"top":0}"#, "/top", "1"]),
    ),
    // Questions to the host.
    (
        "dimension",
        Refused(&[
            r#"there is no dimension "reactions"; there are"#,
            "reaction,",
        ]),
    ),
    (
        "dimension-unwrapped",
        Refused(&[
            "the last query that the host refused was `count-by`",
            "there are sex",
        ]),
    ),
    (
        "measure",
        Refused(&[r#"there is no measure "age"; there are age-years"#]),
    ),
    ("filter", Refused(&[r#""gender"; there are sex"#])),
    (
        "handles",
        Refused(&["more than 64 case series at a time; drop those not needed"]),
    ),
    // Crashes, each with its place.
    (
        "empty-series",
        Refused(&[
            "on a series without reports",
            "index out of bounds",
            "src/lib.rs:",
        ]),
    ),
    (
        "panic",
        Refused(&["row 7 is not what I thought", "src/lib.rs:"]),
    ),
    (
        "unwrap",
        Refused(&["`Option::unwrap()` on a `None`", "src/lib.rs:"]),
    ),
    (
        "division",
        Refused(&["attempt to divide by zero", "src/lib.rs:"]),
    ),
    (
        "index",
        Refused(&["the len is 1 but the index is 7", "src/lib.rs:"]),
    ),
    (
        "recursion",
        Refused(&["its stack ran out: `mistakes::deeper", "calls itself"]),
    ),
    (
        "loop",
        Refused(&["stopped after", "of CPU time", "mistake"]),
    ),
    (
        "memory",
        Refused(&["needs more than its 256 MiB of memory"]),
    ),
    (
        "exit",
        Refused(&["ended itself with status 1", "with a failure"]),
    ),
    (
        "no-words",
        Refused(&["gave up without saying why", "give `failed` a sentence"]),
    ),
    // What modules do not get, and what they get otherwise than elsewhere.
    ("thread", Refused(&["modules have one thread"])),
    (
        "file",
        Refused(&["No such file or directory", "modules get no files"]),
    ),
    (
        "network",
        Refused(&[
            "called `wasi:sockets/tcp-create-socket",
            "which modules do not get",
        ]),
    ),
    ("environment", Nothing),
    ("clock", Nothing),
    ("sleep", Nothing),
    ("hash-order", Nothing),
    ("print", Nothing),
    // Blocks and facts.
    (
        "key",
        Refused(&["table `top`", r#"the key "Term" is not"#, "lower-case"]),
    ),
    (
        "ragged",
        Refused(&["column `reports`: it has 3 cells, and column `term` has 10"]),
    ),
    (
        "id-twice",
        Refused(&["table `top`: another table or chart has the same id"]),
    ),
    (
        "number",
        Refused(&["column `ratio`: value 1 is not a finite number; list it in `missing`"]),
    ),
    ("long-text", Nothing),
    ("too-many", Refused(&["returned 6002 blocks; at most 5000"])),
    (
        "fact-source",
        Refused(&["its source `table-2` is no table or chart"]),
    ),
    ("fact-twice", Refused(&["two facts have the key `reports`"])),
    (
        "level",
        Refused(&["a heading of level 9; levels are 1 to 4"]),
    ),
    ("control", Refused(&["the control character U+0007"])),
    (
        "link",
        Refused(&[r#""http://example.com" is neither an `https:` address"#]),
    ),
    (
        "chart-kind",
        Warned(&[
            r#"of the kind "pie", which is shown as a table; drawn are bar"#,
            "no `alt`",
        ]),
    ),
    (
        "chart-length",
        Refused(&["chart `c`: series `n`: 3 values for 2 positions"]),
    ),
];

/// The component that makes the mistake.
fn making(mistake: &str) -> Vec<u8> {
    let mut wasm = guest("mistakes");
    let place = wasm
        .windows(NONE.len())
        .position(|window| window == NONE.as_bytes())
        .unwrap();
    let word = format!(
        "{:.<width$}",
        format!("mistake:{mistake}"),
        width = NONE.len()
    );
    wasm[place..place + NONE.len()].copy_from_slice(word.as_bytes());
    wasm
}

#[test]
fn every_mistake_is_told_with_its_cause_and_its_cure() {
    let folder = Folder::new();
    let file = folder.file("mistake.wasm");
    let mut wrong = Vec::new();
    for (mistake, said) in &MISTAKES {
        std::fs::write(&file, making(mistake)).unwrap();
        let output = run_quire(&folder, &["module", "check", &file.to_string_lossy()]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let (passes, words): (bool, &[&str]) = match said {
            Refused(words) => (false, words),
            Warned(words) => (true, words),
            Nothing => (true, &[]),
        };
        let silent = !matches!(said, Nothing) || told.is_empty();
        if output.status.success() != passes
            || !silent
            || !words.iter().all(|words| told.contains(words))
        {
            wrong.push(format!("{mistake}: {}\n{told}", output.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `module run` shows of a section that its author has put words or cuts into.
#[test]
fn what_a_section_prints_and_what_was_cut_is_seen_in_a_run() {
    let folder = Folder::new();
    let file = folder.file("mistake.wasm");
    let ran = |mistake: &str| {
        std::fs::write(&file, making(mistake)).unwrap();
        let output = run_quire(&folder, &["module", "run", &file.to_string_lossy()]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };

    let printed = ran("print");
    for words in ["hello from stdout", "hello from stderr", "hello from log"] {
        assert!(printed.contains(words), "{printed}");
    }
    let cut = ran("long-text");
    assert!(
        cut.contains("a text of 100000 bytes was cut after"),
        "{cut}"
    );
    // What a run costs is measured, and so differs; what the section made must not.
    let made = |mistake: &str| {
        let shown = ran(mistake);
        let (made, _) = shown.split_once("\nCost, over").unwrap();
        made.to_owned()
    };
    assert_eq!(made("clock"), made("clock"), "a run is the same each time");
}
