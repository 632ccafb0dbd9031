//! Every row of `tests/data/signal_reference.csv`, or of the file of the same form that
//! `QUIRE_SIGNAL_REFERENCE` names, is recomputed and compared within the row's tolerance.
//!
//! A statistic that is neither computed here nor on [`NOT_COMPUTED`] fails the test, so that a row
//! is never passed over in silence.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use quire_statistics::{
    Estimate, Level, Prior, Stratum, TwoByTwo, chi_squared, chi_squared_yates, empirical_bayes,
    fisher_greater, information_component, information_component_closed_form,
    information_component_moments, log_likelihood_ratio, log_likelihood_ratio_poisson,
    log_likelihood_ratio_two_sided, prr, reporting_ratio, ror, stratified_expected,
};

/// Statistics that a reference file may name and that this crate leaves out, with the reason.
const NOT_COMPUTED: [(&str, &str); 0] = [];

/// What the bundled file holds; another file may hold anything.
const BUNDLED_ROWS: usize = 346;

#[test]
fn every_reference_value_is_reproduced() {
    let external = std::env::var("QUIRE_SIGNAL_REFERENCE").ok();
    let text = match &external {
        Some(path) => {
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
        }
        None => include_str!("data/signal_reference.csv").to_owned(),
    };

    let mut tally: BTreeMap<String, Tally> = BTreeMap::new();
    let mut failures = Vec::new();
    let rows = Row::all(&text);
    for row in &rows {
        let entry = tally.entry(row.text("statistic").to_owned()).or_default();
        match check(row) {
            Ok(numbers) => {
                entry.rows += 1;
                entry.numbers += numbers;
            }
            Err(Failure::Skipped(reason)) => {
                entry.skipped += 1;
                entry.reasons.push(format!("{}: {reason}", row.text("id")));
            }
            Err(Failure::Wrong(message)) => failures.push(format!("{}: {message}", row.text("id"))),
        }
    }

    println!(
        "{:<22}{:>6}{:>9}{:>9}",
        "statistic", "rows", "numbers", "skipped"
    );
    for (statistic, found) in &tally {
        let Tally {
            rows,
            numbers,
            skipped,
            reasons,
        } = found;
        println!("{statistic:<22}{rows:>6}{numbers:>9}{skipped:>9}");
        reasons.iter().for_each(|reason| println!("    {reason}"));
    }
    assert!(
        failures.is_empty(),
        "{} rows disagree:\n{}",
        failures.len(),
        failures.join("\n")
    );
    let checked: usize = tally.values().map(|found| found.rows).sum();
    assert!(checked > 0, "the reference file has no rows to check");
    if external.is_none() {
        assert_eq!(checked, BUNDLED_ROWS, "some bundled rows were skipped");
    }
}

#[derive(Default)]
struct Tally {
    rows: usize,
    numbers: usize,
    skipped: usize,
    reasons: Vec<String>,
}

enum Failure {
    /// The row cannot be checked, and why.
    Skipped(String),
    /// The row was checked, or is incomprehensible.
    Wrong(String),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Wrong(message)
    }
}

/// Compares a row; answers how many numbers agreed.
fn check(row: &Row) -> Result<usize, Failure> {
    let (value, interval) = computed(row)?;
    let tolerance = Tolerance::of(row)?;
    let mut found = vec![("value", value)];
    if let Some((lower, upper)) = interval {
        found.extend([("ci_low", lower), ("ci_high", upper)]);
    }

    let mut compared = 0;
    for column in ["value", "ci_low", "ci_high"] {
        let Some(wanted) = row.number(column)? else {
            continue;
        };
        let Some((_, number)) = found.iter().find(|(name, _)| *name == column) else {
            return Err(format!("no interval of {} is computed", row.text("statistic")).into());
        };
        if !tolerance.admits(*number, wanted) {
            let message = format!(
                "{} {column} of {} / {} is {number:?}, not {wanted:?} ({})",
                row.text("statistic"),
                row.text("drug"),
                row.text("event"),
                row.text("tolerance"),
            );
            return Err(message.into());
        }
        compared += 1;
    }
    if compared == 0 {
        return Err(Failure::Skipped("the row has no value".to_owned()));
    }
    Ok(compared)
}

type Computed = (f64, Option<(f64, f64)>);

