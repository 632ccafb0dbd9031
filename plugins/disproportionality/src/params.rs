//! What an administrator can set.

use quire_signals::{Order, Screening};

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Debug)]
pub struct Params {
    /// Rows printed of each table; 0 prints all. The tables say how many are not.
    #[param(default = 30, min = 0, max = 10_000)]
    pub top: u32,
    /// Reactions in the forest plot; 0 leaves it out.
    #[param(default = 20, min = 0, max = 50)]
    pub forest: u32,
    /// The ratio that the forest plot draws.
    #[param(default = Ratio::Ror)]
    pub ratio: Ratio,
    /// The measure by whose lower bound reactions are sorted.
    #[param(default = Order::Ic)]
    pub order: Order,
    /// Signals, those named first, that are compared again in other parts of the comparator (serious reports,
    /// health professionals, drug suspect, sex and age); 0 leaves it out.
    #[param(default = 5, min = 0, max = 50)]
    pub sensitivity: u32,
    /// Measures printed, always in this order; rules look at all of them.
    #[param(default = [Measure::Prr, Measure::Ror, Measure::ChiSquared, Measure::Ic, Measure::Ebgm, Measure::Llr], unique)]
    pub measures: Vec<Measure>,
    /// Which reactions are tested, and by which rules.
    pub screening: Screening,
}

/// A ratio with an interval.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ratio {
    /// PRR.
    Prr,
    /// ROR.
    Ror,
    /// EBGM.
    Ebgm,
}

/// A measure with its columns.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
