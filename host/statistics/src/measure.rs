//! The numbers of one pair that signal rules look at.

use crate::{
    Estimate, Level, Prior, TwoByTwo, chi_squared_yates, empirical_bayes, information_component,
    prr, ror,
};

/// A number that a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// a, the reports with drug and reaction.
    Reports,
    /// PRR.
    Prr,
    /// The lower end of the PRR's 95 % interval.
    PrrLower,
    /// The lower end of the ROR's 95 % interval.
    RorLower,
    /// Chi-squared with Yates' correction.
    ChiSquaredYates,
    /// IC025.
    IcLower,
    /// EBGM.
    Ebgm,
    /// EB05.
    Eb05,
}

impl Measure {
    /// The measure as it is printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reports => "a",
            Self::Prr => "PRR",
            Self::PrrLower => "PRR lower bound",
            Self::RorLower => "ROR lower bound",
            Self::ChiSquaredYates => "chi-squared (Yates)",
            Self::IcLower => "IC025",
            Self::Ebgm => "EBGM",
            Self::Eb05 => "EB05",
        }
    }
}

impl Measure {
    /// The statistic that it is of; none for what only stands beside one.
    pub(crate) fn statistic(self) -> Option<&'static str> {
        match self {
            Self::Reports | Self::ChiSquaredYates => None,
            Self::Prr | Self::PrrLower => Some("PRR"),
            Self::RorLower => Some("ROR"),
            Self::IcLower => Some("IC"),
            Self::Ebgm | Self::Eb05 => Some("EBGM"),
        }
    }
}

/// The measures of one pair that rules look at; `None` where one is not calculable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// a.
    pub reports: u64,
    /// PRR with its 95 % interval.
    pub prr: Option<Estimate>,
    /// ROR with its 95 % interval.
    pub ror: Option<Estimate>,
    /// Chi-squared with Yates' correction.
    pub chi_squared_yates: Option<f64>,
    /// IC with IC025 and IC975.
    pub ic: Option<Estimate>,
    /// EBGM with EB05 and EB95; `None` without a prior.
    pub ebgm: Option<Estimate>,
}

impl Measures {
    /// All measures of a table, with EBGM if there is a `prior`.
    #[must_use]
    pub fn of(table: TwoByTwo, prior: Option<&Prior>) -> Self {
        let (observed, expected) = (table.a(), table.expected());
        Self {
            reports: observed,
            prr: prr(table, Level::P95).ok(),
            ror: ror(table, Level::P95).ok(),
            chi_squared_yates: chi_squared_yates(table).ok(),
            ic: information_component(observed, expected, Level::P95)
                .ok()
                .map(|ic| ic.estimate),
            ebgm: prior.and_then(|prior| empirical_bayes(observed, expected, prior).ok()),
        }
    }

    /// One of them as a number.
    #[must_use]
    pub fn get(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Reports => Some(self.reports as f64),
            Measure::Prr => self.prr.map(|estimate| estimate.value),
            Measure::PrrLower => self.prr.map(|estimate| estimate.lower),
            Measure::RorLower => self.ror.map(|estimate| estimate.lower),
            Measure::ChiSquaredYates => self.chi_squared_yates,
            Measure::IcLower => self.ic.map(|estimate| estimate.lower),
            Measure::Ebgm => self.ebgm.map(|estimate| estimate.value),
            Measure::Eb05 => self.ebgm.map(|estimate| estimate.lower),
        }
    }
}
