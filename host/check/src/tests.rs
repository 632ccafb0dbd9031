//! Rules that a compiled guest would be a long way to break.

use quire_model::{
    Attribute, Axis, Block, Cells, Chart, Column, Extension, Fact, FactValue, Heading, Image,
    Paragraph, Positions, RowMark, RowRole, Scale, Series, Span, Table,
};

use super::{Fault, Manifest, block, fact, manifest, tally::Tally};

fn tally() -> Tally {
    Tally::new(32 << 20, 500_000)
}

/// The rule that a block breaks.
fn rule(mut block: Block) -> String {
    match block::check(&mut block, &mut tally()) {
        Err(Fault::Rule(rule)) => rule,
        other => panic!("no rule broken: {other:?}"),
    }
}

fn passes(mut block: Block) -> Block {
    block::check(&mut block, &mut tally()).unwrap();
    block
}

fn column(key: &str, cells: Cells) -> Column {
    Column {
        key: key.to_owned(),
        title: key.to_owned(),
        unit: None,
        align: quire_model::Align::Start,
        decimals: None,
        cells,
        missing: Vec::new(),
    }
}

fn table(columns: Vec<Column>) -> Table {
    Table {
        id: "t".to_owned(),
        caption: Vec::new(),
        columns,
        marks: Vec::new(),
        print_rows: None,
        notes: Vec::new(),
        attributes: Vec::new(),
    }
}

fn numbers(values: Vec<f64>) -> Table {
    table(vec![column("a", Cells::Number(values))])
}

fn chart(y: Scale, values: Vec<f64>) -> Chart {
    Chart {
        id: "c".to_owned(),
        kind: "line".to_owned(),
        caption: Vec::new(),
        alt: "a line".to_owned(),
        x: Axis::default(),
        y: Axis {
            scale: y,
            ..Axis::default()
        },
        positions: Positions::Numbers(vec![1.0, 2.0]),
        series: vec![Series {
            name: "s".to_owned(),
            values,
            interval: None,
            missing: Vec::new(),
        }],
        reference_lines: Vec::new(),
        attributes: Vec::new(),
    }
}

fn svg(text: &str) -> Block {
    Block::Image(Image {
        media_type: "image/svg+xml".to_owned(),
        data: text.as_bytes().to_vec(),
        caption: Vec::new(),
        alt: String::new(),
        width: 1.0,
    })
}

#[test]
fn a_missing_value_need_not_be_a_number_and_becomes_zero() {
    let mut table = numbers(vec![1.0, f64::NAN]);
    table.columns[0].missing = vec![1];

    let Block::Table(checked) = passes(Block::Table(table)) else {
        panic!("still a table")
    };

    assert_eq!(checked.columns[0].cells, Cells::Number(vec![1.0, 0.0]));
}

#[test]
fn missing_indexes_ascend_and_exist() {
    let mut table = numbers(vec![1.0, 2.0]);
    table.columns[0].missing = vec![1, 0];
    assert!(rule(Block::Table(table.clone())).contains("does not ascend"));

    table.columns[0].missing = vec![0, 0];
    assert!(rule(Block::Table(table.clone())).contains("does not ascend"));

    table.columns[0].missing = vec![2];
    assert!(rule(Block::Table(table)).contains("names 2, but there are only 2 values"));
}

#[test]
fn marks_ascend_exist_and_are_indented_a_little() {
    let mark = |row, indent| RowMark {
        row,
        role: RowRole::Total,
        indent,
    };
    let marked = |marks: Vec<RowMark>| {
        let mut table = numbers(vec![1.0, 2.0]);
        table.marks = marks;
        Block::Table(table)
    };

    assert!(rule(marked(vec![mark(2, 0)])).contains("names row 2"));
    assert!(rule(marked(vec![mark(1, 0), mark(0, 0)])).contains("do not ascend"));
    assert!(rule(marked(vec![mark(0, 5)])).contains("an indent of 5"));
    passes(marked(vec![mark(0, 4), mark(1, 0)]));
}

