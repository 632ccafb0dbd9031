//! Every dimension of the contract: its name, and which values a report has there.

use std::collections::BTreeSet;

use quire_model::Date;

use super::{
    derived::date,
    dimension::{Collector, Dimension, PAIR},
    route::route,
    words,
};
use crate::case::{Case, Drug, Reaction};

/// What a case hands to the collector of one dimension.
type Collect = fn(&Case, &mut Collector);
/// How many values a case can have there.
type Values = fn(&'static str) -> Collector;

const ONE: Values = Collector::one;
const MANY: Values = Collector::many;

/// Every dimension in the order of `wit/data.wit`: how many values a case has, and which.
const SOURCES: &[(Values, &str, Collect)] = &[
    (ONE, "sex", |case, to| coded(to, case.sex, words::sex)),
    (ONE, "age-group", |case, to| to.add(case.age_group())),
    (ONE, "country", |case, to| to.add(&case.country())),
    (ONE, "reporter", |case, to| {
        coded(to, case.reporter, words::reporter);
    }),
    (ONE, "health-professional", |case, to| {
        coded(to, case.reporter, words::health_professional);
    }),
    (ONE, "literature", |case, to| {
        to.add(if case.literature.is_empty() {
            "no"
        } else {
            "yes"
        });
    }),
    (ONE, "seriousness", |case, to| {
        coded(to, case.serious, words::seriousness);
    }),
    (MANY, "seriousness-criterion", |case, to| {
        case.criteria.words().for_each(|word| to.add(word));
    }),
    (MANY, "death-stated", |case, to| {
        case.death_stated().for_each(|word| to.add(word));
    }),
    (ONE, "expedited", |case, to| {
        coded(to, case.expedited, words::expedited);
    }),
    (ONE, "report-type", |case, to| {
        coded(to, case.report_type, words::report_type);
    }),
    (ONE, "received-month", |case, to| {
        received(to, case, |day| {
            format!("{:04}-{:02}", day.year(), day.month())
        });
    }),
    (ONE, "received-quarter", |case, to| {
        received(to, case, |day| {
            format!("{:04}-Q{}", day.year(), (day.month() + 2) / 3)
        });
    }),
    (ONE, "received-year", |case, to| {
        received(to, case, |day| format!("{:04}", day.year()));
    }),
    (MANY, "reaction", |case, to| {
        let reactions = case.reactions.iter();
        reactions.for_each(|reaction| to.add(&reaction.term));
    }),
    (MANY, "reaction-outcome", |case, to| {
        let reactions = case.reactions.iter();
        reactions.for_each(|reaction| coded(to, reaction.outcome, words::reaction_outcome));
    }),
    (MANY, "reaction-with-outcome", |case, to| {
        case.reactions.iter().for_each(|one| to.add(&pair(one)));
    }),
    (MANY, "drug", |case, to| substances(to, case, |_| true)),
    (MANY, "suspect-drug", |case, to| {
        substances(to, case, |role| matches!(role, Some(1 | 3)));
    }),
    (MANY, "concomitant-drug", |case, to| {
        substances(to, case, |role| role == Some(2));
    }),
    (MANY, "co-suspect-drug", co_suspects),
    (ONE, "role", |case, to| {
        let strongest = case
            .matched()
            .filter_map(|drug| drug.role)
            .min_by_key(|role| words::role_rank(*role));
        coded(to, strongest, words::role);
    }),
    (MANY, "product", |case, to| {
        let products = case.matched();
        products.for_each(|drug| to.add(&drug.product));
    }),
    (MANY, "indication", |case, to| {
        let drugs = case.matched();
        drugs.for_each(|drug| to.add(&drug.indication));
    }),
    (MANY, "route", |case, to| {
        of_matched(to, case, |drug| drug.route, route);
    }),
    (MANY, "dosage-form", |case, to| {
        let drugs = case.matched();
        drugs.for_each(|drug| to.add(&drug.form));
    }),
    (MANY, "dosing", |case, to| {
        case.matched().for_each(|drug| to.add(&dosing(case, drug)));
    }),
    (MANY, "action-taken", |case, to| {
        of_matched(to, case, |drug| drug.action, words::action_taken);
    }),
    (MANY, "dechallenge", |case, to| {
        of_matched(to, case, |drug| drug.dechallenge, words::challenge);
    }),
    (MANY, "rechallenge", |case, to| {
        of_matched(to, case, |drug| drug.rechallenge, words::challenge);
    }),
];

/// Every dimension of the contract but the reports that each report stands for.
pub(super) fn dimensions(cases: &[Case]) -> Vec<Dimension> {
    let finish = |(values, name, collect): &(Values, &'static str, Collect)| {
        let mut collector = values(name);
        for case in cases {
            collect(case, &mut collector);
            collector.next_report();
        }
        collector.finish()
    };
    SOURCES.iter().map(finish).collect()
}

/// The ids of the reports that each report stands for.
pub(super) fn duplicates_of(repeats: &[Vec<String>]) -> Dimension {
    let mut collector = Collector::many("duplicate");
    for ids in repeats {
        ids.iter().for_each(|id| collector.add(id));
        collector.next_report();
    }
    collector.finish()
}

/// The id of the first report of each report's probable case, whose place `firsts` gives.
pub(super) fn probable_cases(cases: &[Case], firsts: &[usize]) -> Dimension {
    let mut collector = Collector::one("probable-case");
    for first in firsts {
        collector.add(cases.get(*first).map_or("", |case| &case.id));
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

/// Dose and days of treatment of an entry: `10 mg, 2011-10-14 to 2012-07-01`; days that cannot be true are
/// left out.
fn dosing(case: &Case, drug: &Drug) -> String {
    let days = match (case.plausible(drug.started), case.plausible(drug.ended)) {
        (None, None) => String::new(),
        (Some(first), None) => format!("from {first}"),
        (None, Some(last)) => format!("until {last}"),
        (Some(first), Some(last)) => format!("{first} to {last}"),
    };
    match (drug.dose.as_str(), days.as_str()) {
        ("", _) => days,
        (dose, "") => dose.to_owned(),
        (dose, days) => format!("{dose}, {days}"),
    }
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
