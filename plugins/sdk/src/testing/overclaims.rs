//! Words that claim more than reports can show.

use crate::wit::types::{Block, Cells, FactValue, Output, Paragraph, Span};

/// Phrases that say how often, how likely or why; none of it can be read from reports. Matched in
/// lower case, from word to word.
const PHRASES: [&str; 8] = [
    "caused",
    "rate of",
    "incidence",
    "risk of",
    "safe",
    "proven",
    "significantly increases",
    "significantly increased",
];

/// Every sentence of a section that claims more than reports can show, with the phrase; empty if
/// none does.
///
/// `quotations` are words of others, or clauses that deny such a claim, and are left out first: the
/// source's disclaimer, "incidence cannot be computed". Boxes whose title says `verbatim` are left
/// out as well.
#[must_use]
pub fn overclaims(output: &Output, quotations: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts(output) {
        let own = quotations
            .iter()
            .fold(text.clone(), |text, quotation| text.replace(quotation, " "));
        for phrase in phrases(&own) {
            found.push(format!("\u{201c}{phrase}\u{201d} in: {text}"));
        }
    }
    found
}

/// The phrases of a text.
fn phrases(text: &str) -> impl Iterator<Item = &'static str> {
    let words: Vec<String> = text
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let padded = format!(" {} ", words.join(" "));
    PHRASES
        .into_iter()
        .filter(move |phrase| padded.contains(&format!(" {phrase} ")))
}

/// Everything that a reader sees, block by block.
fn texts(output: &Output) -> Vec<String> {
    let mut texts = Vec::new();
    for block in &output.blocks {
        match block {
            Block::Heading(heading) => texts.push(heading.text.clone()),
            Block::Paragraph(paragraph) => texts.push(words(std::slice::from_ref(paragraph))),
            Block::Callout(callout) => {
                let title = callout.title.clone().unwrap_or_default();
                if !title.to_lowercase().contains("verbatim") {
                    texts.push(words(&callout.body));
                }
                texts.push(title);
            }
            Block::KeyFigures(figures) => texts.extend(figures.iter().flat_map(|figure| {
                let detail = figure.detail.clone().unwrap_or_default();
                [figure.label.clone(), figure.value.clone(), detail]
            })),
            Block::Table(table) => {
                texts.push(spans(&table.caption));
                texts.extend(table.notes.iter().cloned());
                for column in &table.columns {
                    texts.push(column.title.clone());
                    if let Cells::Text(cells) = &column.cells {
                        texts.extend(cells.iter().cloned());
                    }
                }
            }
            Block::Chart(chart) => {
                texts.extend([spans(&chart.caption), chart.alt.clone()]);
                texts.extend([chart.x.title.clone(), chart.y.title.clone()]);
            }
            Block::Image(image) => texts.extend([spans(&image.caption), image.alt.clone()]),
            Block::Extension(extension) => texts.push(words(&extension.fallback)),
            Block::PageBreak => {}
        }
    }
    texts.extend(output.facts.iter().filter_map(|fact| match &fact.value {
        FactValue::Text(text) => Some(text.clone()),
        _ => None,
    }));
    texts
}

fn words(paragraphs: &[Paragraph]) -> String {
    let texts: Vec<String> = paragraphs
        .iter()
        .map(|paragraph| spans(&paragraph.spans))
        .collect();
    texts.join(" ")
}

fn spans(spans: &[Span]) -> String {
    let text = |span: &Span| {
        let note = span.footnote.clone();
        note.map_or_else(
            || span.text.clone(),
            |note| format!("{} ({note})", span.text),
        )
    };
    spans.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Content, Text, Tone};

    fn of(write: impl FnOnce(&mut Content), quotations: &[&str]) -> Vec<String> {
        let mut content = Content::new("Section");
        write(&mut content);
        overclaims(&content.into_output(), quotations)
    }

    #[test]
    fn a_claim_is_found_wherever_it_stands() {
        let found = of(
            |content| {
                content.paragraph("The drug caused it.");
                content.paragraph(Text::new("Fine").footnote("at a rate of 3"));
                content.callout(Tone::Info, "The drug is safe", "No.");
            },
            &[],
        );

        assert_eq!(
            found,
            [
                "“caused” in: The drug caused it.",
                "“rate of” in: Fine (at a rate of 3)",
                "“safe” in: The drug is safe",
            ]
        );
    }

    #[test]
    fn quotations_and_parts_of_words_are_no_claims() {
        let found = of(
            |content| {
                content.paragraph("Incidence cannot be computed. Safety is another matter.");
                content.callout(Tone::Info, "Disclaimer, verbatim", "It is not proven.");
            },
            &["Incidence cannot be computed"],
        );

        assert_eq!(found, [""; 0]);
    }
}
