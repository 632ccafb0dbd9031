//! What an administrator can set.

use quire_signals::{Order, Screening};
use serde::Deserialize;

/// JSON Schema of [`Params`].
pub(crate) const SCHEMA: &str = concat!(
    r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "top": {
      "type": "integer", "minimum": 0, "maximum": 10000, "default": 30,
      "description": "Rows printed of each table; 0 prints all. The tables say how many are not."
    },
    "forest": {
      "type": "integer", "minimum": 0, "maximum": 50, "default": 20,
      "description": "Reactions in the forest plot; 0 leaves it out."
    },
    "ratio": {
      "enum": ["prr", "ror", "ebgm"], "default": "ror",
      "description": "The ratio that the forest plot draws."
    },
    "order": {
      "enum": ["ic", "prr", "ror", "ebgm"], "default": "ic",
      "description": "The measure by whose lower bound reactions are sorted."
    },
    "sensitivity": {
      "type": "integer", "minimum": 0, "maximum": 50, "default": 5,
      "description": "Signals, those named first, that are compared again in other parts of the comparator (serious reports, health professionals, drug suspect, sex and age); 0 leaves it out."
    },
    "measures": {
      "type": "array", "uniqueItems": true,
      "items": { "enum": ["prr", "ror", "chi-squared", "ic", "ebgm", "llr"] },
      "default": ["prr", "ror", "chi-squared", "ic", "ebgm", "llr"],
      "description": "Measures printed, always in this order; rules look at all of them."
    },
    "screening": "#,
    quire_signals::screening_schema!(),
    "
  }
}"
);

/// Parameters of the section.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Rows printed of each table; 0 prints all.
    pub top: u32,
    /// Reactions in the forest plot; 0 leaves it out.
    pub forest: u32,
    /// The ratio that the forest plot draws.
    pub ratio: Ratio,
    /// By whose lower bound reactions are sorted.
    pub order: Order,
    /// Signals that are compared again in other parts of the comparator; 0 leaves it out.
    pub sensitivity: u32,
    /// Measures printed.
    pub measures: Vec<Measure>,
    /// Which reactions are tested, and by which rules.
    pub screening: Screening,
}

/// A ratio with an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ratio {
    /// PRR.
    Prr,
    /// ROR.
    Ror,
    /// EBGM.
    Ebgm,
}

/// A measure with its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// PRR with its interval.
    Prr,
    /// ROR with its interval.
    Ror,
    /// Chi-squared, with Yates' correction and without.
    ChiSquared,
    /// IC with IC025 and IC975.
    Ic,
    /// EBGM with EB05 and EB95.
    Ebgm,
    /// Log-likelihood ratio.
    Llr,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            top: 30,
            forest: 20,
            ratio: Ratio::Ror,
            order: Order::Ic,
            sensitivity: 5,
            measures: vec![
                Measure::Prr,
                Measure::Ror,
                Measure::ChiSquared,
                Measure::Ic,
                Measure::Ebgm,
                Measure::Llr,
            ],
            screening: Screening::default(),
        }
    }
}

impl Params {
    pub(crate) fn shows(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }
}

impl Ratio {
    /// The measure as it is printed, and the order that looks at it.
    pub(crate) fn measure(self) -> (&'static str, &'static str, Order) {
        match self {
            Self::Prr => ("PRR", "95%", Order::Prr),
            Self::Ror => ("ROR", "95%", Order::Ror),
            Self::Ebgm => ("EBGM", "90%", Order::Ebgm),
        }
    }
}
