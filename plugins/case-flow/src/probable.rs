//! Reports that are probably of one patient's case: how many cases there are, and which reports.

use std::collections::BTreeMap;

use quire_sdk::{
    Column, Content, Data, Filter, Pages, ProbableCases, QueryError, Table, citation, joined_terms,
    number,
};

const TABLE: &str = "probable-cases";
/// Terms printed for one report.
const MOST_TERMS: usize = 8;
/// What is read of a report.
const COLUMNS: [&str; 7] = [
    "report-id",
    "probable-case",
    "sex",
    "age-years",
    "country",
    "event",
    "reaction",
];

/// One report of a case that has several.
struct Member {
    /// Number of the case in the table.
    case: usize,
    id: String,
    sex: Option<String>,
    age: Option<f64>,
    country: Option<String>,
    event: Option<i32>,
    reactions: Option<String>,
}

/// How many probable cases the analysed reports are of, and the reports of those with several.
pub(crate) fn write(content: &mut Content, data: &impl Data) -> Result<(), QueryError> {
    let found = ProbableCases::of(data)?;
    content.heading("Probable cases");
    content.paragraph(text(&found));
    for fact in found.facts() {
        content.fact(fact);
    }
    if !found.names.is_empty() {
        content.table(table(&found, &members(data, &found)?));
    }
    Ok(())
}

fn text(found: &ProbableCases) -> String {
    let how = format!(
        "Reports are weighed by the hit-miss model {} over sex, age, country, day of the event, drugs and \
         reactions; none is left out for it.",
        citation(&["hit-miss"])
    );
    if found.repeats() == 0 {
        return format!(
            "The {} are probably of as many cases: no two of them are probably of the same patient. {how}",
            number::counted(found.reports, "analysed report", "analysed reports")
        );
    }
    format!(
        "The {} are probably of {}: {} told by more than one report. {how}",
        number::counted(found.reports, "analysed report", "analysed reports"),
        number::counted(found.cases, "case", "cases"),
        match found.names.len() {
            1 => "1 is".to_owned(),
            many => format!("{} are", number::count(many as u64)),
        }
    )
}

fn members(data: &impl Data, found: &ProbableCases) -> Result<Vec<Member>, QueryError> {
    let places: BTreeMap<&str, usize> = found.names.iter().map(String::as_str).zip(1..).collect();
    let reports = data.select(&[Filter::one_of("probable-case", found.names.iter())])?;
    let mut members = Vec::new();
    for page in Pages::new(&reports, &COLUMNS) {
        let page = page?;
        for report in 0..page.reports() {
            let text = |name: &str| page.text(name, report).map(str::to_owned);
            let case = page.text("probable-case", report);
            members.push(Member {
                case: case
                    .and_then(|name| places.get(name).copied())
                    .unwrap_or_default(),
                id: text("report-id").unwrap_or_default(),
                sex: text("sex"),
                age: page.number("age-years", report),
                country: text("country"),
                event: page.date("event", report),
                reactions: joined_terms(&page.texts("reaction", report), MOST_TERMS),
            });
        }
    }
    members.sort_by_key(|member| member.case);
    Ok(members)
}

fn table(found: &ProbableCases, members: &[Member]) -> Table {
    let text = |key: &str, title: &str, pick: fn(&Member) -> &Option<String>| {
        Column::text(
            key,
            title,
            members.iter().map(|member| pick(member).clone()),
        )
    };
    let ages = members.iter().map(|member| member.age);
    let mut table = Table::new(TABLE, "Reports that are probably of one case")
        .column(Column::integer("case", "Case", members.iter().map(|member| member.case as u64)))
        .column(Column::text("report", "Report id", members.iter().map(|member| &member.id)))
        .column(Column::number("age", "Age, years", 0, ages))
        .column(text("sex", "Sex", |member| &member.sex))
        .column(text("country", "Country", |member| &member.country))
        .column(Column::date("event", "Event", members.iter().map(|member| member.event)))
        .column(text("reactions", "Reactions", |member| &member.reactions))
        .note("Reports with the same number are probably of one patient: at least 19 times as likely as not, where one report in twenty has another of its case. What they state of sex, age, country and weight does not contradict. Cases with most reports first.");
    let listed: usize = found.clusters.iter().map(Vec::len).sum();
    let left = (found.repeats() as usize + found.names.len()).saturating_sub(listed);
    if left > 0 {
        table = table.note(format!(
            "{} of further cases are not listed, because there are too many.",
            number::reports(left as u64)
        ));
    }
    table
}

#[cfg(test)]
mod tests {
    use quire_sdk::testing::{Case, Fixture, plain_text, problems, render};

    use crate::CaseFlow;

    #[test]
    fn reports_of_one_patient_stand_together() {
        let case = |id: &str| {
            Case::new(id)
                .with("role", "suspect")
                .with("sex", "female")
                .with("reaction", "Rash")
                .measure("age-years", 63.0)
        };
        let fixture = Fixture::new(vec![case("1"), case("2"), case("3").of_case("1")]);

        let output = render::<CaseFlow>(&fixture, "{}").unwrap();

        assert_eq!(problems(&output), [""; 0]);
        let text = plain_text(&output);
        for line in [
            "The 3 analysed reports are probably of 2 cases: 1 is told by more than one report.",
            "\n1 | 1 | 63 | female | – | – | Rash\n1 | 3 | 63 | female | – | – | Rash\n",
            "fact probable-cases = FactValue::Integer(2)",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn without_repeats_there_is_no_table() {
        let fixture = Fixture::new(vec![Case::new("1"), Case::new("2")]);

        let text = plain_text(&render::<CaseFlow>(&fixture, "{}").unwrap());

        assert!(
            text.contains("are probably of as many cases: no two of them are probably of the same"),
            "{text}"
        );
        assert!(!text.contains("[table probable-cases"), "{text}");
    }
}
