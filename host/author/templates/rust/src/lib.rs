//! The reactions named in most reports.

use quire_sdk::{About, Column, Content, Data, Fact, Failure, Request, Section, Table, log, number};

/// Reactions by the number of reports that name them.
#[derive(Debug)]
pub struct TopReactions;

quire_sdk::section!(TopReactions);

/// What a report can ask for.
#[quire_sdk::params]
#[derive(Debug)]
pub struct Params {
    /// Rows of the table.
    #[param(default = 10, min = 1, max = 100)]
    pub top: u32,
}

impl Section for TopReactions {
    const ABOUT: About = About {
        title: "Top reactions",
        summary: "The reactions named in most reports.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let reports = data.reports();
        if reports == 0 {
            return Err(Failure::NoData("No report was analysed.".to_owned()));
        }
        let reactions = data.count_by("reaction", Some(request.params.top))?;
        log::info(&format!("{reports} reports, {} reactions", reactions.distinct));

        let rows = &reactions.rows;
        let share = |reports_with| number::percent_of(reports_with, reports);
        let mut content = Content::new("Top reactions");
        content.paragraph(format!(
            "Reports analysed: {}. Reactions listed: {} of {}, those named in most reports.",
            number::count(reports),
            number::count(rows.len() as u64),
            number::count(reactions.distinct),
        ));
        content.table(
            Table::new("top-reactions", "Reactions named in most reports")
                .column(Column::text("reaction", "Reaction", rows.iter().map(|row| &row.value)))
                .column(Column::integer("reports", "Reports", rows.iter().map(|row| row.reports)))
                .column(Column::percent("percent", "% of reports", rows.iter().map(|row| share(row.reports))))
                .note("A report that names several reactions counts once for each."),
        );
        content.fact(Fact::count("distinct-reactions", reactions.distinct).shown_in("top-reactions"));
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{Case, Fixture, plain_text, problems, render};

    #[test]
    fn a_report_counts_once_for_each_reaction_that_it_names() {
        let fixture = Fixture::new(vec![
            Case::new("1").with("reaction", "Nausea").with("reaction", "Rash"),
            Case::new("2").with("reaction", "Nausea"),
        ]);

        let output = render::<super::TopReactions>(&fixture, r#"{"top": 1}"#).unwrap();

        assert_eq!(problems(&output), [""; 0]);
        assert!(plain_text(&output).contains("Nausea | 2 | 100.0%"));
        assert!(plain_text(&output).contains("Reactions listed: 1 of 2"));
    }
}
