//! A section module that misbehaves when it is asked what it is.
//!
//! Tests write another sin of the same length into the compiled file.

wit_bindgen::generate!({ world: "section-module", path: "../../../wit", generate_all });

use exports::quire::report::section::Guest;
use quire::report::{
    cases::CaseSeries,
    types::{Failure, Manifest, Output, RenderContext},
};

/// `panic`, `loop`, `memory`, `exit` or `data`, filled up with dots.
static SIN: &str = "describe:panic...";

struct Broken;
export!(Broken);

impl Guest for Broken {
    fn describe() -> Manifest {
        let sin = std::hint::black_box(SIN);
        match sin.trim_start_matches("describe:").trim_end_matches('.') {
            "loop" => loop {
                std::hint::black_box(());
            },
            "memory" => {
                let mut pages = Vec::new();
                loop {
                    pages.push(vec![1_u8; 1 << 20]);
                    std::hint::black_box(&pages);
                }
            }
            "exit" => std::process::exit(0),
            "data" => panic!("{:?}", quire::report::provenance::describe().ndc),
            _ => panic!("I do not know who I am"),
        }
    }

    fn render(_: RenderContext, _: CaseSeries) -> Result<Output, Failure> {
        Err(Failure::Failed("unreachable".to_owned()))
    }
}
