//! The tables: ratios with the four counts, shrunk measures with the rules met, the rules, and the
//! reactions that are listed apart.

use quire_sdk::{Column, Content, Cut, Gravity, Table, citation, number};
use quire_signals::{Estimate, Order, Pair, Signals, words};

use crate::{Measure, Params};

pub(crate) const RATIOS: &str = "ratios";
pub(crate) const SHRUNK: &str = "shrunk";
pub(crate) const RULES: &str = "rules";
pub(crate) const APART: &str = "apart";

/// Rows printed of the reactions that are listed apart, beside grave and designated ones.
const MOST_APART: u32 = 10;

const NOT_CALCULABLE: &str = "– : not calculable (n/c), because a count that it divides by is 0.";

pub(crate) fn write(content: &mut Content, signals: &Signals, listed: &[&Pair], params: &Params) {
    let mut rows = listed.to_vec();
    let cut = Cut::with(
        &mut rows,
        params.top,
        |pair| pair.gravity,
        |pair| pair.is_designated,
    );
    let part = |table: Table| match cut.note(params.top) {
        Some(note) => table.note(note).print_top(cut.printed),
        None => table.print_top(cut.printed),
    };
    content.heading("Ratios");
    content.table(part(ratios(signals, &rows, params)));
    content.heading("Shrunk measures and rules met");
    content.table(part(shrunk(signals, &rows, params)));
}

/// The counts, PRR, ROR and chi-squared.
fn ratios(signals: &Signals, listed: &[&Pair], params: &Params) -> Table {
    let source = &signals.source;
    let mut table = Table::new(RATIOS, "Counts, ratios and chi-squared by reaction")
        .column(term(listed))
        .maybe(marks(listed))
        .column(integer("a", &words::headed("a", source), listed, |pair| {
            pair.table.a()
        }))
        .column(integer("n", &words::headed("n", source), listed, |pair| {
            pair.table.drug()
        }))
        .column(integer("m", "m", listed, |pair| pair.table.event()))
        .column(integer("all", "N", listed, |pair| pair.table.all()))
        .column(number("expected", "E", 3, listed, |pair| {
            Some(pair.table.expected())
        }));
    if params.shows(Measure::Prr) {
        table = estimate(table, ("prr", "PRR", "95% from", "to"), listed, Order::Prr);
    }
    if params.shows(Measure::Ror) {
        table = estimate(table, ("ror", "ROR", "95% from", "to"), listed, Order::Ror);
    }
    if params.shows(Measure::ChiSquared) {
        table = table
            .column(number(
                "chi-squared-yates",
                "χ² Yates",
                2,
                listed,
                |pair| pair.measures.chi_squared_yates,
            ))
            .column(number("chi-squared", "χ² Pearson", 2, listed, |pair| {
                pair.chi_squared
            }));
    }
    let mut table = table
        .note(words::comparator(&signals.source))
        .note("a: reports with drug and reaction; n: with the drug; m: with the reaction; N: all; E = n·m/N: expected if both were independent. All are counts of the comparator.")
        .note(NOT_CALCULABLE)
        .note(tested(signals));
    if let Some(note) = words::marks_note(signals, listed.iter().copied()) {
        table = table.note(note);
    }
    table
}

/// IC, EBGM, LLR and the rules met.
fn shrunk(signals: &Signals, listed: &[&Pair], params: &Params) -> Table {
    let mut table = Table::new(
        SHRUNK,
        "Shrunk measures, log-likelihood ratio and rules met, by reaction",
    )
    .column(term(listed))
    .maybe(marks(listed));
    if params.shows(Measure::Ic) {
        table = estimate(table, ("ic", "IC", "IC025", "IC975"), listed, Order::Ic);
    }
    if params.shows(Measure::Ebgm) && signals.prior.is_some() {
        table = estimate(table, ("ebgm", "EBGM", "EB05", "EB95"), listed, Order::Ebgm);
    }
    if params.shows(Measure::Llr) {
        table = table.column(number("llr", "LLR", 2, listed, |pair| {
            Some(pair.log_likelihood_ratio)
        }));
    }
    let mut table = table
        .column(integer("rules-met", "Rules met", listed, |pair| pair.hits() as u64))
        .column(Column::text("rules", "Which", listed.iter().map(|pair| words::rules_met(signals, pair))))
        .column(integer("analysed", "Analysed reports", listed, |pair| u64::from(pair.analysed)))
        .column(integer("cases", "Probable cases", listed, |pair| u64::from(pair.cases)))
        .column(integer("suspect", "Of them suspect", listed, |pair| u64::from(pair.suspect)))
        .column(integer("suspect-cases", "Suspect cases", listed, |pair| u64::from(pair.suspect_cases)))
        .column(integer("fatal", "Of them death", listed, |pair| u64::from(pair.gravity.fatal)))
        .note(words::comparator(&signals.source))
        .note("IC bounds: gamma quantiles (Norén 2013). LLR: 0 unless a > E; no critical value; a and E stand in the table of ratios. Analysed reports: those of this document that name the reaction; a is counted in the comparator and may differ. Probable cases: of these reports, those that are probably of one patient counted once. Of them suspect: reports in which the drug is suspect or interacting; suspect cases: their probable cases. Of them death: reports of a death, however it is stated.");
    if params.shows(Measure::Ebgm) {
        table = table.note(words::no_prior(signals).unwrap_or(
            "EBGM with its 90% interval, by the prior fitted over the whole comparator.",
        ));
    }
    if let Some(note) = words::marks_note(signals, listed.iter().copied()) {
        table = table.note(note);
    }
    table
}

