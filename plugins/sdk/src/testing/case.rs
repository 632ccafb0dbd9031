//! One report of a fixture.

use std::collections::BTreeMap;

use crate::Civil;

/// One report, built value by value. Names are those of `wit/data.wit`.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub(super) id: String,
    pub(super) version: Option<u32>,
    pub(super) dates: BTreeMap<String, i32>,
    pub(super) is_serious: bool,
    pub(super) values: BTreeMap<String, Vec<String>>,
    pub(super) measures: BTreeMap<String, f64>,
}

impl Case {
    /// A report without any value, marked not serious; a probable case of its own, until
    /// [`of_case`](Self::of_case) says whose it is.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::default()
        }
        .with("seriousness", "not serious")
        .with("probable-case", id)
    }

    /// Probably of the case of another report, by its id.
    #[must_use]
    pub fn of_case(self, id: &str) -> Self {
        self.without("probable-case").with("probable-case", id)
    }

    /// The version of the case.
    #[must_use]
    pub fn version(mut self, version: u32) -> Self {
        self.version = Some(version);
        self
    }

    /// A date, such as `receipt`, `event` or `death`.
    #[must_use]
    pub fn date(mut self, name: &str, year: i32, month: u8, day: u8) -> Self {
        let civil = Civil { year, month, day };
        self.dates.insert(name.to_owned(), civil.days());
        self
    }

    /// The day of first receipt; fills month, quarter and year as well.
    #[must_use]
    pub fn received(self, year: i32, month: u8, day: u8) -> Self {
        let civil = Civil { year, month, day };
        let dated = self.date("received", year, month, day);
        dated
            .with("received-month", &format!("{year}-{month:02}"))
            .with("received-quarter", &format!("{year}-Q{}", civil.quarter()))
            .with("received-year", &year.to_string())
    }

    /// Marked serious.
    #[must_use]
    pub fn serious(mut self) -> Self {
        self.is_serious = true;
        self.values
            .insert("seriousness".to_owned(), vec!["serious".to_owned()]);
        self
    }

    /// Marked serious with a criterion, such as `hospitalisation` or `death`.
    #[must_use]
    pub fn criterion(self, criterion: &str) -> Self {
        self.serious().with("seriousness-criterion", criterion)
    }

    /// Add a value to a dimension, or set a text such as `company-number`; the same value twice
    /// counts once. What states a death, as the host sees it, is added to `death-stated`; of reactions
    /// that mean death a fixture knows `Death` alone.
    #[must_use]
    pub fn with(self, dimension: &str, value: &str) -> Self {
        let stated = match (dimension, value) {
            ("seriousness-criterion", "death") => Some("criterion"),
            ("reaction-outcome", "fatal") => Some("outcome"),
            ("reaction", "Death") => Some("reaction"),
            _ => None,
        };
        let case = self.and(dimension, value);
        match stated {
            Some(way) => case.and("death-stated", way),
            None => case,
        }
    }

    fn and(mut self, dimension: &str, value: &str) -> Self {
        let values = self.values.entry(dimension.to_owned()).or_default();
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
        self
    }

    /// Take away all values of a dimension.
    #[must_use]
    pub fn without(mut self, dimension: &str) -> Self {
        self.values.remove(dimension);
        self
    }

    /// Set a measure, such as `age-years`.
    #[must_use]
    pub fn measure(mut self, name: &str, value: f64) -> Self {
        self.measures.insert(name.to_owned(), value);
        self
    }

    pub(super) fn is_fatal(&self) -> bool {
        !self.values("death-stated").is_empty()
    }

    pub(super) fn values(&self, dimension: &str) -> &[String] {
        self.values.get(dimension).map_or(&[], Vec::as_slice)
    }
}
