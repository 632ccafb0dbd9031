//! From a snapshot to columns: which cases count, and which values each of them has.

use std::collections::BTreeSet;

use quire_model::{Attribute, Date, FlowStep, Origin};

use super::{
    CaseSeries, Day, Flags, RECEIVED, Table,
    country::{OTHER, country},
    dates::{Dates, MISSING},
    dimension::{Collector, Dimension, PAIR},
    duplicates::{self, Duplicates},
    epoch_days,
    measure::Measure,
    route::route,
    substances, terms, words,
};
use crate::{
    Snapshot,
    snapshot::{Case, Drug, MATCHING_ANY_DAY, Reaction},
};

/// No treatment in FAERS began and no event occurred before: the oldest patients were born in the century
/// before, and dates of birth, 1900-01-01 among them, stand where a day is unknown.
const FIRST_DAY: u32 = 19_400_101;
/// Where a report states no day of its own.
const LAST_DAY: u32 = 99_991_231;

/// Columns over one report for every valid case, in order of report id.
pub(super) fn series(snapshot: Snapshot) -> CaseSeries {
    let Snapshot {
        mut origin,
        received,
        cases,
    } = snapshot;
    let fetched = cases.len();
    let valid: Vec<Case> = cases.into_iter().filter(Case::is_valid).collect();
    let valid_count = valid.len();
    let mut latest = latest_versions(valid);
    // As they are written: respelling is for showing.
    let substances = substances::stated(&latest);
    terms::respell(&mut latest);
    let latest_count = latest.len();
    let found = duplicates::find(&latest);
    let (cases, repeats) = without(latest, &found);
    origin.flow = flow(
        &origin,
        [fetched, valid_count, latest_count, cases.len()].map(|n| n as u64),
        &found,
    );
    let left_out = [
        ("duplicates-by-number", found.by_number),
        ("duplicates-by-facts", found.by_facts),
    ];
    origin
        .attributes
        .extend(left_out.map(|(name, reports)| Attribute {
            name: name.to_owned(),
            value: reports.to_string(),
        }));
    let table = table(&cases, &repeats, received.map(days));
    CaseSeries {
        origin,
        substances,
        table: std::sync::Arc::new(table),
        encoded: None,
    }
}