/// The number tested stands at the table, because so many chances were taken.
fn tested(signals: &Signals) -> String {
    let rare = signals.rare().count() as u64;
    format!(
        "Tested: {}, without correction for their number. Not listed here: {} with a < {}, and {} that \
         could not be tested.",
        number::counted(signals.pairs.len() as u64, "reaction", "reactions"),
        number::count(rare),
        signals.minimum,
        number::count(signals.untested.len() as u64)
    )
}

/// The rules as they were used.
pub(crate) fn rules(content: &mut Content, signals: &Signals) {
    content.heading("Rules");
    let hits = |place: usize| {
        let verdicts = signals.listed().filter_map(|pair| pair.verdicts.get(place));
        verdicts.filter(|verdict| verdict.is_hit()).count() as u64
    };
    let rules = || signals.rules.iter().enumerate();
    let applied: Vec<usize> = signals.applied().map(|(place, _)| place).collect();
    let is_applied = |place: usize| applied.contains(&place);
    let grounds = signals.grounds().len();
    let criteria = rules().map(|(_, rule)| {
        let criteria: Vec<String> = rule.criteria.iter().map(ToString::to_string).collect();
        criteria.join("; ")
    });
    // Rules of a single statistic are not counted as several.
    let least: &[usize] = if grounds == 1 { &[1] } else { &[1, 2] };
    let any = [
        "Rules of at least one statistic",
        "Rules of at least two statistics",
    ];
    let listed = signals.listed().count() as u64;
    content.table(
        Table::new(RULES, "Signal rules as used, and reactions that meet them")
            .column(Column::text(
                "rule",
                "Rule",
                rules().map(|(_, rule)| rule.name).chain(any.into_iter().take(least.len())),
            ))
            .column(Column::text(
                "statistic",
                "Judges by",
                rules().map(|(_, rule)| Some(rule.ground().to_owned())).chain(least.iter().map(|_| None)),
            ))
            .column(Column::text(
                "criteria",
                "Criteria, all of which must hold",
                criteria.map(Some).chain(least.iter().map(|_| None)),
            ))
            .column(Column::integer(
                "reactions",
                "Reactions meeting it",
                rules()
                    .map(|(place, _)| is_applied(place).then(|| hits(place) as i64))
                    .chain(least.iter().map(|rules| Some(signals.meeting(*rules) as i64))),
            ))
            .column(Column::integer(
                "not-evaluable",
                "Not evaluable",
                rules()
                    .map(|(place, _)| Some(signals.without_verdict(place) as i64))
                    .chain(least.iter().map(|_| None)),
            ))
            .column(Column::text(
                "source",
                "Ref.",
                rules().map(|(_, rule)| Some(citation(words::works(rule.id)))).chain(least.iter().map(|_| None)),
            ))
            .note(format!(
                "Of {} (a ≥ {}), out of {} tested. Not evaluable: no criterion fails, but a measure is not calculable or, \
                 for EBGM, not available. – : the rule could not be applied to any. Rules look at \
                 unrounded values.",
                number::counted(listed, "listed reaction", "listed reactions"),
                signals.minimum,
                number::count(signals.pairs.len() as u64),
            ))
            .note(words::GROUNDS_NOTE),
    );
}

