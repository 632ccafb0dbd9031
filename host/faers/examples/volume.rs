//! How long the steps from openFDA's pages to an answer take, with made-up reports:
//! `cargo run --release -p quire-faers --example volume -- 25000`.

use std::{error::Error, hint::black_box, time::Instant};

use quire_faers::{CaseSeries, Condition, Filter, Snapshot};
use quire_model::Ndc;

fn main() -> Result<(), Box<dyn Error>> {
    let reports = std::env::args()
        .nth(1)
        .map_or(Ok(25_000), |text| text.parse())?;
    let ndc: Ndc = "11111-222".parse()?;
    let records: Vec<String> = quire_replay::synthetic(reports, 1, "11111-222")
        .map(|record| record.to_string())
        .collect();
    let page = format!("{{\"meta\":{{}},\"results\":[{}]}}", records.join(","));
    println!(
        "{reports} reports, {:.1} MB of JSON",
        page.len() as f64 / 1e6
    );

    let snapshot = timed("read the JSON", 1, || {
        Snapshot::from_page(page.as_bytes(), &ndc)
    })?;
    let bytes = timed("encode and compress", 5, || snapshot.encode())?;
    println!("    {:.1} MB compressed", bytes.len() as f64 / 1e6);
    let copy = timed("decompress, decode, check", 5, || Snapshot::decode(&bytes))?;
    let series = timed("build columns", 1, || CaseSeries::build(copy.clone()));
    println!("    {:.1} MB of columns", series.bytes() as f64 / 1e6);

    let all = || series.count_by(None, "reaction", None);
    println!("    {} reactions", all()?.distinct);
    timed("count reactions, all", 100, all)?;
    let women = [Filter {
        on: "sex".to_owned(),
        is: Condition::OneOf(vec!["female".to_owned()]),
    }];
    let selected = timed("select women", 100, || series.select(None, &women))?;
    timed("count reactions of women", 100, || {
        series.count_by(Some(&selected), "reaction", None)
    })?;
    timed("cross 50 reactions with age group", 100, || {
        series.cross_tab(Some(&selected), "reaction", "age-group", 50, 6)
    })?;
    timed("summarise ages", 100, || {
        series.summarise(Some(&selected), "age-years")
    })?;
    Ok(())
}

/// Does it so many times and prints the mean.
fn timed<T>(what: &str, times: u32, mut work: impl FnMut() -> T) -> T {
    let start = Instant::now();
    for _ in 1..times {
        black_box(work());
    }
    let result = work();
    let each = start.elapsed() / times;
    println!("{:>12.3} ms  {what}", each.as_secs_f64() * 1e3);
    result
}
