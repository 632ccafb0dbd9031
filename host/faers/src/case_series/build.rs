//! From a snapshot to columns: which cases count, and which values each of them has.

use std::sync::Arc;

use quire_model::{Analysis, Date, Duplicates, epoch_days};

use super::{
    CaseSeries, Day, Flags, RECEIVED, Table,
    columns::{dimensions, duplicates_of, probable_cases},
    dates::{Dates, MISSING},
    derived::{FIRST_RECEIPT, date},
    duplicates::{self, Found},
    flow::flow,
    measure::Measure,
    probable, substances, terms, words,
};
use crate::{Snapshot, case::Case};

/// Columns over one report for every valid case, in order of report id.
pub(super) fn series(snapshot: Snapshot) -> CaseSeries {
    let Snapshot {
        origin,
        received,
        cases,
        interval,
        schema: _,
    } = snapshot;
    let fetched = cases.len();
    let asked = asked(&origin.fetched_at);
    let valid = cases.into_iter().filter(Case::is_valid);
    let valid: Vec<Case> = valid.map(|case| case.with_days_until(asked)).collect();
    let valid_count = valid.len();
    let mut latest = latest_versions(valid);
    // As they are written: respelling is for showing.
    let substances = substances::stated(&latest);
    terms::respell(&mut latest);
    let latest_count = latest.len();
    let found = duplicates::find(&latest);
    let (cases, repeats) = without(latest, &found);
    let duplicates = Duplicates {
        by_number: found.by_number,
        by_facts: found.by_facts,
    };
    let left = [fetched, valid_count, latest_count, cases.len()].map(|n| n as u64);
    let analysis = Analysis {
        ndc: origin.candidates.first().cloned().unwrap_or_default(),
        flow: flow(&origin, left, duplicates),
        duplicates,
        ..Analysis::default()
    };
    let received = received.map(|received| days(received, asked));
    let table = table(&cases, &repeats, received);
    CaseSeries {
        origin: Arc::new(origin),
        analysis,
        substances: substances.into(),
        table: Arc::new(table),
        interval: interval.map(Arc::new),
        encoded: None,
    }
}

/// The cases that stay, and for each of them the ids of those that it stands for.
fn without(cases: Vec<Case>, found: &Found) -> (Vec<Case>, Vec<Vec<String>>) {
    let mut repeats: Vec<Vec<String>> = vec![Vec::new(); cases.len()];
    for (index, (case, stays)) in cases.iter().zip(&found.stays).enumerate() {
        if *stays != index
            && let Some(ids) = repeats.get_mut(*stays)
        {
            ids.push(case.id.clone());
        }
    }
    let stays = |index: usize| found.stays.get(index) == Some(&index);
    let pairs = cases.into_iter().zip(repeats).enumerate();
    let kept = pairs.filter(|(index, _)| stays(*index));
    kept.map(|(_, pair)| pair).unzip()
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

/// Totals by day, without days that cannot be.
fn days(received: Vec<(u32, u32)>, asked: Option<u32>) -> Vec<Day> {
    let possible = FIRST_RECEIPT..=asked.unwrap_or(u32::MAX);
    let day = |(text, reports): (u32, u32)| {
        Some(Day {
            received: date(Some(text))?,
            reports,
        })
    };
    let possible = received
        .into_iter()
        .filter(|(day, _)| possible.contains(day));
    possible.filter_map(day).collect()
}

/// The day after the source was last asked, YYYYMMDD: where it is, it may be tomorrow already. None if it is
/// not known.
fn asked(at: &str) -> Option<u32> {
    let day: Date = at.get(..10)?.parse().ok()?;
    day.tomorrow()
        .ok()?
        .strftime("%Y%m%d")
        .to_string()
        .parse()
        .ok()
}

fn table(cases: &[Case], repeats: &[Vec<String>], days: Option<Vec<Day>>) -> Table {
    let mut dimensions = dimensions(cases);
    dimensions.push(duplicates_of(repeats));
    let firsts = probable::find(cases, &dimensions);
    dimensions.push(probable_cases(cases, &firsts));
    let flags = |case: &Case| Flags {
        serious: case.serious == Some(1),
        fatal: case.is_fatal(),
    };
    let texts = |text: fn(&Case) -> &String| cases.iter().map(text).cloned().collect();
    Table {
        ids: texts(|case| &case.id),
        companies: texts(|case| &case.company),
        publications: texts(|case| &case.literature),
        versions: cases
            .iter()
            .map(|case| case.version.map_or(f64::NAN, f64::from))
            .collect(),
        dates: dates(cases),
        flags: cases.iter().map(flags).collect(),
        dimensions,
        measures: measures(cases),
        days,
    }
}

fn dates(cases: &[Case]) -> Vec<Dates> {
    let of = |day: fn(&Case) -> Option<u32>| {
        let days = cases.iter().map(day);
        days.map(|day| date(day).map_or(MISSING, epoch_days))
            .collect()
    };
    let plausible = |day: fn(&Case) -> Option<u32>| {
        let days = cases.iter().map(|case| case.plausible(day(case)));
        days.map(|day| day.map_or(MISSING, epoch_days)).collect()
    };
    vec![
        Dates::new(RECEIVED, of(|case| case.received)),
        Dates::new("receipt", of(|case| case.receipt)),
        Dates::new("event", plausible(|case| case.event)),
        Dates::new("death", plausible(|case| case.died)),
    ]
}

fn measures(cases: &[Case]) -> Vec<Measure> {
    let of = |value: fn(&Case) -> f64| cases.iter().map(value).collect();
    vec![
        Measure::new("age-years", of(Case::age_years)),
        Measure::new("weight-kg", of(|case| words::weight_kg(case.weight))),
        Measure::new("onset-days", of(Case::onset_days)),
        Measure::new("drugs-per-report", of(|case| case.distinct_drugs() as f64)),
        Measure::new(
            "reactions-per-report",
            of(|case| case.distinct_reactions() as f64),
        ),
    ]
}