/// The row's statistic from its counts.
fn computed(row: &Row) -> Result<Computed, Failure> {
    let level = match row.number("ci_level")? {
        Some(level) => Level::new(level).map_err(|error| error.to_string())?,
        None => Level::P95,
    };
    let alone = |value| Ok((value, None));
    let whole = |estimate: Estimate| Ok((estimate.value, Some((estimate.lower, estimate.upper))));
    let shown = |error: quire_statistics::StatisticsError| Failure::Wrong(error.to_string());

    let statistic = row.text("statistic");
    match statistic {
        "PRR" => whole(prr(row.table()?, level).map_err(shown)?),
        "ROR" => whole(ror(row.table()?, level).map_err(shown)?),
        "CHI2_PEARSON" => alone(chi_squared(row.table()?).map_err(shown)?),
        "CHI2_YATES" => alone(chi_squared_yates(row.table()?).map_err(shown)?),
        "FISHER_P_GREATER" => alone(fisher_greater(row.table()?).map_err(shown)?),
        "IC" => {
            let (observed, expected) = row.observed_and_expected()?;
            let ic = information_component(observed, expected, level).map_err(shown)?;
            whole(ic.estimate)
        }
        "IC_CLOSED_FORM" => {
            let (observed, expected) = row.observed_and_expected()?;
            let ic = information_component_closed_form(observed, expected).map_err(shown)?;
            whole(ic.estimate)
        }
        "IC_BCPNN_MOMENTS" => whole(information_component_moments(row.table()?, level)),
        "EBGM" => {
            let (observed, expected) = row.observed_and_expected()?;
            let prior = row.prior()?;
            whole(empirical_bayes(observed, expected, &prior).map_err(shown)?)
        }
        "LOG_LR_HUANG" if row.text("notes").contains("two-sided") => {
            alone(log_likelihood_ratio_two_sided(row.table()?))
        }
        "LOG_LR_HUANG" => alone(log_likelihood_ratio(row.table()?)),
        "LOG_LR_POISSON_RRR" => alone(log_likelihood_ratio_poisson(row.table()?)),
        "RR" => alone(reporting_ratio(row.table()?).map_err(shown)?),
        "E" => alone(row.table()?.expected()),
        "E_STRATIFIED" => alone(toy_expected(row)?),
        "RR_STRATIFIED" => alone(row.table()?.a() as f64 / toy_expected(row)?),
        other => match NOT_COMPUTED.iter().find(|(name, _)| *name == other) {
            Some((_, reason)) => Err(Failure::Skipped((*reason).to_owned())),
            None => Err(format!("the statistic {other} is not computed").into()),
        },
    }
}

/// The seventeen reports of openEBGM's vignette 2. The reference file
/// has only their totals.
const TOY: [ToyReport; 17] = [
    ('B', 1, 'F', 2),
    ('A', 1, 'M', 1),
    ('B', 2, 'M', 1),
    ('A', 1, 'M', 1),
    ('A', 1, 'F', 1),
    ('A', 1, 'F', 1),
    ('A', 2, 'F', 1),
    ('A', 2, 'F', 1),
    ('A', 1, 'M', 2),
    ('A', 2, 'M', 1),
    ('A', 2, 'M', 1),
    ('B', 2, 'M', 2),
    ('B', 1, 'M', 1),
    ('B', 2, 'M', 1),
    ('B', 1, 'M', 1),
    ('B', 2, 'F', 1),
    ('C', 1, 'M', 1),
];

/// Product, event, sex and age band.
type ToyReport = (char, u8, char, u8);

/// The expected count over the strata of the toy data.
fn toy_expected(row: &Row) -> Result<f64, Failure> {
    if !row.text("dataset").contains("openEBGM vignette 2") {
        return Err(Failure::Skipped(
            "the file does not carry the strata".to_owned(),
        ));
    }
    let product = row.text("drug").chars().next_back();
    let event = row
        .text("event")
        .chars()
        .next_back()
        .and_then(|digit| digit.to_digit(10));
    let strata: Vec<Stratum> = [('F', 1), ('F', 2), ('M', 1), ('M', 2)]
        .map(|(sex, age)| {
            let members: Vec<_> = TOY
                .iter()
                .filter(|report| report.2 == sex && report.3 == age)
                .collect();
            let count = |matches: &dyn Fn(&ToyReport) -> bool| {
                members.iter().filter(|report| matches(report)).count() as u64
            };
            Stratum {
                drug: count(&|report| Some(report.0) == product),
                event: count(&|report| Some(u32::from(report.1)) == event),
                all: members.len() as u64,
            }
        })
        .into();
    Ok(stratified_expected(&strata))
}

/// How far a number may be off.
enum Tolerance {
    Relative(f64),
    Absolute(f64),
}

