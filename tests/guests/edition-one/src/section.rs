//! What all editions have in common.

wit_bindgen::generate!({ world: "section-module", path: "../../../wit", generate_all });

use exports::quire::report::section::Guest;
use quire::report::{
    cases::CaseSeries,
    types::{
        Align, Block, Cells, Failure, Heading, Manifest, Marker, Output, Paragraph,
        RenderContext, Span, Style, Table, TableColumn,
    },
};

use crate::{EDITION, FAILS, TITLE, burden};

struct Edition;
export!(Edition);

impl Guest for Edition {
    fn describe() -> Manifest {
        Manifest {
            title: TITLE.to_owned(),
            summary: "Says which edition of itself made it.".to_owned(),
            version: format!("{EDITION}.0.0"),
            locales: vec!["en".to_owned()],
            params_schema: Some(r#"{"type": "object", "properties": {}}"#.to_owned()),
            attributes: Vec::new(),
        }
    }

    fn render(_: RenderContext, data: CaseSeries) -> Result<Output, Failure> {
        burden();
        if FAILS {
            return Err(Failure::Failed("this edition always fails".to_owned()));
        }
        let reports = i64::from(data.len());
        Ok(Output {
            blocks: vec![heading(), paragraph(), table(reports)],
            facts: Vec::new(),
        })
    }
}

fn heading() -> Block {
    Block::Heading(Heading {
        level: 1,
        text: TITLE.to_owned(),
        anchor: None,
    })
}

fn paragraph() -> Block {
    Block::Paragraph(Paragraph {
        spans: vec![span(format!("made by edition {EDITION} of itself"))],
        marker: Marker::None,
        indent: 0,
    })
}

/// One number that is the same in all editions, and one that is not.
fn table(reports: i64) -> Block {
    Block::Table(Table {
        id: "numbers".to_owned(),
        caption: vec![span("Numbers".to_owned())],
        columns: vec![
            column("what", Cells::Text(vec!["reports".to_owned(), "edition".to_owned()])),
            column("number", Cells::Integer(vec![reports, EDITION])),
        ],
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    })
}

fn column(key: &str, cells: Cells) -> TableColumn {
    TableColumn {
        key: key.to_owned(),
        title: key.to_owned(),
        unit: None,
        align: Align::Start,
        decimals: None,
        cells,
        missing: Vec::new(),
    }
}

fn span(text: String) -> Span {
    Span {
        text,
        style: Style::empty(),
        href: None,
        footnote: None,
    }
}
