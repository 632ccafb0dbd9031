//! The section `case-listing`: the analysed reports one by one, for the person who reads them.

mod age;
mod cases;
mod lines;

use quire_sdk::{
    About, Column, Content, Data, Fact, Failure, Request, Section, Table, Tone, number,
};

use cases::{Case, Cases};

/// The line listing.
#[derive(Debug)]
pub struct CaseListing;

quire_sdk::section!(CaseListing);

const TABLE: &str = "cases";

/// Parameters of the section.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// Reports printed, the latest first, and below them every other report of a death or with the criterion life-
    /// threatening; 0 prints all. The CSV form has all that the table holds.
    #[param(default = 50, min = 0, max = 100_000)]
    pub rows: u32,
    /// Which reports are listed: all, those marked serious, or those of a death.
    #[param(default = Include::All)]
    pub include: Include,
}

/// Which reports are listed.
#[quire_sdk::params]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Include {
    /// All analysed ones.
    #[default]
    All,
    /// Those marked serious.
    Serious,
    /// Those of a death, however it is stated.
    Fatal,
}

impl Include {
    fn words(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Serious => " marked serious",
            Self::Fatal => " of a death",
        }
    }
}

impl Section for CaseListing {
    const ABOUT: About = About {
        title: "Case line listing",
        summary: "The analysed reports one by one: dates, patient, suspect drugs, reactions, outcomes, \
                  seriousness, reporter.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let params = request.params;
        let cases = Cases::of(data, params)?;
        if cases.all == 0 {
            return Err(Failure::NoData(format!(
                "There is no analysed report{} to list.",
                params.include.words()
            )));
        }
        let mut content = Content::new("Case line listing");
        if cases.listed.len() < cases.all as usize {
            content.callout(
                Tone::Caution,
                "Not all reports are listed",
                format!(
                    "A table has a bounded size: {} of {} are listed, the latest by day of receipt. The \
                     older ones are counted in every other section.",
                    number::count(cases.listed.len() as u64),
                    number::reports(cases.all)
                ),
            );
        }
        // No paragraph stands between: the heading moves to the sheet on its side with the table.
        content.table(printed(&cases, params));
        content.table(table(&cases));
        content.fact(
            Fact::count("listed-reports", cases.listed.len() as u64)
                .unit("reports")
                .shown_in(TABLE),
        );
        Ok(content)
    }
}

fn opening(cases: &Cases, params: Params) -> String {
    let listed = cases.listed.len() as u64;
    let which = params.include.words();
    let subject = if listed == u64::from(cases.all) {
        let noun = number::counted(listed, "analysed report", "analysed reports");
        format!("The {noun}{which}")
    } else {
        format!(
            "Of the {} analysed reports{which} the {} most recently received",
            number::count(cases.all),
            number::count(listed)
        )
    };
    format!("{subject}, the latest first")
}

/// What is printed, with what its cells mean.
fn printed(cases: &Cases, params: Params) -> Table {
    let table = lines::table(cases, opening(cases, params));
    let notes = lines::unprinted(cases)
        .into_iter()
        .chain(cases.cut.note(params.rows));
    let table = notes.fold(table, Table::note);
    self::notes(cases).into_iter().fold(table, Table::note)
}

/// Every listed report with a column for each thing, for programs.
fn table(cases: &Cases) -> Table {
    let listed = &cases.listed;
    let text = |key: &str, title: &str, pick: fn(&Case) -> &Option<String>| {
        Column::text(key, title, listed.iter().map(|case| pick(case).clone()))
    };
    let reactions = if cases.has_pairs {
        "Reactions: outcomes"
    } else {
        "Reactions"
    };
    let outcomes = || text("outcomes", "Outcomes", |case| &case.outcomes);
    let duplicates = || text("duplicates", "Stands for", |case| &case.duplicates);
    dated(listed)
        .column(text("country", "Country", |case| &case.country))
        .column(text("age", "Age", |case| &case.age))
        .column(text("sex", "Sex", |case| &case.sex))
        .column(text("role", "Role of the drug", |case| &case.role))
        .column(text("suspects", "Suspect drugs", |case| &case.suspects))
        .column(text("dosing", "Dose and dates", |case| &case.dosing))
        .column(text("indication", "Indication", |case| &case.indication))
        .column(text("reactions", reactions, |case| &case.reactions))
        .maybe((!cases.has_pairs).then(outcomes))
        .column(text("action", "Action taken", |case| &case.action))
        .column(text("dechallenge", "Dechallenge", |case| &case.dechallenge))
        .column(text("rechallenge", "Rechallenge", |case| &case.rechallenge))
        .column(text("seriousness", "Seriousness", |case| &case.seriousness))
        .column(text("reporter", "Reporter", |case| &case.reporter))
        .maybe(cases.has_duplicates.then(duplicates))
        .print_rows(0)
}

/// The columns that say which report it is, and when what happened.
fn dated(listed: &[Case]) -> Table {
    let day = |key: &str, title: &str, pick: fn(&Case) -> Option<i32>| {
        Column::date(key, title, listed.iter().map(pick))
    };
    let ids = listed.iter().map(|case| &case.id);
    let versions = listed.iter().map(|case| case.version);
    let controls = listed.iter().map(|case| case.control.clone());
    Table::new(TABLE, "The same reports, a column for each field")
        .column(Column::text("report", "Report", ids))
        .column(Column::integer("version", "Version", versions))
        .column(Column::text("control", "Control number", controls))
        .column(day("received", "First received", |case| case.received))
        .column(day("receipt", "Latest information", |case| case.receipt))
        .column(day("event", "Event", |case| case.event))
}

/// What the columns mean.
fn notes(cases: &Cases) -> Vec<&'static str> {
    let notes = [
        (
            true,
            "What a report leaves open is shown as – or not named. No drug is linked to any reaction inside a \
             report. v: version of the case at the source. Control number: the manufacturer's. Event: its day, \
             where the report gives it in full.",
        ),
        (
            true,
            "Patient: age at onset in completed years, of children under two in completed months (mo). Country: of \
             occurrence, else that the report comes from, else of the reporter. Suspect drugs: suspect or \
             interacting, by active substance where known. Dose, dates, indication, action and dechallenge: of the drug of \
             this document. Seriousness: the criteria that are met.",
        ),
        (
            cases.has_duplicates,
            "Stands for: ids of other reports of the same case, which were left out.",
        ),
        (
            cases.is_cut,
            "A cell names at most 25 values and says how many more there are.",
        ),
    ];
    let said = notes.into_iter().filter(|(is_said, _)| *is_said);
    said.map(|(_, note)| note).collect()
}

#[cfg(test)]
mod tests;
