//! What `quire_model` says of definitions, differences and findings, described: it knows no OpenAPI. A test holds each
//! to what is really written.

#![expect(dead_code, reason = "describes types of quire_model to OpenAPI")]

use utoipa::ToSchema;

use super::text::{DigestText, NameText};

/// A kind of report: a title and ordered sections.
#[derive(ToSchema)]
#[schema(as = Definition)]
pub(crate) struct DefinitionShape {
    /// What callers name it by, such as `cer`.
    name: NameText,
    /// Grows with each change. The server gives it; what is sent is ignored.
    version: u32,
    /// The title on the cover.
    title: String,
    /// Paper size when the caller names none.
    paper: PaperName,
    /// Whether the document begins with a cover and a table of contents.
    front_matter: bool,
    /// Which of the fetched reports are analysed, when the caller does not say.
    #[schema(required = false)]
    selection: CaseSelectionShape,
    /// In printed order.
    sections: Vec<SectionSpecShape>,
}

/// Which of the fetched reports are analysed.
#[derive(ToSchema)]
#[schema(as = CaseSelection)]
pub(crate) struct CaseSelectionShape {
    /// By the role of the drug; `any` if absent.
    #[schema(required = false)]
    role: RoleOfDrug,
    /// First received on this day or later.
    #[schema(format = Date)]
    received_from: Option<String>,
    /// First received on this day or earlier.
    #[schema(format = Date)]
    received_to: Option<String>,
}

/// One section of a report definition.
#[derive(ToSchema)]
#[schema(as = SectionSpec)]
pub(crate) struct SectionSpecShape {
    /// Unique in the definition; anchors and placeholders use it.
    name: NameText,
    /// The module that makes it.
    module: NameText,
    /// What kind of module that has to be; `section` if absent.
    #[schema(required = false)]
    kind: KindName,
    /// What happens when it fails; `placeholder` if absent.
    #[schema(required = false)]
    policy: PolicyName,
    /// What satisfies the module's schema; an empty object if absent.
    #[schema(required = false)]
    params: serde_json::Map<String, serde_json::Value>,
    /// The version to use, whatever is active; absent means the active one.
    digest: Option<DigestText>,
    /// Limits of this section in place of its module's.
    #[schema(required = false)]
    limits: LimitOverridesShape,
}

/// Which of the two worlds of the contract a module implements.
#[derive(ToSchema)]
#[schema(as = ModuleKind, rename_all = "kebab-case")]
pub(crate) enum KindName {
    /// Renders blocks from the case series.
    Section,
    /// Runs after all sections and words what they established.
    Narrative,
}

/// What happens to the report when a section fails.
#[derive(ToSchema)]
#[schema(as = SectionPolicy, rename_all = "kebab-case")]
pub(crate) enum PolicyName {
    /// The report fails.
    Required,
    /// A visible box stands in for the section and says why.
    Placeholder,
}

/// Limits of a call in place of the usual ones; what is absent stays as it is.
#[derive(ToSchema)]
#[schema(as = LimitOverrides)]
pub(crate) struct LimitOverridesShape {
    /// CPU time in milliseconds.
    cpu_ms: Option<u64>,
    /// Wall time in milliseconds.
    wall_ms: Option<u64>,
    /// Linear memory in bytes, summed over all memories.
    memory_bytes: Option<u64>,
    /// Text and numbers that may be returned, in bytes.
    output_bytes: Option<u64>,
    /// Blocks that may be returned.
    blocks: Option<u64>,
    /// Table rows that may be returned, summed over all tables.
    rows: Option<u64>,
    /// Bytes of log lines that are kept.
    log_bytes: Option<u64>,
    /// Case series that may be held at a time.
    handles: Option<u64>,
}

