//! The signals counted again in other ways, and what becomes of them: one table, and a sentence that says
//! which of them stay.

use quire_sdk::{Column, Content, Data, Fact, Failure, Table, citation, number};
use quire_signals::{
    Counted, Estimate, Outcome, Pair, STAYS_FROM, Sensitivity, Signals, Way, words,
};

pub(crate) const SENSITIVITY: &str = "sensitivity";

/// The part, with its heading; a sentence where no reaction is named as a signal, or nothing else could be
/// counted.
pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    signals: &Signals,
    named: &[&Pair],
) -> Result<(), Failure> {
    let Some(sensitivity) = Sensitivity::of(data, signals, named)? else {
        content.paragraph(
            "No reaction is named as a signal, so that none was compared again in other parts of the comparator \
             (serious reports, those of health professionals, within sex and age).",
        );
        return Ok(());
    };
    content.heading("Sensitivity analyses");
    if sensitivity.ways.len() < 2 {
        content.paragraph(format!(
            "No signal was counted again in another way: {}.",
            gaps(&sensitivity)
        ));
        return Ok(());
    }
    content.paragraph(summary(&sensitivity));
    content.table(table(signals, &sensitivity));
    let staying: Vec<&str> = sensitivity
        .staying()
        .map(|pair| pair.term.as_str())
        .collect();
    let (going, open) = (going(&sensitivity), open(&sensitivity));
    let ways: Vec<&str> = sensitivity.ways.iter().map(|way| way.said()).collect();
    for (key, words) in [
        ("signals-compared", &ways),
        ("signals-staying", &staying),
        ("signals-going", &going),
        ("signals-undecided", &open),
    ] {
        let words = number::list(words, "and");
        content.fact((!words.is_empty()).then(|| Fact::text(key, words).shown_in(SENSITIVITY)));
    }
    Ok(())
}

/// Which signals stay in every analysis, and where the others do not.
fn summary(sensitivity: &Sensitivity<'_>) -> String {
    let ways = number::counted(sensitivity.ways.len() as u64, "analysis", "analyses");
    let named = match sensitivity.signals.len() {
        1 => "The signal that is named first was".to_owned(),
        many => format!(
            "The {} signals that are named first were",
            number::count(many as u64)
        ),
    };
    let staying: Vec<&str> = sensitivity
        .staying()
        .map(|pair| pair.term.as_str())
        .collect();
    let stay = match staying.len() {
        0 if sensitivity.signals.len() == 1 => format!("It does not stay in all {ways}."),
        0 => format!("None stays in all {ways}."),
        1 => format!("{} stays in all {ways}.", number::list(&staying, "and")),
        _ => format!("{} stay in all {ways}.", number::list(&staying, "and")),
    };
    let others: Vec<String> = sensitivity.signals.iter().filter_map(other).collect();
    let others = match others.is_empty() {
        true => String::new(),
        false => format!(" {}.", others.join("; ")),
    };
    format!(
        "{named} compared again in other parts of the comparator. A signal stays where it has at least \
         {STAYS_FROM} reports and the lower bound of its ROR is above 1. {stay}{others} A signal that goes may rest on \
         who reports it or who takes the drug; one that stays is not shown to be an effect of the drug."
    )
}

/// What is to be said of a signal that does not stay in every analysis.
fn other((pair, counted): &(&Pair, Vec<Counted>)) -> Option<String> {
    let among = |outcomes: &[Outcome]| -> Vec<&'static str> {
        let found = counted.iter().filter(|one| outcomes.contains(&one.outcome));
        found.map(|one| one.way.said()).collect()
    };
    let goes = among(&[Outcome::Goes]);
    let open = among(&[Outcome::TooFew, Outcome::NotCalculable, Outcome::NotCounted]);
    let says = [("does not stay", goes), ("cannot be judged", open)];
    let says: Vec<String> = says
        .into_iter()
        .filter(|(_, ways)| !ways.is_empty())
        .map(|(verb, ways)| format!("{verb} {}", number::list(&ways, "and")))
        .collect();
    (!says.is_empty()).then(|| format!("{} {}", pair.term, says.join(" and ")))
}

/// The signals that go in at least one analysis.
fn going<'a>(sensitivity: &Sensitivity<'a>) -> Vec<&'a str> {
    let goes = |counted: &[Counted]| counted.iter().any(|one| one.outcome == Outcome::Goes);
    terms(sensitivity, goes)
}

/// The signals that go in none, and cannot be judged in at least one.
fn open<'a>(sensitivity: &Sensitivity<'a>) -> Vec<&'a str> {
    let is_open = |counted: &[Counted]| {
        counted.iter().all(|one| one.outcome != Outcome::Goes)
            && counted.iter().any(|one| one.outcome != Outcome::Stays)
    };
    terms(sensitivity, is_open)
}

