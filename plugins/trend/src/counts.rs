//! Reports in each period, from the source's totals where it gives them.

use std::collections::BTreeMap;

use quire_sdk::{Civil, Data, Pages, QueryError, Selection, wit::provenance::Origin};

use crate::{By, calendar::Step, partial::Partial};

/// Up to three years (with one leap day) are shown in quarters.
const MAX_QUARTER_DAYS: i32 = 3 * 365 + 1;
/// More periods than this cannot be read; years are taken instead. 50 years of months fit.
const MAX_PERIODS: i32 = 600;

/// One period, or one of the two rows below them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) label: String,
    /// Matching reports of the source, or analysed ones where the source gives none.
    pub(crate) reports: u32,
    pub(crate) analysed: u32,
    /// Of them, reports that state their seriousness.
    pub(crate) stated: u32,
    pub(crate) serious: u32,
}

/// Reports over time.
#[derive(Clone, Debug)]
pub(crate) struct Trend {
    pub(crate) step: Step,
    pub(crate) requested: Selection,
    /// Without gaps, from the first to the last that has reports.
    pub(crate) periods: Vec<Period>,
    pub(crate) without_date: Period,
    pub(crate) first: i32,
    pub(crate) last: i32,
    /// Whether `reports` are the source's totals rather than analysed reports.
    pub(crate) is_from_source: bool,
    pub(crate) partial: Partial,
    pub(crate) fetched: u64,
    pub(crate) total: u64,
}

/// Analysed reports of one day.
#[derive(Clone, Copy, Debug, Default)]
struct Analysed {
    reports: u32,
    stated: u32,
    serious: u32,
}

impl Period {
    /// Serious reports; none where reports are analysed and none of them states it.
    pub(crate) fn known_serious(&self) -> Option<u32> {
        (self.stated > 0 || self.analysed == 0).then_some(self.serious)
    }
}

impl Trend {
    /// None where no report has a date, or none in the requested period.
    pub(crate) fn of(data: &impl Data, by: By, as_of: i32) -> Result<Option<Self>, QueryError> {
        let origin = data.origin();
        let requested = Selection::of(&origin);
        let (analysed, undated) = analysed_by_day(data)?;
        let received = received(data, &requested);
        let is_from_source = received.is_some();
        let days = received.unwrap_or_else(|| {
            let reports = |(day, counts): (&i32, &Analysed)| (*day, counts.reports);
            analysed.iter().map(reports).collect()
        });
        let (Some((&first, _)), Some((&last, _))) = (days.first_key_value(), days.last_key_value())
        else {
            return Ok(None);
        };
        let step = step(by, first, last);
        let mut trend = Self {
            step,
            periods: periods(step, (first, last), &days, &analysed),
            without_date: Period {
                label: "Not reported".to_owned(),
                reports: if is_from_source {
                    undated_in_source(&origin, &requested, &days)
                } else {
                    undated.reports
                },
                analysed: undated.reports,
                stated: undated.stated,
                serious: undated.serious,
            },
            first,
            last,
            is_from_source,
            partial: Partial::of(step, (first, last), &requested, known_until(&origin, as_of)),
            requested,
            fetched: origin.fetched,
            total: origin.total,
        };
        trend.mark_partial();
        Ok(Some(trend))
    }

    fn mark_partial(&mut self) {
        let last = self.periods.len().saturating_sub(1);
        for (place, period) in self.periods.iter_mut().enumerate() {
            let is_partial = (place == 0 && self.partial.begins_inside)
                || (place == last && self.partial.is_last());
            if is_partial {
                period.label.push('*');
            }
        }
    }

    /// Whether every matching report was fetched.
    pub(crate) fn is_complete(&self) -> bool {
        self.fetched >= self.total
    }

    /// Shares of serious reports mean something only if no report was left out by date.
    pub(crate) fn has_shares(&self) -> bool {
        self.is_complete()
    }

