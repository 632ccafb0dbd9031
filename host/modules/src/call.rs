//! What one call of a module is given, and what it returns.

use std::{sync::Arc, time::Duration};

use quire_model::{Attribute, Background, Block, Date, Fact, Label, Recipe};

use crate::Limits;

/// Everything about the request that is not data.
#[derive(Clone, Debug)]
pub struct Call {
    /// Identifies the document.
    pub document_id: String,
    /// Title of the report.
    pub title: String,
    /// BCP 47. A module that does not write it is asked for its default.
    pub locale: String,
    /// "Today" for the document.
    pub as_of: Date,
    /// First and last day that the report covers.
    pub period: (Date, Date),
    /// For any sampling.
    pub seed: u64,
    /// JSON that satisfies the module's schema.
    pub params: String,
    /// What it may use: [`ModuleHost::limits`](crate::ModuleHost::limits), or those with
    /// [overrides](Limits::with).
    pub limits: Limits,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
    /// How often reactions are reported for other drugs, or why that is not known.
    pub background: Arc<Background>,
    /// What the drug's label says, or why there is none.
    pub label: Arc<Label>,
    /// What determines the document; none while a component is tried without one.
    pub recipe: Option<Arc<Recipe>>,
}

/// What a module returned, checked, and what it cost.
#[derive(Clone, Debug)]
pub struct Output {
    /// The content; begins with a heading of level 1.
    pub blocks: Vec<Block>,
    /// What it established.
    pub facts: Vec<Fact>,
    /// CPU time of the guest.
    pub cpu: Duration,
    /// Time from instantiation to the end of the call.
    pub wall: Duration,
    /// Peak linear memory.
    pub memory_bytes: usize,
    /// Size of the content, as [`Limits::output_bytes`] counts it.
    pub output_bytes: usize,
    /// Log lines that were kept.
    pub log_bytes: usize,
    /// Log lines that were dropped.
    pub log_dropped_bytes: usize,
}
