//! The identifier of a document: equal arguments, equal identifier; never the task, never the
//! clock.

use quire_faers::CaseSeries;
use quire_model::{Background, Definition, Digest, ReportRequest};
use serde::Serialize;

use crate::sections::Chosen;

/// 32 hexadecimal digits over everything that reaches a page: the definition with its parameters,
/// the request (code as written, as-of date, language, paper), the data and how fresh they claim
/// to be, the modules, the background if one of them asks for it, and the software.
pub(crate) fn document_id(
    request: &ReportRequest,
    definition: &Definition,
    chosen: &[Chosen],
    series: &CaseSeries,
    background: Option<&Background>,
    producer: &str,
) -> String {
    let modules: Vec<(&str, Option<Digest>)> = chosen
        .iter()
        .map(|chosen| (chosen.spec.name.as_str(), chosen.digest()))
        .collect();
    let parts = [
        b"quire document 1".to_vec(),
        json(definition),
        json(request),
        series.digest().as_bytes().to_vec(),
        json(&series.origin().attributes),
        json(&modules),
        json(&background),
        producer.as_bytes().to_vec(),
    ];
    let digest = Digest::of_parts(parts.iter().map(Vec::as_slice));
    digest.to_string().chars().take(32).collect()
}

/// A noun as bytes. Model types have string keys only, so writing them cannot fail.
fn json(noun: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(noun).unwrap_or_default()
}
