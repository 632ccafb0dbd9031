//! What one report says, read from its codes: ages, days, countries, names.

use std::collections::BTreeSet;

use quire_model::{Date, epoch_days};

use super::{
    country::country,
    words::{self, OTHER},
};
use crate::case::{Case, Drug};

/// No treatment in FAERS began and no event occurred before: the oldest patients were born in the century
/// before, and dates of birth, 1900-01-01 among them, stand where a day is unknown.
const FIRST_DAY: u32 = 19_400_101;
/// FDA's oldest reports of adverse reactions are of the sixties.
pub(super) const FIRST_RECEIPT: u32 = 19_600_101;
/// Where a report states no day of its own.
const LAST_DAY: u32 = 99_991_231;

/// A date written as the number YYYYMMDD.
pub(super) fn date(number: Option<u32>) -> Option<Date> {
    let number = number?;
    let year = i16::try_from(number / 10_000).ok()?;
    let month = i8::try_from(number / 100 % 100).ok()?;
    let day = i8::try_from(number % 100).ok()?;
    Date::new(year, month, day).ok()
}

impl Case {
    pub(super) fn is_valid(&self) -> bool {
        !self.id.is_empty() && self.has_patient
    }

    pub(super) fn age_years(&self) -> f64 {
        quire_model::age_years(self.age, self.age_unit)
    }

    /// By the age, else by the group that the reporter chose; `other` where an age is stated that cannot be used.
    pub(super) fn age_group(&self) -> &'static str {
        let reported = || self.age_group.map_or("", words::reported_age_group);
        match (words::age_group(self.age_years()), reported()) {
            ("", "") if self.age.is_some() => OTHER,
            ("", group) | (group, _) => group,
        }
    }

    /// The sex, if it is one of the two.
    pub(super) fn known_sex(&self) -> Option<u16> {
        self.sex
            .filter(|code| !["", OTHER].contains(&words::sex(*code)))
    }

    /// The [country](Self::country), if it is one that is known.
    pub(super) fn known_country(&self) -> Option<String> {
        Some(self.country()).filter(|code| !["", OTHER].contains(&code.as_str()))
    }

    /// Without days of receipt that cannot be: before the first reports that FDA keeps, or after the source
    /// was asked (YYYYMMDD; none if that is not known).
    pub(super) fn with_days_until(mut self, asked: Option<u32>) -> Self {
        let possible = FIRST_RECEIPT..=asked.unwrap_or(LAST_DAY);
        for day in [&mut self.received, &mut self.receipt] {
            *day = day.filter(|day| possible.contains(day) && date(Some(*day)).is_some());
        }
        self
    }

    /// Days from the first day of treatment to the event, the first day being 0; NaN if either is
    /// not known to the day, or the event came first.
    pub(super) fn onset_days(&self) -> f64 {
        let started = self
            .matched()
            .filter_map(|drug| self.plausible(drug.started));
        let (Some(started), Some(event)) = (started.min(), self.plausible(self.event)) else {
            return f64::NAN;
        };
        let days = epoch_days(event).saturating_sub(epoch_days(started));
        if days < 0 { f64::NAN } else { f64::from(days) }
    }

    /// A day of the patient's that can be true: not a placeholder such as 1900-01-01 or 9199-01-01, that
    /// is, from 1940 on and not after the report's latest information.
    pub(super) fn plausible(&self, day: Option<u32>) -> Option<Date> {
        let latest = self.receipt.max(self.received).unwrap_or(LAST_DAY);
        let day = day.filter(|day| (FIRST_DAY..=latest).contains(day))?;
        date(Some(day))
    }

    /// Where the event occurred, else where the report comes from; `other` only if no member names a known
    /// country.
    pub(super) fn country(&self) -> String {
        let codes: Vec<String> = self.countries.iter().map(|text| country(text)).collect();
        let known = |code: &&String| !code.is_empty() && code.as_str() != OTHER;
        let stated = codes.iter().find(|code| !code.is_empty());
        codes
            .iter()
            .find(known)
            .or(stated)
            .cloned()
            .unwrap_or_default()
    }

    /// The entries of the drug that the report is about.
    pub(super) fn matched(&self) -> impl Iterator<Item = &Drug> {
        self.drugs.iter().filter(|drug| drug.matched)
    }

    pub(super) fn distinct_drugs(&self) -> usize {
        let names = self.drugs.iter().flat_map(Drug::names);
        names.collect::<BTreeSet<_>>().len()
    }

    pub(super) fn distinct_reactions(&self) -> usize {
        let terms = self.reactions.iter();
        let terms = terms.map(|reaction| reaction.term.as_str());
        terms.collect::<BTreeSet<_>>().len()
    }
}

impl Drug {
    /// Active substances where known, else the product name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let product = self.substances.is_empty().then_some(&self.product);
        let names = self.substances.iter().chain(product);
        names.map(String::as_str).filter(|name| !name.is_empty())
    }
}
