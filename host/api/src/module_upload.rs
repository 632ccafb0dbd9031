//! `POST /api/admin/modules` and `POST /api/admin/module-check`: a component is checked, and stored if
//! that was asked for. Whatever comes of it, what is active stays as it is.

use axum::{
    Json,
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{StatusCode, header},
    response::Response,
};
use quire_model::{Digest, FieldError, Kind, Problem, ProblemKind, millis};
use quire_modules::{Checked, LoadError, SelfTest};
use quire_registry::{Added, EnterError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiError,
    auth::{Admin, Checker},
    described::{DigestText, KindName, NameText, ReasonText},
    if_match::tagged,
    modules::Version,
    query::Params,
    turns::OneAtATime,
};

/// Longest component that is read: what the module host takes.
pub(crate) const UPLOAD_LIMIT_BYTES: usize = 32 << 20;

/// Where the component goes, and why.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadParams {
    /// The module's name; a new name makes a new module.
    #[param(value_type = NameText, example = "trend")]
    name: String,
    /// Why; kept in the audit trail, 1 to 2,000 bytes.
    #[param(value_type = ReasonText, example = "shows quarters")]
    reason: String,
}

/// What a component is tried with.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckParams {
    /// The module's parameters, as a JSON object; those that its schema gives as defaults or example if absent.
    #[param(example = "{\"top\": 10}")]
    parameters: Option<String>,
}

/// A component that passed every check of an upload.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CheckedModule {
    /// SHA-256 of the component.
    #[schema(value_type = DigestText)]
    pub digest: Digest,
    /// What it is.
    #[schema(value_type = KindName)]
    pub kind: Kind,
    /// What it calls itself.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The author's own version.
    pub version: String,
    /// BCP 47 tags; the first is its default.
    pub locales: Vec<String>,
    /// JSON Schema of its parameters; null if it takes none.
    #[schema(value_type = Option<Map<String, Value>>)]
    pub params_schema: Option<serde_json::Value>,
    /// The size of the component.
    pub size_bytes: usize,
    /// What it imports.
    pub imports: Vec<String>,
    /// What its section of the bundled sample cost; absent if it was not tried or showed nothing.
    pub self_test: Option<SelfTestCost>,
    /// What an administrator should know before using it.
    pub warnings: Vec<String>,
}

/// What one section of the bundled sample cost.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SelfTestCost {
    /// The parameters that it was given, as JSON.
    pub params: String,
    /// CPU time in milliseconds.
    pub cpu_ms: u64,
    /// Peak memory.
    pub memory_bytes: usize,
    /// Size of what it returned.
    pub output_bytes: usize,
    /// How many blocks it returned.
    pub blocks: usize,
}

/// A component that is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Uploaded {
    /// The module's name.
    #[schema(value_type = NameText)]
    module: String,
    /// The version as it stands; `checked` if it is new.
    version: Version,
    /// False if it was stored before; then nothing was changed.
    created: bool,
    /// What the checks found.
    checked: CheckedModule,
}

/// Check a component and store it as a version of a module, in the state `checked`.
///
/// The body is the component. It is read, compiled in a process of its own, linked, asked what it is,
/// and makes its section of the bundled sample. No report uses it before it is staged and activated.
#[utoipa::path(
    post, path = "/api/admin/modules", operation_id = "uploadModule",
    params(UploadParams),
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "The component, at most 32 MiB"),
    responses(
        (status = 200, description = "It was stored before", body = Uploaded, headers(
            ("Location" = String, description = "The module"),
            ("ETag" = String, description = "Names the module's state; send it as `If-Match` with a change"),
        )),
        (status = 201, description = "It is stored", body = Uploaded, headers(
            ("Location" = String, description = "The module"),
            ("ETag" = String, description = "Names the module's state; send it as `If-Match` with a change"),
        )),
        (status = 409, description = "The module's other versions are of the other kind"),
        (status = 422, description = "A check refused it, or a parameter cannot be used"),
    ),
)]
pub(crate) async fn upload(
    Admin(caller): Admin,
    Params(UploadParams { name, reason }): Params<UploadParams>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let decision = caller.decision(&reason, None);
    let sample = caller.state.self_test.get().await?.clone();
    let pushed = caller
        .registry()
        .add_component(&name, read(body)?, sample, &decision)
        .await?;
    let status = if pushed.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let module = caller.records().module(&name).await?;
    let location = [(header::LOCATION, format!("/api/admin/modules/{name}"))];
    let answer = (status, location, Json(Uploaded::of(name, pushed)));
    Ok(tagged(module.map_or(0, |row| row.revision), answer))
}