/// Reactions below the smallest count, and those without a table, each with the reason.
pub(crate) fn apart(content: &mut Content, signals: &Signals, params: &Params) {
    let mut rare: Vec<&Pair> = signals.rare().collect();
    rare.sort_by(|one, other| one.compare(other, params.order));
    let below = format!("a < {}", signals.minimum);
    let rare = rare.into_iter().map(|pair| Apart {
        term: &pair.term,
        is_designated: pair.is_designated,
        analysed: pair.analysed,
        pair: Some(pair),
        gravity: pair.gravity,
        reason: &below,
    });
    let untested = signals.untested.iter().map(|one| Apart {
        term: &one.term,
        is_designated: one.is_designated,
        analysed: one.analysed,
        pair: None,
        gravity: one.gravity,
        reason: one.reason.words(),
    });
    let mut rows: Vec<Apart<'_>> = rare.chain(untested).collect();
    if rows.is_empty() {
        return;
    }
    // Their counts stand in the table of reactions; what is grave or designated is printed anyhow.
    let top = match params.top {
        0 => 0,
        top => top.min(MOST_APART),
    };
    let cut = Cut::with(&mut rows, top, |row| row.gravity, |row| row.is_designated);
    let has_designated = rows.iter().any(|row| row.is_designated);
    let count = |pick: fn(&Pair) -> u64| {
        rows.iter()
            .map(move |row| row.pair.map(|pair| pick(pair) as i64))
    };
    let measure =
        |pick: fn(&Pair) -> Option<f64>| rows.iter().map(move |row| row.pair.and_then(pick));
    content.heading("Reactions listed apart");
    let mut table = Table::new(APART, "Reactions with few reports, or that could not be tested")
        .column(Column::text("reaction", "Preferred term", rows.iter().map(|row| row.term)))
        .maybe(has_designated.then(|| {
            Column::text("marks", "Note", rows.iter().map(|row| if row.is_designated { "DME" } else { "" }))
        }))
        .column(Column::integer("analysed", "Analysed reports", rows.iter().map(|row| row.analysed)))
        .column(Column::integer("fatal", "Of them death", rows.iter().map(|row| row.gravity.fatal)))
        .column(Column::integer("a", &words::headed("a", &signals.source), count(|pair| pair.table.a())))
        .column(Column::integer("m", "m", count(|pair| pair.table.event())))
        .column(Column::number("expected", "E", 3, measure(|pair| Some(pair.table.expected()))))
        .column(Column::number("ic", "IC", 2, measure(|pair| pair.measures.ic.map(|ic| ic.value))))
        .column(Column::number("ic-lower", "IC025", 2, measure(|pair| pair.measures.ic.map(|ic| ic.lower))))
        .column(Column::number("ic-upper", "IC975", 2, measure(|pair| pair.measures.ic.map(|ic| ic.upper))))
        .column(Column::text("reason", "Why apart", rows.iter().map(|row| row.reason)))
        .note("Few reports make every ratio unstable; IC025 cannot be above 0 with fewer than 3. – : no count, because the reaction was not tested.")
        .note(words::comparator(&signals.source));
    if let Some(note) = cut.note(top) {
        table = table.note(note);
    }
    if has_designated {
        table = table.note(format!(
            "DME: designated medical event ({}), looked at whatever its number.",
            signals.designated.source()
        ));
    }
    content.table(table.print_top(cut.printed));
}

/// A reaction that is listed apart.
struct Apart<'a> {
    term: &'a str,
    is_designated: bool,
    analysed: u32,
    /// None for a reaction that was not tested.
    pair: Option<&'a Pair>,
    gravity: Gravity,
    reason: &'a str,
}

fn term(listed: &[&Pair]) -> Column {
    Column::text(
        "reaction",
        "Preferred term",
        listed.iter().map(|pair| &pair.term),
    )
}

/// The marks of the terms, where one has any.
fn marks(listed: &[&Pair]) -> Option<Column> {
    let marks: Vec<String> = listed.iter().map(|pair| words::marks(pair)).collect();
    let is_marked = marks.iter().any(|marks| !marks.is_empty());
    is_marked.then(|| Column::text("marks", "Note", marks))
}

fn integer(key: &str, title: &str, listed: &[&Pair], pick: fn(&Pair) -> u64) -> Column {
    Column::integer(key, title, listed.iter().map(|pair| pick(pair)))
}

fn number(
    key: &str,
    title: &str,
    decimals: u8,
    listed: &[&Pair],
    pick: fn(&Pair) -> Option<f64>,
) -> Column {
    Column::number(key, title, decimals, listed.iter().map(|pair| pick(pair)))
}

/// Value and ends of an interval in three columns.
fn estimate(
    table: Table,
    (key, name, lower, upper): (&str, &str, &str, &str),
    listed: &[&Pair],
    order: Order,
) -> Table {
    let column = |key: &str, title: &str, pick: fn(Estimate) -> f64| {
        let cells = listed.iter().map(|pair| pair.estimate(order).map(pick));
        Column::number(key, title, 2, cells)
    };
    table
        .column(column(key, name, |estimate| estimate.value))
        .column(column(&format!("{key}-lower"), lower, |estimate| {
            estimate.lower
        }))
        .column(column(&format!("{key}-upper"), upper, |estimate| {
            estimate.upper
        }))
}
