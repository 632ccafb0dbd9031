//! Commands on a data directory without records say so, and leave nothing behind.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::support::{Folder, quire_binary, run_quire};

/// Commands that make what is missing, or work on no data directory.
const MAKERS: [&str; 19] = [
    "serve",
    "worker",
    "report",
    "key create",
    "module check",
    "module run",
    "module new",
    "module build",
    "module test",
    "module preview",
    "module watch",
    "module bench",
    "background import",
    "restore",
    // Both work without records, and have tests of their own.
    "doctor",
    "ready",
    "wit",
    "completions",
    "help",
];

fn quire(arguments: &[String], data_dir: &Path) -> Output {
    let mut command = Command::new(quire_binary());
    command.args(arguments).env("QUIRE_DATA_DIR", data_dir);
    command.output().unwrap()
}

fn help_of(path: &[String]) -> String {
    let arguments = [path, &["--help".to_owned()]].concat();
    let output = quire(&arguments, Path::new("nowhere"));
    assert!(output.status.success(), "{path:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every command that has none below it, by the help of the program itself.
fn leaves(path: &[String]) -> Vec<Vec<String>> {
    let help = help_of(path);
    let Some((_, commands)) = help.split_once("\nCommands:\n") else {
        return vec![path.to_vec()];
    };
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .flat_map(|name| leaves(&[path, &[name.to_owned()]].concat()))
        .collect()
}

/// The command with whatever its usage says it must be given.
fn with_arguments(path: &[String]) -> Vec<String> {
    let help = help_of(path);
    let usage = help
        .lines()
        .find(|line| line.starts_with("Usage:"))
        .unwrap();
    let given = usage.split_whitespace().skip(2 + path.len());
    let given = given.filter(|word| !word.starts_with('['));
    let given = given.map(|word| if word.starts_with('<') { "1" } else { word });
    path.iter()
        .cloned()
        .chain(given.map(str::to_owned))
        .collect()
}

#[test]
fn a_command_without_records_says_so_and_makes_nothing() {
    let made = Folder::new();
    let report = ["report", "61958-0802", "--sample", "--output", "1"];
    let output = run_quire(&made, &report);
    assert!(output.status.success(), "{output:?}");
    let report = made.file("1").to_string_lossy().into_owned();
    let mut walked = 0;
    for path in leaves(&[]) {
        if MAKERS.contains(&path.join(" ").as_str()) {
            continue;
        }
        walked += 1;
        let mut arguments = with_arguments(&path);
        if path == ["verify"] {
            arguments = vec!["verify".to_owned(), report.clone()];
        }
        if path == ["module", "replay"] {
            let words = ["module", "replay", &report, "--module", "trend=1"];
            arguments = words.map(str::to_owned).to_vec();
        }
        let folder = Folder::new();
        let (missing, empty) = (folder.file("missing"), folder.file("empty"));
        std::fs::create_dir(&empty).unwrap();
        for data_dir in [&missing, &empty] {
            let output = quire(&arguments, data_dir);

            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
            let by_name = ["background use", "background remove"];
            if by_name.contains(&path.join(" ").as_str()) {
                assert!(
                    said.contains("there is no import 1"),
                    "{arguments:?}: {said}"
                );
                continue;
            }
            assert!(said.contains("no records"), "{arguments:?}: {said}");
            assert!(
                said.contains(&*data_dir.to_string_lossy()),
                "{arguments:?}: {said}"
            );
            assert!(said.contains("`quire "), "what to do: {said}");
            assert!(output.stdout.is_empty(), "{arguments:?}");
        }
        assert!(!missing.exists(), "{arguments:?}");
        assert_eq!(
            std::fs::read_dir(&empty).unwrap().count(),
            0,
            "{arguments:?}"
        );
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "{arguments:?}"
        );
    }
    assert!(walked >= 22, "{walked}");
}

#[test]
fn what_needs_no_records_works_without() {
    let folder = Folder::new();
    let trail = folder.file("trail.jsonl");
    std::fs::write(&trail, "{}\n").unwrap();
    let words = ["audit", "verify", "--file", &trail.to_string_lossy()].map(str::to_owned);

    let output = quire(&words, &folder.file("missing"));

    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("line 1 cannot be read"), "{said}");
    assert!(!folder.file("missing").exists());
}

#[test]
fn a_file_that_is_no_report_is_refused_without_records() {
    let folder = Folder::new();
    let file = folder.file("notes.pdf");
    std::fs::write(&file, "not a PDF").unwrap();
    let words = ["verify", &file.to_string_lossy()].map(str::to_owned);

    let output = quire(&words, &folder.file("missing"));

    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be verified"), "{said}");
    assert!(!folder.file("missing").exists());
}
