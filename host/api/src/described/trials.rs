//! What `quire_records` says of a module's versions, described: it knows no OpenAPI. A test holds each to what is
//! really written.

#![expect(dead_code, reason = "describes types of quire_records to OpenAPI")]

use utoipa::ToSchema;

use super::text::DigestText;

/// A version that a share of the reports is made with.
#[derive(ToSchema)]
#[schema(as = Canary)]
pub(crate) struct CanaryShape {
    /// Which version.
    digest: DigestText,
    /// Of 100 reports, so many.
    #[schema(minimum = 1, maximum = 99)]
    percent: u8,
    /// What ends it.
    budget: CanaryBudgetShape,
}

/// What ends a canary; what is absent is as in brackets.
#[derive(ToSchema)]
#[schema(as = CanaryBudget)]
pub(crate) struct CanaryBudgetShape {
    /// So many failed sections (3).
    #[schema(required = false, minimum = 1)]
    failures: u32,
    /// More mean CPU time than this, in percent of the active version's on the same reports (200).
    #[schema(required = false, minimum = 101)]
    cpu_percent: u32,
    /// The same for wall time (400).
    #[schema(required = false, minimum = 101)]
    wall_percent: u32,
    /// The same for peak memory (200).
    #[schema(required = false, minimum = 101)]
    memory_percent: u32,
    /// Costs are judged once they were compared on so many sections (20).
    #[schema(required = false, minimum = 1)]
    timed_after: u32,
}

/// How a freshly activated version is judged.
#[derive(ToSchema)]
#[schema(as = Probation)]
pub(crate) struct ProbationShape {
    /// How many runs are judged; 0 judges none.
    runs: u32,
    /// How many failures among them roll it back.
    failures: u32,
    /// What it may cost.
    costs: CostLimitsShape,
}

/// What a version may cost, in percent of what the version before it costs on the same reports.
#[derive(ToSchema)]
#[schema(as = CostLimits)]
pub(crate) struct CostLimitsShape {
    /// Mean CPU time. Means under 5 ms count as 5 ms.
    cpu_percent: u32,
    /// Mean wall time. Means under 50 ms count as 50 ms.
    wall_percent: u32,
    /// Mean peak memory. Means under 16 MiB count as 16 MiB.
    memory_percent: u32,
}

/// What Quire did to a module by itself.
#[derive(ToSchema)]
#[schema(as = Notice)]
pub(crate) struct NoticeShape {
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
    /// What, and why, in whole sentences.
    text: String,
}

/// How a version on trial fares: its failures, and what it took on the sections that were made by it and by the version
/// before it.
#[derive(ToSchema)]
#[schema(as = Tally)]
pub(crate) struct TallyShape {
    /// Which version.
    digest: DigestText,
    /// How often it ran.
    runs: u32,
    /// How often it failed by its own fault.
    failures: u32,
    /// On how many sections its cost was compared.
    compared: u32,
    /// Its CPU time there, in microseconds, in all.
    cpu_us: u64,
    /// Its wall time there, in microseconds, in all.
    wall_us: u64,
    /// Its peak memory there, in bytes, in all.
    memory_bytes: u64,
    /// CPU time of the version before it.
    before_cpu_us: u64,
    /// Wall time of the version before it.
    before_wall_us: u64,
    /// Peak memory of the version before it.
    before_memory_bytes: u64,
}

/// Where a version stands on its way into use: what is asked of it, what it has shown, what to do next.
#[derive(ToSchema)]
#[schema(as = Standing)]
pub(crate) struct StandingShape {
    /// The module's name.
    module: String,
    /// Which version.
    digest: DigestText,
    /// Its state.
    state: VersionStateName,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted it has to show.
    required_clean: u32,
    /// How many such runs it has shown, the last ones.
    clean_runs: u32,
    /// Whether nothing is asked of it.
    exempt: bool,
    /// Shadow runs.
    shadow_runs: u32,
    /// Of them: without a difference.
    same: u32,
    /// With differences that were accepted.
    accepted: u32,
    /// With differences that were not.
    differing: u32,
    /// Failed by the version's own fault.
    failed: u32,
    /// Where it differs, what differs in most runs first.
    places: Vec<PlaceCountShape>,
    /// The last shadow run; 0 if there was none.
    last_run: u64,
    /// How the last run failed, if it did.
    last_failure: Option<String>,
    /// What was accepted, the oldest first.
    acceptances: Vec<AcceptanceShape>,
    /// Its trial as a canary, if it is one.
    canary: Option<CanaryShape>,
    /// How it is judged, if it is freshly active.
    probation: Option<ProbationShape>,
    /// How it fares as one of these.
    tally: Option<TallyShape>,
    /// What it has shown so far, in words.
    told: String,
    /// What to do next, with the request; absent if there is nothing to do.
    next: Option<String>,
}

