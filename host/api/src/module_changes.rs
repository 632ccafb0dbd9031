//! `/api/admin/modules/{name}/…`: the steps by which an administrator replaces a version, each with a
//! reason and guarded by `If-Match`.

use quire_model::{LimitOverrides, Problem, ProblemKind};
use quire_modules::Limits;
use quire_records::CanaryBudget;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    ApiError,
    change::{Change, OnlyReason, reasoned},
    described::{CanaryBudgetShape, LimitOverridesShape, ReasonText, VersionText},
    if_match::Revision,
    modules::ModuleNow,
    path::ObjectName,
};

/// A step with one version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneVersion {
    /// SHA-256 of the component, or its first digits if no other version begins so.
    #[schema(value_type = VersionText, example = "3f9a1c52")]
    digest: String,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText, example = "shows quarters, as agreed on Monday")]
    reason: String,
}

/// A version for a share of the reports.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartCanary {
    /// SHA-256 of the component, or its first digits.
    #[schema(value_type = VersionText)]
    digest: String,
    /// Of 100 reports, so many are made with it.
    #[schema(minimum = 1, maximum = 99, example = 10)]
    percent: u8,
    /// What ends it; as usual if absent.
    #[serde(default)]
    #[schema(value_type = CanaryBudgetShape)]
    budget: CanaryBudget,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText)]
    reason: String,
}

/// A version that runs unseen.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartShadow {
    /// SHA-256 of the component, or its first digits.
    #[schema(value_type = VersionText)]
    digest: String,
    /// How many shadow runs in a row that neither failed nor differed in a way not accepted it has to
    /// show before it can be made a canary or activated; 0 if absent.
    #[serde(default)]
    required_clean: u32,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText)]
    reason: String,
}

/// Limits of a module's calls.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetLimits {
    /// What is absent is as usual.
    #[schema(value_type = LimitOverridesShape)]
    limits: LimitOverrides,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText)]
    reason: String,
}

/// Differences that are wanted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptDifferences {
    /// SHA-256 of the component, or its first digits.
    #[schema(value_type = VersionText)]
    digest: String,
    /// The last shadow run that was looked at, by its `sequence`; all so far if absent.
    #[serde(default)]
    up_to: Option<u64>,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText, example = "the new chart by quarters, as agreed")]
    reason: String,
}

/// What a module asks of every new version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRequiredClean {
    /// Shadow runs in a row that neither failed nor differed in a way not accepted; 0 asks for none.
    runs: u32,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[schema(value_type = ReasonText)]
    reason: String,
}

reasoned!(
    OneVersion,
    StartCanary,
    StartShadow,
    SetLimits,
    AcceptDifferences,
    SetRequiredClean
);

