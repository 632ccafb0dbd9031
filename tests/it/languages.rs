//! Sections in other languages: begun, built and held to their cases as an author does it, with the languages' own
//! tools, which come from their registries.

mod mistakes;

use std::{fs, path::PathBuf, process::Output};

use quire_model::Digest;

use crate::support::{Folder, ancestor_with, run_quire, run_quire_with};

/// What is installed and compiled for these tests is kept from one run of them to the next.
fn kept(name: &str) -> PathBuf {
    let folder = ancestor_with("Cargo.lock").join("target/tmp/quire-it-languages");
    fs::create_dir_all(folder.join(name)).unwrap();
    folder.join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn quire(folder: &Folder, arguments: &[&str]) -> Output {
    let target = kept("rust").to_string_lossy().into_owned();
    let quick = [
        ("CARGO_TARGET_DIR", target.as_str()),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ];
    run_quire_with(folder, arguments, &quick)
}

/// Standard output of a command that has to succeed.
fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = quire(folder, arguments);
    let (said, wrong) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{arguments:?}: {said}{wrong}\nIf a package could not be installed: npm's and pip's registries have to be in \
         reach of these tests."
    );
    said
}

/// Standard error of a command that has to fail.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let output = quire(folder, arguments);
    assert!(!output.status.success(), "{}", text(&output.stdout));
    text(&output.stderr)
}

/// Records in the data directory, as the first start of a server makes them.
fn made_records(folder: &Folder) {
    let key = ["key", "create", "--role", "admin", "--label", "first"];
    done(folder, &key);
}

/// A new project `top` in a folder of its own.
fn begun(language: &str) -> Folder {
    let folder = Folder::new();
    done(&folder, &["module", "new", "top", "--lang", language]);
    folder
}

/// A project builds and passes its own cases, which are the same files in every language: so the example's blocks and
/// facts are the same in all of them.
fn passes(language: &str, folder: &Folder) {
    let said = done(folder, &["module", "test", "top"]);
    for case in ["empty", "sample", "top-three"] {
        let line = format!("tests/{case}.json: as expected");
        assert!(said.contains(&line), "{language}: {said}");
    }
}

#[test]
fn a_project_in_rust_passes_its_cases_outside_any_checkout() {
    passes("rust", &begun("rust"));
}

#[test]
fn a_project_in_python_passes_its_cases() {
    passes("python", &begun("python"));
}

#[test]
fn projects_in_c_and_zig_pass_their_cases_and_are_small() {
    let zig = begun("zig");
    passes("zig", &zig);
    let c = begun("c");
    // Both are compiled by the same tool, which is installed once.
    let tools = |folder: &Folder| folder.file("top/.venv");
    fs::rename(tools(&zig), tools(&c)).unwrap();
    passes("c", &c);
    for (language, folder) in [("zig", &zig), ("c", &c)] {
        let size = folder.file("top/build/top.wasm").metadata().unwrap();
        assert!(size.len() < 200_000, "{language}: {} bytes", size.len());
    }
}

