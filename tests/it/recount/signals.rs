//! The tables of signals, computed anew: the comparator of the sample is the bundled hundred reports, in any role
//! of the drug.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    cases,
    document::{Cell, Columns},
    raw,
    statistics::{chi_squared, expected_reports, ic, llr, prr, ror},
    tables::{cut, gravity, named, number, word},
    terms::{is_designated, says_little},
};
use crate::support::{ancestor_with, tool};

/// Reactions in fewer reports are listed apart.
const LEAST: usize = 3;
/// Rows printed of each by the standard definition, beside grave and designated ones, which are drawn up behind them.
const MOST_LISTED: usize = 20;
const MOST_APART: usize = 10;

/// One reaction, with the four counts and what follows from them.
struct Pair {
    term: String,
    /// Reports with drug and reaction, with the drug, with the reaction, and all.
    counts: [usize; 4],
    /// Analysed reports that name it, and those that say that the drug was given for it.
    analysed: usize,
    indicated: usize,
    /// Whether these are enough that it may be the disease.
    is_indication: bool,
    ic: [f64; 3],
    /// Analysed reports of the reaction in which the drug is suspect or interacting.
    suspect: usize,
    /// Probable cases of all analysed reports of the reaction, and of those that suspect the drug.
    cases: [usize; 2],
    /// Of a death, life-threatening, serious.
    gravity: [usize; 3],
}

/// The signals that a summary names, the highest lower bound first.
pub(super) fn named_signals(reports: &[raw::Report], comparator: &Comparator) -> Vec<String> {
    let named = pairs(reports, comparator).into_iter().filter(is_named);
    named.map(|pair| pair.term).collect()
}

/// Those that stand out and are no indication, no administrative term, and suspected in three cases.
fn is_named(pair: &Pair) -> bool {
    let clear = !pair.is_indication && !says_little(&pair.term);
    pair.counts[0] >= LEAST && stands_out(pair, 2) && clear && pair.cases[1] >= 3
}

/// Lower-case terms of each report of a comparator, and whether the report names the drug.
pub(super) type Comparator = Vec<(bool, BTreeSet<String>)>;

/// A table of the sample by its name.
pub(super) fn expected(table: &str, reports: &[raw::Report]) -> Option<Columns> {
    against(table, reports, &bundled())
}

/// A table by its name.
pub(super) fn against(
    table: &str,
    reports: &[raw::Report],
    comparator: &Comparator,
) -> Option<Columns> {
    let pairs = pairs(reports, comparator);
    let (listed, rare): (Vec<Pair>, Vec<Pair>) =
        pairs.into_iter().partition(|pair| pair.counts[0] >= LEAST);
    match table {
        "ratios" => Some(ratios(&printed(listed, MOST_LISTED))),
        "shrunk" => Some(shrunk(&printed(listed, MOST_LISTED))),
        "rules" => Some(rules(&listed)),
        "apart" => Some(apart(&printed(rare, MOST_APART))),
        "signals" => Some(overview(listed)),
        _ => None,
    }
}

/// Rows as they are printed.
fn printed(pairs: Vec<Pair>, top: usize) -> Vec<Pair> {
    cut(
        pairs,
        top,
        |pair| pair.gravity,
        |pair| is_designated(&pair.term),
    )
}

/// A fact of the sample by its key.
pub(super) fn fact(key: &str, reports: &[raw::Report]) -> Option<f64> {
    fact_against(key, reports, &bundled())
}

/// A fact by its key.
pub(super) fn fact_against(
    key: &str,
    reports: &[raw::Report],
    comparator: &Comparator,
) -> Option<f64> {
    let pairs = pairs(reports, comparator);
    let listed = pairs.iter().filter(|pair| pair.counts[0] >= LEAST);
    let hits = |statistics| {
        let standing = listed.clone().filter(|pair| stands_out(pair, statistics));
        standing.count()
    };
    let mut named = listed.clone().filter(|pair| is_named(pair));
    if let Some((rank, what)) = key
        .strip_prefix("top-signal-")
        .and_then(|key| key.split_once('-'))
    {
        let pair = named.nth(rank.parse::<usize>().unwrap() - 1)?;
        return match what {
            "reports" => Some(pair.counts[0] as f64),
            "suspect" => Some(pair.suspect as f64),
            "suspect-cases" => Some(pair.cases[1] as f64),
            "lower" => Some(pair.ic[1]),
            _ => None,
        };
    }
    let value = match key {
        "reactions-tested" => pairs.len(),
        "reactions-untested" => 0,
        "reactions-listed" => listed.clone().count(),
        "signal-minimum" | "signal-suspect-minimum" => LEAST,
        "signal-rules" => RULES.len(),
        "designated-events" => pairs
            .iter()
            .filter(|pair| is_designated(&pair.term))
            .count(),
        "signals-one-rule" => hits(1),
        "signals-two-rules" => hits(2),
        _ => return None,
    };
    Some(value as f64)
}

