//! What a reading program finds in the document: every word belongs to an element, tables are tables,
//! figures have words, and the file is the PDF/A that it claims to be.

#[path = "../../host/render/src/sample.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the documents are shared with the renderer's own tests"
)]
mod sample;

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document as File, Object, ObjectId, content::Content};
use quire_model::{Attachment, Document, Paper};

use crate::support::{Folder, assert_pdfa, run_quire, tool};

/// The sample report as a file.
fn report(folder: &Folder) -> String {
    let output = run_quire(
        folder,
        &[
            "report",
            "61958-0802",
            "--sample",
            "--as-of",
            "2025-06-30",
            "--output",
            "out.pdf",
        ],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    folder.file("out.pdf").to_string_lossy().into_owned()
}

/// A drawn document as a file.
fn drawn(folder: &Folder, document: &Document) -> String {
    let path = folder.file("drawn.pdf");
    std::fs::write(&path, quire_render::pdf(document).unwrap()).unwrap();
    path.to_string_lossy().into_owned()
}

fn attached() -> Document {
    let mut document = sample::everything(Paper::A4);
    document.attachments = vec![Attachment {
        name: String::from("manifest.json"),
        media_type: String::from("application/json"),
        description: String::from("What the report was made from"),
        bytes: b"{\"host\": \"quire\"}".repeat(100),
    }];
    document
}

/// The structure of a file.
struct Structure {
    file: File,
    root: ObjectId,
}

impl Structure {
    fn load(path: &str) -> Self {
        let file = File::load(path).unwrap();
        let root = file.catalog().unwrap().get(b"StructTreeRoot").unwrap();
        let root = file.get_dictionary(root.as_reference().unwrap()).unwrap();
        let root = root.get(b"K").unwrap().as_reference().unwrap();
        Self { file, root }
    }

    fn element(&self, id: ObjectId) -> &Dictionary {
        self.file.get_dictionary(id).unwrap()
    }

    fn role(&self, id: ObjectId) -> String {
        let role = self.element(id).get(b"S").unwrap().as_name().unwrap();
        String::from_utf8(role.to_vec()).unwrap()
    }

    fn parts(&self, id: ObjectId) -> Vec<Object> {
        match self.element(id).get(b"K") {
            Ok(Object::Array(parts)) => parts.clone(),
            Ok(part) => vec![part.clone()],
            Err(_) => Vec::new(),
        }
    }

    fn kids(&self, id: ObjectId) -> Vec<ObjectId> {
        let parts = self.parts(id);
        parts
            .iter()
            .filter_map(|part| part.as_reference().ok())
            .collect()
    }

    /// An element and all below it, in reading order.
    fn all(&self, id: ObjectId) -> Vec<ObjectId> {
        let mut all = vec![id];
        for kid in self.kids(id) {
            all.extend(self.all(kid));
        }
        all
    }

    fn of_role(&self, role: &str) -> Vec<ObjectId> {
        let mut all = self.all(self.root);
        all.retain(|id| self.role(*id) == role);
        all
    }

    fn attribute(&self, id: ObjectId, key: &[u8]) -> Option<Object> {
        let attributes = self.element(id).get(b"A").ok()?;
        let (_, attributes) = self.file.dereference(attributes).unwrap();
        attributes.as_dict().unwrap().get(key).ok().cloned()
    }

    /// The stretches of an element itself, by page.
    fn stretches(&self, id: ObjectId) -> Vec<(ObjectId, i64)> {
        let home = self.element(id).get(b"Pg").and_then(Object::as_reference);
        let parts = self.parts(id);
        let stretch = |part: &Object| match part {
            Object::Integer(number) => Some((*home.as_ref().unwrap(), *number)),
            Object::Dictionary(part) => Some((
                part.get(b"Pg").unwrap().as_reference().unwrap(),
                part.get(b"MCID").ok()?.as_i64().unwrap(),
            )),
            _ => None,
        };
        parts.iter().filter_map(stretch).collect()
    }

    /// The element of each stretch of a page, as the way back says.
    fn way_back(&self, page: ObjectId) -> Vec<ObjectId> {
        let key = self.file.get_dictionary(page).unwrap();
        let key = key.get(b"StructParents").unwrap().as_i64().unwrap();
        let found = self.entry(key);
        let (_, found) = self.file.dereference(&found).unwrap();
        let found = found.as_array().unwrap().iter();
        found.map(|id| id.as_reference().unwrap()).collect()
    }

    fn entry(&self, key: i64) -> Object {
        let root = self.file.catalog().unwrap().get(b"StructTreeRoot").unwrap();
        let root = self
            .file
            .get_dictionary(root.as_reference().unwrap())
            .unwrap();
        let tree = root.get(b"ParentTree").unwrap().as_reference().unwrap();
        let numbers = self.file.get_dictionary(tree).unwrap();
        let numbers = numbers.get(b"Nums").unwrap().as_array().unwrap();
        let pair = numbers
            .chunks(2)
            .find(|pair| pair[0] == Object::Integer(key));
        pair.unwrap_or_else(|| panic!("no entry {key}"))[1].clone()
    }
}

/// The stretches of a page's content; a panic if anything stands outside of them.
fn stretches(file: &File, page: ObjectId) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    let mut in_text = None;
    for operation in Content::decode(&file.get_page_content(page))
        .unwrap()
        .operations
    {
        match operation.operator.as_str() {
            "BDC" => {
                let role = operation.operands[0].as_name().unwrap().to_vec();
                let entries = operation.operands[1].as_dict().unwrap();
                if let Ok(number) = entries.get(b"MCID") {
                    let role = String::from_utf8(role).unwrap();
                    found.push((role, number.as_i64().unwrap()));
                }
                open.push(in_text.is_some());
                assert_eq!(open.len(), 1, "stretches do not hold each other");
            }
            "BMC" => open.push(in_text.is_some()),
            "EMC" => {
                let began_in_text = open.pop().expect("a stretch ends that did not begin");
                assert_eq!(began_in_text, in_text.is_some(), "text and stretch cross");
            }
            "BT" => in_text = Some(open.len()),
            "ET" => {
                assert_eq!(in_text.take(), Some(open.len()), "text and stretch cross");
            }
            "TJ" | "Tj" | "f" | "S" | "Do" | "B" => {
                assert!(
                    !open.is_empty(),
                    "{} outside of any stretch",
                    operation.operator
                );
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    found
}

/// Every file whose structure is tried: the report, and documents of everything that can be drawn.
fn files(folder: &Folder) -> Vec<String> {
    let mut files = vec![report(folder)];
    for (name, document) in [
        ("a4", sample::everything(Paper::A4)),
        ("side", sample::everything(Paper::LetterLandscape)),
        ("hostile", sample::hostile()),
        ("plain", sample::plain(200)),
        ("attached", attached()),
    ] {
        let path = folder.file(name);
        std::fs::write(&path, quire_render::pdf(&document).unwrap()).unwrap();
        files.push(path.to_string_lossy().into_owned());
    }
    files
}

#[test]
fn files_are_the_pdfa_that_they_claim_to_be() {
    let folder = Folder::new();

    for path in files(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let claim = |part: u8| {
            let claim = format!("<pdfaid:part>{part}</pdfaid:part>").into_bytes();
            bytes.windows(claim.len()).any(|at| at == claim)
        };
        let attached = !quire_render::attachments(&bytes).unwrap().is_empty();
        assert_eq!((claim(2), claim(3)), (!attached, attached), "{path}");
        assert_pdfa(if attached { "3b" } else { "2b" }, &path);
        tool("qpdf", &["--check", &path]);
    }
}

#[test]
fn attachments_can_be_taken_out_by_others() {
    let folder = Folder::new();
    let file = drawn(&folder, &attached());

    let listed = tool("qpdf", &["--list-attachments", "--verbose", &file]);
    let shown = tool("qpdf", &["--show-attachment=manifest.json", &file]);

    assert!(
        listed.contains("manifest.json") && listed.contains("application/json"),
        "{listed}"
    );
    assert_eq!(shown.as_bytes(), attached().attachments[0].bytes);
}

#[test]
fn every_word_belongs_to_an_element_that_knows_it() {
    let folder = Folder::new();

    for path in files(&folder) {
        let structure = Structure::load(&path);
        let mut owners: BTreeMap<(ObjectId, i64), ObjectId> = BTreeMap::new();
        for id in structure.all(structure.root) {
            for stretch in structure.stretches(id) {
                assert_eq!(
                    owners.insert(stretch, id),
                    None,
                    "{path}: it has two owners"
                );
            }
        }
        let mut seen = 0;
        for page in structure.file.get_pages().into_values() {
            let back = structure.way_back(page);
            let found = stretches(&structure.file, page);
            assert_eq!(found.len(), back.len());
            for (at, (role, number)) in found.into_iter().enumerate() {
                assert_eq!(number, at as i64, "{path}: stretches are counted");
                let owner = owners[&(page, number)];
                assert_eq!((owner, structure.role(owner)), (back[at], role), "{path}");
                seen += 1;
            }
        }
        assert_eq!(
            seen,
            owners.len(),
            "{path}: an element names what is not there"
        );
    }
}

#[test]
fn links_belong_to_elements_and_say_where_they_lead() {
    let folder = Folder::new();

    for path in files(&folder) {
        let structure = Structure::load(&path);
        let mut links = 0;
        for page in structure.file.get_pages().into_values() {
            let page = structure.file.get_dictionary(page).unwrap();
            assert_eq!(page.get(b"Tabs").unwrap().as_name().unwrap(), b"S");
            let Ok(annotations) = page.get(b"Annots") else {
                continue;
            };
            for id in annotations.as_array().unwrap() {
                let id = id.as_reference().unwrap();
                let link = structure.file.get_dictionary(id).unwrap();
                assert!(!link.get(b"Contents").unwrap().as_str().unwrap().is_empty());
                let key = link.get(b"StructParent").unwrap().as_i64().unwrap();
                let owner = structure.entry(key).as_reference().unwrap();
                assert_eq!(structure.role(owner), "Link");
                let knows = structure.parts(owner).iter().any(|part| {
                    part.as_dict().is_ok_and(|part| {
                        part.get(b"Obj")
                            .is_ok_and(|object| object.as_reference().unwrap() == id)
                    })
                });
                assert!(knows, "{path}: {id:?}");
                links += 1;
            }
        }
        assert!(path.ends_with("plain") || links > 0, "{path}");
    }
}

#[test]
fn tables_have_headers_and_rows_of_equal_length() {
    let folder = Folder::new();

    for path in files(&folder) {
        let structure = Structure::load(&path);
        let tables = structure.of_role("Table");
        assert!(!tables.is_empty(), "{path}");
        for table in tables {
            let kids: Vec<String> = structure
                .kids(table)
                .iter()
                .map(|kid| structure.role(*kid))
                .collect();
            assert!(
                kids == ["Caption", "THead", "TBody"] || kids == ["Caption", "THead"],
                "{path}: {kids:?}"
            );
            let mut widths = BTreeSet::new();
            for row in structure
                .all(table)
                .into_iter()
                .filter(|id| structure.role(*id) == "TR")
            {
                let mut width = 0;
                for cell in structure.kids(row) {
                    if structure.role(cell) == "TH" {
                        assert!(structure.attribute(cell, b"Scope").is_some());
                    }
                    let span = structure.attribute(cell, b"ColSpan");
                    width += span.map_or(1, |span| span.as_i64().unwrap());
                }
                widths.insert(width);
            }
            assert_eq!(widths.len(), 1, "{path}: {widths:?}");
        }
    }
}

#[test]
fn figures_are_told_in_words_and_have_a_place() {
    let folder = Folder::new();

    for path in files(&folder) {
        let structure = Structure::load(&path);
        for figure in structure.of_role("Figure") {
            let words = structure
                .element(figure)
                .get(b"Alt")
                .unwrap()
                .as_str()
                .unwrap();
            assert!(words.len() > 5, "{path}");
            let place = structure.attribute(figure, b"BBox").unwrap();
            let place: Vec<f32> = place
                .as_array()
                .unwrap()
                .iter()
                .map(|at| at.as_float().unwrap())
                .collect();
            assert!(
                place[0] < place[2] && place[1] < place[3],
                "{path}: {place:?}"
            );
        }
    }
}

#[test]
fn the_report_is_outlined_and_tagged_alike() {
    let folder = Folder::new();
    let path = report(&folder);
    let structure = Structure::load(&path);
    let catalog = structure.file.catalog().unwrap();
    let marked = catalog.get(b"MarkInfo").unwrap().as_dict().unwrap();
    assert_eq!(marked.get(b"Marked").unwrap(), &Object::Boolean(true));
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");

    let outline = structure.file.get_toc().unwrap().toc;
    let headings: Vec<ObjectId> = structure
        .all(structure.root)
        .into_iter()
        .filter(|id| ["H1", "H2", "H3", "H4"].contains(&structure.role(*id).as_str()))
        .collect();

    assert_eq!(outline.len(), headings.len());
    for (entry, heading) in outline.iter().zip(headings) {
        assert_eq!(
            format!("H{}", entry.level),
            structure.role(heading),
            "{}",
            entry.title
        );
    }
    let roles: BTreeSet<String> = structure
        .all(structure.root)
        .into_iter()
        .map(|id| structure.role(id))
        .collect();
    for role in [
        "Sect", "P", "L", "LI", "Lbl", "LBody", "TOC", "TOCI", "Link", "Table", "Figure",
    ] {
        assert!(roles.contains(role), "no {role} among {roles:?}");
    }
}

#[test]
fn the_report_is_read_in_the_order_of_its_sections() {
    let folder = Folder::new();
    let path = report(&folder);
    let titles: Vec<String> = Structure::load(&path)
        .file
        .get_toc()
        .unwrap()
        .toc
        .into_iter()
        .filter(|entry| entry.level == 1 && entry.title != "Contents")
        .map(|entry| entry.title.split_once(' ').unwrap().1.to_owned())
        .collect();
    assert!(titles.len() > 5, "{titles:?}");

    for text in [
        tool("pdftotext", &[&path, "-"]),
        tool("pdfinfo", &["-struct-text", &path]),
    ] {
        // The first at its place, then all in the table of contents, and the others at their places.
        let contents = "Contents".to_owned();
        let first = titles.iter().take(1).chain([&contents]);
        let mut from = 0;
        for title in first.chain(&titles).chain(titles.iter().skip(1)) {
            let at = text[from..].find(title.as_str());
            from += at.unwrap_or_else(|| panic!("{title} comes too early or not at all"));
        }
    }
}
