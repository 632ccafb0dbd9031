//! A section whose toolchain links an HTTP client, as those of JavaScript do by themselves. It asks for a page if
//! its parameters say so.

wit_bindgen::generate!({ world: "section-module", path: "../../../wit", generate_all });

use exports::quire::report::section::Guest;
use quire::report::{
    cases::CaseSeries,
    types::{Block, Failure, Heading, Manifest, Output, RenderContext},
};
use wasip2::http::{
    outgoing_handler,
    types::{Fields, OutgoingRequest, http_error_code},
};

struct Fetching;
export!(Fetching);

impl Guest for Fetching {
    fn describe() -> Manifest {
        Manifest {
            title: "Fetching".to_owned(),
            summary: "Links an HTTP client.".to_owned(),
            version: "0.1.0".to_owned(),
            locales: vec!["en".to_owned()],
            params_schema: Some(
                r#"{"type": "object", "properties": {"fetch": {"type": "boolean"}}}"#.to_owned(),
            ),
            attributes: Vec::new(),
        }
    }

    fn render(context: RenderContext, _: CaseSeries) -> Result<Output, Failure> {
        // As such toolchains do: all of the client is linked, used or not.
        std::hint::black_box(http_error_code as fn(&_) -> _);
        if context.params.contains("true") {
            let request = OutgoingRequest::new(Fields::new());
            if outgoing_handler::handle(request, None).is_err() {
                return Err(Failure::Failed("no page".to_owned()));
            }
        }
        Ok(Output {
            blocks: vec![Block::Heading(Heading {
                level: 1,
                text: "Fetching".to_owned(),
                anchor: None,
            })],
            facts: Vec::new(),
        })
    }
}
