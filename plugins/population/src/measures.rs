//! Age and weight in quartiles.

use quire_sdk::{Column, Content, Fact, Summary, Table, nobody_states};

const MEASURES: &str = "age-and-weight";

pub(crate) fn write(content: &mut Content, age: &Summary, weight: &Summary) {
    let all = [("Age, years", age), ("Weight, kg", weight)];
    for (label, summary) in all.iter().filter(|(_, summary)| summary.n == 0) {
        content.paragraph(format!("{label}: {}.", nobody_states(summary.missing)));
    }
    let rows: Vec<_> = all
        .into_iter()
        .filter(|(_, summary)| summary.n > 0)
        .collect();
    let value = |key: &str, title: &str, pick: fn(&Summary) -> f64| {
        Column::number(key, title, 1, rows.iter().map(|(_, summary)| pick(summary)))
    };
    let table = (!rows.is_empty()).then(|| {
        Table::new(MEASURES, "Age and weight of the patients")
            .column(Column::text("measure", "Measure", rows.iter().map(|(label, _)| *label)))
            .column(Column::integer("n", "n", rows.iter().map(|(_, summary)| summary.n)))
            .column(Column::integer("missing", "Not known", rows.iter().map(|(_, summary)| summary.missing)))
            .column(value("minimum", "Minimum", |summary| summary.minimum))
            .column(value("lower-quartile", "Lower quartile", |summary| summary.lower_quartile))
            .column(value("median", "Median", |summary| summary.median))
            .column(value("upper-quartile", "Upper quartile", |summary| summary.upper_quartile))
            .column(value("maximum", "Maximum", |summary| summary.maximum))
            .note("n: reports that give the measure. Not known: no value, or none that can be used (above 120 years; 0, or above 700 kg); an age group alone is no age. Quartiles by linear interpolation between ordered values (type 7).")
    });
    if let Some(table) = table {
        content.table(table);
    }
    content.fact_of(
        MEASURES,
        Fact::count("age-known-reports", age.n).unit("reports"),
    );
    if age.n > 0 {
        let median = Fact::number("median-age", age.median);
        content.fact_of(MEASURES, median.map(|fact| fact.unit("years")));
    }
}
