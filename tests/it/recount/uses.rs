//! The tables of the section `use`, computed anew.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::{Cell, Columns},
    raw::{Drug, Report},
    tables::{count, counted, named, number, percent, quantile, word},
    terms::says_little,
};

/// Routes that the sample names, by their codes.
const ROUTES: [(&str, &str); 1] = [("048", "Oral")];
/// Names through which the reports of the sample match.
const OWN: [&str; 2] = ["AMBRISENTAN", "LETAIRIS"];
const ACTIONS: [(&str, &str); 6] = [
    ("1", "Withdrawn"),
    ("2", "Dose reduced"),
    ("3", "Dose increased"),
    ("4", "Dose not changed"),
    ("5", "Unknown, as the report says"),
    ("6", "Not applicable"),
];

/// A table by its name.
pub(super) fn expected(table: &str, reports: &[Report]) -> Option<Columns> {
    Some(match table {
        "indications" => listed("Not reported", &indications(reports), reports),
        "routes" => listed("Not reported", &values(reports, routes), reports),
        "co-suspects" => listed("None named", &values(reports, co_suspects), reports),
        "concomitants" => listed("None named", &values(reports, concomitants), reports),
        "actions" => actions(reports),
        "challenge" => challenge(reports),
        "onset" => onset(reports),
        "onset-by-reaction" => onset_by_reaction(reports),
        _ => return None,
    })
}

/// A fact by its key.
pub(super) fn fact(key: &str, reports: &[Report]) -> Option<f64> {
    let most = |values: Values| values.0.first().map(|(_, reports)| *reports as f64);
    let answers = |pick: fn(&Drug) -> &String, codes: &[&str]| {
        let holds =
            |report: &Report| matched(report).any(|drug| codes.contains(&pick(drug).as_str()));
        Some(count(reports, holds) as f64)
    };
    match key {
        "top-indication-reports" => most(indications(reports)),
        "indication-known-reports" => Some((reports.len() - indications(reports).1) as f64),
        "known-indication-reports" => {
            let unknown = ["product used for unknown indication", ""];
            let known = |drug: &Drug| !unknown.contains(&drug.indication.to_lowercase().as_str());
            Some(count(reports, |report| matched(report).any(known)) as f64)
        }
        "top-co-suspect-reports" => most(values(reports, co_suspects)),
        "dechallenge-positive" => answers(|drug| &drug.dechallenge, &["1"]),
        "dechallenge-answered" => answers(|drug| &drug.dechallenge, &["1", "2"]),
        "rechallenge-positive" => answers(|drug| &drug.rechallenge, &["1"]),
        "rechallenge-answered" => answers(|drug| &drug.rechallenge, &["1", "2"]),
        "onset-known-reports" => match onset(reports).first()?.1.first()? {
            Cell::Number(known) => Some(*known),
            _ => None,
        },
        _ => None,
    }
}

/// Values with their reports, and the reports without any.
type Values = (Vec<(String, usize)>, usize);

fn matched(report: &Report) -> impl Iterator<Item = &Drug> {
    report.drugs.iter().filter(|drug| drug.matched)
}