#[test]
fn a_project_in_typescript_passes_its_cases_is_built_once_and_takes_the_road_to_a_report() {
    let folder = begun("typescript");
    passes("typescript", &folder);

    // Nothing is installed again, and a component younger than its sources is not built again.
    let again = quire(&folder, &["module", "build", "top"]);
    let again = text(&again.stderr);
    assert!(
        again.contains("esbuild") && !again.contains("npm ci"),
        "{again}"
    );
    let ran = quire(&folder, &["module", "run", "top"]);
    assert!(
        !text(&ran.stderr).contains("esbuild"),
        "{}",
        text(&ran.stderr)
    );
    assert!(text(&ran.stdout).contains("info   61 reports, 65 reactions"));

    // A type that is wrong is the compiler's to tell, with its place.
    let source = folder.path().join("top/src/section.ts");
    let section = fs::read_to_string(&source).unwrap();
    fs::write(&source, section.replace("row.reports)", "row.report)")).unwrap();
    let why = refused(&folder, &["module", "check", "top"]);
    assert!(
        why.contains("src/section.ts") && why.contains("'report'"),
        "{why}"
    );
    fs::write(&source, section).unwrap();

    // A case that expects otherwise is told by row and number.
    let case = folder.path().join("top/tests/sample.json");
    let expected = fs::read_to_string(&case).unwrap();
    fs::write(&case, expected.replace("10 of 65", "10 of 66")).unwrap();
    let output = quire(&folder, &["module", "test", "top"]);
    let said = text(&output.stdout);
    let told = "10 of 66, those named in most reports.\" became";
    assert!(said.contains(told), "{said}");
    assert_eq!(output.status.code(), Some(1));
    done(&folder, &["module", "test", "top", "--update"]);
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(read(&fs::read_to_string(&case).unwrap()), read(&expected));

    made_records(&folder);
    let pushed = ["module", "push", "top", "--reason", "first", "--activate"];
    assert!(
        done(&folder, &pushed).contains("module top: version"),
        "pushed by the project's name"
    );
}

#[test]
fn what_cannot_be_begun_or_built_is_said_with_the_way_on() {
    let folder = Folder::new();
    let new =
        |name: &str, language: &str| refused(&folder, &["module", "new", name, "--lang", language]);
    fs::create_dir(folder.file("taken")).unwrap();
    fs::write(folder.file("taken/file"), "").unwrap();

    assert!(new("taken", "python").contains("not an empty folder"));
    assert!(new("Top Reactions", "python").contains("lower-case letters"));
    let languages = new("top", "cobol");
    assert!(
        languages.contains("rust, typescript, javascript, python, c, zig, go"),
        "{languages}"
    );
    let nowhere = refused(&folder, &["module", "build"]);
    assert!(nowhere.contains("quire module new"), "{nowhere}");
    assert!(refused(&folder, &["module", "build", "missing"]).contains("missing cannot be read"));
    let missing = ["module", "push", "missing.wasm", "--reason", "x"];
    assert!(refused(&folder, &missing).contains("there are no records"));
    made_records(&folder);
    let push = refused(&folder, &missing);
    assert!(push.contains("missing.wasm"), "{push}");

    done(&folder, &["module", "new", "top", "--lang", "javascript"]);
    let project = folder.file("top/quire-module.json");
    let known = fs::read_to_string(&project).unwrap();
    fs::write(&project, known.replace("\"language\"", "\"lang\"")).unwrap();
    let why = refused(&folder, &["module", "build", "top"]);
    assert!(
        why.contains("unknown field `lang`") && why.contains("`language`"),
        "{why}"
    );
}

#[test]
fn a_missing_tool_is_named_with_the_command_that_gets_it() {
    for (language, tool) in [
        ("rust", "cargo"),
        ("typescript", "npm"),
        ("python", "python3"),
        ("zig", "python3"),
        ("go", "python3"),
    ] {
        let folder = begun(language);
        let nothing = folder.path().to_string_lossy().into_owned();

        let output = run_quire_with(&folder, &["module", "build", "top"], &[("PATH", &nothing)]);

        let why = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{why}");
        assert!(
            why.contains(tool) && why.contains("Get it with: "),
            "{language}: {why}"
        );
    }
}

/// `tests/types.mjs` writes them.
#[test]
fn types_for_typescript_are_those_of_the_contract() {
    let folder = Folder::new();
    let wit = text(&run_quire(&folder, &["wit"]).stdout);
    let shape = wit
        .lines()
        .filter(|line| !line.trim_start().starts_with("///"));
    let shape: String = shape.map(|line| format!("{line}\n")).collect();

    let types = ancestor_with("Cargo.lock").join("host/author/templates/script/types/README.md");
    let said = fs::read_to_string(types).unwrap();

    let digest = Digest::of(shape.as_bytes()).to_string();
    assert!(
        said.contains(&digest),
        "the contract's digest is {digest}; `quire wit | node tests/types.mjs` makes the types anew"
    );
}
