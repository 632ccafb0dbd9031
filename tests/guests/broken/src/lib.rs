//! A section module that crashes when it is asked what it is.

wit_bindgen::generate!({ world: "section-module", path: "../../../wit", generate_all });

use exports::quire::report::section::Guest;
use quire::report::{
    cases::CaseSeries,
    types::{Failure, Manifest, Output, RenderContext},
};

struct Broken;
export!(Broken);

impl Guest for Broken {
    fn describe() -> Manifest {
        panic!("I do not know who I am")
    }

    fn render(_: RenderContext, _: CaseSeries) -> Result<Output, Failure> {
        Err(Failure::Failed("unreachable".to_owned()))
    }
}
