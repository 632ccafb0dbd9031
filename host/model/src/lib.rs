//! The nouns that every other crate speaks in: no I/O, no clock, no framework.
//!
//! Read in the order of a report's life: an [`Ndc`] and a [`ReportRequest`] come in, a
//! [`Definition`] says which sections it has, an [`Origin`] says where the data came from, an
//! [`Analysis`] which of them count, a [`Background`] what they are compared with, a [`Label`] what is known of the drug already, sections yield [`Block`]s and [`Fact`]s, and all of it together is a [`Document`]. What goes
//! wrong on the way is a [`Problem`], or a [`HostFault`] where nothing but the machine is to blame. A [`Recipe`] is what determines a document, a [`Manifest`] is
//! all that is known about a report, and a [`Verification`] what came of making it again.

mod age;
mod analysis;
mod background;
mod base64_text;
mod block;
mod by_name;
mod canonical;
mod day;
mod definition;
mod difference;
mod digest;
mod document;
mod fact;
mod failure;
mod gaps;
mod host_fault;
mod label;
mod manifest;
mod millis;
mod moment;
mod ndc;
mod next_step;
mod note;
mod object_id;
mod origin;
mod period;
mod problem;
mod reaction;
mod recipe;
mod report_id;
mod request;
mod spelling;
mod strata;
mod traceparent;
mod verification;
mod written;

pub use age::{AGE_BANDS, age_band, age_years};
pub use analysis::{Analysis, Duplicates, FlowStep, Stale};
pub use background::{Background, BackgroundError, BackgroundRole, BackgroundTotals, Mixture};
pub use block::{
    Align, Axis, Block, Callout, Cells, Chart, Column, Extension, Heading, Image, KeyFigure,
    Marker, Paragraph, Positions, ReferenceLine, RowMark, RowRole, Scale, Series, Span, Style,
    Table, Tone,
};
pub use by_name::json_object;
pub use canonical::canonical_json;
pub use day::{epoch_days, from_epoch_days};
pub use definition::{
    CaseSelection, Definition, DrugRole, Kind, LimitOverrides, Policy, SectionSpec,
};
pub use difference::{BlockChange, Change, NumberChange, OutcomeChange, SectionDifference};
pub use digest::{Digest, DigestError};
pub use document::{Attachment, Document, ModuleRef, Paper, Section};
pub use fact::{Fact, FactValue, SectionFacts};
pub use failure::Failure;
pub use host_fault::HostFault;
pub use label::{Label, LabelError, LabelIndex, LabelPlace, LabelSection, LabelText, Mention};
pub use manifest::{
    Colophon, DataUse, Given, MadeAs, Making, Manifest, OutputForm, SectionOutcome, SectionUsage,
};
pub use millis::millis;
pub use moment::{Moment, MomentError};
pub use ndc::{Ndc, NdcError, ProductNdc};
pub use next_step::{Act, NextStep};
pub use note::Note;
pub use object_id::{ObjectId, ObjectIdError};
pub use origin::{NamedReports, Origin, SourceQuery};
pub use period::Period;
pub use problem::{FieldError, Problem, ProblemKind};
pub use reaction::{ReactionTotals, reaction_key};
pub use recipe::{Component, FontRef, Recipe, RecipeData};
pub use report_id::{ReportId, ReportIdError};
pub use request::ReportRequest;
pub use spelling::{fold, tidy};
pub use strata::{
    SEX_OR_AGE_NOT_REPORTED, SEXES, Strata, Stratification, StratifiedBy, Stratum,
    sex_and_age_names,
};
pub use traceparent::{TraceParent, TraceParentError};
pub use verification::{Finding, FindingKind, Verdict, Verification};

/// A calendar day.
pub use jiff::civil::Date;

/// A named detail that a later version may understand; unknown names are kept and ignored.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attribute {
    /// The name, such as `as-rendered`.
    pub name: String,
    /// Its value, at most 4 KiB.
    pub value: String,
}