/// Check a component as an upload is checked, and store nothing. One at a time for each key.
#[utoipa::path(
    post, path = "/api/admin/module-check", operation_id = "checkModule",
    params(CheckParams),
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "The component, at most 32 MiB"),
    responses(
        (status = 200, description = "It could be uploaded", body = CheckedModule),
        (status = 422, description = "A check refused it, and `refusal` says which; or `errors` says which parameters break its schema"),
        OneAtATime,
    ),
)]
pub(crate) async fn check(
    Checker(caller): Checker,
    Params(CheckParams { parameters }): Params<CheckParams>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<CheckedModule>, ApiError> {
    let params = parameters.as_deref().map(serde_json::from_str).transpose();
    let params = params.map_err(|error| {
        let detail = format!("parameters is no JSON object: {error}");
        ApiError::new(ProblemKind::InvalidRequest, detail)
    })?;
    let _turn = caller.state.turns.take(&caller.actor.key)?;
    let modules = &caller.registry().modules;
    let sample = caller.state.self_test.get().await?.clone();
    let checked = modules.check_with(read(body)?, sample, params).await?;
    if let SelfTest::WrongParams(errors) = checked.self_test {
        return Err(wrong_params(errors));
    }
    Ok(Json(CheckedModule::from(checked)))
}

/// Every parameter that breaks the module's schema.
fn wrong_params(errors: Vec<FieldError>) -> ApiError {
    let detail = "the parameters break the module's schema; errors says where";
    let mut problem = Problem::new(ProblemKind::InvalidRequest, detail);
    problem.errors = errors;
    problem.into()
}

fn read(body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, ApiError> {
    match body {
        Ok(bytes) => Ok(bytes.into()),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!(
                "the component is longer than {UPLOAD_LIMIT_BYTES} bytes (32 MiB), the most that is taken: build it without \
                 debugging information, and leave data out that it can do without"
            );
            Err(ApiError::new(ProblemKind::ContentTooLarge, detail))
        }
        Err(rejection) => Err(ApiError::malformed(rejection.body_text())),
    }
}

impl Uploaded {
    fn of(module: String, pushed: Added) -> Self {
        Self {
            module,
            version: pushed.version.into(),
            created: pushed.created,
            checked: pushed.checked.into(),
        }
    }
}

impl From<Checked> for CheckedModule {
    fn from(checked: Checked) -> Self {
        let warnings = checked.warnings();
        let (module, manifest) = (&checked.module, &checked.module.manifest);
        let schema = manifest.params_schema.as_deref();
        Self {
            digest: module.digest,
            kind: module.kind,
            title: manifest.title.clone(),
            summary: manifest.summary.clone(),
            version: manifest.version.clone(),
            locales: manifest.locales.clone(),
            params_schema: schema.and_then(|text| serde_json::from_str(text).ok()),
            size_bytes: module.size_bytes,
            imports: module.imports.clone(),
            self_test: match checked.self_test {
                SelfTest::Passed { params, output } => Some(SelfTestCost {
                    params,
                    cpu_ms: millis(output.cpu),
                    memory_bytes: output.memory_bytes,
                    output_bytes: output.output_bytes,
                    blocks: output.blocks.len(),
                }),
                _ => None,
            },
            warnings,
        }
    }
}

impl From<LoadError> for ApiError {
    fn from(error: LoadError) -> Self {
        error.problem().into()
    }
}

impl From<EnterError> for ApiError {
    fn from(error: EnterError) -> Self {
        match error {
            EnterError::Refused(error) => error.into(),
            EnterError::Records(error) => error.into(),
        }
    }
}
