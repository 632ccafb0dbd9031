//! A section that asks the contract for everything that it promised when it was written, and prints the answers: what the frozen
//! components of `tests/data/contract` were built from.

wit_bindgen::generate!({ world: "section-module", path: "../../../wit", generate_all });

use exports::quire::report::section::Guest;
use quire::report::{
    background,
    cases::{CaseSeries, Condition, Filter},
    interval, label,
    log::{self, Level},
    provenance, strata, totals,
    types::{
        Align, Block, Cells, Fact, FactValue, Failure, Heading, Manifest, Marker, Output,
        Paragraph, RenderContext, Span, Style, Table, TableColumn,
    },
};

struct Contract;
export!(Contract);

/// Reactions that the background and the label are asked about.
const TERMS: [&str; 2] = ["Nausea", "Dyspnoea"];

impl Guest for Contract {
    fn describe() -> Manifest {
        Manifest {
            title: "Contract".to_owned(),
            summary: "Asks for everything and prints the answers.".to_owned(),
            version: "0.1.0".to_owned(),
            locales: vec!["en".to_owned()],
            params_schema: None,
            attributes: Vec::new(),
        }
    }

    fn render(context: RenderContext, data: CaseSeries) -> Result<Output, Failure> {
        log::write(Level::Info, "the contract is asked");
        let mut blocks = vec![Block::Heading(Heading {
            level: 1,
            text: "Contract".to_owned(),
            anchor: None,
        })];
        let mut say =
            |what: &str, answer: String| blocks.push(paragraph(format!("{what}: {answer}")));
        say("as-of", format!("{} {:?}", context.as_of, context.period));
        series(&data, &mut say);
        surroundings(&mut say);
        let reactions = data.count_by("reaction", Some(5)).map_err(|_| refused())?;
        blocks.push(table(
            &reactions
                .rows
                .iter()
                .map(|row| (row.value.clone(), i64::from(row.reports)))
                .collect::<Vec<_>>(),
        ));
        Ok(Output {
            blocks,
            facts: vec![Fact {
                key: "reports".to_owned(),
                value: FactValue::Integer(i64::from(data.len())),
                unit: None,
                source: Some("reactions".to_owned()),
                attributes: Vec::new(),
            }],
        })
    }
}

fn refused() -> Failure {
    Failure::Failed("a query of the contract was refused".to_owned())
}

/// Every function of the case series.
fn series(data: &CaseSeries, say: &mut impl FnMut(&str, String)) {
    say("len", data.len().to_string());
    for name in ["sex", "reaction", "death-stated", "probable-case"] {
        say(
            "dimension",
            data.dimensions()
                .iter()
                .any(|known| known == name)
                .to_string(),
        );
    }
    say(
        "measure",
        data.measures()
            .iter()
            .any(|known| known == "age-years")
            .to_string(),
    );
    say(
        "column",
        data.columns()
            .iter()
            .any(|known| known == "received")
            .to_string(),
    );
    say("count-by", format!("{:?}", data.count_by("sex", None)));
    say(
        "count-by reaction",
        format!("{:?}", data.count_by("reaction", Some(3))),
    );
    say(
        "distinct-by",
        format!("{:?}", data.distinct_by("sex", "reaction", None)),
    );
    say(
        "cross-tab",
        format!("{:?}", data.cross_tab("reaction", "sex", 3, 2)),
    );
    say("summarise", format!("{:?}", data.summarise("age-years")));
    say(
        "unknown",
        format!("{:?}", data.count_by("star-sign", None).is_err()),
    );
    let women = [Filter {
        on: "sex".to_owned(),
        is: Condition::OneOf(vec!["female".to_owned()]),
    }];
    let women = data.where_(&women).map(|women| women.len());
    say("where", format!("{women:?}"));
    let names = [
        "report-id",
        "sex",
        "reaction",
        "age-years",
        "received",
        "serious",
    ];
    let names = names.map(str::to_owned);
    say("page", format!("{:?}", data.page(1, 2, &names)));
    say(
        "page beyond",
        format!("{:?}", data.page(1_000_000, 1, &names)),
    );
}

/// Every interface beside the case series.
fn surroundings(say: &mut impl FnMut(&str, String)) {
    let terms = TERMS.map(str::to_owned);
    say(
        "totals",
        format!("{:?}", totals::received().map(|days| days.len())),
    );
    say("interval", format!("{:?}", interval::describe().is_some()));
    say(
        "background",
        format!(
            "{:?}",
            background::describe().map(|source| (source.role, source.total, source.drug))
        ),
    );
    say(
        "background unavailable",
        format!("{:?}", background::unavailable().is_some()),
    );
    say(
        "background count",
        format!("{:?}", background::count(&terms)),
    );
    say(
        "background prior",
        format!("{:?}", background::prior().is_some()),
    );
    for way in strata::describe() {
        let names: Vec<_> = way.strata.iter().map(|part| &part.name).collect();
        let sums = way
            .strata
            .iter()
            .fold((0, 0), |sums, part| (sums.0 + part.total, sums.1 + part.drug));
        say(
            "strata",
            format!(
                "{}: {names:?} {sums:?} {:?}",
                way.name,
                strata::count(&way.name, &terms)
            ),
        );
    }
    let gaps = strata::unavailable();
    let gaps: Vec<_> = gaps.into_iter().map(|gap| gap.name).collect();
    say("strata unavailable", format!("{gaps:?}"));
    say(
        "strata unknown",
        format!("{:?}", strata::count("star-sign", &terms)),
    );
    say("label", format!("{:?}", label::describe().is_some()));
    say(
        "label unavailable",
        format!("{:?}", label::unavailable().is_some()),
    );
    say(
        "label find",
        format!(
            "{:?}",
            label::find(&terms).iter().map(Vec::len).collect::<Vec<_>>()
        ),
    );
    let origin = provenance::describe();
    say(
        "origin",
        format!(
            "{} {:?} {:?} {} {}",
            origin.ndc,
            origin.candidates.len(),
            origin.matched,
            origin.total,
            origin.fetched
        ),
    );
    say(
        "components",
        provenance::components().len().min(1).to_string(),
    );
    say("recipe", provenance::recipe().len().min(1).to_string());
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(Paragraph {
        spans: vec![span(text)],
        marker: Marker::None,
        indent: 0,
    })
}

fn span(text: String) -> Span {
    Span {
        text,
        style: Style::empty(),
        href: None,
        footnote: None,
    }
}

fn table(rows: &[(String, i64)]) -> Block {
    let column = |key: &str, title: &str, align, cells| TableColumn {
        key: key.to_owned(),
        title: title.to_owned(),
        unit: None,
        align,
        decimals: None,
        cells,
        missing: Vec::new(),
    };
    Block::Table(Table {
        id: "reactions".to_owned(),
        caption: vec![span("Reactions".to_owned())],
        columns: vec![
            column(
                "reaction",
                "Reaction",
                Align::Start,
                Cells::Text(rows.iter().map(|row| row.0.clone()).collect()),
            ),
            column(
                "reports",
                "Reports",
                Align::End,
                Cells::Integer(rows.iter().map(|row| row.1).collect()),
            ),
        ],
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    })
}
