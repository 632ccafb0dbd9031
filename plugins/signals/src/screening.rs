//! What a report definition can set, the same in every section that shows signals.

use std::collections::BTreeMap;

use quire_sdk::{DesignatedEvents, Failure};
use quire_statistics::{EMA_PRR, EVANS, FDA_EB05, LAREB_ROR, MHRA, Measure, Rule, UMC};

/// Which reactions are tested, and by which rules.
#[quire_sdk::params]
#[derive(Clone, Debug, PartialEq)]
pub struct Screening {
    /// Reports with drug and reaction (a) from which a reaction is listed; rarer ones are counted and listed apart.
    #[param(default = 3, min = 1, max = 1_000)]
    pub minimum: u32,
    /// Reactions tested, those named in most reports first; the section says how many are not.
    #[param(default = 1_000, min = 1, max = 10_000)]
    pub tested: u32,
    /// Signal rules, in the order in which they are printed.
    #[param(default = [RuleId::Evans, RuleId::Ema, RuleId::Umc, RuleId::Mhra], min = 1, unique)]
    pub rules: Vec<RuleId>,
    /// Thresholds in place of the published ones, by rule and measure, such as {"ema": {"reports": 3}}.
    pub thresholds: BTreeMap<RuleId, BTreeMap<MeasureId, f64>>,
    /// Reactions that are looked at one by one, whatever their number, in place of the EMA's designated medical
    /// events (EMA/326038/2020).
    pub designated_events: DesignatedEvents,
}

/// A published rule by its name in parameters.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleId {
    /// Evans 2001.
    Evans,
    /// EMA, lower bound of the PRR.
    Ema,
    /// Uppsala Monitoring Centre, IC025.
    Umc,
    /// MHRA, EBGM.
    Mhra,
    /// Lower bound of the ROR.
    Ror,
    /// FDA, EB05.
    Fda,
}

/// A measure by its name in parameters.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureId {
    /// a.
    Reports,
    /// PRR.
    Prr,
    /// Lower bound of the PRR.
    PrrLower,
    /// Lower bound of the ROR.
    RorLower,
    /// Chi-squared with Yates' correction.
    ChiSquared,
    /// IC025.
    Ic025,
    /// EBGM.
    Ebgm,
    /// EB05.
    Eb05,
}

impl Screening {
    /// The rules with the thresholds that are used.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidParams`] for a threshold that no rule looks at: it would change nothing.
    pub fn rules(&self) -> Result<Vec<Rule>, Failure> {
        if let Some(unused) = self.thresholds.keys().find(|id| !self.rules.contains(id)) {
            return Err(Failure::InvalidParams(format!(
                "thresholds are given for the rule {}, which is not one of the rules",
                unused.published().id
            )));
        }
        self.rules.iter().map(|id| self.rule(*id)).collect()
    }

    fn rule(&self, id: RuleId) -> Result<Rule, Failure> {
        let mut rule = id.published();
        let own = self.thresholds.get(&id).into_iter().flatten();
        for (measure, threshold) in own {
            let measure = measure.measure();
            if !rule
                .criteria
                .iter()
                .any(|criterion| criterion.measure == measure)
            {
                return Err(Failure::InvalidParams(format!(
                    "the rule {} has no threshold for {}",
                    rule.id,
                    measure.name()
                )));
            }
            rule = rule.with_threshold(measure, *threshold);
        }
        Ok(rule)
    }
}

impl RuleId {
    /// The rule with its published thresholds.
    #[must_use]
    pub fn published(self) -> Rule {
        match self {
            Self::Evans => EVANS,
            Self::Ema => EMA_PRR,
            Self::Umc => UMC,
            Self::Mhra => MHRA,
            Self::Ror => LAREB_ROR,
            Self::Fda => FDA_EB05,
        }
    }
}

impl MeasureId {
    fn measure(self) -> Measure {
        match self {
            Self::Reports => Measure::Reports,
            Self::Prr => Measure::Prr,
            Self::PrrLower => Measure::PrrLower,
            Self::RorLower => Measure::RorLower,
            Self::ChiSquared => Measure::ChiSquaredYates,
            Self::Ic025 => Measure::IcLower,
            Self::Ebgm => Measure::Ebgm,
            Self::Eb05 => Measure::Eb05,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(rule: RuleId, measure: MeasureId) -> Screening {
        Screening {
            thresholds: BTreeMap::from([(rule, BTreeMap::from([(measure, 3.0)]))]),
            ..Screening::default()
        }
    }

    #[test]
    fn a_threshold_replaces_the_published_one() {
        let rules = with(RuleId::Ema, MeasureId::Reports).rules().unwrap();

        let names: Vec<_> = rules.iter().map(|rule| rule.id).collect();
        assert_eq!(names, ["evans", "ema", "umc", "mhra"]);
        assert_eq!(rules[1].criteria[0].to_string(), "a ≥ 3");
        assert_eq!(rules[1].criteria[1].to_string(), "PRR lower bound ≥ 1");
    }

    #[test]
    fn a_threshold_that_changes_nothing_is_refused() {
        let refused = |screening: Screening| match screening.rules().unwrap_err() {
            Failure::InvalidParams(text) => text,
            other => panic!("{other:?}"),
        };

        assert_eq!(
            refused(with(RuleId::Ema, MeasureId::Ebgm)),
            "the rule ema has no threshold for EBGM"
        );
        assert_eq!(
            refused(with(RuleId::Fda, MeasureId::Eb05)),
            "thresholds are given for the rule fda, which is not one of the rules"
        );
    }
}