impl Tolerance {
    /// Reads `1e-6 relative`, `0.01 absolute` and `0.01 absolute (E 1e-6)`.
    fn of(row: &Row) -> Result<Self, String> {
        let text = row.text("tolerance");
        let mut words = text.split_whitespace();
        let number = |word: Option<&str>| {
            word.map(|word| word.trim_end_matches(')'))
                .and_then(|word| word.parse::<f64>().ok())
                .ok_or_else(|| format!("the tolerance {text:?} has no number"))
        };
        let size = number(words.next())?;
        if let Some((_, special)) = text.split_once("(E ")
            && matches!(row.text("statistic"), "E" | "E_STRATIFIED")
            && special.starts_with(|first: char| first.is_ascii_digit())
        {
            return Ok(Self::Absolute(number(Some(special))?));
        }
        match words.next().map(|word| word.trim_end_matches(':')) {
            Some("relative") => Ok(Self::Relative(size)),
            Some("absolute") => Ok(Self::Absolute(size)),
            _ => Err(format!(
                "the tolerance {text:?} is neither relative nor absolute"
            )),
        }
    }

    fn admits(&self, found: f64, wanted: f64) -> bool {
        if found == wanted {
            return true; // Infinities too.
        }
        let reach = match self {
            // A probability below the smallest normal number is 0 in one library and not in another.
            Self::Relative(size) => (size * wanted.abs()).max(f64::MIN_POSITIVE),
            Self::Absolute(size) => *size,
        };
        (found - wanted).abs() <= reach
    }
}

/// A row of the file, by column name.
struct Row(BTreeMap<String, String>);

impl Row {
    fn all(text: &str) -> Vec<Self> {
        let mut lines = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(cells);
        let header = lines.next().unwrap_or_default();
        lines
            .map(|cells| Self(header.iter().cloned().zip(cells).collect()))
            .collect()
    }

    fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or("", |cell| cell.trim())
    }

    fn number(&self, column: &str) -> Result<Option<f64>, String> {
        match self.text(column) {
            "" | "NA" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| format!("{column} is {text:?}, not a number")),
        }
    }

    /// A count, which may be written as 785.0.
    fn count(&self, column: &str) -> Result<Option<u64>, String> {
        let text = self.text(column).trim_end_matches(".0");
        match text {
            "" | "NA" => Ok(None),
            _ => text
                .parse()
                .map(Some)
                .map_err(|_| format!("{column} is {text:?}, not a count")),
        }
    }

    /// The table of the row; N, if given, must be the sum.
    fn table(&self) -> Result<TwoByTwo, String> {
        let cell = |column| {
            self.count(column)?
                .ok_or(format!("the row has no {column}"))
        };
        let table = TwoByTwo::new(cell("a")?, cell("b")?, cell("c")?, cell("d")?)
            .map_err(|error| error.to_string())?;
        match self.count("N")? {
            Some(all) if all != table.all() => Err(format!("N is {all}, not {}", table.all())),
            _ => Ok(table),
        }
    }

    /// a and E: from the table where the row has one, or else as given.
    fn observed_and_expected(&self) -> Result<(u64, f64), String> {
        if let Ok(table) = self.table() {
            return Ok((table.a(), table.expected()));
        }
        let observed = self.count("a")?.ok_or("the row has no a")?;
        let expected = self
            .number("E")?
            .ok_or("the row has neither a table nor E")?;
        Ok((observed, expected))
    }

    /// The prior in the notes: `theta=alpha1=…,beta1=…,alpha2=…,beta2=…,P=…`.
    fn prior(&self) -> Result<Prior, Failure> {
        let notes = self.text("notes");
        let parameter = |name: &str| {
            let (_, rest) = notes.split_once(&format!("{name}="))?;
            let end = rest.find([',', ';', ' ']).unwrap_or(rest.len());
            rest.get(..end)?.parse::<f64>().ok()
        };
        let theta = ["alpha1", "beta1", "alpha2", "beta2", "P"].map(parameter);
        let [
            Some(alpha1),
            Some(beta1),
            Some(alpha2),
            Some(beta2),
            Some(weight),
        ] = theta
        else {
            return Err(Failure::Skipped(
                "the row does not carry a prior".to_owned(),
            ));
        };
        Prior::new(alpha1, beta1, alpha2, beta2, weight)
            .map_err(|error| Failure::Wrong(error.to_string()))
    }
}

/// The cells of a line; quoted ones may hold commas, and doubled quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cells.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(character),
        }
    }
    cells
}