#[test]
fn columns_have_keys_of_their_own() {
    let twice = table(vec![
        column("a", Cells::Boolean(vec![true])),
        column("a", Cells::Boolean(vec![true])),
    ]);

    assert!(rule(Block::Table(twice)).contains("two columns have the key `a`"));
    assert!(rule(Block::Table(table(Vec::new()))).contains("no columns"));
}

#[test]
fn ids_are_unique_in_a_section() {
    let mut tally = tally();
    block::check(&mut Block::Table(numbers(vec![1.0])), &mut tally).unwrap();

    let again = block::check(&mut Block::Table(numbers(vec![1.0])), &mut tally);

    assert_eq!(
        again,
        Err(Fault::Rule(
            "table `t`: another table or chart has the same id".to_owned()
        ))
    );
}

#[test]
fn cells_are_counted_over_a_section() {
    let mut tally = tally();
    let mut results = (0..3).map(|index| {
        let mut table = numbers(vec![0.0; 200_000]);
        table.id = index.to_string();
        block::check(&mut Block::Table(table), &mut tally)
    });

    assert!(results.next().unwrap().is_ok());
    assert!(results.next().unwrap().is_ok());
    assert!(matches!(results.next().unwrap(), Err(Fault::Rule(rule)) if rule.contains("500000")));
}

#[test]
fn a_million_empty_parts_are_not_free() {
    let paragraph = Paragraph {
        spans: vec![Span::default(); 1_000_000],
        ..Paragraph::default()
    };

    let result = block::check(&mut Block::Paragraph(paragraph), &mut tally());

    assert!(matches!(result, Err(Fault::TooLarge { .. })));
}

#[test]
fn charts_are_as_long_as_their_positions_and_log_scales_above_zero() {
    passes(Block::Chart(chart(Scale::Linear, vec![0.0, -1.0])));
    passes(Block::Chart(chart(Scale::Log, vec![0.1, 1.0])));
    let short = rule(Block::Chart(chart(Scale::Linear, vec![0.0])));
    let zero = rule(Block::Chart(chart(Scale::Log, vec![1.0, 0.0])));

    assert!(short.contains("1 values for 2 positions"), "{short}");
    assert!(zero.contains("a log scale needs more than 0"), "{zero}");
}

#[test]
fn a_missing_point_may_be_anything_even_on_a_log_scale() {
    let mut chart = chart(Scale::Log, vec![1.0, f64::NAN]);
    chart.series[0].missing = vec![1];
    chart.series[0].interval = Some((vec![0.5, f64::NAN], vec![2.0, f64::NAN]));

    passes(Block::Chart(chart));
}

#[test]
fn a_drawing_only_draws() {
    passes(svg(
        r#"<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>"#,
    ));
    passes(svg(
        r##"<svg><use href="#a"/><rect fill="url(#g)"/></svg>"##,
    ));
    for bad in [
        "<svg><script>alert(1)</script></svg>",
        r#"<svg><image href="https://example.com/x.png"/></svg>"#,
        r#"<svg onload="alert(1)"></svg>"#,
        r#"<svg onload = "alert(1)"></svg>"#,
        r#"<!DOCTYPE svg [<!ENTITY a "b">]><svg/>"#,
        r#"<svg><rect fill="url(https://example.com)"/></svg>"#,
        "<p>no drawing</p>",
    ] {
        rule(svg(bad));
    }
}

#[test]
fn an_image_has_a_width_that_fits() {
    for width in [0.0, -1.0, 1.5, f32::NAN] {
        let image = Image {
            media_type: "image/png".to_owned(),
            data: b"\x89PNG\r\n\x1a\n".to_vec(),
            caption: Vec::new(),
            alt: String::new(),
            width,
        };

        assert!(rule(Block::Image(image)).contains("width"));
    }
}

