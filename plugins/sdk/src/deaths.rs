//! Deaths as one number, and how it was made up.

use crate::{Data, Fact, Filter, KeyFigure, QueryError, Stated, Tone, number};

/// The dimension that says in which ways a report states a death.
const STATED: &str = "death-stated";
/// Outcomes of reactions that say whether the patient lived; `unknown` says nothing.
const TELLING: [&str; 5] = [
    "recovered",
    "recovering",
    "not recovered",
    "recovered with sequelae",
    "fatal",
];

/// The reports of a death: by the seriousness criterion, by the outcome fatal of a reaction, or by a
/// reaction that means death. Reporters use the three independently, so only their union is the
/// number of deaths, wherever one is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deaths {
    /// All of them, of the reports that state a death, a criterion, that they are not serious, or how a
    /// reaction ended.
    pub all: Stated,
    /// With the criterion.
    pub criterion: u32,
    /// With a fatal reaction, without the criterion.
    pub outcome: u32,
    /// Only by a reaction that means death.
    pub reaction: u32,
}

impl Deaths {
    /// Filters that hold for the reports of a death.
    #[must_use]
    pub fn filters() -> [Filter; 1] {
        [Filter::known(STATED)]
    }

    /// The reports of a death among the analysed ones.
    ///
    /// # Errors
    ///
    /// If the host does not know the dimensions of the contract.
    pub fn of(data: &impl Data) -> Result<Self, QueryError> {
        let count = |filters: &[Filter]| Ok(data.select(filters)?.reports());
        let analysed = data.reports();
        let reports = count(&Self::filters())?;
        let criterion = count(&[Filter::one_of(STATED, ["criterion"])])?;
        let outcome = count(&[
            Filter::one_of(STATED, ["outcome"]),
            Filter::none_of(STATED, ["criterion"]),
        ])?;
        let [no_criterion, not_ruled_out] = Stated::criteria_silent();
        let silent = count(&[
            no_criterion,
            not_ruled_out,
            Filter::unknown(STATED),
            Filter::none_of("reaction-outcome", TELLING),
        ])?;
        Ok(Self {
            all: Stated {
                reports,
                stated: analysed.saturating_sub(silent),
                analysed,
            },
            criterion,
            outcome,
            reaction: reports.saturating_sub(criterion).saturating_sub(outcome),
        })
    }

    /// How the number was made up: `5 by the seriousness criterion death, 12 more by the outcome fatal
    /// of a reaction, 1 more by a reaction that means death`.
    #[must_use]
    pub fn made_up(self) -> String {
        format!(
            "{} by the seriousness criterion death, {} more by the outcome fatal of a reaction, {} more by \
             a reaction that means death",
            number::count(self.criterion),
            number::count(self.outcome),
            number::count(self.reaction)
        )
    }

    /// The number as a key figure, with what it is made of, since no single field of a report gives it.
    #[must_use]
    pub fn figure(self) -> KeyFigure {
        let detail = match self.all.known() {
            None | Some(0) => self.all.share(),
            Some(_) => format!(
                "{} of {}: {} by the criterion, {} more by outcome, {} more by reaction",
                number::share(self.all.reports, self.all.stated),
                number::reports(self.all.stated),
                number::count(self.criterion),
                number::count(self.outcome),
                number::count(self.reaction)
            ),
        };
        let tone = match self.all.reports {
            0 => Tone::Neutral,
            _ => Tone::Danger,
        };
        KeyFigure::new("Reports of a death", self.all.count(), detail).tone(tone)
    }

    /// The facts `fatal-reports`, `fatal-percent` and how they were made up.
    #[must_use]
    pub fn facts(self) -> Vec<Fact> {
        let mut facts = self.all.facts("fatal");
        if self.all.known().is_some() {
            let part = |key: &str, reports: u32| Fact::count(key, reports).unit("reports");
            facts.push(part("fatal-by-criterion-reports", self.criterion));
            facts.push(part("fatal-by-outcome-only-reports", self.outcome));
            facts.push(part("fatal-by-reaction-only-reports", self.reaction));
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, Fixture};

    #[test]
    fn a_death_counts_once_however_it_is_stated() {
        let fixture = Fixture::new(vec![
            Case::new("1")
                .criterion("death")
                .with("reaction-outcome", "fatal"),
            Case::new("2")
                .with("reaction-outcome", "fatal")
                .with("reaction", "Death"),
            Case::new("3")
                .with("reaction", "Death")
                .without("seriousness"),
            Case::new("4").with("reaction-outcome", "recovered"),
            Case::new("5")
                .without("seriousness")
                .with("reaction-outcome", "unknown"),
        ]);

        let deaths = Deaths::of(&fixture).unwrap();

        assert_eq!(
            (deaths.all.reports, deaths.all.stated, deaths.all.analysed),
            (3, 4, 5)
        );
        assert_eq!(
            deaths.made_up(),
            "1 by the seriousness criterion death, 1 more by the outcome fatal of a reaction, 1 more by a \
             reaction that means death"
        );
    }
}