/// The hundred reports.
fn bundled() -> Comparator {
    let file = ancestor_with("Cargo.lock").join("host/replay/sample/drug_event_100.json.gz");
    let text = tool("gzip", &["-dc", &file.to_string_lossy()]);
    let records: Value = serde_json::from_str(&text).unwrap();
    let record = |record: &Value| {
        let reactions = record["patient"]["reaction"].as_array().unwrap().iter();
        let terms = reactions.filter_map(|reaction| reaction["reactionmeddrapt"].as_str());
        let mut drugs = record["patient"]["drug"].as_array().unwrap().iter();
        let names_drug = drugs.any(|drug| {
            let codes = drug["openfda"]["product_ndc"].as_array();
            codes.is_some_and(|codes| codes.iter().any(|code| code == raw::NDC))
        });
        (names_drug, terms.map(str::to_lowercase).collect())
    };
    records.as_array().unwrap().iter().map(record).collect()
}

/// Every reaction of the analysed reports, the highest lower bound of IC first.
fn pairs(reports: &[raw::Report], all: &Comparator) -> Vec<Pair> {
    let drug = all.iter().filter(|report| report.0).count();
    let terms: BTreeSet<&String> = reports
        .iter()
        .flat_map(|report| report.reactions.keys())
        .collect();
    let mut given_for: BTreeMap<String, usize> = BTreeMap::new();
    for report in reports {
        let own = report.drugs.iter().filter(|drug| drug.matched);
        let given: BTreeSet<String> = own.map(|drug| drug.indication.to_lowercase()).collect();
        for term in given {
            *given_for.entry(term).or_default() += 1;
        }
    }
    let pair = |term: &String| {
        let lower = term.to_lowercase();
        let naming = all.iter().filter(|report| report.1.contains(&lower));
        let both = naming.clone().filter(|report| report.0).count();
        let counts = [both, drug, naming.count(), all.len()];
        let own = reports.iter();
        let own: Vec<&raw::Report> = own.filter(|r| r.reactions.contains_key(term)).collect();
        let indicated = given_for.get(&lower).copied().unwrap_or(0);
        Pair {
            term: term.clone(),
            counts,
            analysed: own.len(),
            indicated,
            // At least three reports and one in a hundred.
            is_indication: indicated >= 3 && indicated * 100 >= reports.len(),
            ic: ic(both as f64, expected_reports(counts)),
            suspect: own.iter().filter(|report| is_suspect(report)).count(),
            cases: [
                cases::count(reports, own.iter().copied()),
                cases::count(
                    reports,
                    own.iter().copied().filter(|report| is_suspect(report)),
                ),
            ],
            gravity: gravity(&own),
        }
    };
    let mut pairs: Vec<Pair> = terms.into_iter().map(pair).collect();
    pairs.sort_by(|one, other| {
        let bounds = other.ic[1].total_cmp(&one.ic[1]);
        let reports = bounds.then(other.counts[0].cmp(&one.counts[0]));
        let graver = reports.then(other.gravity.cmp(&one.gravity));
        graver.then(one.term.cmp(&other.term))
    });
    pairs
}

fn is_suspect(report: &raw::Report) -> bool {
    let mut own = report.drugs.iter().filter(|drug| drug.matched);
    own.any(|drug| ["1", "3"].contains(&drug.role.as_str()))
}

/// Name, criteria, and whether a pair meets them; none if a measure that decides is not there.
type Rule = (
    &'static str,
    &'static str,
    fn(&Pair) -> Option<bool>,
    &'static str,
);

const RULES: [Rule; 4] = [
    (
        "Evans (PRR)",
        "a ≥ 3; PRR ≥ 2; chi-squared (Yates) ≥ 4",
        |pair| match (chi_squared(pair.counts, true) >= 4.0, prr(pair.counts)) {
            (false, _) => Some(false),
            (true, prr) => prr.map(|prr| prr[0] >= 2.0),
        },
        "[9]",
    ),
    (
        "EMA (PRR lower bound)",
        "a ≥ 5; PRR lower bound ≥ 1",
        |pair| match pair.counts[0] >= 5 {
            false => Some(false),
            true => prr(pair.counts).map(|prr| prr[1] >= 1.0),
        },
        "[20, 21]",
    ),
    (
        "UMC (IC025)",
        "IC025 > 0",
        |pair| Some(pair.ic[1] > 0.0),
        "[13]",
    ),
    (
        "MHRA (EBGM)",
        "a ≥ 3; EBGM ≥ 2.5; EB05 ≥ 1.8",
        // The sample has no prior.
        |_| None,
        "[21]",
    ),
];

