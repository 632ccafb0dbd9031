//! The reports with the criterion death, newest first.

use std::cmp::Reverse;

use quire_sdk::{
    Column, Condition, Content, Data, Filter, Pages, QueryError, Table, display_term, number,
};

const LISTING: &str = "deaths";
/// Terms printed for one report; reports with dozens of terms exist.
const MAX_TERMS: usize = 12;
/// Reports in the table: some 150 bytes each, so that the section stays far below its 4 MiB of text.
const MAX_LISTED: usize = 10_000;

/// One listed report.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Death {
    id: String,
    received: Option<i32>,
    role: Option<String>,
    reactions: String,
}

/// The reports with the criterion death.
#[derive(Clone, Debug)]
pub(crate) struct Deaths {
    listed: Vec<Death>,
    /// How many of them are printed.
    printed: u32,
    all: u32,
    /// Reports with a fatal reaction, but without the criterion.
    fatal_only: u32,
}

impl Deaths {
    /// All of them, the `printed` most recently received on the page; none if that is 0.
    pub(crate) fn of(data: &impl Data, printed: u32) -> Result<Self, QueryError> {
        let deaths = data.select(&[of("seriousness-criterion", "death", true)])?;
        let fatal_only = data
            .select(&[
                of("reaction-outcome", "fatal", true),
                of("seriousness-criterion", "death", false),
            ])?
            .reports();
        let mut listed = if printed == 0 {
            Vec::new()
        } else {
            read(&deaths)?
        };
        listed.sort_by(|one, other| {
            (Reverse(one.received), &one.id).cmp(&(Reverse(other.received), &other.id))
        });
        listed.truncate(MAX_LISTED);
        Ok(Self {
            listed,
            printed,
            all: deaths.reports(),
            fatal_only,
        })
    }

    pub(crate) fn write(&self, content: &mut Content, analysed: u32) {
        content.heading("Reports with the criterion death");
        content.paragraph(format!(
            "{}{}",
            self.count_text(analysed),
            self.fatal_only_text()
        ));
        if !self.listed.is_empty() {
            content.table(self.table());
        }
    }

    fn count_text(&self, analysed: u32) -> String {
        let of = number::counted(analysed, "analysed report", "analysed reports");
        match self.all {
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

    fn fatal_only_text(&self) -> String {
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
        let listed = self.listed.len() as u32;
        let table = Table::new(LISTING, "Reports with the criterion death, latest first")
            .column(Column::text("report", "Report", self.listed.iter().map(|death| &death.id)))
            .column(Column::date("received", "First received", self.listed.iter().map(|death| death.received)))
            .column(Column::text("role", "Role of the drug", self.listed.iter().map(|death| death.role.clone())))
            .column(Column::text("reactions", "Reactions named", self.listed.iter().map(|death| &death.reactions)))
            .note("Role: the strongest role that the report gives to the drug of this document. No drug is linked to any reaction, or to the death, inside a report.");
        let table = if self.printed < listed {
            table.print_rows(self.printed)
        } else {
            table
        };
        match self.all.saturating_sub(listed) {
            0 => table,
            rest => table.note(format!(
                "Listed: {} of {}; {} received earlier {} not listed.",
                number::count(listed),
                number::reports(self.all),
                number::count(rest),
                if rest == 1 { "is" } else { "are" }
            )),
        }
    }
}

fn of(dimension: &str, value: &str, is_wanted: bool) -> Filter {
    let values = vec![value.to_owned()];
    Filter {
        on: dimension.to_owned(),
        is: if is_wanted {
            Condition::OneOf(values)
        } else {
            Condition::NoneOf(values)
        },
    }
}

fn read(deaths: &impl Data) -> Result<Vec<Death>, QueryError> {
    let mut listed = Vec::new();
    for page in Pages::new(deaths, &["report-id", "received", "role", "reaction"]) {
        let page = page?;
        for report in 0..page.reports() {
            listed.push(Death {
                id: page
                    .text("report-id", report)
                    .unwrap_or("not reported")
                    .to_owned(),
                received: page.date("received", report),
                role: page.text("role", report).map(str::to_owned),
                reactions: terms(&page.texts("reaction", report)),
            });
        }
    }
    Ok(listed)
}

fn terms(reactions: &[&str]) -> String {
    let shown: Vec<String> = reactions
        .iter()
        .take(MAX_TERMS)
        .map(|term| display_term(term))
        .collect();
    let rest = reactions.len().saturating_sub(MAX_TERMS);
    let more = if rest == 0 {
        String::new()
    } else {
        format!("; and {rest} more")
    };
    format!("{}{more}", shown.join("; "))
}
