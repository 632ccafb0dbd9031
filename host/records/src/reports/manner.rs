//! What a caller says about a request beside what the report is to be.

use quire_model::{Note, ObjectId, ReportId, TraceParent};

use crate::{AnswerKey, Urgency};

/// How a report is asked for; by default as somebody does who waits for it and says nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How soon it is wanted.
    pub urgency: Urgency,
    /// The caller's own words.
    pub note: Note,
    /// What it has in common with reports whose document it may be given; none: it is not given one at once.
    pub answer: Option<AnswerKey>,
    /// It is made, whatever was made before.
    pub anew: bool,
    /// The batch that it belongs to.
    pub batch: Option<ObjectId>,
    /// The schedule that it is a run of.
    pub schedule: Option<ObjectId>,
    /// The report whose document it is given if both are of the same data, versions and definition.
    pub unless_like: Option<ReportId>,
    /// The step of a trace that asks for it.
    pub trace: Option<TraceParent>,
}

impl From<Urgency> for Manner {
    fn from(urgency: Urgency) -> Self {
        Self {
            urgency,
            ..Self::default()
        }
    }
}
