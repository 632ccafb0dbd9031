//! What is printed where a section has nothing to show, or could not be made.

use quire_model::{
    Attribute, Block, Callout, Heading, ModuleRef, Paragraph, Problem, Section, Span, Tone,
};

/// What stands above the box.
const TITLE: &str = "This section could not be made";
/// The attribute of the box that holds the whole message, with the stack.
const DETAIL: &str = "detail";
/// The most that a reader is shown of a module's own words.
const WORDS_BYTES: usize = 600;

/// A section that has nothing to show says so, in its module's words.
pub(crate) fn no_data(title: &str, text: &str) -> Vec<Block> {
    vec![heading(title), callout(Tone::Neutral, None, &[text])]
}

/// An honest box for a section that failed: which one, whose code, and what happened.
pub(crate) fn stand_in(
    title: &str,
    section: &str,
    module: &ModuleRef,
    problem: &Problem,
) -> Vec<Block> {
    let which = format!(
        "Section {section}, module {} {} ({}): {}.",
        module.name,
        module.version,
        module.digest.short(),
        problem.kind.title()
    );
    let (words, cut) = for_readers(problem);
    let rest = "The other sections of this report were made without it. Ask the administrator \
                of this server before relying on a report that lacks a section.";
    vec![
        heading(title),
        match cut {
            false => boxed(&[&which, &words, rest], None),
            true => boxed(&[&which, &words, rest], Some(&problem.detail)),
        },
    ]
}

/// Why a section could not be made, whole, from the box that stands in its place; none if it was made.
#[must_use]
pub fn why_missing(section: &Section) -> Option<&str> {
    let mut boxes = section.blocks.iter().filter_map(|block| match block {
        Block::Callout(callout) if callout.title.as_deref() == Some(TITLE) => Some(callout),
        _ => None,
    });
    let found = boxes.next()?;
    let whole = found.attributes.iter().find(|at| at.name == DETAIL);
    // The second paragraph has the words where nothing was left out.
    let words = found.body.get(1).and_then(|words| words.spans.first());
    whole.map_or_else(
        || words.map(|span| &*span.text),
        |detail| Some(&detail.value),
    )
}

/// What a reader can use of the words of a failure: not the frames of a stack, which are for the author.
/// And whether something was left out.
fn for_readers(problem: &Problem) -> (String, bool) {
    let told = problem.gist();
    let end = told.floor_char_boundary(WORDS_BYTES);
    let kept = told.get(..end).unwrap_or_default().trim_end();
    (
        kept.to_owned(),
        kept.len() < problem.detail.trim_end().len(),
    )
}

fn boxed(texts: &[&str], detail: Option<&str>) -> Block {
    let mut block = callout(Tone::Danger, Some(TITLE), texts);
    if let (Block::Callout(callout), Some(detail)) = (&mut block, detail) {
        callout.attributes.push(Attribute {
            name: DETAIL.to_owned(),
            value: detail.to_owned(),
        });
    }
    block
}

fn heading(title: &str) -> Block {
    Block::Heading(Heading {
        level: 1,
        text: title.to_owned(),
        anchor: None,
    })
}

fn callout(tone: Tone, title: Option<&str>, texts: &[&str]) -> Block {
    let paragraph = |text: &&str| Paragraph {
        spans: vec![Span::plain(*text)],
        ..Paragraph::default()
    };
    Block::Callout(Callout {
        tone,
        title: title.map(str::to_owned),
        body: texts.iter().map(paragraph).collect(),
        attributes: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use quire_model::{Digest, ProblemKind};

    use super::*;

    #[test]
    fn a_reader_is_told_the_words_and_not_the_stack() {
        let crash = "the module crashed: panicked at src/lib.rs:76:\nage band 62 is beyond the table of 12\n\n\
            (wasm trap: unreachable)\nerror while executing at wasm backtrace:\n    0: 0x1f2 - a.wasm!b";

        let (told, cut) = for_readers(&Problem::new(ProblemKind::ModuleCrashed, crash));

        assert_eq!(
            told,
            "the module crashed: panicked at src/lib.rs:76:\nage band 62 is beyond the table of 12"
        );
        assert!(cut);
    }

    #[test]
    fn the_box_tells_an_author_all_of_it() {
        let crash = "it broke\n\nerror while executing at wasm backtrace:\n    0: 0x1f2 - a.wasm!b";
        for words in [crash, "it was stopped"] {
            let module = ModuleRef {
                name: "trend".to_owned(),
                version: "1".to_owned(),
                digest: Digest::of(b""),
            };
            let problem = Problem::new(ProblemKind::ModuleCrashed, words);
            let section = Section {
                name: "trend".to_owned(),
                blocks: stand_in("Trend", "trend", &module, &problem),
                module,
                facts: Vec::new(),
            };

            assert_eq!(why_missing(&section), Some(words));
        }
    }

    #[test]
    fn short_words_are_told_whole() {
        let words = "the module was stopped after 500 ms of CPU time";

        let failed = |words: &str| Problem::new(ProblemKind::ModuleFailed, words);

        assert_eq!(for_readers(&failed(words)), (words.to_owned(), false));
        assert!(for_readers(&failed(&"é".repeat(400))).1);
    }
}
