//! What strangers wrote never steers a terminal: everything a command shows is visible text.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    process::{Command, Output},
};

use lopdf::{Document, Object, Stream, dictionary};
use quire_model::Colophon;
use serde_json::Value;

use crate::support::{Folder, guest, quire_binary, run_quire};

/// Clears the screen, sets the title, forges a line, and turns the writing direction.
const ATTACK: &str = "x\u{1b}[2J\u{1b}]0;t\u{7}\r\nmatch: the same\u{9b}31m\u{202e}\u{200b}\u{7f}";

/// The part of it that a label may hold: no control characters.
const HIDDEN: &str = "x\u{202e}match: the same\u{200b}";

/// Everything a command wrote, once it is sure that none of it steers.
fn harmless(output: &Output) -> String {
    let mut all = String::new();
    for bytes in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(bytes.clone()).unwrap();
        for character in text.chars() {
            let steers = character.is_control() && character != '\n';
            let hidden = "\u{202e}\u{200b}\u{feff}\u{2066}\u{200d}".contains(character);
            assert!(!steers && !hidden, "{:?} in {text:?}", character);
        }
        assert!(
            !text.lines().any(|line| line.starts_with("match")),
            "{text}"
        );
        all.push_str(&text);
    }
    all
}

fn report(folder: &Folder) -> std::path::PathBuf {
    let out = folder.file("out.pdf");
    let name = out.to_string_lossy();
    let made = run_quire(
        folder,
        &["report", "61958-0802", "--sample", "--output", &name],
    );
    assert!(made.status.success(), "{made:?}");
    out
}

/// Put another file in the place of the recipe that a PDF carries.
fn replace_recipe(pdf: &std::path::Path, change: impl FnOnce(Value) -> Vec<u8>) {
    let mut document = Document::load(pdf).unwrap();
    let recipe = |object: &Object| {
        let content = object.as_stream().ok()?.get_plain_content().ok()?;
        serde_json::from_slice::<Colophon>(&content).ok()
    };
    let objects = document.objects.iter();
    let (id, colophon) = objects
        .filter_map(|(id, object)| Some((*id, recipe(object)?)))
        .next_back()
        .unwrap();
    let changed = change(serde_json::to_value(&colophon).unwrap());
    let stream = Object::Stream(Stream::new(dictionary! {}, changed));
    document.objects.insert(id, stream);
    document.save(pdf).unwrap();
}

/// Every text in it becomes the attack, but for those that have to be what they are.
fn poison(value: &mut Value, key: &str) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(key, it)| poison(it, key)),
        Value::Array(items) => items.iter_mut().for_each(|it| poison(it, key)),
        Value::String(text) => {
            let free = [
                "section",
                "module",
                "version",
                "document_id",
                "title",
                "producer",
                "name",
            ];
            if free.contains(&key) {
                *text = format!("{ATTACK}{text}");
            }
        }
        _ => {}
    }
}

#[test]
fn a_hostile_document_forges_nothing() {
    let folder = Folder::new();
    let pdf = report(&folder);
    replace_recipe(&pdf, |mut colophon| {
        poison(&mut colophon, "");
        colophon.to_string().into_bytes()
    });
    let hostile_name = folder.file(&format!("{}.pdf", ATTACK.replace('/', "")));
    std::fs::copy(&pdf, &hostile_name).unwrap();
    let hostile_name = hostile_name.to_string_lossy().into_owned();

    let told = run_quire(&folder, &["verify", &hostile_name]);
    let json = run_quire(&folder, &["verify", "--json", &hostile_name]);

    assert_eq!(told.status.code(), Some(1), "{told:?}");
    let said = harmless(&told);
    assert!(
        said.contains("cannot be verified") || said.contains("differs"),
        "{said}"
    );
    assert!(said.contains(r"x\u{1b}[2J"), "{said}");
    harmless(&json);
    let verified: Value = serde_json::from_slice(&json.stdout).unwrap();
    let data = verified.to_string();
    assert!(data.contains('\u{202e}'), "JSON stays the data: {data}");
}

#[test]
fn what_is_no_recipe_is_refused_in_visible_words() {
    let folder = Folder::new();
    let pdf = report(&folder);
    let schema = serde_json::json!({"schema": ATTACK}).to_string();
    for content in [
        schema.into_bytes(),
        ATTACK.as_bytes().to_vec(),
        vec![0x9b, 0x1b],
    ] {
        replace_recipe(&pdf, |_| content);

        let output = run_quire(&folder, &["verify", &pdf.to_string_lossy()]);

        assert_eq!(output.status.code(), Some(1));
        harmless(&output);
        std::fs::remove_file(&pdf).unwrap();
        report(&folder);
    }
}

