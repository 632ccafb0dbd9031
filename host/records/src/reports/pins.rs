//! What a report keeps from its first attempt on, so that every retry and every reproduction is made
//! with the same code from the same definition.

use std::collections::BTreeMap;

use quire_model::Digest;
use serde::{Deserialize, Serialize};

/// The versions that a report is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The version of the report definition; none if nobody recorded it.
    pub definition_version: Option<u32>,
    /// Module digests by section name. A section that is missing had no module.
    pub modules: BTreeMap<String, Digest>,
}
