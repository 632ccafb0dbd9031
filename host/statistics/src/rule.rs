//! Published signal rules as data: which measure, which threshold, from where.

use std::borrow::Cow;

use crate::{Measure, Measures};

/// How a measure must stand to its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// ≥
    AtLeast,
    /// >
    Above,
}

/// One threshold of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    /// What is compared.
    pub measure: Measure,
    /// How.
    pub relation: Relation,
    /// With what.
    pub threshold: f64,
}

impl Criterion {
    const fn at_least(measure: Measure, threshold: f64) -> Self {
        Self {
            measure,
            relation: Relation::AtLeast,
            threshold,
        }
    }

    const fn above(measure: Measure, threshold: f64) -> Self {
        Self {
            measure,
            relation: Relation::Above,
            threshold,
        }
    }

    /// Whether `value` satisfies the criterion. The comparison is with the unrounded value.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        match self.relation {
            Relation::AtLeast => value >= self.threshold,
            Relation::Above => value > self.threshold,
        }
    }
}

impl std::fmt::Display for Criterion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let relation = match self.relation {
            Relation::AtLeast => "≥",
            Relation::Above => ">",
        };
        write!(
            formatter,
            "{} {relation} {}",
            self.measure.name(),
            self.threshold
        )
    }
}

/// A signal rule: all its criteria must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// A short name for parameters and columns.
    pub id: &'static str,
    /// The name that is printed.
    pub name: &'static str,
    /// What must hold.
    pub criteria: Cow<'static, [Criterion]>,
}

/// PRR ≥ 2, chi-squared ≥ 4, a ≥ 3: Evans, Waller and Davis 2001, Pharmacoepidemiol Drug Saf 10:483-6.
pub const EVANS: Rule = Rule {
    id: "evans",
    name: "Evans (PRR)",
    criteria: Cow::Borrowed(&[
        Criterion::at_least(Measure::Reports, 3.0),
        Criterion::at_least(Measure::Prr, 2.0),
        Criterion::at_least(Measure::ChiSquaredYates, 4.0),
    ]),
};

/// Lower bound of the PRR ≥ 1, a ≥ 5; with a ≥ 3 for medicines under additional monitoring: EMA/849944/2016;
/// PMC4982893 table 1.
pub const EMA_PRR: Rule = Rule {
    id: "ema",
    name: "EMA (PRR lower bound)",
    criteria: Cow::Borrowed(&[
        Criterion::at_least(Measure::Reports, 5.0),
        Criterion::at_least(Measure::PrrLower, 1.0),
    ]),
};

/// EBGM ≥ 2.5, EB05 ≥ 1.8, a ≥ 3: PMC4982893 table 1.
pub const MHRA: Rule = Rule {
    id: "mhra",
    name: "MHRA (EBGM)",
    criteria: Cow::Borrowed(&[
        Criterion::at_least(Measure::Reports, 3.0),
        Criterion::at_least(Measure::Ebgm, 2.5),
        Criterion::at_least(Measure::Eb05, 1.8),
    ]),
};

/// IC025 > 0: Norén, Hopstadius and Bate 2013, Stat Methods Med Res 22:57-69.
pub const UMC: Rule = Rule {
    id: "umc",
    name: "UMC (IC025)",
    criteria: Cow::Borrowed(&[Criterion::above(Measure::IcLower, 0.0)]),
};

/// Lower bound of the ROR > 1, a ≥ 3: van Puijenbroek et al. 2002, Pharmacoepidemiol Drug Saf 11:3-10.
pub const LAREB_ROR: Rule = Rule {
    id: "ror",
    name: "ROR lower bound",
    criteria: Cow::Borrowed(&[
        Criterion::at_least(Measure::Reports, 3.0),
        Criterion::above(Measure::RorLower, 1.0),
    ]),
};

/// EB05 ≥ 2: Szarfman, Machado and O'Neill 2002, Drug Saf 25:381-92.
pub const FDA_EB05: Rule = Rule {
    id: "fda",
    name: "FDA (EB05)",
    criteria: Cow::Borrowed(&[Criterion::at_least(Measure::Eb05, 2.0)]),
};

/// All rules, in the order of a signal table.
pub const RULES: [Rule; 6] = [EVANS, EMA_PRR, LAREB_ROR, UMC, MHRA, FDA_EB05];

