//! From a snapshot to columns: which cases count, and which values each of them has.

use quire_model::{Date, FlowStep};

use super::{
    CaseSeries, Day, Flags, Table,
    country::country,
    dimension::{Collector, Dimension, Spelling},
    epoch_days,
    measure::Measure,
    route::route,
    terms, words,
};
use crate::{
    Snapshot,
    snapshot::{Case, Drug},
};

/// Columns over the latest valid version of every case, in order of case id.
pub(super) fn series(snapshot: Snapshot) -> CaseSeries {
    let Snapshot {
        mut origin,
        received,
        cases,
    } = snapshot;
    let fetched = cases.len();
    let valid: Vec<Case> = cases.into_iter().filter(Case::is_valid).collect();
    let valid_count = valid.len();
    let latest = latest_versions(valid);
    origin.flow = flow(
        origin.total,
        [fetched, valid_count, latest.len()].map(|n| n as u64),
        &origin.selection,
    );
    let table = table(&latest, received.map(days));
    CaseSeries {
        origin,
        table: std::sync::Arc::new(table),
    }
}

/// One case for each id: the highest version, then the latest receipt. A snapshot has them in that
/// order, so the last of each id stays.
fn latest_versions(mut cases: Vec<Case>) -> Vec<Case> {
    cases.sort_by(|a, b| a.order().cmp(&b.order()));
    cases.dedup_by(|later, earlier| {
        let same = later.id == earlier.id;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    cases
}

fn flow(total: u64, [fetched, valid, latest]: [u64; 3], selection: &str) -> Vec<FlowStep> {
    let step = |label: &str, before: u64, remaining: u64, reason: &str| {
        let removed = before.saturating_sub(remaining);
        FlowStep {
            label: label.to_owned(),
            remaining,
            removed,
            reason: if removed > 0 {
                reason.to_owned()
            } else {
                String::new()
            },
        }
    };
    vec![
        step("Matching reports in openFDA", total, total, ""),
        step(
            "Fetched",
            total,
            fetched,
            &format!("fetched are only {selection}"),
        ),
        step(
            "Valid",
            fetched,
            valid,
            "without a report id or without a patient",
        ),
        step(
            "Latest versions",
            valid,
            latest,
            "earlier versions of the same case",
        ),
        step("Analysed", latest, latest, ""),
    ]
}

fn days(received: Vec<(u32, u32)>) -> Vec<Day> {
    let day = |(text, reports): (u32, u32)| {
        Some(Day {
            received: date(Some(text))?,
            reports,
        })
    };
    received.into_iter().filter_map(day).collect()
}

/// A date written as the number YYYYMMDD.
fn date(number: Option<u32>) -> Option<Date> {
    let number = number?;
    let year = i16::try_from(number / 10_000).ok()?;
    let month = i8::try_from(number / 100 % 100).ok()?;
    let day = i8::try_from(number % 100).ok()?;
    Date::new(year, month, day).ok()
}

fn table(cases: &[Case], days: Option<Vec<Day>>) -> Table {
    let flags = |case: &Case| Flags {
        serious: case.serious == Some(1),
        fatal: case.criteria.death,
    };
    let received = |case: &Case| date(case.received).map_or(i32::MIN, epoch_days);
    Table {
        ids: cases.iter().map(|case| case.id.clone()).collect(),
        versions: cases
            .iter()
            .map(|case| case.version.map_or(f64::NAN, f64::from))
            .collect(),
        received: cases.iter().map(received).collect(),
        flags: cases.iter().map(flags).collect(),
        dimensions: dimensions(cases),
        measures: measures(cases),
        days,
    }
}

fn measures(cases: &[Case]) -> Vec<Measure> {
    let of = |value: fn(&Case) -> f64| cases.iter().map(value).collect();
    vec![
        Measure::new("age-years", of(Case::age_years)),
        Measure::new("weight-kg", of(|case| words::weight_kg(case.weight))),
        Measure::new("drugs-per-report", of(|case| case.distinct_drugs() as f64)),
        Measure::new(
            "reactions-per-report",
            of(|case| case.distinct_reactions() as f64),
        ),
    ]
}

/// What a case hands to the collector of one dimension.
type Collect = fn(&Case, &mut Collector);

/// Every dimension in the order of `wit/data.wit`: its collector and where its values come from.
fn sources() -> Vec<(Collector, Collect)> {
    let one = Collector::one;
    let exact = |name| Collector::many(name, Spelling::Exact);
    let terms = |name| Collector::many(name, Spelling::Term);
    vec![
        (one("sex"), |case, to| coded(to, case.sex, words::sex)),
        (one("age-group"), |case, to| {
            to.add(words::age_group(case.age_years()));
        }),
        (one("country"), |case, to| to.add(&case.country())),
        (one("reporter"), |case, to| {
            coded(to, case.reporter, words::reporter);
        }),
        (one("seriousness"), |case, to| {
            coded(to, case.serious, words::seriousness);
        }),
        (exact("seriousness-criterion"), |case, to| {
            case.criteria.words().for_each(|word| to.add(word));
        }),
        (one("expedited"), |case, to| {
            coded(to, case.expedited, words::expedited);
        }),
        (one("report-type"), |case, to| {
            coded(to, case.report_type, words::report_type);
        }),
        (one("received-month"), |case, to| {
            received(to, case, |day| {
                format!("{:04}-{:02}", day.year(), day.month())
            });
        }),
        (one("received-quarter"), |case, to| {
            received(to, case, |day| {
                format!("{:04}-Q{}", day.year(), (day.month() + 2) / 3)
            });
        }),
        (one("received-year"), |case, to| {
            received(to, case, |day| format!("{:04}", day.year()));
        }),
        (terms("reaction"), |case, to| {
            let reactions = case.reactions.iter();
            reactions.for_each(|reaction| to.add(&terms::term(&reaction.term)));
        }),
        (exact("reaction-outcome"), |case, to| {
            let reactions = case.reactions.iter();
            reactions.for_each(|reaction| coded(to, reaction.outcome, words::reaction_outcome));
        }),
        (exact("drug"), |case, to| substances(to, case, |_| true)),
        (exact("suspect-drug"), |case, to| {
            substances(to, case, |role| matches!(role, Some(1 | 3)));
        }),
        (exact("concomitant-drug"), |case, to| {
            substances(to, case, |role| role == Some(2));
        }),
        (one("role"), |case, to| {
            let strongest = case
                .matched()
                .filter_map(|drug| drug.role)
                .min_by_key(|role| words::role_rank(*role));
            coded(to, strongest, words::role);
        }),
        (exact("product"), |case, to| {
            let products = case.matched();
            products.for_each(|drug| to.add(&terms::drug(&drug.product)));
        }),
        (terms("indication"), |case, to| {
            let drugs = case.matched();
            drugs.for_each(|drug| to.add(&terms::term(&drug.indication)));
        }),
        (exact("route"), |case, to| {
            of_matched(to, case, |drug| drug.route, route);
        }),
        (exact("action-taken"), |case, to| {
            of_matched(to, case, |drug| drug.action, words::action_taken);
        }),
        (exact("dechallenge"), |case, to| {
            of_matched(to, case, |drug| drug.dechallenge, words::challenge);
        }),
        (exact("rechallenge"), |case, to| {
            of_matched(to, case, |drug| drug.rechallenge, words::challenge);
        }),
    ]
}

fn dimensions(cases: &[Case]) -> Vec<Dimension> {
    let finish = |(mut collector, collect): (Collector, Collect)| {
        for case in cases {
            collect(case, &mut collector);
            collector.next_report();
        }
        collector.finish()
    };
    sources().into_iter().map(finish).collect()
}

fn coded(to: &mut Collector, code: Option<u16>, words: fn(u16) -> &'static str) {
    to.add(code.map_or("", words));
}

fn received(to: &mut Collector, case: &Case, write: fn(Date) -> String) {
    if let Some(day) = date(case.received) {
        to.add(&write(day));
    }
}

fn substances(to: &mut Collector, case: &Case, wanted: fn(Option<u16>) -> bool) {
    for drug in case.drugs.iter().filter(|drug| wanted(drug.role)) {
        drug.names().for_each(|name| to.add(&name));
    }
}

fn of_matched(
    to: &mut Collector,
    case: &Case,
    code: fn(&Drug) -> Option<u16>,
    words: fn(u16) -> &'static str,
) {
    case.matched().for_each(|drug| coded(to, code(drug), words));
}

impl Case {
    fn is_valid(&self) -> bool {
        !self.id.is_empty() && self.has_patient
    }

    fn age_years(&self) -> f64 {
        words::age_years(self.age, self.age_unit)
    }

    /// Where the event occurred, else where the report comes from.
    fn country(&self) -> String {
        let known = self.countries.iter().map(|text| country(text));
        known
            .into_iter()
            .find(|code| !code.is_empty())
            .unwrap_or_default()
    }

    /// The entries of the drug that the report is about.
    fn matched(&self) -> impl Iterator<Item = &Drug> {
        self.drugs.iter().filter(|drug| drug.matched)
    }

    fn distinct_drugs(&self) -> usize {
        let names = self.drugs.iter().flat_map(Drug::names);
        names.collect::<std::collections::BTreeSet<_>>().len()
    }

    fn distinct_reactions(&self) -> usize {
        let terms = self.reactions.iter();
        let keys = terms.map(|reaction| terms::term(&reaction.term).to_lowercase());
        keys.collect::<std::collections::BTreeSet<_>>().len()
    }
}

impl Drug {
    /// Active substances where known, else the product name.
    fn names(&self) -> impl Iterator<Item = String> {
        let product = self.substances.is_empty().then_some(&self.product);
        let names = self.substances.iter().chain(product);
        names
            .map(|name| terms::drug(name))
            .filter(|name| !name.is_empty())
    }
}
