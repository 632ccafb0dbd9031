//! What was done with the drug, and what happened when it was stopped or given again.

use quire_sdk::{
    Breakdown, Column, Content, Data, Fact, Filter, QueryError, Table, number, number::percent_of,
    reports_with,
};

const CHALLENGE: &str = "challenge";
const ACTIONS: [(&str, &str); 6] = [
    ("withdrawn", "Withdrawn"),
    ("dose reduced", "Dose reduced"),
    ("dose increased", "Dose increased"),
    ("dose not changed", "Dose not changed"),
    ("unknown", "Unknown, as the report says"),
    ("not applicable", "Not applicable"),
];

/// One of the two tests.
struct Test {
    dimension: &'static str,
    label: &'static str,
    yes: &'static str,
    no: &'static str,
}

const TESTS: [Test; 2] = [
    Test {
        dimension: "dechallenge",
        label: "Dechallenge",
        yes: "the event abated when the drug was stopped or reduced",
        no: "it did not",
    },
    Test {
        dimension: "rechallenge",
        label: "Rechallenge",
        yes: "the event came back when the drug was given again",
        no: "it did not",
    },
];

/// A row of the table of tests.
struct Row {
    test: &'static str,
    answer: String,
    /// None where no report states anything.
    reports: Option<u32>,
    of_answered: Option<f64>,
}

pub(crate) fn write(
    content: &mut Content,
    data: &impl Data,
    analysed: u32,
) -> Result<(), QueryError> {
    content.heading("Action taken with the drug");
    content.table(
        Breakdown::new(
            "actions",
            "Reports by action taken with the drug",
            "Action",
            analysed,
        )
        .counts(&data.count_by("action-taken", None)?, &ACTIONS)
        .not_exclusive()
        .table(),
    );
    content.heading("Dechallenge and rechallenge");
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for test in &TESTS {
        let counts = data.count_by(test.dimension, None)?;
        let answered = data
            .select(&[Filter::one_of(test.dimension, ["yes", "no"])])?
            .reports();
        let (yes, no) = (reports_with(&counts, "yes"), reports_with(&counts, "no"));
        let known = |reports: u32| (counts.missing < analysed).then_some(reports);
        let row = |answer: &str, reports, of_answered| Row {
            test: test.label,
            answer: answer.to_owned(),
            reports,
            of_answered,
        };
        rows.push(row(
            &format!("Positive: {}", test.yes),
            known(yes),
            percent_of(yes, answered),
        ));
        rows.push(row(
            &format!("Negative: {}", test.no),
            known(no),
            percent_of(no, answered),
        ));
        rows.push(row(
            "Unknown or not applicable",
            known(reports_with(&counts, "unknown")),
            None,
        ));
        rows.push(row("Not reported", Some(counts.missing), None));
        notes.push(format!(
            "{}: {} of {} {} a positive or negative answer.",
            test.label,
            number::count(answered),
            number::counted(analysed, "analysed report", "analysed reports"),
            if answered == 1 { "gives" } else { "give" }
        ));
        let fact = |kind: &str, reports: u32| {
            Fact::count(&format!("{}-{kind}", test.dimension), reports)
                .unit("reports")
                .shown_in(CHALLENGE)
        };
        content.fact(known(yes).map(|yes| fact("positive", yes)));
        content
            .fact(Fact::count(&format!("{}-answered", test.dimension), answered).unit("reports"));
    }
    content.table(table(&rows, &notes));
    Ok(())
}

fn table(rows: &[Row], notes: &[String]) -> Table {
    let mut table = Table::new(CHALLENGE, "Dechallenge and rechallenge with the drug")
        .column(Column::text(
            "test",
            "Test",
            rows.iter().map(|row| row.test),
        ))
        .column(Column::text(
            "answer",
            "Answer",
            rows.iter().map(|row| &row.answer),
        ))
        .column(Column::integer(
            "reports",
            "Reports",
            rows.iter().map(|row| row.reports),
        ))
        .column(Column::percent(
            "percent-of-answered",
            "% of answered",
            rows.iter().map(|row| row.of_answered),
        ));
    for note in notes {
        table = table.note(note.as_str());
    }
    table.note(
        "A report that lists the drug several times can give several answers. Answers are the reporter's; \
         a positive one is not proof.",
    )
}
