//! The mistakes that authors in JavaScript made in the trial: each is refused or reported with its cause and the cure,
//! before a report is made with it.

use std::fs;

use super::{begun, quire, text};
use crate::support::Folder;

/// A section against the bare contract, as somebody writes it who has only read the WIT.
const BARE: &str = "
const span = text => ({text, style: {}, href: undefined, footnote: undefined});
const column = (key, title, align, cells, decimals) =>
  ({key, title, unit: undefined, align, decimals, cells, missing: new Uint32Array()});
export const section = {
  describe() {
    return {title: 'Bare', summary: 'Bare.', version: '0.1.0', locales: ['en'], paramsSchema: undefined, attributes: []};
  },
  render(context, data) {
    const reports = data.len();
    if (reports === 0) throw {tag: 'no-data', val: 'No report was analysed.'};
    const {rows} = data.countBy('reaction', 10);
    const table = {id: 'top', caption: [span('Top')], marks: [], printRows: undefined, notes: [], attributes: [],
      columns: [
        column('term', 'Term', 'start', {tag: 'text', val: rows.map(row => row.value)}),
        column('reports', 'Reports', 'end', {tag: 'integer', val: rows.map(row => row.reports)}),
      ]};
    return {blocks: [{tag: 'heading', val: {level: 1, text: 'Bare', anchor: undefined}}, {tag: 'table', val: table}],
      facts: []};
  },
};
";

/// What was written, what should have been, and words that have to be said about it.
const MISTAKES: [(&str, &str, &str, &[&str]); 9] = [
    (
        "an unknown dimension",
        "countBy('reaction', 10)",
        "countBy('reactions', 10)",
        &["reactions", "reaction-outcome"],
    ),
    (
        "a method that is not there",
        "data.len();",
        "data.len(); data.rows.map(1);",
        &["cannot read property 'map'", "section.js"],
    ),
    (
        "an error of one's own",
        "data.len();",
        "data.len(); throw new Error('bad thing');",
        &["bad thing"],
    ),
    (
        "the network",
        "data.len();",
        "data.len(); fetch('https://api.fda.gov');",
        &["fetch is not defined"],
    ),
    (
        "Intl",
        "data.len();",
        "data.len(); new Intl.NumberFormat('en').format(3);",
        &["Intl is not defined"],
    ),
    (
        "a console",
        "data.len();",
        "data.len(); console.log('x');",
        &["console is not defined"],
    ),
    (
        "a field that is left out",
        "notes: [], ",
        "",
        &["expected array"],
    ),
    (
        "no export",
        "export const section",
        "const section",
        &["'quire:report/section@0.1.0' not found"],
    ),
    (
        "a slip of the pen",
        "const span = text =>",
        "const span = text => =>",
        &["section.js"],
    ),
];

fn checked(folder: &Folder, source: &str) -> (bool, String) {
    fs::write(folder.path().join("top/src/section.js"), source).unwrap();
    let output = quire(folder, &["module", "check", "top"]);
    let said = text(&output.stdout) + &text(&output.stderr);
    (output.status.success(), said)
}

#[test]
fn each_is_told_by_the_check() {
    let folder = begun("javascript");
    let (ok, said) = checked(&folder, BARE);
    assert!(ok, "{said}");

    for (what, right, wrong, words) in MISTAKES {
        assert!(BARE.contains(right), "{what}");

        let (ok, said) = checked(&folder, &BARE.replace(right, wrong));

        assert!(!ok, "{what}: {said}");
        for word in words {
            assert!(said.contains(word), "{what}: {word:?} is not in: {said}");
        }
    }
}

/// The helper's own errors have their place in the code, too.
#[test]
fn what_is_thrown_in_a_section_of_the_template_reaches_its_author() {
    let folder = begun("javascript");
    let source = folder.path().join("top/src/section.js");
    let section = fs::read_to_string(source).unwrap();
    for (right, wrong, words) in [
        (
            "countBy(\"reaction\"",
            "countBy(\"reactions\"",
            ["a query was refused", "reaction-outcome"],
        ),
        (
            "rows.map((row) => row.reports)",
            "[1]",
            ["columns of table top-reactions have", "render"],
        ),
        (
            "\"percent\", \"%",
            "\"Percent\", \"%",
            ["cannot be a key", "such as top-reactions"],
        ),
    ] {
        assert!(section.contains(right), "{right}");

        let (ok, said) = checked(&folder, &section.replace(right, wrong));

        assert!(!ok, "{wrong}: {said}");
        for word in words {
            assert!(said.contains(word), "{wrong}: {word:?} is not in: {said}");
        }
    }
}
