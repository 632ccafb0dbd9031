//! What is tried, and what has to hold: nothing crashes, and what is taken can be given back.

use std::{path::Path, sync::Arc};

use quire_background::Store;
use quire_check::Bounds;
use quire_faers::{CaseSeries, Snapshot};
use quire_model::{DrugRole, Ndc, Section};
use quire_modules::{Limits, ModuleHost, ModuleSettings};
use quire_render::{
    RenderError, attachments, bookmarks, csv, csv_files, html, json, pdf, read_json,
};
use quire_replay::Quarter;
use serde_json::Value;

use crate::{
    dice::Dice,
    document::{blocks, document, section},
};

/// One target: a try with these dice. What is wrong beside a crash is said.
pub(crate) type Target = Box<dyn Fn(&mut Dice) -> Result<(), String>>;

/// All of them by name, each with its corpus.
pub(crate) fn all(workspace: &Path, scratch: &Path) -> Vec<(&'static str, Target)> {
    vec![
        ("openfda", openfda(workspace)),
        ("snapshot", snapshot(workspace)),
        ("codes", Box::new(codes)),
        ("check", Box::new(check)),
        ("layout", Box::new(layout)),
        ("csv", Box::new(tables)),
        ("read-back", read_back()),
        ("ascii", ascii(scratch)),
        ("upload", upload(workspace, scratch)),
    ]
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn said<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// openFDA's answers: read tolerantly, or refused; what is read is the same after it was stored.
fn openfda(workspace: &Path) -> Target {
    let page = read(&workspace.join("tests/data/openfda/drug_event_ndc_61958-0802.json"));
    let mut whole: Value = serde_json::from_slice(&page).expect("JSON");
    // A few reports are enough, and faster.
    if let Some(reports) = whole["results"].as_array_mut() {
        reports.truncate(4);
    }
    let ndc: Ndc = "61958-0802".parse().expect("a code");
    Box::new(move |dice| {
        let json = dice.mutated_json(&whole);
        let bytes = serde_json::to_vec(&json).expect("JSON");
        let bytes = if dice.once_in(4) {
            dice.mutated(&bytes)
        } else {
            bytes
        };
        let Ok(snapshot) = Snapshot::from_page(&bytes, &ndc) else {
            return Ok(());
        };
        let encoded = said(snapshot.encode())?;
        let again = said(Snapshot::decode(&encoded))?;
        if again.digest() != snapshot.digest() {
            return Err("a snapshot is another one after it was stored".to_owned());
        }
        for role in [DrugRole::Any, DrugRole::Suspect] {
            let series = CaseSeries::build(snapshot.clone()).analysed(&ndc, role, None);
            let _ = (series.received(), series.interval(), series.dimensions());
        }
        Ok(())
    })
}

/// Stored snapshots that were altered: refused, or a series.
fn snapshot(workspace: &Path) -> Target {
    let stored = read(&workspace.join("tests/data/snapshots/schema-3.snapshot"));
    Box::new(move |dice| {
        let bytes: Arc<[u8]> = dice.mutated(&stored).into();
        let _ = CaseSeries::restore(bytes);
        Ok(())
    })
}

/// Drug codes: what is read is written so that it is read again, and what openFDA is asked for is plain.
fn codes(dice: &mut Dice) -> Result<(), String> {
    const FORMS: [&str; 8] = [
        "61958-0802",
        "61958-0802-1",
        "6195808021",
        "61958080211",
        "0361958080215",
        "]C1010036195808021517250630",
        "(01)00361958080215(17)250630",
        "NDC 61958-0802-1",
    ];
    let text = match dice.once_in(4) {
        true => dice.text(),
        false => {
            let form = dice.pick(&FORMS);
            String::from_utf8_lossy(&dice.mutated(form.as_bytes())).into_owned()
        }
    };
    let Ok(ndc) = text.parse::<Ndc>() else {
        return Ok(());
    };
    let again: Ndc = said(ndc.to_string().parse())?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    for candidate in ndc.candidates() {
        if !candidate.as_str().bytes().all(is_plain) {
            return Err(format!("{text:?} would be asked for as {candidate:?}"));
        }
    }
    match again == ndc {
        true => Ok(()),
        false => Err(format!("{text:?} reads otherwise the second time")),
    }
}

/// The check of what a section returned; what it lets through passes again, unchanged.
fn check(dice: &mut Dice) -> Result<(), String> {
    let blocks = blocks(dice, true);
    let checked = quire_check::output(
        blocks.into_iter().map(Ok),
        std::iter::empty(),
        Bounds::default(),
    );
    let Ok(passed) = checked else { return Ok(()) };
    let again = quire_check::output(
        passed.blocks.iter().cloned().map(Ok),
        std::iter::empty(),
        Bounds::default(),
    );
    match said(again)? == passed {
        true => Ok(()),
        false => Err("what passed the check is changed by it the second time".to_owned()),
    }
}

/// Sections that passed the check.
fn sections(dice: &mut Dice) -> Vec<Section> {
    let mut sections = Vec::new();
    for number in 0..1 + dice.below(3) {
        let wild = dice.once_in(3);
        let blocks = blocks(dice, wild);
        let bounds = Bounds::default();
        // Block by block, so that one wrong block does not cost the others.
        let blocks = blocks.into_iter().filter_map(|block| {
            let one = std::iter::once(Ok(block));
            quire_check::output(one, std::iter::empty(), bounds).ok()
        });
        let blocks = blocks.flat_map(|passed| passed.blocks).collect();
        sections.push(section(&format!("section-{number}"), blocks));
    }
    sections
}

/// Every form of a document of allowed blocks is made, whatever stands in them, and the PDF twice the same.
fn layout(dice: &mut Dice) -> Result<(), String> {
    let sections = sections(dice);
    let document = document(dice, sections);
    let first = match pdf(&document) {
        Err(RenderError::TooLong { .. }) => return Ok(()),
        other => said(other)?,
    };
    if said(pdf(&document))? != first {
        return Err("the same document is drawn to other bytes".to_owned());
    }
    said(html(&document))?;
    Ok(())
}

/// CSV and JSON of such documents: each record of a table has as many fields as its header, and what is stored as JSON
/// is read back as it was.
fn tables(dice: &mut Dice) -> Result<(), String> {
    let sections = sections(dice);
    let mut document = document(dice, sections);
    // No form but the PDF holds them.
    document.attachments.clear();
    let stored = said(json(&document))?;
    let again = said(read_json(&stored))?;
    if said(json(&again))? != stored {
        return Err("a stored document is another one after it was read".to_owned());
    }
    said(csv(&document))?;
    for file in said(csv_files(&document))? {
        if !file.name.ends_with(".csv") {
            continue;
        }
        let text = said(String::from_utf8(file.bytes))?;
        let records = records(&text)?;
        let fields = records.first().copied().unwrap_or_default();
        if records.iter().any(|record| *record != fields) {
            return Err(format!("{} has records of {records:?} fields", file.name));
        }
    }
    Ok(())
}

/// How many fields each record of a CSV file (RFC 4180) has.
fn records(text: &str) -> Result<Vec<usize>, String> {
    let (mut records, mut fields, mut quoted) = (Vec::new(), 1, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => drop(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields += 1,
            '\n' if !quoted => records.push(std::mem::replace(&mut fields, 1)),
            _ => {}
        }
    }
    match quoted {
        true => Err("a quotation mark is never closed".to_owned()),
        false => Ok(records),
    }
}

/// Files that claim to be reports of ours.
fn read_back() -> Target {
    let files: Vec<Vec<u8>> = (1..=4)
        .map(|seed| {
            let mut dice = Dice::new(seed * 77);
            let sections = sections(&mut dice);
            let mut document = document(&mut dice, sections);
            document.attachments = vec![quire_model::Attachment {
                name: "manifest.json".to_owned(),
                media_type: "application/json".to_owned(),
                description: "by chance".to_owned(),
                bytes: b"{}".repeat(200),
            }];
            pdf(&document).expect("a document")
        })
        .collect();
    Box::new(move |dice| {
        let at = dice.below(files.len());
        let bytes = dice.mutated(&files[at]);
        let _ = attachments(&bytes);
        let _ = bookmarks(&bytes);
        Ok(())
    })
}

/// FDA's files: imported, or refused.
fn ascii(scratch: &Path) -> Target {
    let folder = scratch.join("ascii");
    std::fs::create_dir_all(&folder).expect("a directory");
    let quarter = Quarter {
        name: "22Q3",
        cases: 40,
        seed: 7,
    };
    quarter.write(&folder).expect("a quarter");
    let entries = std::fs::read_dir(&folder).expect("a directory");
    let files: Vec<_> = entries
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), read(&path)))
        .collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    Box::new(move |dice| {
        let chosen = dice.below(files.len());
        for (at, (path, bytes)) in files.iter().enumerate() {
            let changed = if at == chosen {
                dice.mutated(bytes)
            } else {
                bytes.clone()
            };
            said(std::fs::write(path, changed))?;
        }
        let store = folder.with_file_name("store");
        let _ = std::fs::remove_dir_all(&store);
        let store = Store::new(store);
        let import = store.import(std::slice::from_ref(&folder), None, &|_| ());
        match runtime.block_on(import) {
            Err(quire_background::BackgroundError::Broken(why)) => Err(why),
            _ => Ok(()),
        }
    })
}

/// Components: loaded, or refused in words.
fn upload(workspace: &Path, scratch: &Path) -> Target {
    let component = read(&workspace.join("tests/data/contract/0.1-before-limit.wasm"));
    let settings = ModuleSettings {
        limits: Limits {
            cpu: std::time::Duration::from_millis(500),
            ..Limits::DEFAULT
        },
        ..ModuleSettings::new(scratch.join("code"), 1)
    };
    let host = ModuleHost::new(settings).expect("an engine");
    let code = scratch.join("code");
    Box::new(move |dice| {
        let loaded = host.load(&dice.mutated(&component));
        // Code of thousands of components would fill the disk.
        if loaded.is_ok() {
            for entry in said(std::fs::read_dir(&code))?.flatten() {
                if entry.file_name() != "key" {
                    let _ = std::fs::remove_file(entry.path());
                }
            }
        }
        match loaded {
            Ok(module) => {
                host.forget(module.digest);
                Ok(())
            }
            Err(error) if error.to_string().trim().is_empty() => {
                Err("refused without words".to_owned())
            }
            Err(_) => Ok(()),
        }
    })
}
