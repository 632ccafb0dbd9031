//! A section as an author writes it with the SDK, with one mistake. Which one stands in the component as
//! `mistake:NAME...`, so that a test puts another in without compiling.

use std::{collections::HashMap, hint::black_box};

use quire_sdk::{
    About, Chart, Column, Content, Data, Fact, Failure, Filter, Request, Section, Series, Table,
    Text, log,
    wit::types::{Align, Block, Cells, Heading, Table as RawTable, TableColumn},
};

static MISTAKE: [u8; 32] = *b"mistake:none....................";

/// The mistake's name. Read so that the compiler cannot know it.
fn mistake() -> String {
    let text = String::from_utf8_lossy(black_box(&MISTAKE)).into_owned();
    text["mistake:".len()..].trim_end_matches('.').to_owned()
}

#[derive(serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Params {
    top: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { top: 10 }
    }
}

/// By hand, as authors without `#[quire_sdk::params]` do.
impl quire_sdk::Params for Params {
    fn schema() -> Option<String> {
        let schema = match mistake().as_str() {
            "schema-type" => {
                r#"{"type":"object","properties":{"top":{"type":"int","minimum":"one"}}}"#
            }
            "schema-json" => r#"{"type":"object","properties":{"top":{"type":"integer",}}}"#,
            "schema-name" => {
                r#"{"type":"object","properties":{"topp":{"type":"integer","default":5}}}"#
            }
            "schema-no-default" => {
                r#"{"type":"object","required":["top"],"properties":{"top":{"type":"integer"}}}"#
            }
            "schema-default" => {
                r#"{"type":"object","properties":{"top":{"type":"integer","minimum":1,"default":0}}}"#
            }
            _ => {
                r#"{"type":"object","additionalProperties":false,"properties":{"top":{"type":"integer","minimum":1,"default":10}}}"#
            }
        };
        Some(schema.to_owned())
    }
}

struct Mistake;

quire_sdk::section!(Mistake);

impl Section for Mistake {
    const ABOUT: About = About {
        title: "Mistake",
        summary: "One mistake.",
        version: env!("CARGO_PKG_VERSION"),
        locales: &["en"],
    };
    type Params = Params;

    fn render(request: &Request<Params>, data: &impl Data) -> Result<Content, Failure> {
        let mistake = mistake();
        let mut content = Content::new("Mistake");
        if mistake == "empty-series" {
            let top = data.count_by("reaction", Some(1))?;
            content.paragraph(top.rows[0].value.clone());
        }
        if data.reports() == 0 {
            return Err(Failure::NoData("No report was analysed.".to_owned()));
        }
        queries(&mistake, data, &mut content)?;
        crashes(&mistake, data.reports());
        surroundings(&mistake, &mut content);
        blocks(&mistake, request, data, &mut content)?;
        Ok(content)
    }
}

fn queries(mistake: &str, data: &impl Data, content: &mut Content) -> Result<(), Failure> {
    match mistake {
        "dimension" => drop(data.count_by("reactions", Some(10))?),
        "dimension-unwrapped" => drop(data.count_by("reactions", Some(10)).unwrap()),
        "measure" => drop(data.summarise("age")?),
        "filter" => drop(data.select(&[Filter::one_of("gender", ["female"])])?),
        "handles" => {
            let mut held = Vec::new();
            for _ in 0..100 {
                held.push(data.select(&[Filter::known("sex")])?);
            }
            content.paragraph(held.len().to_string());
        }
        _ => {}
    }
    Ok(())
}

fn crashes(mistake: &str, reports: u32) {
    match mistake {
        "panic" => panic!("row {} is not what I thought", black_box(7)),
        "unwrap" => drop(black_box(None::<u32>).unwrap()),
        "division" => drop(black_box(1 / black_box(0u32))),
        "index" => drop(black_box(vec![1])[black_box(7)]),
        "loop" => {
            let mut number = 1u64;
            while number != 2 {
                number = black_box(number.wrapping_mul(3));
            }
        }
        "recursion" => drop(black_box(deeper(u64::from(reports)))),
        "memory" => {
            let mut held = Vec::new();
            for _ in 0..1 << 20 {
                held.push(black_box(vec![1u8; 1 << 20]));
            }
        }
        "thread" => drop(std::thread::spawn(|| 1).join()),
        "exit" => std::process::exit(3),
        _ => {}
    }
}

