//! Numbers of sections, tables and figures, known before anything is placed, so that text can name
//! what comes later.

use std::collections::BTreeMap;

use quire_model::{Block, Chart, Document, Span};

use crate::chart::ChartKind;

/// What the sections, tables and figures of a document are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    /// `2.1` for headings, `Table 3` and `Figure 1` for captions, by section and block.
    labels: BTreeMap<(usize, usize), String>,
    /// The same with `Section` before headings, by section and name.
    names: BTreeMap<(usize, String), String>,
    /// Where sections stand in the document.
    sections: BTreeMap<String, usize>,
}

impl Numbering {
    /// Count through a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let mut numbering = Self::default();
        let mut counters = Counters::default();
        for (section, content) in document.sections.iter().enumerate() {
            numbering.sections.insert(content.name.clone(), section);
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
            Block::Heading(heading) => {
                let text = heading.text.clone();
                (String::new(), text, heading.anchor.as_deref())
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

    /// What spans of a section say on the page, without their looks; sections count from 0.
    #[must_use]
    pub fn text(&self, section: usize, spans: &[Span]) -> String {
        let spans = self.worded(section, spans);
        spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Spans in which links to tables and figures say what they lead to, such as `Table 3`, and
    /// links within the document are written `#<number of the section>/<name>`. Links that lead
    /// nowhere are plain text.
    pub(crate) fn worded(&self, section: usize, spans: &[Span]) -> Vec<Span> {
        let mut spans = spans.to_vec();
        for span in &mut spans {
            let Some(name) = span.href.as_deref().and_then(|href| href.strip_prefix('#')) else {
                continue;
            };
            let Some((place, label)) = self.lead(section, name) else {
                span.href = None;
                continue;
            };
            let kind = label.split('\u{a0}').next().unwrap_or_default();
            if span.text.is_empty() || (span.text == kind && ["Table", "Figure"].contains(&kind)) {
                span.text = label.to_owned();
            }
            span.href = Some(place);
        }
        spans
    }

    /// Where `name` or `section/name` leads from a section, and what is there called.
    fn lead(&self, section: usize, name: &str) -> Option<(String, &str)> {
        let own = self.names.contains_key(&(section, name.to_owned()));
        let (section, name) = match name.split_once('/') {
            Some((other, name)) if !own => (*self.sections.get(other)?, name),
            _ => (section, name),
        };
        let label = self.names.get(&(section, name.to_owned()))?;
        Some((format!("#{section}/{name}"), label))
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
        if ChartKind::of(chart).is_some() {
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

    #[test]
    fn links_are_worded_across_sections() {
        let mut numbering = Numbering::default();
        numbering.sections.insert("counts".to_owned(), 4);
        let key = (4, "reactions".to_owned());
        numbering.names.insert(key, "Table\u{a0}3".to_owned());
        let link = |text: &str, href: &str| Span {
            href: Some(href.to_owned()),
            ..Span::plain(text)
        };

        let worded = numbering.worded(
            0,
            &[
                link("Table", "#counts/reactions"),
                link("Figure", "#counts/reactions"),
                link("here", "#counts/reactions"),
                link("Table", "#reactions"),
            ],
        );

        let texts: Vec<&str> = worded.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(texts, ["Table\u{a0}3", "Figure", "here", "Table"]);
        let hrefs: Vec<_> = worded.iter().map(|span| span.href.as_deref()).collect();
        let place = Some("#4/reactions");
        assert_eq!(hrefs, [place, place, place, None]);
    }
}
