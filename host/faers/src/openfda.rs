//! openFDA's answers, read straight into what a report needs.
//!
//! Tolerant by design: unknown members are skipped without being kept, a member may be missing,
//! `null`, a number in place of text, or one object in place of a list. What cannot be tolerated is
//! an answer that is no answer.

mod label;
mod page;
mod report;

pub(crate) use label::LabelPage;
pub(crate) use page::{DayCounts, Directory, ErrorBody, EventPage, Meta, ReactionCounts, Total};
pub(crate) use report::Matches;