fn terms<'a>(sensitivity: &Sensitivity<'a>, wanted: impl Fn(&[Counted]) -> bool) -> Vec<&'a str> {
    let found = sensitivity
        .signals
        .iter()
        .filter(|(_, counted)| wanted(counted));
    found.map(|(pair, _)| pair.term.as_str()).collect()
}

/// Why analyses are missing, those of one reason together.
fn gaps(sensitivity: &Sensitivity<'_>) -> String {
    let mut said: Vec<(Vec<&str>, &str)> = Vec::new();
    for (way, reason) in &sensitivity.gaps {
        match said.iter_mut().find(|(_, known)| known == reason) {
            Some((ways, _)) => ways.push(way.said()),
            None => said.push((vec![way.said()], reason)),
        }
    }
    let said = said
        .iter()
        .map(|(ways, reason)| format!("{}, {reason}", number::list(ways, "and")));
    said.collect::<Vec<_>>().join("; ")
}

/// One row for each signal and analysis.
fn table(signals: &Signals, sensitivity: &Sensitivity<'_>) -> Table {
    let rows: Vec<(&Pair, &Counted)> = sensitivity
        .signals
        .iter()
        .flat_map(|(pair, counted)| counted.iter().map(|counted| (*pair, counted)))
        .collect();
    let count = |key: &str, title: &str, at: usize| {
        let cells = rows.iter().map(move |(_, one)| {
            let counts = one.counts.as_ref().and_then(|counts| counts.get(at));
            counts.map(|count| *count as i64)
        });
        Column::integer(key, title, cells)
    };
    let ratio = |key: &str, title: &str, pick: fn(Estimate) -> f64| {
        Column::number(
            key,
            title,
            2,
            rows.iter().map(|(_, one)| one.ratio.map(pick)),
        )
    };
    let table = Table::new(
        SENSITIVITY,
        "The signals named first in other parts of the comparator",
    )
    .column(Column::text(
        "reaction",
        "Preferred term",
        rows.iter().map(|(pair, _)| &pair.term),
    ))
    .column(Column::text(
        "analysis",
        "Compared",
        rows.iter().map(|(_, one)| title(signals, one.way)),
    ))
    .column(count("a", "a", 0))
    .column(count("n", "n", 1))
    .column(count("m", "m", 2))
    .column(count("all", "N", 3))
    .column(Column::number(
        "expected",
        "E",
        2,
        rows.iter().map(|(_, one)| one.expected),
    ))
    .column(ratio("ror", "ROR", |ratio| ratio.value))
    .column(ratio("ror-lower", "95% from", |ratio| ratio.lower))
    .column(ratio("ror-upper", "to", |ratio| ratio.upper))
    .column(Column::text(
        "stays",
        "Stays",
        rows.iter().map(|(_, one)| one.outcome.word()),
    ))
    .note(words::comparator(&signals.source));
    notes(signals, sensitivity)
        .into_iter()
        .fold(table, Table::note)
}

/// What mixes roles says so at the number.
fn title(signals: &Signals, way: Way) -> String {
    match way {
        Way::Suspect => way.title().to_owned(),
        way if words::mixes_roles(&signals.source) => format!("{} (any role)", way.title()),
        way => way.title().to_owned(),
    }
}

fn notes(signals: &Signals, sensitivity: &Sensitivity<'_>) -> Vec<String> {
    let has = |way| sensitivity.ways.contains(&way);
    let mut notes = vec![
        "Drug and other drugs are restricted alike. Too few: a and E below 3, which shows nothing either way. Not calculable: \
         a count that the ROR divides by is 0. Not counted: the source was asked about the strongest reactions \
         only, or its counts contradict each other. \
         – : no number."
            .to_owned(),
    ];
    if has(Way::Suspect) {
        notes.push(
            "Drug suspect only: a and n are the analysed reports in which the drug is suspect or interacting, since the \
             source cannot be asked for the role; m and N are those of all reports."
                .to_owned(),
        );
    }
    if has(Way::SexAndAge) {
        // A source that cannot tell roles is asked age by age.
        let years = match words::mixes_roles(&signals.source) {
            true => ", with those whose age is not stated in years, infants among them,",
            false => "",
        };
        notes.push(format!(
            "Within sex and age: Mantel-Haenszel ROR with the interval of Robins, Breslow and Greenland {} over two sexes \
             and six age groups (0-1, 2-11, 12-17, 18-64, 65-74, 75+ years); reports that do not state both{years} are a stratum \
             of their own; a, n, m, N and E are sums.",
            citation(&["mantel-haenszel", "robins"])
        ));
    }
    if !sensitivity.gaps.is_empty() {
        notes.push(format!("Missing: {}.", gaps(sensitivity)));
    }
    notes
}
