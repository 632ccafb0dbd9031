//! Numbers of sections, tables and figures, known before anything is placed, so that text can name
//! what comes later.

use std::collections::BTreeMap;

use quire_model::{Block, Chart, Document, Span};

use crate::chart;

/// What a block is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbering {
    /// `2.1` for headings, `Table 3` and `Figure 1` for captions, by section and block.
    labels: BTreeMap<(usize, usize), String>,
    /// The same with `Section` before headings, by section and name.
    names: BTreeMap<(usize, String), String>,
}

impl Numbering {
    /// Count through a document.
    pub(crate) fn of(document: &Document) -> Self {
        let mut numbering = Self::default();
        let mut counters = Counters::default();
        for (section, content) in document.sections.iter().enumerate() {
            for (block, content) in content.blocks.iter().enumerate() {
                numbering.count(
                    section,
                    block,
                    content,
                    &mut counters,
                    document.front_matter,
                );
            }
        }
        numbering
    }

    fn count(
        &mut self,
        section: usize,
        block: usize,
        content: &Block,
        counters: &mut Counters,
        numbered: bool,
    ) {
        let (label, name, anchor) = match content {
            Block::Heading(heading) if numbered => {
                let number = counters.heading(heading.level);
                let name = format!("Section {number}");
                (number, name, heading.anchor.as_deref())
            }
            Block::Table(table) => {
                let label = counters.table();
                (label.clone(), label, Some(table.id.as_str()))
            }
            Block::Chart(chart) => {
                let label = counters.chart(chart);
                (label.clone(), label, Some(chart.id.as_str()))
            }
            Block::Image(_) => {
                let label = counters.figure();
                (label.clone(), label, None)
            }
            _ => return,
        };
        self.labels.insert((section, block), label);
        if let Some(anchor) = anchor {
            self.names
                .entry((section, anchor.to_owned()))
                .or_insert(name);
        }
    }

    /// What the block of a section is called; empty if it has no number.
    pub(crate) fn label(&self, section: usize, block: usize) -> &str {
        self.labels
            .get(&(section, block))
            .map_or("", String::as_str)
    }

    /// Spans in which links without words say what they lead to: `Table 3`.
    pub(crate) fn worded(&self, section: usize, spans: &[Span]) -> Vec<Span> {
        let mut spans = spans.to_vec();
        for span in spans.iter_mut().filter(|span| span.text.is_empty()) {
            let name = span.href.as_deref().and_then(|href| href.strip_prefix('#'));
            if let Some(label) = name.and_then(|name| self.names.get(&(section, name.to_owned()))) {
                span.text.clone_from(label);
            }
        }
        spans
    }
}

#[derive(Default)]
struct Counters {
    headings: [u32; 4],
    tables: u32,
    figures: u32,
}

impl Counters {
    fn heading(&mut self, level: u8) -> String {
        let depth = usize::from(level.clamp(1, 4));
        for (at, counter) in self.headings.iter_mut().enumerate() {
            if at + 1 == depth {
                *counter += 1;
            } else if at + 1 > depth {
                *counter = 0;
            }
        }
        let numbers: Vec<String> = self
            .headings
            .iter()
            .take(depth)
            .map(u32::to_string)
            .collect();
        numbers.join(".")
    }

    fn table(&mut self) -> String {
        self.tables += 1;
        format!("Table\u{a0}{}", self.tables)
    }

    fn figure(&mut self) -> String {
        self.figures += 1;
        format!("Figure\u{a0}{}", self.figures)
    }

    fn chart(&mut self, chart: &Chart) -> String {
        if chart::Kind::of(chart).is_some() {
            self.figure()
        } else {
            self.table()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_counted_by_level() {
        let mut counters = Counters::default();

        let numbers: Vec<String> = [1, 2, 2, 3, 1, 3, 2]
            .map(|level| counters.heading(level))
            .to_vec();

        assert_eq!(numbers, ["1", "1.1", "1.2", "1.2.1", "2", "2.0.1", "2.1"]);
    }
}
