//! A section module that misbehaves on demand: its parameters name the sin.
//!
//! `{"sin": "name"}` or `{"sin": "name:size"}`. Without a sin it is a model citizen: it uses every
//! part of the contract and returns one block of every kind.

mod citizen;
mod data;
mod hang;
mod memory;
mod output;
mod world;

wit_bindgen::generate!({ world: "section-module", path: "../../../wit", generate_all });

use exports::quire::report::section::Guest;
use quire::report::{
    cases::CaseSeries,
    types::{Failure, Manifest, Output, RenderContext},
};

struct Hostile;
export!(Hostile);

impl Guest for Hostile {
    fn describe() -> Manifest {
        Manifest {
            title: "Hostile".to_owned(),
            summary: "Misbehaves on demand.".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            locales: vec!["en".to_owned()],
            params_schema: Some(
                r#"{"type": "object", "properties": {"sin": {"type": "string"}}}"#.to_owned(),
            ),
            attributes: Vec::new(),
        }
    }

    fn render(context: RenderContext, data: CaseSeries) -> Result<Output, Failure> {
        let (sin, size) = sin(&context.params);
        match sin {
            "" => Ok(citizen::section(&context, &data)),
            "no-data" => Err(Failure::NoData("no report has a reaction".to_owned())),
            "invalid-params" => Err(Failure::InvalidParams("top exceeds bottom".to_owned())),
            "failed" => Err(Failure::Failed("the wheel came off".to_owned())),
            "panic" => panic!("bad thing: {}", context.title),
            "exit" => std::process::exit(i32::try_from(size).unwrap_or(1)),
            _ => hang::commit(sin, &data)
                .or_else(|| memory::commit(sin, size))
                .or_else(|| data::commit(sin, size, &data))
                .or_else(|| world::commit(sin, size))
                .or_else(|| output::commit(sin, size))
                .unwrap_or_else(|| Err(Failure::InvalidParams(format!("unknown sin {sin:?}")))),
        }
    }
}

/// Reads `{"sin": "name:size"}` without a JSON parser, which would double the size of the module.
fn sin(params: &str) -> (&str, usize) {
    let text = params.split('"').nth(3).unwrap_or_default();
    let (name, size) = text.split_once(':').unwrap_or((text, "0"));
    (name, size.parse().unwrap_or(0))
}