    pub(crate) fn noun(&self) -> &'static str {
        if self.is_from_source {
            "Matching reports"
        } else {
            "Analysed reports"
        }
    }

    /// What is counted, for a sentence.
    pub(crate) fn subject(&self) -> String {
        let noun = self.noun().to_lowercase();
        if self.requested.is_of_a_period() {
            format!("{noun} of the requested period")
        } else {
            noun
        }
    }

    /// The period with the most reports; the earliest of several.
    pub(crate) fn peak(&self) -> Option<&Period> {
        self.periods
            .iter()
            .rev()
            .max_by_key(|period| period.reports)
    }

    /// Periods, reports without a date, and the sum.
    pub(crate) fn rows(&self) -> Vec<Period> {
        let mut rows = self.periods.clone();
        rows.push(self.without_date.clone());
        let sum = |pick: fn(&Period) -> u32| rows.iter().map(pick).fold(0u32, u32::saturating_add);
        let all = Period {
            label: "All".to_owned(),
            reports: sum(|row| row.reports),
            analysed: sum(|row| row.analysed),
            stated: sum(|row| row.stated),
            serious: sum(|row| row.serious),
        };
        rows.push(all);
        rows
    }
}

/// What the source holds by day, as far as it was asked for; none where it could not say.
fn received(data: &impl Data, requested: &Selection) -> Option<BTreeMap<i32, u32>> {
    let days = data.received().filter(|days| !days.is_empty())?;
    let wanted = days.iter().filter(|day| requested.holds(day.received));
    Some(wanted.map(|day| (day.received, day.reports)).collect())
}

/// Matching reports without a day. They lie in no period, so a request for one leaves them out.
fn undated_in_source(origin: &Origin, requested: &Selection, days: &BTreeMap<i32, u32>) -> u32 {
    if requested.is_of_a_period() {
        return 0;
    }
    let dated: u64 = days.values().map(|reports| u64::from(*reports)).sum();
    u32::try_from(origin.total.saturating_sub(dated)).unwrap_or(u32::MAX)
}

/// The day up to which the source can hold all reports.
fn known_until(origin: &Origin, as_of: i32) -> i32 {
    Civil::parse(&origin.last_updated).map_or(as_of, |updated| updated.days().min(as_of))
}

fn step(by: By, first: i32, last: i32) -> Step {
    let step = match by {
        By::Month => Step::Month,
        By::Quarter => Step::Quarter,
        By::Auto if last.saturating_sub(first) <= MAX_QUARTER_DAYS => Step::Quarter,
        By::Auto | By::Year => Step::Year,
    };
    if step.period(last) - step.period(first) < MAX_PERIODS {
        step
    } else {
        Step::Year
    }
}

fn periods(
    step: Step,
    (first, last): (i32, i32),
    days: &BTreeMap<i32, u32>,
    analysed: &BTreeMap<i32, Analysed>,
) -> Vec<Period> {
    let mut periods: BTreeMap<i32, Period> = (step.period(first)..=step.period(last))
        .map(|period| {
            (
                period,
                Period {
                    label: step.label(period),
                    ..Period::default()
                },
            )
        })
        .collect();
    for (day, reports) in days {
        if let Some(period) = periods.get_mut(&step.period(*day)) {
            period.reports = period.reports.saturating_add(*reports);
        }
    }
    for (day, counts) in analysed {
        if let Some(period) = periods.get_mut(&step.period(*day)) {
            period.analysed = period.analysed.saturating_add(counts.reports);
            period.stated = period.stated.saturating_add(counts.stated);
            period.serious = period.serious.saturating_add(counts.serious);
        }
    }
    periods.into_values().collect()
}

/// Analysed reports by day of first receipt, and those without one.
fn analysed_by_day(data: &impl Data) -> Result<(BTreeMap<i32, Analysed>, Analysed), QueryError> {
    let mut days: BTreeMap<i32, Analysed> = BTreeMap::new();
    let mut undated = Analysed::default();
    for page in Pages::new(data, &["received", "seriousness", "serious"]) {
        let page = page?;
        for report in 0..page.reports() {
            let counts = match page.date("received", report) {
                Some(day) => days.entry(day).or_default(),
                None => &mut undated,
            };
            counts.reports += 1;
            counts.stated += u32::from(page.text("seriousness", report).is_some());
            counts.serious += u32::from(page.is("serious", report));
        }
    }
    Ok((days, undated))
}
