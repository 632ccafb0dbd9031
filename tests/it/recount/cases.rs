//! Probable cases, computed anew: every pair of reports is weighed by the hit-miss model, with nothing of
//! the product's way to find pairs.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::raw::Report;

/// What the pair of reports is weighed by.
struct Facts {
    sex: Option<String>,
    age: Option<f64>,
    weight: Option<f64>,
    country: Option<String>,
    day: Option<String>,
    drugs: BTreeSet<String>,
    reactions: BTreeSet<String>,
}

impl Facts {
    fn of(report: &Report) -> Self {
        let name = |drug: &super::raw::Drug| {
            let name = match drug.substance.is_empty() {
                true => drug.product.trim_end_matches('.'),
                false => &drug.substance,
            };
            name.to_lowercase()
        };
        let known = |text: &String| (!text.is_empty()).then(|| text.clone());
        let names = report.drugs.iter().map(name);
        Self {
            sex: known(&report.sex).filter(|sex| sex != "0"),
            age: report.age_years,
            weight: report.weight_kg,
            country: known(&report.country),
            day: report.event.clone(),
            drugs: names.filter(|name| !name.is_empty()).collect(),
            reactions: report
                .reactions
                .keys()
                .map(|term| term.to_lowercase())
                .collect(),
        }
    }
}

thread_local! {
    /// Every pair is weighed once for a series: facts and tables ask for it again and again.
    static FOUND: RefCell<BTreeMap<Vec<String>, Rc<Vec<usize>>>> = RefCell::default();
}

/// For each report, the number of its probable case.
pub(super) fn probable(reports: &[Report]) -> Rc<Vec<usize>> {
    let ids: Vec<String> = reports.iter().map(|report| report.id.clone()).collect();
    if let Some(found) = FOUND.with_borrow(|found| found.get(&ids).cloned()) {
        return found;
    }
    let found = Rc::new(weighed(reports));
    FOUND.with_borrow_mut(|all| all.insert(ids, Rc::clone(&found)));
    found
}

fn weighed(reports: &[Report]) -> Vec<usize> {
    let facts: Vec<Facts> = reports.iter().map(Facts::of).collect();
    let pairs = (facts.len().max(2) - 1) as f64 / 2.0;
    let least = (19.0 * 20.0 * pairs).log2();
    let mut found = Vec::new();
    for one in 0..facts.len() {
        for other in one + 1..facts.len() {
            let score = weight(&facts, one, other);
            if score >= least && is_comparable(&facts[one], &facts[other]) {
                found.push((score, one, other));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut group: Vec<usize> = (0..facts.len()).collect();
    for (_, one, other) in found {
        let (one, other) = (group[one], group[other]);
        let both = |at: &usize| group[*at] == one || group[*at] == other;
        let members: Vec<usize> = (0..facts.len()).filter(both).collect();
        if one != other && is_one_patient(members.iter().map(|at| &facts[*at])) {
            members.iter().for_each(|at| group[*at] = one.min(other));
        }
    }
    group
}

/// How many probable cases some of the reports are of.
pub(super) fn count<'a>(all: &[Report], some: impl IntoIterator<Item = &'a Report>) -> usize {
    let groups = probable(all);
    let place = |report: &Report| all.iter().position(|one| one.id == report.id).unwrap();
    let cases: BTreeSet<usize> = some
        .into_iter()
        .map(|report| groups[place(report)])
        .collect();
    cases.len()
}

/// Pairs without the day and country, or the sex, age and a reaction, in common are not looked at.
fn is_comparable(one: &Facts, other: &Facts) -> bool {
    let day = one.day.is_some() && one.day == other.day && one.country == other.country;
    let years = |facts: &Facts| facts.age.map(f64::floor);
    let aged = match (years(one), years(other)) {
        (Some(one), Some(other)) => (one - other).abs() <= 1.0,
        _ => false,
    };
    let shares = !one.reactions.is_disjoint(&other.reactions);
    day || (one.sex.is_some() && one.sex == other.sex && aged && shares)
}

fn is_one_patient<'a>(members: impl Iterator<Item = &'a Facts> + Clone) -> bool {
    let alike = |pick: fn(&Facts) -> Option<&String>| {
        members
            .clone()
            .filter_map(pick)
            .collect::<BTreeSet<_>>()
            .len()
            < 2
    };
    let within = |pick: fn(&Facts) -> Option<f64>, most: f64| {
        let all: Vec<f64> = members.clone().filter_map(pick).collect();
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        all.len() < 2 || high - low <= most
    };
    alike(|facts| facts.sex.as_ref())
        && alike(|facts| facts.country.as_ref())
        && within(|facts| facts.age, 1.0)
        && within(|facts| facts.weight, 2.0)
}

/// The weight of a pair, in bits.
fn weight(all: &[Facts], one: usize, other: usize) -> f64 {
    let (a, b) = (&all[one], &all[other]);
    let share = |said: usize, known: usize, usual: f64| {
        let less = |count: usize| count.saturating_sub(2) as f64;
        (less(said) + 50.0 * usual) / (less(known) + 50.0)
    };
    let hit = |c: f64, share: f64| ((1.0 - c * (1.0 - share)) / share).log2();
    let miss = 0.0975_f64.log2();
    // The value of both, if both have one; how many have any, and how many this one.
    let text = |pick: fn(&Facts) -> &Option<String>, usual: f64| match (pick(a), pick(b)) {
        (Some(one), Some(other)) if one == other => {
            let known = all.iter().filter(|facts| pick(facts).is_some()).count();
            let said = all.iter().filter(|facts| pick(facts) == pick(a)).count();
            hit(0.0975, share(said, known, usual))
        }
        (Some(_), Some(_)) => miss,
        _ => 0.0,
    };
    let age = match (a.age.map(f64::floor), b.age.map(f64::floor)) {
        (Some(one), Some(other)) if (one - other).abs() <= 1.0 => {
            let ages = || all.iter().filter_map(|facts| facts.age.map(f64::floor));
            let near = ages().filter(|age| (age - one).abs() <= 1.0).count();
            hit(0.0975, share(near, ages().count(), 0.0375))
        }
        (Some(_), Some(_)) => miss,
        _ => 0.0,
    };
    let terms = |pick: fn(&Facts) -> &BTreeSet<String>| {
        let (one, other) = (pick(a), pick(b));
        if one.is_empty() || other.is_empty() {
            return 0.0;
        }
        let both = one.intersection(other).map(|term| {
            let said = all
                .iter()
                .filter(|facts| pick(facts).contains(term))
                .count();
            hit(0.36, share(said, all.len(), 0.01))
        });
        let apart = one.symmetric_difference(other).count().min(3);
        both.sum::<f64>() + apart as f64 * 0.36_f64.log2()
    };
    text(|facts| &facts.sex, 0.5)
        + text(|facts| &facts.country, 0.05)
        + text(|facts| &facts.day, 1.0 / 3650.0)
        + age
        + terms(|facts| &facts.drugs)
        + terms(|facts| &facts.reactions)
}
