//! The listing as it is printed: a line a case, with what a CIOMS line listing has.

use quire_sdk::{Civil, Column, Table, number};

use crate::cases::{Case, Cases};

const TABLE: &str = "line-listing";

pub(crate) fn table(cases: &Cases, caption: String) -> Table {
    let printed = match cases.cut.printed {
        0 => cases.listed.len(),
        printed => printed as usize,
    };
    let lines = cases.listed.get(..printed).unwrap_or(&cases.listed);
    let text = |key: &str, title: &str, cell: fn(&Case) -> Option<String>| {
        Column::text(key, title, lines.iter().map(cell))
    };
    let is_told = |cell: fn(&Case) -> Option<String>| lines.iter().any(|case| cell(case).is_some());
    let indication = |case: &Case| case.indication.clone();
    let duplicates = |case: &Case| case.duplicates.clone();
    Table::new(TABLE, caption)
        .column(text(
            "case",
            "Case, first received, control number",
            number_of,
        ))
        .column(text("patient", "Patient; event", patient))
        .column(text("drugs", "Suspect drugs; dose and dates", drugs))
        .maybe(is_told(indication).then(|| text("indication", "Indication", indication)))
        .column(text("reactions", "Reactions (outcome)", reactions))
        .maybe(is_told(response).then(|| text("response", "Action, dechallenge", response)))
        .column(text("seriousness", "Seriousness; source", seriousness))
        .maybe(is_told(duplicates).then(|| text("duplicates", "Stands for", duplicates)))
}

/// Below it the rows that are left out of print, where there are any.
pub(crate) fn unprinted(cases: &Cases) -> Option<String> {
    let rest = match cases.cut.printed {
        0 => 0,
        printed => cases.listed.len().saturating_sub(printed as usize),
    };
    (rest > 0).then(|| format!("{} more are not printed.", number::reports(rest as u64)))
}

fn number_of(case: &Case) -> Option<String> {
    let version = case
        .version
        .map_or_else(String::new, |version| format!(" v{version}"));
    let received = case
        .received
        .map_or_else(String::new, |day| format!(", {}", Civil::from_days(day)));
    let control = case.control.as_ref();
    let control = control.map_or_else(String::new, |control| format!("\n{control}"));
    Some(format!("{}{version}{received}{control}", case.id))
}

/// Age, sex and country, and the day of the event below.
fn patient(case: &Case) -> Option<String> {
    let known: Vec<&str> = [&case.age, &case.sex, &case.country]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let event = case
        .event
        .map(|day| format!("event {}", Civil::from_days(day)));
    let lines: Vec<String> = [known.join(", ")]
        .into_iter()
        .filter(|line| !line.is_empty())
        .chain(event)
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Suspect drugs, then the dose and dates of the drug of this document; in a line of their own that says so
/// wherever they could be read as another drug's, with its role if it is not a suspect.
fn drugs(case: &Case) -> Option<String> {
    let role = case.role.as_deref().filter(|role| *role != "suspect");
    let is_only_suspect = |drugs: &str| role.is_none() && !drugs.contains("; ");
    if case.suspects.as_deref().is_some_and(is_only_suspect) {
        return joined([case.suspects.clone(), case.dosing.clone()], "; ");
    }
    let own = joined([role.map(str::to_owned), case.dosing.clone()], "; ");
    let own = own.map(|own| format!("this drug: {own}"));
    joined([case.suspects.clone(), own], "\n")
}

/// What is met, and who sent the report.
fn seriousness(case: &Case) -> Option<String> {
    joined([case.seriousness.clone(), case.reporter.clone()], "\n")
}

fn joined<const N: usize>(parts: [Option<String>; N], between: &str) -> Option<String> {
    let told: Vec<String> = parts.into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(between))
}

/// Where the host does not tell which outcome belongs to which reaction, outcomes stand behind all.
fn reactions(case: &Case) -> Option<String> {
    case.reactions_by_outcome()
}

fn response(case: &Case) -> Option<String> {
    let answer = |test: &str, given: &Option<String>| {
        let words = match given.as_deref()? {
            "yes" => "positive",
            "no" => "negative",
            // That it is not known says no more than silence.
            "unknown" => return None,
            both => both,
        };
        Some(format!("{test} {words}"))
    };
    let parts: Vec<String> = [
        case.action.clone(),
        answer("dechallenge", &case.dechallenge),
        answer("rechallenge", &case.rechallenge),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
