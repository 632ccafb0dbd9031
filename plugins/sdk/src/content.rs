//! What a section returns: blocks in reading order, and facts.

use crate::{
    Chart, Fact, KeyFigure, Table, Text,
    text::clean,
    wit::types::{self, Block, Callout, Heading, Marker, Output, Tone},
};

/// Blocks and facts, collected in reading order.
///
/// ```
/// use quire_sdk::{Content, Fact, Tone};
///
/// let mut content = Content::new("Reactions");
/// content.paragraph("61 reports were analysed.");
/// content.callout(Tone::Caution, "Read with care", "A report is a suspicion.");
/// content.fact(Fact::count("reports-analysed", 61u32));
/// ```
#[derive(Clone, Debug)]
pub struct Content(Output);

impl Content {
    /// Content that begins with the section's own title.
    #[must_use]
    pub fn new(title: &str) -> Self {
        let mut content = Self(Output {
            blocks: Vec::new(),
            facts: Vec::new(),
        });
        content.push_heading(1, title);
        content
    }

    /// A heading below the section's title.
    pub fn heading(&mut self, text: &str) {
        self.push_heading(2, text);
    }

    /// A heading below one of those.
    pub fn subheading(&mut self, text: &str) {
        self.push_heading(3, text);
    }

    /// Give the last heading a name that links lead to: `#deaths` in this section, `#section/deaths` from another
    /// one; small letters, digits and hyphens, once in the section.
    pub fn anchor(&mut self, name: &str) {
        let mut headings = self.0.blocks.iter_mut().rev();
        let last = headings.find_map(|block| match block {
            Block::Heading(heading) => Some(heading),
            _ => None,
        });
        if let Some(heading) = last {
            heading.anchor = Some(name.to_owned());
        }
    }

    /// Running text.
    pub fn paragraph(&mut self, text: impl Into<Text>) {
        self.block(Block::Paragraph(text.into().into_paragraph(Marker::None)));
    }

    /// An item of a list; neighbours form one.
    pub fn bullet(&mut self, text: impl Into<Text>) {
        self.block(Block::Paragraph(text.into().into_paragraph(Marker::Bullet)));
    }

    /// A numbered item of a list; neighbours form one, and the host counts them.
    pub fn ordered(&mut self, text: impl Into<Text>) {
        self.block(Block::Paragraph(
            text.into().into_paragraph(Marker::Ordered),
        ));
    }

    /// A table.
    pub fn table(&mut self, table: Table) {
        self.block(Block::Table(table.into_wit()));
    }

    /// A chart.
    pub fn chart(&mut self, chart: Chart) {
        self.block(Block::Chart(chart.into_wit()));
    }

    /// Numbers side by side.
    pub fn key_figures(&mut self, figures: Vec<KeyFigure>) {
        self.block(Block::KeyFigures(
            figures.into_iter().map(KeyFigure::into_wit).collect(),
        ));
    }

    /// A boxed remark.
    pub fn callout(&mut self, tone: Tone, title: &str, body: impl Into<Text>) {
        self.block(Block::Callout(Callout {
            tone,
            title: Some(clean(title.to_owned())),
            body: vec![body.into().into_paragraph(Marker::None)],
            attributes: Vec::new(),
        }));
    }

    /// Any block of the contract.
    pub fn block(&mut self, block: Block) {
        self.0.blocks.push(block);
    }

    /// Something that a narrative may quote. Takes a [`Fact`] or an option of one.
    pub fn fact(&mut self, fact: impl Into<Option<Fact>>) {
        self.0.facts.extend(fact.into().map(Fact::into_wit));
    }

    /// The same, shown by a table that stands above it; by none where the table became a sentence.
    pub fn fact_of(&mut self, table: &str, fact: impl Into<Option<Fact>>) {
        let stands = self.0.blocks.iter().any(|block| match block {
            Block::Table(written) => written.id == table,
            _ => false,
        });
        self.fact(fact.into().map(|fact| match stands {
            true => fact.shown_in(table),
            false => fact,
        }));
    }

    /// What goes to the host.
    #[must_use]
    pub fn into_output(self) -> types::Output {
        self.0
    }

    fn push_heading(&mut self, level: u8, text: &str) {
        self.block(Block::Heading(Heading {
            level,
            text: clean(text.to_owned()),
            anchor: None,
        }));
    }
}
