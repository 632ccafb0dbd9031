//! Filters in a line, for [`Data::select`](crate::Data::select).

use crate::{Condition, Filter};

impl Filter {
    /// Values of one filter, by the contract's bound for its list.
    pub const MAX_VALUES: usize = quire_contract::bounds::FILTERS;

    /// Reports that have at least one of the values.
    #[must_use]
    pub fn one_of<V: Into<String>>(on: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into);
        Self::new(on, Condition::OneOf(values.collect()))
    }

    /// Reports that have none of the values.
    #[must_use]
    pub fn none_of<V: Into<String>>(on: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into);
        Self::new(on, Condition::NoneOf(values.collect()))
    }

    /// Reports whose measure or date (days since 1970-01-01) lies between both ends, which are included.
    #[must_use]
    pub fn between(on: &str, low: f64, high: f64) -> Self {
        Self::new(on, Condition::Between((low, high)))
    }

    /// Reports that have a value.
    #[must_use]
    pub fn known(on: &str) -> Self {
        Self::new(on, Condition::Known)
    }

    /// Reports that have none.
    #[must_use]
    pub fn unknown(on: &str) -> Self {
        Self::new(on, Condition::Unknown)
    }

    fn new(on: &str, is: Condition) -> Self {
        Self {
            on: on.to_owned(),
            is,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Data,
        testing::{Case, Fixture},
    };

    #[test]
    fn filters_tell_reports_apart() {
        let fixture = Fixture::new(vec![
            Case::new("1")
                .with("sex", "female")
                .measure("age-years", 3.0),
            Case::new("2").with("sex", "male"),
            Case::new("3"),
        ]);
        let reports = |filter: Filter| fixture.select(&[filter]).unwrap().reports();

        assert_eq!(reports(Filter::one_of("sex", ["female", "male"])), 2);
        assert_eq!(reports(Filter::none_of("sex", ["female"])), 2);
        assert_eq!(reports(Filter::known("age-years")), 1);
        assert_eq!(reports(Filter::unknown("sex")), 1);
    }
}
