//! `quire verify` and `POST /api/tasks/{id}/verify`: is a document what its recipe gives?

use std::process::Output;

use lopdf::{Document, Object, Stream, dictionary};
use quire_model::{Colophon, Digest, Manifest};
use reqwest::{Method, StatusCode};

use crate::support::{Folder, Quire, guest, run_quire};

/// Make the sample report as `out.pdf`.
fn report(folder: &Folder, more: &[&str]) {
    let base = [
        "report",
        "61958-0802",
        "--sample",
        "--as-of",
        "2025-06-30",
        "--output",
        "out.pdf",
    ];
    let output = run_quire(folder, &[&base[..], more].concat());
    assert!(output.status.success(), "{}", said(&output));
}

fn verify(folder: &Folder, more: &[&str]) -> Output {
    run_quire(folder, &[&["verify", "out.pdf"], more].concat())
}

/// Everything a command wrote.
fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_report_of_the_command_line_matches() {
    let folder = Folder::new();
    report(&folder, &[]);

    let output = verify(&folder, &[]);

    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let digest = Digest::of(&std::fs::read(folder.file("out.pdf")).unwrap());
    assert!(said(&output).contains("match"), "{}", said(&output));
    assert!(
        said(&output).contains(&digest.to_string()),
        "{}",
        said(&output)
    );
}

#[test]
fn a_withheld_module_is_named_with_its_section_and_digest() {
    let folder = Folder::new();
    let wasm = guest("hostile");
    let module = format!("trend={}", wasm.display());
    report(&folder, &["--module", &module, "--params", "trend={}"]);

    let withheld = verify(&folder, &[]);
    let given = verify(&folder, &["--module", &module]);

    assert_eq!(withheld.status.code(), Some(1), "{}", said(&withheld));
    let digest = Digest::of(&std::fs::read(wasm).unwrap()).to_string();
    for word in ["Module trend", "section trend", &digest] {
        assert!(
            said(&withheld).contains(word),
            "{word}: {}",
            said(&withheld)
        );
    }
    assert_eq!(given.status.code(), Some(0), "{}", said(&given));
}

#[test]
fn without_the_data_it_says_that_they_are_missing() {
    let folder = Folder::new();
    report(&folder, &[]);
    let elsewhere = folder.file("elsewhere").to_string_lossy().into_owned();
    let there = ["--data-dir", &elsewhere];
    let key = ["key", "create", "--role", "admin", "--label", "test"];
    let made = run_quire(&folder, &[&key[..], &there].concat());
    assert!(made.status.success(), "{}", said(&made));

    let output = verify(&folder, &there);

    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("made from data that this data directory does not hold"),
        "{}",
        said(&output)
    );
}

#[test]
fn an_altered_page_is_found() {
    let folder = Folder::new();
    report(&folder, &[]);
    let file = folder.file("out.pdf");
    let mut document = Document::load(&file).unwrap();
    let pages = document.get_pages();
    let page = pages[&3];
    let mut content = document.get_page_content(page);
    content.extend_from_slice(b"\n0 0 1 rg 100 100 20 20 re f\n");
    document.change_page_content(page, content).unwrap();
    document.save(&file).unwrap();

    let output = verify(&folder, &[]);

    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("Page 3"), "{}", said(&output));
}

#[test]
fn one_altered_byte_anywhere_is_found() {
    let folder = Folder::new();
    report(&folder, &[]);
    let file = folder.file("out.pdf");
    let whole = std::fs::read(&file).unwrap();

    for place in [20, whole.len() / 3, whole.len() / 2, whole.len() - 40] {
        let mut altered = whole.clone();
        altered[place] ^= 0x01;
        std::fs::write(&file, altered).unwrap();

        let output = verify(&folder, &[]);

        assert_eq!(output.status.code(), Some(1), "{place}: {}", said(&output));
    }
}

#[test]
fn a_file_of_another_program_is_refused_in_words() {
    let folder = Folder::new();
    let file = folder.file("out.pdf");
    let mut foreign = Document::with_version("1.7");
    let content = foreign.add_object(Stream::new(dictionary! {}, b"".to_vec()));
    let page = foreign.add_object(dictionary! { "Type" => "Page", "Contents" => content });
    let pages =
        dictionary! { "Type" => "Pages", "Kids" => vec![Object::Reference(page)], "Count" => 1 };
    let pages = foreign.add_object(pages);
    let catalog = foreign.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    foreign.trailer.set("Root", catalog);
    foreign.save(&file).unwrap();

    let pdf = verify(&folder, &[]);
    std::fs::write(&file, "not a PDF").unwrap();
    let text = verify(&folder, &[]);
    std::fs::remove_file(&file).unwrap();
    let missing = verify(&folder, &[]);

    assert_eq!(pdf.status.code(), Some(1), "{}", said(&pdf));
    assert!(
        said(&pdf).contains("carries no manifest.json"),
        "{}",
        said(&pdf)
    );
    assert_eq!(text.status.code(), Some(1), "{}", said(&text));
    assert!(
        said(&text).contains("cannot be verified"),
        "{}",
        said(&text)
    );
    assert_eq!(missing.status.code(), Some(2), "{}", said(&missing));
}

#[tokio::test]
async fn a_manifest_tells_how_a_report_came_about_and_its_core_is_in_the_pdf() {
    let quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    let status = quire.finished(&task).await;
    let path = status["links"]["manifest"].as_str().unwrap().to_owned();

    let answer = quire.get(&path).await;
    let tag = answer.header("etag").to_owned();
    let unchanged = quire
        .send(Method::GET, &path, &[("if-none-match", &tag)], None)
        .await;
    let pdf = quire.get(&format!("/api/tasks/{task}/pdf")).await.body;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    let manifest: Manifest = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(manifest.report.as_str(), task);
    assert_eq!(manifest.attempt, 1);
    assert_eq!(manifest.making.outputs[0].digest, Digest::of(&pdf));
    assert!(!manifest.making.data.queries.is_empty());
    let colophon = &manifest.making.colophon;
    for (section, digest) in status["result"]["modules"].as_object().unwrap() {
        let modules = &colophon.recipe.modules;
        let named = modules.iter().find(|module| module.section == *section);
        let named = named.unwrap().digest.unwrap().to_string();
        assert_eq!(named, digest.as_str().unwrap(), "{section}");
    }
    let used = &manifest.making.usage;
    assert_eq!(used.len(), colophon.sections.len());
    assert!(used.iter().all(|used| used.memory_bytes > 0), "{used:?}");
    let attached = quire_render::attachments(&pdf).unwrap();
    let attached = attached.iter().find(|file| file.name == "manifest.json");
    let attached: Colophon = serde_json::from_slice(&attached.unwrap().bytes).unwrap();
    assert_eq!(attached, *colophon);
}

#[tokio::test]
async fn a_caller_can_have_a_report_verified() {
    let mut quire = Quire::start().await;
    let task = quire.request("61958-0802").await;
    let path = format!("/api/tasks/{task}/verify");
    quire.finished(&task).await;

    let verified = quire.post(&path, None).await;
    quire.set_key(None);
    let anonymous = quire.post(&path, None).await;

    assert_eq!(verified.status, StatusCode::OK);
    let verified = verified.json();
    assert_eq!(verified["verdict"], "match", "{verified}");
    assert_eq!(verified["digest"], verified["recomputed"]);
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
}
