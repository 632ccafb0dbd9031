//! The facts of all sections, as a narrative looks them up.

use crate::{
    Civil, Text, number,
    wit::{
        SectionFacts,
        types::{Fact, FactValue},
    },
};

/// The facts that the sections of a report established.
#[derive(Clone, Debug, Default)]
pub struct Facts(Vec<SectionFacts>);

/// A fact with the place where a reader finds it.
#[derive(Clone, Copy, Debug)]
pub struct Quote<'a> {
    section: &'a str,
    fact: &'a Fact,
}

impl Facts {
    /// Facts by section, in the order of the report.
    #[must_use]
    pub fn new(sections: Vec<SectionFacts>) -> Self {
        Self(sections)
    }

    /// The fact with this key: the first that a table or chart shows, else the first of all.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<Quote<'_>> {
        let quotes = || {
            self.0.iter().flat_map(|section| {
                section.facts.iter().map(|fact| Quote {
                    section: &section.section,
                    fact,
                })
            })
        };
        let named = || quotes().filter(|quote| quote.fact.key == key);
        named()
            .find(|quote| quote.fact.source.is_some())
            .or_else(|| named().next())
    }

    /// The value of a count.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<i64> {
        self.find(key)?.count()
    }

    /// A measured number.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<f64> {
        match self.find(key)?.fact.value {
            FactValue::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The value as a sentence shows it: `1,234`, `8.2%`, `12 March 2014`, or the text.
    #[must_use]
    pub fn word(&self, key: &str) -> Option<String> {
        self.find(key).map(Quote::word)
    }

    /// A measured number with a fixed count of decimals, as its table shows it.
    #[must_use]
    pub fn decimal(&self, key: &str, decimals: u8) -> Option<String> {
        self.number(key)
            .map(|value| number::decimal(value, decimals))
    }

    /// The facts' tables and charts, each once, in brackets: ` (Table; Figure)`. Host and
    /// renderer put the numbers in. Empty where none of the facts has a source.
    #[must_use]
    pub fn references(&self, keys: &[&str]) -> Text {
        let mut seen: Vec<String> = Vec::new();
        for key in keys {
            if let Some(href) = self.find(key).and_then(Quote::href)
                && !seen.contains(&href)
            {
                seen.push(href);
            }
        }
        let mut text = Text::default();
        for (index, href) in seen.iter().enumerate() {
            text = text
                .plain(if index == 0 { " (" } else { "; " })
                .table(href.as_str());
        }
        if seen.is_empty() {
            text
        } else {
            text.plain(")")
        }
    }

    /// Whether no section established anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|section| section.facts.is_empty())
    }
}

impl Quote<'_> {
    /// The value of a count; none if the fact is not one.
    #[must_use]
    pub fn count(self) -> Option<i64> {
        match self.fact.value {
            FactValue::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The value as a sentence shows it.
    #[must_use]
    pub fn word(self) -> String {
        match &self.fact.value {
            FactValue::Integer(value) => number::count(*value),
            FactValue::Number(value) => number::short(*value),
            FactValue::Percent(value) => number::percent(*value),
            FactValue::Date(days) => Civil::from_days(*days).long(),
            FactValue::Text(text) => text.clone(),
        }
    }

    /// `#section/table`, the address of the table or chart that shows it.
    #[must_use]
    pub fn href(self) -> Option<String> {
        self.fact
            .source
            .as_ref()
            .map(|source| format!("#{}/{source}", self.section))
    }
}
