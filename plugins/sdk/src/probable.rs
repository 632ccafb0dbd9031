//! Probable cases: reports that are probably of one patient's case are counted once.

use std::collections::BTreeMap;

use crate::{Data, Fact, Filter, Pages, QueryError, cases_by::PROBABLE_CASE, number};

/// Clusters that are listed; a series with more says how many there are.
const MOST: u32 = Filter::MAX_VALUES as u32;

/// The reports, their probable cases, and which reports are probably of one case.
///
/// The host joins them by hit-miss weights (Norén et al., Data Mining and Knowledge Discovery 14 (2007)
/// 305-328) over sex, age, country, day of the event, drugs and reactions; none is left out for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbableCases {
    /// Analysed reports.
    pub reports: u32,
    /// Probable cases among them.
    pub cases: u32,
    /// Reports that are probably of one case, for each such case its ids; the largest first, at most 1,000.
    pub clusters: Vec<Vec<String>>,
    /// What the host calls each of these cases: values of `probable-case`.
    pub names: Vec<String>,
}

impl ProbableCases {
    /// The probable cases of the analysed reports.
    ///
    /// # Errors
    ///
    /// If the host does not know the dimensions of the contract.
    pub fn of(data: &impl Data) -> Result<Self, QueryError> {
        let counts = data.count_by(PROBABLE_CASE, Some(MOST))?;
        let shared = counts.rows.into_iter().filter(|row| row.reports > 1);
        let names: Vec<String> = shared.map(|row| row.value).collect();
        Ok(Self {
            reports: data.reports(),
            cases: counts.distinct,
            clusters: clusters(data, &names)?,
            names,
        })
    }

    /// Reports beyond the first of each probable case.
    #[must_use]
    pub fn repeats(&self) -> u32 {
        self.reports.saturating_sub(self.cases)
    }

    /// `61 reports, 58 probable cases`.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{}, {}",
            number::reports(self.reports),
            number::counted(self.cases, "probable case", "probable cases")
        )
    }

    /// The facts `probable-cases` and `probable-repeats`.
    #[must_use]
    pub fn facts(&self) -> [Fact; 2] {
        [
            Fact::count("probable-cases", self.cases).unit("cases"),
            Fact::count("probable-repeats", self.repeats()).unit("reports"),
        ]
    }
}

/// The report ids of each case, in the order of the cases.
fn clusters(data: &impl Data, names: &[String]) -> Result<Vec<Vec<String>>, QueryError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let members = data.select(&[Filter::one_of(PROBABLE_CASE, names.iter())])?;
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in Pages::new(&members, &["report-id", PROBABLE_CASE]) {
        let page = page?;
        for report in 0..page.reports() {
            let case = page.text(PROBABLE_CASE, report).unwrap_or_default();
            let id = page.text("report-id", report).unwrap_or_default();
            ids.entry(case.to_owned()).or_default().push(id.to_owned());
        }
    }
    let cluster = |name: &String| ids.remove(name).unwrap_or_default();
    Ok(names.iter().map(cluster).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, Fixture};

    #[test]
    fn reports_of_one_case_count_once_and_are_listed() {
        let fixture = Fixture::new(vec![
            Case::new("1"),
            Case::new("2").of_case("1"),
            Case::new("3"),
            Case::new("4").of_case("1"),
        ]);

        let found = ProbableCases::of(&fixture).unwrap();

        assert_eq!((found.reports, found.cases, found.repeats()), (4, 2, 2));
        assert_eq!(found.clusters, [["1", "2", "4"]]);
        assert_eq!(found.words(), "4 reports, 2 probable cases");
    }
}