fn verdicts(pair: &Pair) -> Vec<Option<bool>> {
    RULES.iter().map(|rule| rule.2(pair)).collect()
}

fn hits(pair: &Pair) -> usize {
    verdicts(pair)
        .iter()
        .filter(|verdict| **verdict == Some(true))
        .count()
}

/// Whether rules are met that judge by so many statistics, or by all that are calculable: two of the rules
/// judge by the PRR, and the sample has no EBGM.
fn stands_out(pair: &Pair, statistics: usize) -> bool {
    let met = statistics_met(pair);
    let calculable = 1 + usize::from(prr(pair.counts).is_some());
    met > 0 && met >= statistics.min(calculable)
}

fn statistics_met(pair: &Pair) -> usize {
    let verdicts = verdicts(pair);
    let by_prr = verdicts[..2].contains(&Some(true));
    let by_ic = verdicts[2] == Some(true);
    usize::from(by_prr) + usize::from(by_ic)
}

fn terms(pairs: &[Pair]) -> Vec<Cell> {
    pairs.iter().map(|pair| word(&pair.term)).collect()
}

/// What is to be known of the terms.
fn marks(pairs: &[Pair]) -> Vec<Cell> {
    let marked = |pair: &Pair| {
        let marks = [
            (is_designated(&pair.term), "DME"),
            (pair.is_indication, "indication"),
            (says_little(&pair.term), "administrative"),
            (pair.cases[0] < 3, "few cases"),
        ];
        let set: Vec<&str> = marks
            .iter()
            .filter(|mark| mark.0)
            .map(|mark| mark.1)
            .collect();
        word(set.join("; "))
    };
    pairs.iter().map(marked).collect()
}

/// What each rule judges by.
const JUDGED_BY: [&str; 4] = ["PRR", "PRR", "IC", "EBGM"];

fn column(pairs: &[Pair], value: impl Fn(&Pair) -> Option<f64>) -> Vec<Cell> {
    let cell = |pair| value(pair).map_or(Cell::Missing, Cell::Number);
    pairs.iter().map(cell).collect()
}

fn ratios(pairs: &[Pair]) -> Columns {
    let count = |at: usize| column(pairs, move |pair| Some(pair.counts[at] as f64));
    let of_prr = |at: usize| column(pairs, move |pair| prr(pair.counts).map(|prr| prr[at]));
    let of_ror = |at: usize| column(pairs, move |pair| ror(pair.counts).map(|ror| ror[at]));
    named(vec![
        ("reaction", terms(pairs)),
        ("marks", marks(pairs)),
        ("a", count(0)),
        ("n", count(1)),
        ("m", count(2)),
        ("all", count(3)),
        (
            "expected",
            column(pairs, |pair| Some(expected_reports(pair.counts))),
        ),
        ("prr", of_prr(0)),
        ("prr-lower", of_prr(1)),
        ("prr-upper", of_prr(2)),
        ("ror", of_ror(0)),
        ("ror-lower", of_ror(1)),
        ("ror-upper", of_ror(2)),
        (
            "chi-squared-yates",
            column(pairs, |pair| Some(chi_squared(pair.counts, true))),
        ),
        (
            "chi-squared",
            column(pairs, |pair| Some(chi_squared(pair.counts, false))),
        ),
    ])
}

fn shrunk(pairs: &[Pair]) -> Columns {
    let of_ic = |at: usize| column(pairs, move |pair| Some(pair.ic[at]));
    let which = |pair: &Pair| {
        let met = RULES
            .iter()
            .zip(verdicts(pair))
            .filter(|(_, verdict)| *verdict == Some(true));
        let names: Vec<&str> = met.map(|(rule, _)| short(rule)).collect();
        word(names.join(", "))
    };
    named(vec![
        ("reaction", terms(pairs)),
        ("marks", marks(pairs)),
        ("ic", of_ic(0)),
        ("ic-lower", of_ic(1)),
        ("ic-upper", of_ic(2)),
        ("llr", column(pairs, |pair| Some(llr(pair.counts)))),
        ("rules-met", column(pairs, |pair| Some(hits(pair) as f64))),
        ("rules", pairs.iter().map(which).collect()),
        ("analysed", column(pairs, |pair| Some(pair.analysed as f64))),
        ("cases", column(pairs, |pair| Some(pair.cases[0] as f64))),
        ("suspect", column(pairs, |pair| Some(pair.suspect as f64))),
        (
            "suspect-cases",
            column(pairs, |pair| Some(pair.cases[1] as f64)),
        ),
        ("fatal", column(pairs, |pair| Some(pair.gravity[0] as f64))),
    ])
}

/// The first word of a rule's name.
fn short(rule: &Rule) -> &'static str {
    rule.0.split(' ').next().unwrap()
}

