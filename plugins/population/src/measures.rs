//! Age and weight in quartiles.

use quire_sdk::{Column, Content, Fact, Summary, Table};

const MEASURES: &str = "age-and-weight";

pub(crate) fn write(content: &mut Content, age: &Summary, weight: &Summary) {
    let rows = [("Age, years", age), ("Weight, kg", weight)];
    let value = |key: &str, title: &str, pick: fn(&Summary) -> f64| {
        Column::number(
            key,
            title,
            1,
            rows.map(|(_, summary)| (summary.n > 0).then(|| pick(summary))),
        )
    };
    content.table(
        Table::new(MEASURES, "Age and weight of the patients")
            .column(Column::text("measure", "Measure", rows.map(|(label, _)| label)))
            .column(Column::integer("n", "n", rows.map(|(_, summary)| summary.n)))
            .column(Column::integer("missing", "Not reported", rows.map(|(_, summary)| summary.missing)))
            .column(value("minimum", "Minimum", |summary| summary.minimum))
            .column(value("lower-quartile", "Lower quartile", |summary| summary.lower_quartile))
            .column(value("median", "Median", |summary| summary.median))
            .column(value("upper-quartile", "Upper quartile", |summary| summary.upper_quartile))
            .column(value("maximum", "Maximum", |summary| summary.maximum))
            .note("n: reports that give the measure; an age group alone is no age. Quartiles by linear interpolation between ordered values (type 7)."),
    );
    content.fact(
        Fact::count("age-known-reports", age.n)
            .unit("reports")
            .shown_in(MEASURES),
    );
    if age.n > 0 {
        let median = Fact::number("median-age", age.median);
        content.fact(median.map(|fact| fact.unit("years").shown_in(MEASURES)));
    }
}
