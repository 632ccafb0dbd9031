//! The reports of a death, however they state it: their number, and one by one, newest first.

use std::cmp::Reverse;

use quire_sdk::{
    Column, Content, Data, Deaths, Page, Pages, QueryError, Table, denominator, joined_terms,
    number::{self, percent_of},
};

const COUNTS: &str = "deaths-stated";
const LISTING: &str = "deaths";
/// Terms printed for one report; reports with dozens of terms exist.
const MAX_TERMS: usize = 12;
/// What is read of a report; the table has as many columns.
const COLUMNS: [&str; 7] = [
    "report-id",
    "received",
    "event",
    "death",
    "role",
    "death-stated",
    "reaction-with-outcome",
];

/// One listed report.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Death {
    id: String,
    received: Option<i32>,
    event: Option<i32>,
    died: Option<i32>,
    /// What says that the patient died.
    told_by: String,
    role: Option<String>,
    reactions: Option<String>,
}

/// The reports of a death: how many, and one by one.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    listed: Vec<Death>,
    /// How many of them are printed.
    printed: u32,
    deaths: Deaths,
}

impl Listing {
    /// All of them, the `printed` most recently received on the page; none if that is 0.
    pub(crate) fn of(data: &impl Data, printed: u32) -> Result<Self, QueryError> {
        let mut listed = Vec::new();
        if printed > 0 {
            read(&data.select(&Deaths::filters())?, &mut listed)?;
        }
        listed.sort_by(|one, other| {
            (Reverse(one.received), &one.id).cmp(&(Reverse(other.received), &other.id))
        });
        Table::fit(&mut listed, COLUMNS.len(), Death::bytes);
        Ok(Self {
            listed,
            printed,
            deaths: Deaths::of(data)?,
        })
    }

    pub(crate) fn write(&self, content: &mut Content) {
        content.heading("Reports of a death");
        if self.deaths.all.reports > 0 {
            content.table(self.counts());
        }
        content.paragraph(self.text());
        for fact in self.deaths.facts() {
            content.fact_of(COUNTS, fact);
        }
        if !self.listed.is_empty() {
            content.table(self.table());
        }
    }

    /// The number of deaths and what it is made of.
    fn counts(&self) -> Table {
        let deaths = self.deaths;
        let all = deaths.all;
        let parts = [
            ("Seriousness criterion death", deaths.criterion),
            (
                "Outcome fatal of a reaction, without the criterion",
                deaths.outcome,
            ),
            ("Only a reaction that means death", deaths.reaction),
            ("All reports of a death", all.reports),
        ];
        let known = |reports: u32| all.known().map(|_| reports);
        Table::new(COUNTS, "Reports of a death, by what states it")
            .column(Column::text("told-by", "Stated by", parts.map(|(label, _)| label)))
            .column(Column::integer("reports", "Reports", parts.map(|(_, reports)| known(reports))))
            .column(Column::percent(
                "percent",
                "% of stated",
                parts.map(|(_, reports)| percent_of(reports, all.stated)),
            ))
            .total(3)
            .note(denominator(all.stated, all.analysed))
            .note("It is stated where a report names a criterion or says that it is not serious, gives an outcome other than unknown, or names a reaction that means death.")
            .note("Each report counts in the first row that applies. A reaction that means death: a MedDRA preferred term such as Death, Sudden death, Completed suicide or Stillbirth; of a stillbirth, the death is that of the child.")
    }

    fn text(&self) -> String {
        let all = self.deaths.all;
        match all.known() {
            None => format!("Whether somebody died is not reported: {}.", all.share()),
            Some(0) => format!(
                "No death is reported in the {} whether there was one ({}), neither by the seriousness criterion, \
                 nor by the outcome fatal of a reaction, nor by a reaction that means death.",
                number::counted(all.stated, "report that states", "reports that state"),
                all.share()
            ),
            Some(reports) => format!(
                "{} of a death ({}): {}.",
                number::reports(reports),
                all.share(),
                self.deaths.made_up()
            ),
        }
    }

    fn table(&self) -> Table {
        let listed = &self.listed;
        let day = |key: &str, title: &str, pick: fn(&Death) -> Option<i32>| {
            Column::date(key, title, listed.iter().map(pick))
        };
        let text = |key: &str, title: &str, pick: fn(&Death) -> &Option<String>| {
            Column::text(key, title, listed.iter().map(|death| pick(death).clone()))
        };
        let ids = listed.iter().map(|death| &death.id);
        let told_by = listed.iter().map(|death| &death.told_by);
        let caption = "Reports of a death one by one, latest first";
        let mut table = Table::new(LISTING, caption)
            .column(Column::text("report", "Report", ids))
            .column(day("received", "First received", |death| death.received))
            .column(day("event", "Event", |death| death.event))
            .column(day("death", "Death", |death| death.died))
            .column(Column::text("told-by", "Stated by", told_by))
            .column(text("role", "Role of the drug", |death| &death.role))
            .column(text("reactions", "Reactions: outcomes", |death| {
                &death.reactions
            }));
        for note in self.notes() {
            table = table.note(note);
        }
        table.print_top(self.printed)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = vec![
            "Stated by: the criterion death belongs to the report, the outcome fatal to one of its reactions, \
             and a reaction can mean death by its name. Event, Death: the days, where the report gives them in full. Role: the \
             strongest role that the report gives to the drug of this document. No drug is linked to any \
             reaction, or to the death, inside a report."
                .to_owned(),
        ];
        let (listed, all) = (self.listed.len() as u32, self.deaths.all.reports);
        let rest = all.saturating_sub(listed);
        if rest > 0 {
            notes.push(format!(
                "Listed: {} of {}; {} received earlier {} not listed.",
                number::count(listed),
                number::reports(all),
                number::count(rest),
                if rest == 1 { "is" } else { "are" }
            ));
        }
        notes
    }
}

fn read(deaths: &impl Data, listed: &mut Vec<Death>) -> Result<(), QueryError> {
    for page in Pages::new(deaths, &COLUMNS) {
        let page = page?;
        listed.extend((0..page.reports()).map(|report| Death::of(&page, report)));
    }
    Ok(())
}

impl Death {
    fn of(page: &Page<'_>, report: u32) -> Self {
        Self {
            id: page
                .text("report-id", report)
                .unwrap_or("not reported")
                .to_owned(),
            received: page.date("received", report),
            event: page.date("event", report),
            died: page.date("death", report),
            told_by: number::list(&page.texts("death-stated", report), "and"),
            role: page.text("role", report).map(str::to_owned),
            reactions: joined_terms(&page.texts("reaction-with-outcome", report), MAX_TERMS),
        }
    }

    fn bytes(&self) -> usize {
        let texts = [&self.role, &self.reactions].into_iter().flatten();
        self.id.len() + self.told_by.len() + texts.map(String::len).sum::<usize>()
    }
}