/// The table of the overview: what stands out by two statistics, most statistics first.
fn overview(listed: Vec<Pair>) -> Columns {
    let mut pairs = listed;
    pairs.retain(|pair| stands_out(pair, 2));
    pairs.sort_by_key(|pair| std::cmp::Reverse(statistics_met(pair)));
    let pairs = printed(pairs, 50);
    let count = |pick: fn(&Pair) -> usize| column(&pairs, |pair| Some(pick(pair) as f64));
    let class = |pair: &Pair| {
        let given = match pair.indicated {
            1 => "indication (1 report)".to_owned(),
            many => format!("indication ({many} reports)"),
        };
        let classes = [
            (is_designated(&pair.term), "designated medical event"),
            (pair.indicated > 0, &given),
            (says_little(&pair.term), "administrative"),
            (pair.cases[0] < 3, "few cases"),
        ];
        let set: Vec<&str> = classes
            .iter()
            .filter(|one| one.0)
            .map(|one| one.1)
            .collect();
        word(match set.is_empty() {
            true => "reaction".to_owned(),
            false => set.join(", "),
        })
    };
    let by = shrunk(&pairs);
    let rules = by.into_iter().find(|column| column.0 == "rules").unwrap().1;
    named(vec![
        ("reaction", terms(&pairs)),
        ("a", count(|pair| pair.counts[0])),
        ("suspect", count(|pair| pair.suspect)),
        ("suspect-cases", count(|pair| pair.cases[1])),
        ("cases", count(|pair| pair.cases[0])),
        ("fatal", count(|pair| pair.gravity[0])),
        ("m", count(|pair| pair.counts[2])),
        (
            "expected",
            column(&pairs, |pair| Some(expected_reports(pair.counts))),
        ),
        ("rules-met", count(hits)),
        ("rules", rules),
        ("ic-lower", column(&pairs, |pair| Some(pair.ic[1]))),
        (
            "prr-lower",
            column(&pairs, |pair| prr(pair.counts).map(|prr| prr[1])),
        ),
        ("class", pairs.iter().map(class).collect()),
    ])
}

fn rules(pairs: &[Pair]) -> Columns {
    let with =
        |rule: &Rule, verdict| number(pairs.iter().filter(|pair| rule.2(pair) == verdict).count());
    let least = |rules: usize| number(pairs.iter().filter(|pair| stands_out(pair, rules)).count());
    let mut columns = named(vec![
        ("rule", RULES.iter().map(|rule| word(rule.0)).collect()),
        (
            "statistic",
            JUDGED_BY.iter().map(|name| word(*name)).collect(),
        ),
        ("criteria", RULES.iter().map(|rule| word(rule.1)).collect()),
        (
            "reactions",
            // A rule that gives no verdict on any has no number.
            RULES
                .iter()
                .map(
                    |rule| match pairs.iter().all(|pair| rule.2(pair).is_none()) {
                        true => Cell::Missing,
                        false => with(rule, Some(true)),
                    },
                )
                .collect(),
        ),
        (
            "not-evaluable",
            RULES.iter().map(|rule| with(rule, None)).collect(),
        ),
        ("source", RULES.iter().map(|rule| word(rule.3)).collect()),
    ]);
    for (label, rules) in [
        ("Rules of at least one statistic", 1),
        ("Rules of at least two statistics", 2),
    ] {
        let row = [
            word(label),
            Cell::Missing,
            Cell::Missing,
            least(rules),
            Cell::Missing,
            Cell::Missing,
        ];
        for ((_, cells), cell) in columns.iter_mut().zip(row) {
            cells.push(cell);
        }
    }
    columns
}

fn apart(pairs: &[Pair]) -> Columns {
    let count = |at: usize| column(pairs, move |pair| Some(pair.counts[at] as f64));
    let mark = |pair: &Pair| match is_designated(&pair.term) {
        true => "DME",
        false => "",
    };
    let mut columns = named(vec![
        ("reaction", terms(pairs)),
        ("marks", pairs.iter().map(|pair| word(mark(pair))).collect()),
        ("analysed", column(pairs, |pair| Some(pair.analysed as f64))),
        ("fatal", column(pairs, |pair| Some(pair.gravity[0] as f64))),
        ("a", count(0)),
        ("m", count(2)),
        (
            "expected",
            column(pairs, |pair| Some(expected_reports(pair.counts))),
        ),
        ("ic", column(pairs, |pair| Some(pair.ic[0]))),
        ("ic-lower", column(pairs, |pair| Some(pair.ic[1]))),
        ("ic-upper", column(pairs, |pair| Some(pair.ic[2]))),
        ("reason", pairs.iter().map(|_| word("a < 3")).collect()),
    ]);
    // Where none is marked there is no column.
    columns.retain(|(name, cells)| name != "marks" || cells.contains(&word("DME")));
    columns
}
