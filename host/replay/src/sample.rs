//! The bundled sample; `sample/README.md` says what it is and what is derived.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::Records;

/// 100 records of openFDA, verbatim.
const RECORDS: &[u8] = include_bytes!("../sample/drug_event_100.json.gz");
/// What a report says it was made from.
pub(crate) const SOURCE: &str = "bundled sample of 100 real openFDA drug/event reports";
/// The day that stands for the capture, whose own date was not kept.
pub(crate) const LAST_UPDATED: &str = "2025-06-20";
/// The same as an HTTP date, so that snapshots of the sample are reproducible.
pub(crate) const DATE: &str = "Fri, 20 Jun 2025 00:00:00 GMT";

/// The records of the sample.
pub(crate) fn records() -> std::io::Result<Records> {
    let mut text = String::new();
    GzDecoder::new(RECORDS).read_to_string(&mut text)?;
    let values: Vec<Value> = serde_json::from_str(&text)?;
    Ok(values.into_iter().collect())
}
