//! A count with the reports that could have said otherwise: what no report states is not known, and
//! is never printed as 0 or 0 %.

use crate::{
    Counts, Data, Fact, Filter, KeyFigure, QueryError,
    number::{self, counted, percent_of},
    reports_with,
};

/// The dimension of the six criteria.
const CRITERION: &str = "seriousness-criterion";

/// Reports that state a value, of those that state any.
///
/// ```
/// use quire_sdk::Stated;
///
/// let serious = Stated { reports: 5, stated: 58, analysed: 61 };
/// assert_eq!(serious.share(), "8.6% of the 58 reports that state it; 3 do not");
/// let unknown = Stated { reports: 0, stated: 0, analysed: 61 };
/// assert_eq!(unknown.count(), "not reported");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Reports with the value.
    pub reports: u32,
    /// Reports that state this or another value.
    pub stated: u32,
    /// All analysed reports.
    pub analysed: u32,
}

impl Stated {
    /// A value of a dimension whose counts are at hand, of so many analysed reports.
    #[must_use]
    pub fn of(counts: &Counts, value: &str, analysed: u32) -> Self {
        Self {
            reports: reports_with(counts, value),
            stated: analysed.saturating_sub(counts.missing),
            analysed,
        }
    }

    /// A seriousness criterion. A report states the criteria if it meets one, or is not serious; what is
    /// serious for no stated reason, or silent on seriousness, leaves them open.
    ///
    /// # Errors
    ///
    /// If the host does not know the dimensions of the contract.
    pub fn criterion(data: &impl Data, criterion: &str) -> Result<Self, QueryError> {
        let analysed = data.reports();
        let reports = data.select(&[Filter::one_of(CRITERION, [criterion])])?;
        let silent = data.select(&Self::criteria_silent())?;
        Ok(Self {
            reports: reports.reports(),
            stated: analysed.saturating_sub(silent.reports()),
            analysed,
        })
    }

    /// Filters that hold for the reports that leave the criteria open.
    pub(crate) fn criteria_silent() -> [Filter; 2] {
        [
            Filter::unknown(CRITERION),
            Filter::none_of("seriousness", ["not serious"]),
        ]
    }

    /// The count; none where no report states anything.
    #[must_use]
    pub fn known(self) -> Option<u32> {
        (self.stated > 0).then_some(self.reports)
    }

    /// In percent of the reports that state it; none where there are none.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        percent_of(self.reports, self.stated)
    }

    /// The count as a reader sees it: `1,234`, or `not reported`.
    #[must_use]
    pub fn count(self) -> String {
        self.known()
            .map_or_else(|| "not reported".to_owned(), number::count)
    }

    /// The share with its denominator, which is not always that of the document.
    #[must_use]
    pub fn share(self) -> String {
        let silent = self.analysed.saturating_sub(self.stated);
        let Some(percent) = self.percent() else {
            return match self.analysed {
                0 => "no report was analysed".to_owned(),
                1 => "the 1 analysed report does not state it".to_owned(),
                many => format!(
                    "none of the {} analysed reports states it",
                    number::count(many)
                ),
            };
        };
        let percent = number::percent(percent);
        match silent {
            0 => format!(
                "{percent} of {}",
                counted(self.analysed, "analysed report", "analysed reports")
            ),
            silent => format!(
                "{percent} of the {}; {} {} not",
                counted(
                    self.stated,
                    "report that states it",
                    "reports that state it"
                ),
                number::count(silent),
                if silent == 1 { "does" } else { "do" }
            ),
        }
    }

    /// Count and share as a key figure.
    #[must_use]
    pub fn figure(self, label: &str) -> KeyFigure {
        KeyFigure::new(label, self.count(), self.share())
    }

    /// The facts `KEY-reports` and `KEY-percent`, none where no report states anything, and how many do,
    /// `KEY-stated-reports`.
    #[must_use]
    pub fn facts(self, key: &str) -> Vec<Fact> {
        let fact = |name: &str, reports: u32| {
            Fact::count(&format!("{key}-{name}"), reports).unit("reports")
        };
        let known = self.known().map(|reports| fact("reports", reports));
        let percent = Fact::percent(&format!("{key}-percent"), self.reports, self.stated);
        let stated = Some(fact("stated-reports", self.stated));
        [known, percent, stated].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, Fixture};

    fn of(reports: u32, stated: u32, analysed: u32) -> Stated {
        Stated {
            reports,
            stated,
            analysed,
        }
    }

    #[test]
    fn what_no_report_states_is_not_none() {
        for (stated, count, share) in [
            (of(5, 61, 61), "5", "8.2% of 61 analysed reports"),
            (of(0, 61, 61), "0", "0.0% of 61 analysed reports"),
            (
                of(5, 60, 61),
                "5",
                "8.3% of the 60 reports that state it; 1 does not",
            ),
            (
                of(0, 0, 61),
                "not reported",
                "none of the 61 analysed reports states it",
            ),
            (of(0, 0, 0), "not reported", "no report was analysed"),
        ] {
            assert_eq!(
                (stated.count().as_str(), stated.share().as_str()),
                (count, share)
            );
        }
    }

    #[test]
    fn a_serious_report_without_a_criterion_leaves_the_criteria_open() {
        let fixture = Fixture::new(vec![
            Case::new("1"),
            Case::new("2").serious(),
            Case::new("3").without("seriousness"),
            Case::new("4").criterion("other"),
        ]);

        let deaths = Stated::criterion(&fixture, "hospitalisation").unwrap();

        assert_eq!(deaths, of(0, 2, 4));
    }

    #[test]
    fn facts_hold_no_count_that_nobody_stated() {
        assert_eq!(of(0, 0, 61).facts("serious").len(), 1);
        assert_eq!(of(0, 60, 61).facts("serious").len(), 3);
    }
}