#[expect(unconditional_recursion, reason = "the mistake")]
fn deeper(number: u64) -> u64 {
    let frame = [number; 256];
    deeper(black_box(frame)[3] + 1) + 1
}

fn surroundings(mistake: &str, content: &mut Content) {
    match mistake {
        "file" => drop(std::fs::read_to_string("/etc/passwd").unwrap()),
        "network" => drop(std::net::TcpStream::connect("127.0.0.1:80").unwrap()),
        "environment" => {
            content.paragraph(std::env::var("HOME").unwrap_or_else(|error| error.to_string()))
        }
        "clock" => content.paragraph(format!("{:?}", std::time::SystemTime::now())),
        "sleep" => std::thread::sleep(std::time::Duration::from_secs(5)),
        "print" => {
            println!("hello from stdout");
            eprintln!("hello from stderr");
            log::info("hello from log");
        }
        "hash-order" => {
            let map: HashMap<_, _> = (0..20).map(|number| (number, number)).collect();
            map.keys()
                .for_each(|key| content.paragraph(key.to_string()));
        }
        _ => {}
    }
}

fn blocks(
    mistake: &str,
    request: &Request<Params>,
    data: &impl Data,
    content: &mut Content,
) -> Result<(), Failure> {
    let top = data.count_by("reaction", Some(request.params.top))?;
    let id = if mistake == "id" { "My Table" } else { "top" };
    let key = if mistake == "key" { "Term" } else { "term" };
    let take = if mistake == "ragged" { 3 } else { 99 };
    let terms = top.rows.iter().map(|row| &row.value);
    let reports = top.rows.iter().take(take).map(|row| row.reports);
    let mut table = Table::new(id, "Reactions")
        .column(Column::text(key, "Term", terms))
        .column(Column::integer("reports", "Reports", reports));
    if mistake == "long-text" {
        table = table.note("x".repeat(100_000));
    }
    content.table(table.clone());
    match mistake {
        "id-twice" => content.table(table),
        "number" => content.block(Block::Table(not_a_number())),
        "too-many" => {
            (0..6_000).for_each(|number| content.paragraph(format!("Paragraph {number}")))
        }
        "fact-source" => content.fact(Fact::count("reports", data.reports()).shown_in("table-2")),
        "fact-twice" => (0..2).for_each(|_| content.fact(Fact::count("reports", data.reports()))),
        "level" => content.block(heading(9, "Deep")),
        "control" => content.block(heading(2, "a\u{7}b")),
        "link" => content.paragraph(Text::new("See ").link("here", "http://example.com")),
        "chart-kind" => content.chart(
            Chart::new("pie", "c", "Pie")
                .categories(["a"])
                .series(Series::counts("n", [1])),
        ),
        "chart-length" => content.chart(
            Chart::new("bar", "c", "Bars")
                .categories(["a", "b"])
                .series(Series::counts("n", [1, 2, 3])),
        ),
        "no-words" => return Err(Failure::Failed(String::new())),
        _ => {}
    }
    Ok(())
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(Heading {
        level,
        text: text.to_owned(),
        anchor: None,
    })
}

fn not_a_number() -> RawTable {
    let ratio = TableColumn {
        key: "ratio".to_owned(),
        title: "Ratio".to_owned(),
        unit: None,
        align: Align::End,
        decimals: Some(1),
        cells: Cells::Number(vec![1.0, 0.0 / black_box(0.0)]),
        missing: Vec::new(),
    };
    RawTable {
        id: "ratios".to_owned(),
        caption: Vec::new(),
        columns: vec![ratio],
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    }
}