impl Rule {
    /// The rule with another threshold for `measure`, such as EMA's with a ≥ 3.
    ///
    /// Criteria of other measures stay; a measure that the rule does not look at changes nothing.
    #[must_use]
    pub fn with_threshold(mut self, measure: Measure, threshold: f64) -> Self {
        for criterion in self.criteria.to_mut() {
            if criterion.measure == measure {
                criterion.threshold = threshold;
            }
        }
        self
    }

    /// The statistic that the rule judges by, such as `PRR`: two rules that judge by the same one are one
    /// ground and not two. The count and chi-squared only stand beside it.
    #[must_use]
    pub fn ground(&self) -> &'static str {
        let mut grounds = self.criteria.iter();
        let ground = grounds.find_map(|criterion| criterion.measure.statistic());
        ground.unwrap_or(self.id)
    }

    /// Whether the statistic that the rule judges by is there for a pair.
    #[must_use]
    pub fn can_judge(&self, measures: &Measures) -> bool {
        let mut statistics = self.criteria.iter().map(|criterion| criterion.measure);
        statistics.all(|measure| measure.statistic().is_none() || measures.get(measure).is_some())
    }

    /// What the rule says about one pair.
    ///
    /// A criterion that fails decides, even if another measure is missing: one report is no Evans
    /// signal whether or not its PRR exists.
    #[must_use]
    pub fn evaluate(&self, measures: &Measures) -> Verdict {
        let mut missing = None;
        for criterion in self.criteria.iter() {
            match measures.get(criterion.measure) {
                Some(value) if criterion.holds(value) => {}
                Some(_) => return Verdict::NoHit { failed: *criterion },
                None => missing = missing.or(Some(criterion.measure)),
            }
        }
        missing.map_or(Verdict::Hit, |missing| Verdict::NotEvaluable { missing })
    }
}

/// What a rule says about a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// All criteria hold: a signal of disproportionate reporting, not a risk.
    Hit,
    /// This criterion, the first of them, does not.
    NoHit {
        /// The criterion.
        failed: Criterion,
    },
    /// No criterion fails, but this measure is not calculable or, for EBGM, there is no prior.
    NotEvaluable {
        /// The measure.
        missing: Measure,
    },
}

impl Verdict {
    /// Whether the rule is met.
    #[must_use]
    pub fn is_hit(self) -> bool {
        self == Self::Hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TwoByTwo;

    fn measures(a: u64, b: u64, c: u64, d: u64) -> Measures {
        Measures::of(TwoByTwo::new(a, b, c, d).unwrap(), None)
    }

    #[test]
    fn a_clear_signal_hits_every_rule_that_needs_no_prior() {
        let signal = measures(25, 75, 375, 9525);

        for rule in [EVANS, EMA_PRR, LAREB_ROR, UMC] {
            assert!(rule.evaluate(&signal).is_hit(), "{}", rule.name);
        }
        let missing = Verdict::NotEvaluable {
            missing: Measure::Ebgm,
        };
        assert_eq!(MHRA.evaluate(&signal), missing);
    }

    #[test]
    fn rules_that_judge_by_one_statistic_are_one_ground() {
        let grounds = RULES.map(|rule| rule.ground());

        assert_eq!(grounds, ["PRR", "PRR", "ROR", "IC", "EBGM", "EBGM"]);
    }

    #[test]
    fn the_failed_criterion_is_named() {
        let verdict = EMA_PRR.evaluate(&measures(4, 20, 100, 9000));

        let Verdict::NoHit { failed } = verdict else {
            panic!("{verdict:?}")
        };
        assert_eq!(failed.to_string(), "a ≥ 5");
        let with_three = EMA_PRR.with_threshold(Measure::Reports, 3.0);
        assert!(with_three.evaluate(&measures(4, 20, 100, 9000)).is_hit());
    }

    #[test]
    fn too_few_reports_decide_even_where_the_ratio_is_missing() {
        let exclusive = |a| EVANS.evaluate(&measures(a, 10, 0, 1000));

        assert!(matches!(exclusive(2), Verdict::NoHit { .. }));
        assert_eq!(
            exclusive(3),
            Verdict::NotEvaluable {
                missing: Measure::Prr
            }
        );
    }
}
