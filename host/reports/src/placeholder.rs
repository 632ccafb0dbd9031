//! What is printed where a section has nothing to show, or could not be made.

use quire_model::{Block, Callout, Heading, ModuleRef, Paragraph, Problem, Span, Tone};

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
    let rest = "The other sections of this report were made without it. Ask the administrator \
                of this server before relying on a report that lacks a section.";
    vec![
        heading(title),
        callout(
            Tone::Danger,
            Some("This section could not be made"),
            &[&which, &problem.detail, rest],
        ),
    ]
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
