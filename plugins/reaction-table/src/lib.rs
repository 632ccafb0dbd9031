//! The section `reaction-table`: which reactions the reports name, and in how many reports.

mod params;
mod rows;

use quire_sdk::{
    About, Chart, Column, Content, Data, Fact, Failure, Request, Section, Series, Table,
    denominator,
    number::{self, percent_of},
};

use params::Field;
pub use params::Params;
use rows::{ADMINISTRATIVE, DESIGNATED, Reactions, Row};

/// The reaction tabulation.
#[derive(Debug)]
pub struct ReactionTable;

quire_sdk::section!(ReactionTable);

const TABLE: &str = "reactions";
const CHART: &str = "reactions-chart";

impl Section for ReactionTable {
    const ABOUT: About = About {
        title: "Reaction table",
        summary: "Preferred terms by number of reports naming them, with serious, fatal and \
                  professionals' reports.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        data.analysed("there are no reactions to count")?;
        let params = &request.params;
        let reactions = Reactions::of(data, params)?;
        let mut content = Content::new("Reported reactions");
        content.paragraph(opening(&reactions));
        content.table(table(&reactions, params));
        let drawn = params.chart.min(reactions.rows.len() as u32) as usize;
        if let Some(drawn @ [_, ..]) = reactions.rows.get(..drawn) {
            content.chart(chart(drawn, reactions.analysed));
        }
        facts(&reactions, &mut content);
        Ok(content)
    }
}

fn opening(reactions: &Reactions) -> String {
    format!(
        "The {} name {}. A report counts once for each term that it names, however often it repeats \
         the term; {}.",
        number::counted(reactions.analysed, "analysed report", "analysed reports"),
        number::counted(
            reactions.distinct,
            "distinct reaction term",
            "distinct reaction terms"
        ),
        match reactions.without {
            0 => "every report names at least one".to_owned(),
            1 => "1 report names none".to_owned(),
            many => format!("{} reports name none", number::count(many)),
        }
    )
}

fn table(reactions: &Reactions, params: &Params) -> Table {
    let rows = &reactions.rows;
    let states = reactions.states;
    let count = |field, (key, title), is_stated: bool, pick: fn(&Row) -> u32| {
        params.shows(field).then(|| {
            let cells = rows.iter().map(|row| is_stated.then(|| pick(row)));
            Column::integer(key, title, cells)
        })
    };
    let percent = params.shows(Field::Percent).then(|| {
        let shares = rows
            .iter()
            .map(|row| percent_of(row.reports, reactions.naming()));
        Column::percent("percent", "% of stated", shares)
    });
    let terms = rows.iter().map(|row| &row.term);
    let mut table = Table::new(TABLE, "Reaction terms by number of reports naming them")
        .column(Column::text("reaction", "Preferred term", terms))
        .maybe(count(Field::Reports, ("reports", "Reports"), true, |row| {
            row.reports
        }))
        .maybe(percent)
        .maybe(count(Field::Cases, ("cases", "Cases"), true, |row| {
            row.cases
        }))
        .maybe(count(
            Field::Serious,
            ("serious", "Serious"),
            states.seriousness,
            |row| row.gravity.serious,
        ))
        .maybe(count(
            Field::Fatal,
            ("fatal", "Death"),
            states.death,
            |row| row.gravity.fatal,
        ))
        .maybe(count(
            Field::LifeThreatening,
            ("life-threatening", "Life-threat."),
            states.criteria,
            |row| row.gravity.life_threatening,
        ))
        .maybe(count(
            Field::Professional,
            ("professional", "By professional"),
            states.reporter,
            |row| row.professional,
        ))
        .maybe(
            has_marks(reactions, params)
                .then(|| Column::text("note", "Note", rows.iter().map(Row::mark))),
        );
    for note in notes(reactions, params) {
        table = table.note(note);
    }
    table.print_top(reactions.cut.printed)
}

/// A column of marks is shown where a term has one.
fn has_marks(reactions: &Reactions, params: &Params) -> bool {
    params.shows(Field::Note) && reactions.rows.iter().any(|row| !row.mark().is_empty())
}

/// What is counted, of how many, and what is not printed.
fn notes(reactions: &Reactions, params: &Params) -> Vec<String> {
    let listed = reactions.rows.len() as u32;
    let mut notes = vec![
        denominator(reactions.naming(), reactions.analysed),
        "Terms are MedDRA preferred terms as openFDA gives them; equal counts by deaths, life-threatening \
         and serious reports before the alphabet."
            .to_owned(),
    ];
    notes.extend(reactions.cut.note(params.top));
    if params.shows(Field::Serious)
        || params.shows(Field::Fatal)
        || params.shows(Field::Professional)
    {
        notes.push(
            "A report is serious as a whole: a term in it need not be the event that made it so. Serious: reports marked serious. Death: reports of a death, by the seriousness criterion, the \
             outcome fatal of any of their reactions, or a reaction that means death. Life-threat.: reports \
             with the criterion life-threatening. By professional: reports by a physician, pharmacist or \
             other health professional. – : no analysed report states it."
                .to_owned(),
        );
    }
    if params.shows(Field::Cases) {
        notes.push("Cases: probable cases, of which one patient's reports are one.".to_owned());
    }
    let marked = |mark: &str| {
        params.shows(Field::Note) && reactions.rows.iter().any(|row| row.mark() == mark)
    };
    if marked(DESIGNATED) {
        notes.push(format!(
            "DME: designated medical event ({}), to be read whatever its number.",
            params.designated_events.source()
        ));
    }
    if marked(ADMINISTRATIVE) {
        notes.push(
            "† Administrative: about use, handling, supply or quality of a product, or no event at all. \
             Counted like any other."
                .to_owned(),
        );
    }
    if listed < reactions.distinct {
        notes.push(format!(
            "{} rarer terms are left out because a table has a bounded size.",
            number::count(reactions.distinct - listed)
        ));
    }
    notes
}

fn chart(rows: &[Row], analysed: u32) -> Chart {
    let named: Vec<String> = rows
        .iter()
        .take(3)
        .map(|row| format!("{} ({})", row.term, row.reports))
        .collect();
    Chart::new(
        "horizontal-bar",
        CHART,
        format!(
            "The {} named in most reports",
            number::counted(rows.len() as u64, "reaction term", "reaction terms")
        ),
    )
    .alt(format!(
        "Bars of reports naming each reaction term, of {} analysed. Longest: {}.",
        number::count(analysed),
        number::list(&named, "and")
    ))
    .x("Preferred term", None)
    .y("Reports", None)
    .categories(rows.iter().map(|row| row.term.clone()))
    .series(Series::counts(
        "Reports",
        rows.iter().map(|row| row.reports),
    ))
}

fn facts(reactions: &Reactions, content: &mut Content) {
    content.fact(Fact::count("reports-analysed", reactions.analysed).unit("reports"));
    content.fact(
        Fact::count("distinct-reactions", reactions.distinct)
            .unit("terms")
            .shown_in(TABLE),
    );
    for (rank, row) in (1..=5).zip(&reactions.rows) {
        let key = format!("top-reaction-{rank}");
        content.fact(Fact::text(&key, row.term.as_str()).shown_in(TABLE));
        content.fact(
            Fact::count(&format!("{key}-reports"), row.reports)
                .unit("reports")
                .shown_in(TABLE),
        );
        content.fact(
            Fact::percent(&format!("{key}-percent"), row.reports, reactions.naming())
                .map(|fact| fact.shown_in(TABLE)),
        );
    }
}

#[cfg(test)]
mod tests;