/// A place at which two versions differ.
#[derive(ToSchema)]
#[schema(as = PlaceCount)]
pub(crate) struct PlaceCountShape {
    /// Which, in words that are the same in every report.
    place: String,
    /// In how many shadow runs.
    runs: u32,
    /// Whether it was accepted.
    accepted: bool,
}

/// Differences that were accepted.
#[derive(ToSchema)]
#[schema(as = Acceptance)]
pub(crate) struct AcceptanceShape {
    /// The version that the one on trial was compared with.
    active: DigestText,
    /// The last shadow run that was looked at.
    up_to: u64,
    /// Where the two may differ.
    places: Vec<String>,
    /// Why.
    reason: String,
    /// By whom.
    accepted_by: String,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
}

/// What a version does.
#[derive(ToSchema)]
#[schema(as = VersionState, rename_all = "kebab-case")]
pub(crate) enum VersionStateName {
    /// Stored; it passed every check of an upload. Nothing uses it.
    Checked,
    /// Someone decided that it may be used.
    Staged,
    /// Reports are made with it.
    Active,
    /// A share of the reports is made with it.
    Canary,
    /// It runs beside the active version, unseen.
    Shadow,
    /// It was replaced, withdrawn or rolled back.
    Retired,
}

/// Where a version came from.
#[derive(ToSchema)]
#[schema(as = VersionOrigin, rename_all = "kebab-case")]
pub(crate) enum VersionOriginName {
    /// It is part of a binary `quire`.
    Embedded,
    /// It was uploaded or pushed.
    Upload,
    /// It was given to a process as a file.
    File,
}

/// What came of a shadow run.
#[derive(ToSchema)]
#[schema(as = ShadowVerdict, rename_all = "kebab-case")]
pub(crate) enum ShadowVerdictName {
    /// There was no difference.
    Same,
    /// All that differs was accepted.
    Accepted,
    /// Something differs that nobody accepted.
    Differs,
    /// The version failed.
    Failed,
}

/// A signed head of the audit trail.
#[derive(ToSchema)]
#[schema(as = Checkpoint)]
pub(crate) struct CheckpointShape {
    /// The sequence of the last event that it covers.
    sequence: u64,
    /// The hash of that event, which covers all before it.
    hash: DigestText,
    /// When it was made, RFC 3339.
    #[schema(format = DateTime)]
    time: String,
    /// The Ed25519 key, in hexadecimal.
    public_key: String,
    /// Over `quire audit checkpoint 1`, the sequence, the hash and the time, a line each; Ed25519, in hexadecimal.
    signature: String,
}

/// What to do next with a module.
#[derive(ToSchema)]
#[schema(as = NextStep)]
#[expect(dead_code, reason = "describes `quire_model::NextStep` to OpenAPI")]
pub(crate) struct NextStepShape {
    /// The module's name, as it was asked for.
    module: String,
    /// The version that it is about; absent if it is about the module.
    #[schema(value_type = Option<DigestText>)]
    digest: Option<String>,
    /// What.
    act: ActName,
    /// With `shadow`: how many clean runs the version has to show.
    required_clean: Option<u32>,
    /// With `make-reports`: how many more shadow runs are needed.
    runs: Option<u32>,
    /// With `accept`: the last run that there is to look at.
    up_to: Option<u64>,
}

/// What an administrator can do with a module.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes `quire_model::Act` to OpenAPI")]
pub(crate) enum ActName {
    /// Look which modules there are.
    List,
    /// Look how the module stands.
    Show,
    /// Decide that the version may be used.
    Stage,
    /// Run it beside the active version.
    Shadow,
    /// Wait until reports were made.
    MakeReports,
    /// Look at the differences, and accept them if they are what is wanted.
    Accept,
    /// Mend the component and upload it as a new version.
    Mend,
    /// Make a share of the reports with it, or activate it.
    Canary,
    /// Make it the active version.
    Activate,
    /// End its trial.
    EndTrial,
}