#[test]
fn a_hostile_label_and_name_are_shown_as_they_are_written() {
    let folder = Folder::new();

    let create = ["key", "create", "--role", "consumer", "--label"];
    let made = run_quire(&folder, &[&create[..], &[HIDDEN]].concat());
    let refused = run_quire(&folder, &[&create[..], &[ATTACK]].concat());
    let listed = run_quire(&folder, &["key", "list"]);
    let trail = run_quire(&folder, &["audit", "list"]);
    let unknown = run_quire(&folder, &["key", "revoke", ATTACK, "--reason", ATTACK]);
    let module = run_quire(&folder, &["module", "show", ATTACK]);
    let shadows = run_quire(&folder, &["module", "diff", ATTACK]);
    let import = run_quire(&folder, &["background", "show", ATTACK]);
    let files = run_quire(&folder, &["background", "import", ATTACK]);

    assert!(made.status.success(), "{made:?}");
    assert!(!refused.status.success(), "{refused:?}");
    assert!(harmless(&listed).contains(r"\u{202e}"));
    assert_eq!(harmless(&listed).lines().count(), 1);
    for output in [
        &made, &refused, &trail, &unknown, &module, &shadows, &import, &files,
    ] {
        harmless(output);
    }
}

#[test]
fn a_hostile_command_line_is_explained_in_visible_words() {
    let folder = Folder::new();
    let flag = format!("--{ATTACK}");
    for arguments in [
        &["verify", "a.pdf", ATTACK][..],
        &["verify", &flag],
        &[ATTACK],
        &["report", ATTACK, "--output", "a.pdf"],
        &[
            "report",
            "61958-0802",
            "--output",
            "a.pdf",
            "--role",
            ATTACK,
        ],
        &[
            "report",
            "61958-0802",
            "--output",
            "a.pdf",
            "--params",
            ATTACK,
        ],
        &[
            "report",
            "61958-0802",
            "--output",
            "a.pdf",
            "--definition",
            ATTACK,
        ],
        &["serve", "--log", ATTACK, "--listen", ATTACK],
        &["--log", ATTACK, "key", "list"],
    ] {
        let output = run_quire(&folder, arguments);

        assert!(!output.status.success(), "{arguments:?}");
        assert!(harmless(&output).contains("error"), "{arguments:?}");
    }
}

/// A guest with some of its words changed for others that are as long.
fn disguised(folder: &Folder, name: &str, words: &str, others: &str) -> String {
    assert_eq!(words.len(), others.len());
    let mut wasm = std::fs::read(guest(name)).unwrap();
    let places: Vec<usize> = (0..wasm.len() - words.len())
        .filter(|at| wasm[*at..].starts_with(words.as_bytes()))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        wasm[at..at + words.len()].copy_from_slice(others.as_bytes());
    }
    let file = folder.file("disguised.wasm");
    std::fs::write(&file, wasm).unwrap();
    file.to_string_lossy().into_owned()
}

#[test]
fn a_hostile_module_describes_itself_in_visible_words() {
    let folder = Folder::new();
    let hidden = disguised(&folder, "hostile", "Misbehaves", "\u{202e}\u{200b}aves");
    let described = run_quire(&folder, &["module", "check", &hidden]);
    let said = harmless(&described);
    assert!(
        said.contains(r"\u{202e}\u{200b}aves on demand") || !described.status.success(),
        "{said}"
    );

    let crash = disguised(&folder, "broken", "I do not know", "\u{1b}[2J\nmatch:\rx");
    let crashed = run_quire(&folder, &["module", "check", &crash]);
    assert_eq!(crashed.status.code(), Some(1), "{crashed:?}");
    let said = harmless(&crashed);
    assert!(
        said.contains("is refused") && said.contains("who I am"),
        "{said}"
    );
}

/// A source that answers everything with an error in these words.
fn hostile_source(message: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let body = serde_json::json!({"error": {"code": message, "message": message}}).to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let length = body.len();
            let _ = write!(
                reader.get_mut(),
                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}")
}

#[test]
fn the_errors_of_a_hostile_source_are_told_and_logged_in_visible_words() {
    let url = hostile_source(ATTACK);
    let folder = Folder::new();
    run_quire(&folder, &["--version"]);
    for format in ["text", "json"] {
        let output = Command::new(quire_binary())
            .args([
                "report",
                "61958-0802",
                "--output",
                "a.pdf",
                "--openfda-url",
                &url,
            ])
            .args(["--log", "debug", "--log-format", format])
            .current_dir(folder.path())
            .env("QUIRE_DATA_DIR", folder.file("data"))
            .output()
            .unwrap();

        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = harmless(&output);
        assert!(said.contains("error: "), "{said}");
        assert!(said.contains("[2J"), "the words are shown: {said}");
    }
}