/// Decide that a checked version may be used. A retired one may be staged again.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/stage", operation_id = "stageVersion",
    params(ObjectName, Revision), request_body = OneVersion, responses(ModuleNow),
)]
pub(crate) async fn stage(change: Change<OneVersion>) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .stage(&change.name, digest, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Make a version the active one.
///
/// Reports that are claimed from now on are made with it, in every process within a second; reports
/// that are being made keep the version they began with.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/activate", operation_id = "activateVersion",
    params(ObjectName, Revision), request_body = OneVersion, responses(ModuleNow),
)]
pub(crate) async fn activate(change: Change<OneVersion>) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .activate(&change.name, digest, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Bring back the version that was active before. A second call, whatever state it names, is refused (409): a roll back
/// never undoes one. To use the other version again, activate it.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/rollback", operation_id = "rollBackModule",
    params(ObjectName, Revision), request_body = OnlyReason, responses(ModuleNow),
)]
pub(crate) async fn rollback(change: Change<OnlyReason>) -> Result<ModuleNow, ApiError> {
    let row = change
        .records()
        .roll_back(&change.name, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Make a share of the reports with a version. It is rolled back by itself when its budget is used
/// up. Which reports is decided by their id, so that a retry stays on its side.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/canary", operation_id = "startCanary",
    params(ObjectName, Revision), request_body = StartCanary, responses(ModuleNow),
)]
pub(crate) async fn canary(change: Change<StartCanary>) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .start_canary(
            &change.name,
            digest,
            change.body.percent,
            change.body.budget,
            &change.decision(),
        )
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Run a version beside the active one on live reports. Its output is compared and never shown.
///
/// The answer's `standings` say what it has to show, what it has shown and what to do next.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/shadow", operation_id = "startShadow",
    params(ObjectName, Revision), request_body = StartShadow, responses(ModuleNow),
)]
pub(crate) async fn shadow(change: Change<StartShadow>) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .start_shadow(
            &change.name,
            digest,
            change.body.required_clean,
            &change.decision(),
        )
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Accept what a version does otherwise in its shadow runs: you have looked, and it is what you want.
///
/// Covers the places at which it differed so far, or up to the run `up_to`. Where it differs at these places
/// again, a run counts as clean, runs of before included; a new place needs a new acceptance, and so does a
/// new trial. A failure is never accepted.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/accept-differences", operation_id = "acceptDifferences",
    params(ObjectName, Revision), request_body = AcceptDifferences, responses(ModuleNow),
)]
pub(crate) async fn accept_differences(
    change: Change<AcceptDifferences>,
) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .accept_differences(&change.name, digest, change.body.up_to, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// End the trial of a canary or a shadow; it is staged again.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/end-trial", operation_id = "endTrial",
    params(ObjectName, Revision), request_body = OneVersion, responses(ModuleNow),
)]
pub(crate) async fn end_trial(change: Change<OneVersion>) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .end_trial(&change.name, digest, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Withdraw a version that is not active. Reports that were made with it can still be verified.
#[utoipa::path(
    post, path = "/api/admin/modules/{name}/retire", operation_id = "retireVersion",
    params(ObjectName, Revision), request_body = OneVersion, responses(ModuleNow),
)]
pub(crate) async fn retire(change: Change<OneVersion>) -> Result<ModuleNow, ApiError> {
    let digest = change.version(&change.body.digest).await?;
    let row = change
        .records()
        .retire(&change.name, digest, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Set what the calls of a module may use, in place of what is usual.
#[utoipa::path(
    put, path = "/api/admin/modules/{name}/limits", operation_id = "setLimits",
    params(ObjectName, Revision), request_body = SetLimits, responses(ModuleNow),
)]
pub(crate) async fn limits(change: Change<SetLimits>) -> Result<ModuleNow, ApiError> {
    Limits::check_overrides(&change.body.limits).map_err(refused_limits)?;
    let row = change
        .records()
        .set_limits(&change.name, change.body.limits, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Set how many shadow runs in a row that neither failed nor differed in a way not accepted every version
/// of the module has to show before it can be made a canary or activated.
#[utoipa::path(
    put, path = "/api/admin/modules/{name}/required-clean", operation_id = "setRequiredClean",
    params(ObjectName, Revision), request_body = SetRequiredClean, responses(ModuleNow),
)]
pub(crate) async fn required_clean(
    change: Change<SetRequiredClean>,
) -> Result<ModuleNow, ApiError> {
    let row = change
        .records()
        .set_required_clean(&change.name, change.body.runs, &change.decision())
        .await;
    ModuleNow::after(&change.caller, &change.name, row).await
}

/// Every limit that cannot be granted, by its place in the body.
fn refused_limits(errors: Vec<quire_model::FieldError>) -> ApiError {
    let detail = "some limits cannot be granted; errors says which and what can be";
    let mut problem = Problem::new(ProblemKind::InvalidRequest, detail);
    problem.errors = errors
        .into_iter()
        .map(|mut error| {
            error.pointer.insert_str(0, "/limits");
            error
        })
        .collect();
    problem.into()
}
