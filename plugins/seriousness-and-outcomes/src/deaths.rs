//! The reports of a death, by either way of reporting it, newest first.

use std::cmp::Reverse;

use quire_sdk::{
    Column, Content, Data, Filter, Page, Pages, QueryError, Table, joined_terms, number,
};

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
    "reaction-outcome",
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
    told_by: &'static str,
    role: Option<String>,
    reactions: Option<String>,
}

/// The reports with the criterion death or a fatal reaction.
#[derive(Clone, Debug)]
pub(crate) struct Deaths {
    listed: Vec<Death>,
    /// How many of them are printed.
    printed: u32,
    /// Reports with the criterion.
    with_criterion: u32,
    /// Reports with a fatal reaction, but without the criterion.
    fatal_only: u32,
}

impl Deaths {
    /// All of them, the `printed` most recently received on the page; none if that is 0.
    pub(crate) fn of(data: &impl Data, printed: u32) -> Result<Self, QueryError> {
        let criterion = data.select(&[Filter::one_of("seriousness-criterion", ["death"])])?;
        let outcome = data.select(&[
            Filter::one_of("reaction-outcome", ["fatal"]),
            Filter::none_of("seriousness-criterion", ["death"]),
        ])?;
        let mut listed = Vec::new();
        if printed > 0 {
            read(&criterion, true, &mut listed)?;
            read(&outcome, false, &mut listed)?;
        }
        listed.sort_by(|one, other| {
            (Reverse(one.received), &one.id).cmp(&(Reverse(other.received), &other.id))
        });
        Table::fit(&mut listed, COLUMNS.len(), Death::bytes);
        Ok(Self {
            listed,
            printed,
            with_criterion: criterion.reports(),
            fatal_only: outcome.reports(),
        })
    }

    pub(crate) fn write(&self, content: &mut Content, analysed: u32) {
        content.heading("Reports of a death");
        content.paragraph(format!(
            "{}{}",
            self.criterion_text(analysed),
            self.outcome_text()
        ));
        if !self.listed.is_empty() {
            content.table(self.table());
        }
    }

    fn criterion_text(&self, analysed: u32) -> String {
        let of = number::counted(analysed, "analysed report", "analysed reports");
        match self.with_criterion {
            0 => format!("None of {of} has the seriousness criterion death."),
            1 => format!(
                "1 of {of} has the seriousness criterion death ({}).",
                number::share(1u32, analysed)
            ),
            many => format!(
                "{} of {of} have the seriousness criterion death ({}).",
                number::count(many),
                number::share(many, analysed)
            ),
        }
    }

    fn outcome_text(&self) -> String {
        match self.fatal_only {
            0 => String::new(),
            1 => " 1 more report gives the outcome fatal for a reaction without that criterion."
                .to_owned(),
            many => format!(
                " {} more reports give the outcome fatal for a reaction without that criterion.",
                number::count(many)
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
        let told_by = listed.iter().map(|death| death.told_by);
        let caption = "Reports with the criterion death or a fatal outcome, latest first";
        let mut table = Table::new(LISTING, caption)
            .column(Column::text("report", "Report", ids))
            .column(day("received", "First received", |death| death.received))
            .column(day("event", "Event", |death| death.event))
            .column(day("death", "Death", |death| death.died))
            .column(Column::text("told-by", "Criterion / outcome", told_by))
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
            "Criterion / outcome: the criterion death belongs to the report, the outcome fatal to one of \
             its reactions. Event, Death: the days, where the report gives them in full. Role: the \
             strongest role that the report gives to the drug of this document. No drug is linked to any \
             reaction, or to the death, inside a report."
                .to_owned(),
        ];
        let (listed, all) = (
            self.listed.len() as u32,
            self.with_criterion + self.fatal_only,
        );
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

fn read(
    deaths: &impl Data,
    has_criterion: bool,
    listed: &mut Vec<Death>,
) -> Result<(), QueryError> {
    for page in Pages::new(deaths, &COLUMNS) {
        let page = page?;
        let reports = 0..page.reports();
        listed.extend(reports.map(|report| Death::of(&page, report, has_criterion)));
    }
    Ok(())
}

impl Death {
    fn of(page: &Page<'_>, report: u32, has_criterion: bool) -> Self {
        let is_fatal = page.texts("reaction-outcome", report).contains(&"fatal");
        Self {
            id: page
                .text("report-id", report)
                .unwrap_or("not reported")
                .to_owned(),
            received: page.date("received", report),
            event: page.date("event", report),
            died: page.date("death", report),
            told_by: match (has_criterion, is_fatal) {
                (true, true) => "criterion and outcome",
                (true, false) => "criterion",
                (false, _) => "outcome",
            },
            role: page.text("role", report).map(str::to_owned),
            reactions: joined_terms(&page.texts("reaction-with-outcome", report), MAX_TERMS),
        }
    }

    fn bytes(&self) -> usize {
        let texts = [&self.role, &self.reactions].into_iter().flatten();
        self.id.len() + self.told_by.len() + texts.map(String::len).sum::<usize>()
    }
}