/// The cases that stay, and for each of them the ids of those that it stands for.
fn without(cases: Vec<Case>, found: &Duplicates) -> (Vec<Case>, Vec<Vec<String>>) {
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

/// A step, with the reason only if it takes reports away.
pub(super) fn step(label: &str, before: u64, remaining: u64, reason: &str) -> FlowStep {
    let removed = before.saturating_sub(remaining);
    let reason = if removed > 0 { reason } else { "" };
    FlowStep {
        label: label.to_owned(),
        remaining,
        removed,
        reason: reason.to_owned(),
    }
}

fn flow(
    origin: &Origin,
    [fetched, valid, latest, single]: [u64; 4],
    found: &Duplicates,
) -> Vec<FlowStep> {
    let (total, selection) = (origin.total, &origin.selection);
    let mut flow = matching(origin);
    flow.extend([
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
        step(
            "Duplicates removed",
            latest,
            single,
            &format!(
                "other reports of the same case: {} by a shared number, {} by equal facts",
                found.by_number, found.by_facts
            ),
        ),
        step("Analysed", single, single, ""),
    ]);
    flow
}

/// The matching reports of any day, and those of the period if one was asked for.
fn matching(origin: &Origin) -> Vec<FlowStep> {
    let attributes = origin.attributes.iter();
    let any_day = attributes
        .filter(|detail| detail.name == MATCHING_ANY_DAY)
        .find_map(|detail| detail.value.parse().ok());
    let all: u64 = any_day.unwrap_or(origin.total);
    let mut steps = vec![step("Matching reports in openFDA", all, all, "")];
    if any_day.is_some() {
        let reason = "first received outside the period, or on an unknown day";
        steps.push(step("Received in the period", all, origin.total, reason));
    }
    steps
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

fn table(cases: &[Case], repeats: &[Vec<String>], days: Option<Vec<Day>>) -> Table {
    let mut dimensions = dimensions(cases);
    dimensions.push(duplicates_of(repeats));
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

/// What a case hands to the collector of one dimension.
type Collect = fn(&Case, &mut Collector);

/// Every dimension in the order of `wit/data.wit`: its collector and where its values come from.
fn sources() -> Vec<(Collector, Collect)> {
    let (one, many) = (Collector::one, Collector::many);
    vec![
        (one("sex"), |case, to| coded(to, case.sex, words::sex)),
        (one("age-group"), |case, to| to.add(case.age_group())),
        (one("country"), |case, to| to.add(&case.country())),
        (one("reporter"), |case, to| {
            coded(to, case.reporter, words::reporter);
        }),
        (one("health-professional"), |case, to| {
            coded(to, case.reporter, words::health_professional);
        }),
        (one("literature"), |case, to| {
            to.add(if case.literature.is_empty() {
                "no"
            } else {
                "yes"
            });
        }),
        (one("seriousness"), |case, to| {
            coded(to, case.serious, words::seriousness);
        }),
        (many("seriousness-criterion"), |case, to| {
            case.criteria.words().for_each(|word| to.add(word));
        }),
        (many("death-stated"), |case, to| {
            case.death_stated().for_each(|word| to.add(word));
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
        (many("reaction"), |case, to| {
            let reactions = case.reactions.iter();
            reactions.for_each(|reaction| to.add(&reaction.term));
        }),
        (many("reaction-outcome"), |case, to| {
            let reactions = case.reactions.iter();
            reactions.for_each(|reaction| coded(to, reaction.outcome, words::reaction_outcome));
        }),
        (many("reaction-with-outcome"), |case, to| {
            case.reactions.iter().for_each(|one| to.add(&pair(one)));
        }),
        (many("drug"), |case, to| substances(to, case, |_| true)),
        (many("suspect-drug"), |case, to| {
            substances(to, case, |role| matches!(role, Some(1 | 3)));
        }),
        (many("concomitant-drug"), |case, to| {
            substances(to, case, |role| role == Some(2));
        }),
        (many("co-suspect-drug"), co_suspects),
        (one("role"), |case, to| {
            let strongest = case
                .matched()
                .filter_map(|drug| drug.role)
                .min_by_key(|role| words::role_rank(*role));
            coded(to, strongest, words::role);
        }),
        (many("product"), |case, to| {
            let products = case.matched();
            products.for_each(|drug| to.add(&drug.product));
        }),
        (many("indication"), |case, to| {
            let drugs = case.matched();
            drugs.for_each(|drug| to.add(&drug.indication));
        }),
        (many("route"), |case, to| {
            of_matched(to, case, |drug| drug.route, route);
        }),
        (many("dosage-form"), |case, to| {
            let drugs = case.matched();
            drugs.for_each(|drug| to.add(&drug.form));
        }),
        (many("action-taken"), |case, to| {
            of_matched(to, case, |drug| drug.action, words::action_taken);
        }),
        (many("dechallenge"), |case, to| {
            of_matched(to, case, |drug| drug.dechallenge, words::challenge);
        }),
        (many("rechallenge"), |case, to| {
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

/// The ids of the reports that each report stands for.
fn duplicates_of(repeats: &[Vec<String>]) -> Dimension {
    let mut collector = Collector::many("duplicate");
    for ids in repeats {
        ids.iter().for_each(|id| collector.add(id));
        collector.next_report();
    }
    collector.finish()
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
        drug.names().for_each(|name| to.add(name));
    }
}

/// Suspect and interacting drugs beside the one that the report is about.
fn co_suspects(case: &Case, to: &mut Collector) {
    let own: BTreeSet<&str> = case.matched().flat_map(Drug::names).collect();
    let others = case.drugs.iter();
    let others = others.filter(|drug| !drug.matched && matches!(drug.role, Some(1 | 3)));
    let names = others.flat_map(Drug::names);
    names
        .filter(|name| !own.contains(name))
        .for_each(|name| to.add(name));
}

/// A reaction and how it ended.
fn pair(reaction: &Reaction) -> String {
    if reaction.term.is_empty() {
        return String::new();
    }
    let outcome = reaction.outcome.map_or("", words::reaction_outcome);
    let outcome = if outcome.is_empty() {
        words::NO_OUTCOME
    } else {
        outcome
    };
    format!("{}{PAIR}{outcome}", reaction.term)
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

    pub(super) fn age_years(&self) -> f64 {
        words::age_years(self.age, self.age_unit)
    }

    /// By the age, else by the group that the reporter chose.
    fn age_group(&self) -> &'static str {
        match words::age_group(self.age_years()) {
            "" => self.age_group.map_or("", words::reported_age_group),
            group => group,
        }
    }

    /// Days from the first day of treatment to the event, the first day being 0; NaN if either is
    /// not known to the day, or the event came first.
    fn onset_days(&self) -> f64 {
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
    fn plausible(&self, day: Option<u32>) -> Option<Date> {
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

    fn distinct_drugs(&self) -> usize {
        let names = self.drugs.iter().flat_map(Drug::names);
        names.collect::<BTreeSet<_>>().len()
    }

    fn distinct_reactions(&self) -> usize {
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