#[test]
fn links_lead_to_safe_places() {
    let linked = |href: &str| {
        let span = Span {
            href: Some(href.to_owned()),
            ..Span::plain("here")
        };
        Block::Paragraph(Paragraph {
            spans: vec![span],
            ..Paragraph::default()
        })
    };

    for good in ["https://open.fda.gov/apis/", "#reactions"] {
        passes(linked(good));
    }
    for bad in [
        "",
        "#",
        "https://",
        "http://a",
        "HTTPS://a",
        "file:///etc",
        "data:x",
        "https://a b",
        "//a",
    ] {
        rule(linked(bad));
    }
}

#[test]
fn headings_have_text_and_anchors_of_their_own() {
    let heading = |text: &str, anchor: &str| {
        Block::Heading(Heading {
            level: 1,
            text: text.to_owned(),
            anchor: Some(anchor.to_owned()),
        })
    };
    let mut tally = tally();

    assert!(rule(heading("  ", "a")).contains("no text"));
    block::check(&mut heading("A", "a"), &mut tally).unwrap();
    assert!(block::check(&mut heading("B", "a"), &mut tally).is_err());
}

#[test]
fn extensions_hold_json() {
    let extension = |data: &str| {
        Block::Extension(Extension {
            kind: "map".to_owned(),
            data: data.to_owned(),
            fallback: Vec::new(),
        })
    };

    passes(extension(r#"{"a": [1, 2]}"#));
    assert!(rule(extension("{")).contains("not JSON"));
}

#[test]
fn attributes_are_few_and_short() {
    let with = |attributes: Vec<Attribute>| {
        let mut table = numbers(vec![1.0]);
        table.attributes = attributes;
        Block::Table(table)
    };
    let attribute = |name: &str, bytes: usize| Attribute {
        name: name.to_owned(),
        value: "x".repeat(bytes),
    };

    passes(with(vec![attribute("a", 4096); 32]));
    assert!(rule(with(vec![attribute("a", 1); 33])).contains("33 attributes"));
    assert!(rule(with(vec![attribute("a", 4097)])).contains("4097 bytes"));
    assert!(rule(with(vec![attribute("", 1)])).contains("no name"));
}

#[test]
fn facts_stand_in_a_table_of_the_section() {
    let fact = |key: &str, value: FactValue, source: &str| Fact {
        key: key.to_owned(),
        value,
        unit: None,
        source: Some(source.to_owned()),
        attributes: Vec::new(),
    };
    let mut tally = tally();
    block::check(&mut Block::Table(numbers(vec![1.0])), &mut tally).unwrap();

    let good = fact("reports", FactValue::Integer(1), "t");
    assert!(fact::check(&good, &mut tally).is_ok());
    for bad in [
        good,
        fact("Reports", FactValue::Integer(1), "t"),
        fact("nan", FactValue::Number(f64::NAN), "t"),
        fact("homeless", FactValue::Integer(1), "nowhere"),
    ] {
        assert!(fact::check(&bad, &mut tally).is_err(), "{bad:?}");
    }
}

#[test]
fn a_manifest_is_short_and_its_schema_is_one() {
    let good = Manifest {
        title: "Reactions".to_owned(),
        summary: "Counts them.".to_owned(),
        version: "1.0".to_owned(),
        locales: vec!["en".to_owned(), "de-CH".to_owned()],
        params_schema: Some(r#"{"type": "object"}"#.to_owned()),
        attributes: Vec::new(),
    };
    let with = |change: fn(&mut Manifest)| {
        let mut manifest = good.clone();
        change(&mut manifest);
        manifest
    };

    assert_eq!(manifest(&good), Ok(()));
    for bad in [
        with(|manifest| manifest.title = String::new()),
        with(|manifest| manifest.title = "x".repeat(81)),
        with(|manifest| manifest.summary = "\u{1b}[0m".to_owned()),
        with(|manifest| manifest.locales = vec!["en_US".to_owned()]),
        with(|manifest| manifest.params_schema = Some("x".repeat(65_537))),
    ] {
        assert!(manifest(&bad).is_err(), "{bad:?}");
    }
}