fn values(reports: &[Report], of: fn(&Report) -> BTreeSet<String>) -> Values {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut without = 0;
    for report in reports {
        let own = of(report);
        without += usize::from(own.is_empty());
        for value in own {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut rows: Vec<(String, usize)> = counts.into_iter().collect();
    rows.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    (rows, without)
}

fn listed(none: &str, (rows, without): &Values, reports: &[Report]) -> Columns {
    let mut all = vec![(none, *without)];
    all.extend(
        rows.iter()
            .map(|(value, reports)| (value.as_str(), *reports)),
    );
    match none {
        "Not reported" => counted(&all, reports.len() - without),
        _ => counted(&all, reports.len()),
    }
}

/// Spellings that differ only in case are one term, shown as most records in small letters have it.
/// How each indication is shown, by its lower case.
pub(super) fn shown_indications(reports: &[Report]) -> BTreeMap<String, String> {
    let mut spellings: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for drug in reports
        .iter()
        .flat_map(matched)
        .filter(|drug| !drug.indication.is_empty())
    {
        let spelling = spellings.entry(drug.indication.to_lowercase()).or_default();
        *spelling.entry(&drug.indication).or_default() += 1;
    }
    let shown = |lower: &String, written: &BTreeMap<&str, usize>| {
        let small = written
            .iter()
            .filter(|(text, _)| text.chars().any(char::is_lowercase));
        let best = small.max_by(|one, other| (one.1, other.0).cmp(&(other.1, one.0)));
        best.map_or_else(
            // The one letter that stands alone in the sample is a name.
            || (lower[..1].to_uppercase() + &lower[1..]).replace("itis c", "itis C"),
            |(text, _)| (*text).to_owned(),
        )
    };
    spellings
        .iter()
        .map(|(lower, written)| (lower.clone(), shown(lower, written)))
        .collect()
}

fn indications(reports: &[Report]) -> Values {
    let shown = shown_indications(reports);
    let shown = |lower: &String| shown[lower].clone();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut without = 0;
    for report in reports {
        let own: BTreeSet<String> = matched(report)
            .map(|drug| drug.indication.to_lowercase())
            .filter(|text| !text.is_empty())
            .collect();
        without += usize::from(own.is_empty());
        for lower in &own {
            *counts.entry(shown(lower)).or_default() += 1;
        }
    }
    let mut rows: Vec<(String, usize)> = counts.into_iter().collect();
    rows.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    (rows, without)
}

fn routes(report: &Report) -> BTreeSet<String> {
    let codes = matched(report).map(|drug| drug.route.as_str());
    codes
        .filter(|code| !code.is_empty())
        .map(|code| {
            let known = ROUTES.iter().find(|(known, _)| *known == code);
            known
                .unwrap_or_else(|| panic!("the route {code} is new"))
                .1
                .to_owned()
        })
        .collect()
}

/// `ACETAMINOPHEN.` and `A\B` as a reader expects them.
pub(super) fn substance(drug: &Drug) -> String {
    let name = match drug.substance.is_empty() {
        true => &drug.product,
        false => &drug.substance,
    };
    name.trim_end_matches('.').replace('\\', " / ")
}

fn co_suspects(report: &Report) -> BTreeSet<String> {
    let own: BTreeSet<String> = matched(report).map(substance).collect();
    let others = report
        .drugs
        .iter()
        .filter(|drug| !drug.matched && ["1", "3"].contains(&drug.role.as_str()));
    others
        .map(substance)
        .filter(|name| !own.contains(name))
        .collect()
}

fn concomitants(report: &Report) -> BTreeSet<String> {
    let drugs = report.drugs.iter().filter(|drug| drug.role == "2");
    drugs
        .map(substance)
        .filter(|name| !OWN.contains(&name.as_str()))
        .collect()
}

fn actions(reports: &[Report]) -> Columns {
    let has = |report: &Report, code: &str| matched(report).any(|drug| drug.action == code);
    let mut rows: Vec<(&str, usize)> = ACTIONS
        .iter()
        .map(|(code, label)| (*label, count(reports, |report| has(report, code))))
        .collect();
    let none = |report: &Report| matched(report).all(|drug| drug.action.is_empty());
    let without = count(reports, none);
    rows.push(("Not reported", without));
    counted(&rows, reports.len() - without)
}

fn challenge(reports: &[Report]) -> Columns {
    type Pick = fn(&Drug) -> &String;
    let tests: [(&str, Pick); 2] = [
        ("Dechallenge", |drug| &drug.dechallenge),
        ("Rechallenge", |drug| &drug.rechallenge),
    ];
    let none = |pick: Pick| {
        count(reports, |report| {
            matched(report).all(|drug| pick(drug).is_empty())
        })
    };
    // What no report states has no row.
    let stated: Vec<(&str, Pick)> = tests
        .into_iter()
        .filter(|(_, pick)| none(*pick) < reports.len())
        .collect();
    let with = |pick: Pick, codes: &[&str]| {
        count(reports, |report| {
            matched(report).any(|drug| codes.contains(&pick(drug).as_str()))
        })
    };
    let column = |cell: &dyn Fn(Pick) -> Cell| stated.iter().map(|(_, pick)| cell(*pick)).collect();
    named(vec![
        ("test", stated.iter().map(|(test, _)| word(*test)).collect()),
        ("positive", column(&|pick| number(with(pick, &["1"])))),
        ("negative", column(&|pick| number(with(pick, &["2"])))),
        (
            "percent-positive",
            column(&|pick| percent(with(pick, &["1"]), with(pick, &["1", "2"]))),
        ),
        ("answered", column(&|pick| number(with(pick, &["1", "2"])))),
        ("unknown", column(&|pick| number(with(pick, &["3"])))),
        ("missing", column(&|pick| number(none(pick)))),
    ])
}

/// Days from the first day of treatment to the event.
fn onset(reports: &[Report]) -> Columns {
    let days: Vec<f64> = reports.iter().filter_map(onset_days).collect();
    let at = |share| vec![quantile(&days, share).map_or(Cell::Missing, Cell::Number)];
    named(vec![
        ("n", vec![number(days.len())]),
        ("missing", vec![number(reports.len() - days.len())]),
        ("minimum", at(0.0)),
        ("lower-quartile", at(0.25)),
        ("median", at(0.5)),
        ("upper-quartile", at(0.75)),
        ("maximum", at(1.0)),
    ])
}

fn onset_days(report: &Report) -> Option<f64> {
    let started = matched(report)
        .filter_map(|drug| drug.started.as_deref())
        .min()?;
    let days = day_number(report.event.as_deref()?) - day_number(started);
    (days >= 0).then_some(f64::from(days))
}

/// Reactions with five known times or more, the commonest first.
fn onset_by_reaction(reports: &[Report]) -> Columns {
    let mut by_term: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (report, days) in reports
        .iter()
        .filter_map(|one| Some((one, onset_days(one)?)))
    {
        for term in report.reactions.keys().filter(|term| !says_little(term)) {
            by_term.entry(term).or_default().push(days);
        }
    }
    let mut rows: Vec<(&str, Vec<f64>)> =
        by_term.into_iter().filter(|row| row.1.len() >= 5).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1.len()));
    let at = |share: f64| {
        let cells = rows.iter().map(|row| quantile(&row.1, share));
        cells.map(|days| Cell::Number(days.unwrap())).collect()
    };
    named(vec![
        ("reaction", rows.iter().map(|row| word(row.0)).collect()),
        ("n", rows.iter().map(|row| number(row.1.len())).collect()),
        ("minimum", at(0.0)),
        ("lower-quartile", at(0.25)),
        ("median", at(0.5)),
        ("upper-quartile", at(0.75)),
        ("maximum", at(1.0)),
    ])
}

/// The Julian day of `2014-03-12`, by the formula of Fliegel and Van Flandern (1968).
fn day_number(day: &str) -> i32 {
    let part = |range: std::ops::Range<usize>| day[range].parse::<i32>().unwrap();
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let shift = (month - 14) / 12;
    1461 * (year + 4800 + shift) / 4 + 367 * (month - 2 - 12 * shift) / 12
        - 3 * ((year + 4900 + shift) / 100) / 4
        + day
        - 32_075
}
