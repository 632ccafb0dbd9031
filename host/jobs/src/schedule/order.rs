//! What each run of a schedule asks for, as it is kept.

use std::collections::BTreeMap;

use quire_model::{Ndc, Note, Problem, ProblemKind, ReportRequest};
use quire_records::{Manner, Urgency};
use quire_registry::{Definitions, Wanted};
use serde::Deserialize;

/// What each run asks for, in the words of a request for a report. What is left out is filled in when it runs: the
/// day, for one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Order {
    /// The drug code, as the caller wrote it.
    pub ndc: Ndc,
    /// What the report is to be.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// The caller's own line.
    #[serde(default)]
    pub label: Option<String>,
    /// The caller's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// Whether it is made whatever was made before.
    #[serde(default)]
    pub force: bool,
}

impl Order {
    /// The order that was kept.
    ///
    /// # Errors
    ///
    /// If it is none, as of a later version.
    pub fn read(kept: &serde_json::Value) -> Result<Self, Box<Problem>> {
        serde_json::from_value(kept.clone()).map_err(|error| {
            let detail = format!("what the schedule asks for cannot be read: {error}");
            Box::new(Problem::new(ProblemKind::InvalidRequest, detail))
        })
    }

    /// The request that a run makes now.
    ///
    /// # Errors
    ///
    /// If there is no such definition, or something that was said cannot be used.
    pub fn request(&self, definitions: &Definitions) -> Result<ReportRequest, Box<Problem>> {
        definitions.request(self.ndc.clone(), self.wanted.clone())
    }

    /// How it is asked for: nobody waits for it.
    ///
    /// # Errors
    ///
    /// If the caller's own words are too long, as they were kept by another version.
    pub fn manner(&self) -> Result<Manner, Box<Problem>> {
        Ok(Manner {
            note: Note::new(self.label.as_deref(), &self.metadata)?,
            anew: self.force,
            ..Manner::from(Urgency::Batch)
        })
    }
}
