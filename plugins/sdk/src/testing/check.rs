//! Whether an answer keeps the contract, before a host says so: by the host's own check.

/// The host's own conversion, over a guest's types: a link to `host/modules/src/convert/document.rs`.
mod document;

use quire_check::Bounds;

use crate::{
    About, Params,
    wit::types::{self as wit, Block, Output},
};

/// Every way in which an output would be refused by a host, or lacks what a reader needs; empty if
/// there is none. Of what a host refuses it is the first thing, in the host's words.
#[must_use]
pub fn problems(output: &Output) -> Vec<String> {
    let Output { blocks, facts } = output.clone();
    let checked = quire_check::output(
        blocks.into_iter().map(document::block),
        facts.into_iter().map(document::fact),
        Bounds::default(),
    );
    let mut problems: Vec<String> = checked.err().iter().map(ToString::to_string).collect();
    if !matches!(output.blocks.first(), Some(Block::Heading(heading)) if heading.level == 1) {
        problems.push("the first block is not a heading of level 1".to_owned());
    }
    for block in &output.blocks {
        if let Block::Chart(chart) = block {
            let id = &chart.id;
            if chart.alt.is_empty() {
                problems.push(format!("chart {id} has no alternative text"));
            }
            if chart.series.iter().all(|series| series.values.is_empty()) {
                problems.push(format!("chart {id} shows nothing"));
            }
        }
    }
    problems
}

/// Why a host would refuse what a module says about itself, in the host's words; none if it would not.
#[must_use]
pub fn about_problem<P: Params>(about: About) -> Option<String> {
    quire_check::manifest(&document::manifest(about.manifest::<P>())).err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Content, Fact, Table, Text};

    fn with(write: impl FnOnce(&mut Content)) -> Output {
        let mut content = Content::new("Hostile");
        write(&mut content);
        content.into_output()
    }

    fn table(mut change: impl FnMut(&mut wit::Table)) -> Output {
        let columns = |content: &mut Content| {
            content.table(
                Table::new("numbers", "Numbers")
                    .column(Column::integer("a", "A", [1_u32, 2, 3]))
                    .column(Column::integer("b", "B", [1_u32, 2, 3])),
            );
        };
        let mut output = with(columns);
        for block in &mut output.blocks {
            if let Block::Table(table) = block {
                change(table);
            }
        }
        output
    }

    /// One paragraph, whose text the SDK did not tidy.
    fn said(text: &str) -> Output {
        let mut output = with(|content| content.paragraph("words"));
        if let Some(Block::Paragraph(paragraph)) = output.blocks.last_mut() {
            text.clone_into(&mut paragraph.spans[0].text);
        }
        output
    }

    /// The documents of the hostile guest (`tests/guests/hostile/src/output.rs`), with the words in which
    /// a host refuses them (`host/modules/tests/containment/output.rs`).
    #[test]
    fn what_an_upload_refuses_is_refused_here_in_the_same_words() {
        let numbers = |cells: Vec<f64>| {
            table(move |table| {
                table.columns.truncate(1);
                table.columns[0].cells = wit::Cells::Number(cells.clone());
            })
        };
        let hostile = [
            (
                numbers(vec![1.0, f64::NAN]),
                "block 1: table `numbers`: column `a`: value 1 is not a finite number",
            ),
            (
                table(|table| table.columns[1].cells = wit::Cells::Integer(vec![1, 2])),
                "block 1: table `numbers`: column `b`: it has 2 cells, and column `a` has 3",
            ),
            (
                table(|table| table.columns[0].key = "No Key".to_owned()),
                "the key \"No Key\" is not 1 to 200 lower-case letters, digits and hyphens",
            ),
            (
                said("ring the \u{7} bell"),
                "block 1: the text beginning \"ring the  bell\" has the control character U+0007",
            ),
            (
                with(|content| {
                    content.paragraph(Text::new("click").link("x", "http://example.com"))
                }),
                "the link \"http://example.com\" is neither",
            ),
            (
                said(&"x".repeat(70_000)),
                "block 1: a string of 70000 bytes; at most 65536 are allowed",
            ),
            (
                numbers(vec![0.0; 200_001]),
                "200001 cells; at most 200000 are allowed",
            ),
            (
                with(|content| content.fact(Fact::count("reports", 3_u32).shown_in("nowhere"))),
                "fact 0: `reports`: its source `nowhere` is no table or chart of the section",
            ),
        ];

        for (output, rule) in hostile {
            let problems = problems(&output);

            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].contains(rule), "{rule}\n{problems:?}");
        }
        let pages = with(|content| (0..5_000).for_each(|_| content.paragraph("")));
        assert_eq!(
            problems(&pages),
            ["the module returned 5001 blocks; at most 5000 are allowed"]
        );
    }
}