/// How one version's section differs from another's on the same data. Nothing is listed if there is no difference.
#[derive(ToSchema)]
#[schema(as = SectionDifference)]
pub(crate) struct SectionDifferenceShape {
    /// Why there is nothing to compare: one failed or had nothing to show, and the other did not.
    outcome: Option<OutcomeChangeShape>,
    /// Blocks that came, went or read otherwise, in the order of the section.
    blocks: Vec<BlockChangeShape>,
    /// Numbers that are not the same: cells of tables, points of charts, key figures, facts.
    numbers: Vec<NumberChangeShape>,
    /// Changes beyond those that are listed.
    omitted: u64,
}

/// How two runs ended that did not end alike.
#[derive(ToSchema)]
#[schema(as = OutcomeChange)]
pub(crate) struct OutcomeChangeShape {
    /// Of the active version, or the first: `made`, `nothing to show`, or what failed.
    active: String,
    /// Of the candidate, or the second.
    candidate: String,
}

/// A block that came, went or reads otherwise.
#[derive(ToSchema)]
#[schema(as = BlockChange)]
pub(crate) struct BlockChangeShape {
    /// Which of the three.
    change: ChangeName,
    /// Its kind: `heading`, `paragraph`, `table`, `chart`, `image`, `key-figures`, `callout`, `page-break`, `extension`,
    /// or `fact`.
    kind: String,
    /// Its id if it has one, else the beginning of its text.
    name: String,
    /// Its place among the active version's blocks, from 0.
    active_at: Option<u64>,
    /// Its place among the candidate's blocks, from 0.
    candidate_at: Option<u64>,
    /// What is not the same about it, in words; absent unless it is changed.
    #[schema(required = false)]
    details: Vec<String>,
}

/// What became of a block.
#[derive(ToSchema)]
#[schema(as = Change, rename_all = "kebab-case")]
pub(crate) enum ChangeName {
    /// Only the candidate has it.
    Added,
    /// Only the active version has it.
    Removed,
    /// Both have it, and it is not the same.
    Changed,
}

/// A number, as it was returned: null where there is none.
#[derive(ToSchema)]
#[schema(as = NumberChange)]
pub(crate) struct NumberChangeShape {
    /// The table, chart, fact or label of a key figure that it stands in.
    place: String,
    /// What that is: `table`, `chart`, `key-figure` or `fact`.
    kind: String,
    /// The row, by the text of its first cells; the position, in a chart.
    row: Option<String>,
    /// The key of the column; the name of the series, in a chart.
    column: Option<String>,
    /// What the active version says.
    active: Option<f64>,
    /// What the candidate says.
    candidate: Option<f64>,
}

/// Whether a document is what its recipe gives.
#[derive(ToSchema)]
#[schema(as = Verdict, rename_all = "kebab-case")]
pub(crate) enum VerdictName {
    /// Byte for byte the same.
    Match,
    /// It was made again and is not the same.
    Differs,
    /// It could not be made again: the findings say what is missing.
    Impossible,
}

/// One thing that was found.
#[derive(ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingShape {
    /// What kind of thing, such as `data-missing`, `module-missing` or `section-differs`.
    kind: String,
    /// In words, with what to do about it.
    detail: String,
    /// The section it is about.
    section: Option<String>,
    /// The module it is about.
    module: Option<String>,
    /// The digest of what is missing or differs.
    digest: Option<DigestText>,
    /// The page it is about, from 1.
    page: Option<u32>,
}

/// What is wrong with one field.
#[derive(ToSchema)]
#[schema(as = FieldError)]
pub(crate) struct FieldErrorShape {
    /// A JSON Pointer (RFC 6901) to the field, such as `/sections/2/params/top`.
    pointer: String,
    /// What is wrong with it and what would be right.
    detail: String,
}

/// Paper size and orientation.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(crate) enum PaperName {
    /// 215.9 × 279.4 mm, upright.
    Letter,
    /// 279.4 × 215.9 mm.
    LetterLandscape,
    /// 210 × 297 mm, upright.
    A4,
    /// 297 × 210 mm.
    A4Landscape,
}

/// Which roles of the drug make a report count.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(crate) enum RoleOfDrug {
    /// Suspect, interacting or concomitant.
    Any,
    /// Suspect or interacting.
    Suspect,
}
