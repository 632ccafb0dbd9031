//! The document itself, read back by other people's programs.

use std::collections::BTreeSet;

use lopdf::{Document, Object};

use crate::support::{Folder, run_quire, tool};

/// The sample report as a file.
fn sample(folder: &Folder, more: &[&str]) -> String {
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
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    folder.file("out.pdf").to_string_lossy().into_owned()
}

#[test]
fn the_file_is_sound_and_its_fonts_are_inside() {
    let folder = Folder::new();
    let file = sample(&folder, &[]);

    tool("qpdf", &["--check", &file]);
    let fonts = tool("pdffonts", &[&file]);

    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(
            row.contains("yes yes yes"),
            "embedded, subset, with Unicode: {row}"
        );
    }
}

#[test]
fn the_words_come_back() {
    let folder = Folder::new();
    let file = sample(&folder, &[]);

    let text = tool("pdftotext", &["-layout", &file, "-"]);

    for words in [
        "61958-0802",
        "AMBRISENTAN",
        "Dyspnoea",
        "Contents",
        "Limitations",
        "Page 1 of",
    ] {
        assert!(
            text.to_uppercase().contains(&words.to_uppercase()),
            "{words} is missing"
        );
    }
    assert!(!text.contains('\u{fffd}'), "a glyph has no character");
}

#[test]
fn bookmarks_and_title_are_there() {
    let folder = Folder::new();
    let document = Document::load(sample(&folder, &[])).unwrap();
    let catalog = document.catalog().unwrap();

    assert!(catalog.get(b"Outlines").is_ok());
    assert!(catalog.get(b"Lang").is_ok());
    let outline = document.get_toc().unwrap();
    let titles: Vec<&str> = outline
        .toc
        .iter()
        .map(|entry| entry.title.as_str())
        .collect();
    assert!(titles.len() >= 8, "{titles:?}");
    let pages: Vec<usize> = outline.toc.iter().map(|entry| entry.page).collect();
    assert!(pages.is_sorted(), "{pages:?}");
}

#[test]
fn no_page_says_anything_about_the_run() {
    let folder = Folder::new();
    let document = Document::load(sample(&folder, &[])).unwrap();
    let info = document
        .trailer
        .get(b"Info")
        .unwrap()
        .as_reference()
        .unwrap();
    let info = document.get_dictionary(info).unwrap();

    let created = info.get(b"CreationDate").unwrap().as_str().unwrap();
    assert!(
        created.starts_with(b"D:20250630"),
        "{}",
        String::from_utf8_lossy(created)
    );
}

#[test]
fn the_plain_report_is_short_and_says_what_every_report_must() {
    let folder = Folder::new();
    let file = sample(&folder, &["--definition", "plain"]);

    let text = tool("pdftotext", &["-layout", &file, "-"]);
    let document = Document::load(&file).unwrap();

    for part in [
        "Preferred term",
        "Provenance",
        "method",
        "Limitations",
        "61",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let sizes: BTreeSet<String> = document
        .get_pages()
        .values()
        .map(|page| format!("{:?}", media_box(&document, *page)))
        .collect();
    assert_eq!(sizes.len(), 1);
    let size = sizes.first().unwrap();
    assert!(
        size.contains("792") && size.contains("612"),
        "landscape letter: {size}"
    );
}

fn media_box(document: &Document, page: lopdf::ObjectId) -> Vec<Object> {
    let page = document.get_dictionary(page).unwrap();
    page.get(b"MediaBox").unwrap().as_array().unwrap().clone()
}
