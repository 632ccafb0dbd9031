//! The document of a task, in any of its forms.

use anyhow::{Context as _, bail};
use quire_api::StatusName;
use quire_model::{Digest, ReportId};
use quire_records::{ArtifactRef, Records, RecordsError, ReportRow};
use reqwest::{Method, StatusCode};

use super::{Place, REQUEST_ID};
use crate::{
    cli::ModuleFiles,
    maker::{self, Versions},
    operator,
    remote::Refusal,
    report::Form,
    settings::DataSettings,
    storage,
};

impl Place {
    /// The bytes of a form of a task's document; in a data directory the audit trail says first that they were handed
    /// out, as a server does.
    ///
    /// # Errors
    ///
    /// If there is no such task, or it has no document (any more): why, in words.
    pub(crate) async fn document(
        &self,
        id: &ReportId,
        form: &Form,
        data: &DataSettings,
    ) -> anyhow::Result<Vec<u8>> {
        let server = match self {
            Self::Directory(records) => {
                let bytes = made(records, id, form, data).await?;
                let (digest, actor) = (Digest::of(&bytes), operator::actor());
                records
                    .downloaded(id, &form.name(), digest, &actor, REQUEST_ID)
                    .await?;
                return Ok(bytes);
            }
            Self::Server(server) => server,
        };
        let path = format!("/api/tasks/{id}{}", form.path());
        let answer = match server.send(server.request(Method::GET, &path)).await {
            Err(error) if Refusal::is(&error, StatusCode::NOT_FOUND) => {
                return Err(error.context(format!("{id} cannot be downloaded")));
            }
            answer => answer?,
        };
        let bytes = answer.bytes().await;
        Ok(bytes.map_err(|error| server.unreachable(&error))?.into())
    }
}

/// The bytes, as they are stored or of what is.
async fn made(
    records: &Records,
    id: &ReportId,
    form: &Form,
    data: &DataSettings,
) -> anyhow::Result<Vec<u8>> {
    let Some(row) = records.report(id).await? else {
        bail!("there is no task {id}; quire task list shows them");
    };
    let stored = stored(&row, form)?;
    let bytes = match records.artifact(stored.digest).await {
        Ok(artifact) => artifact.bytes,
        Err(RecordsError::NoArtifact(_)) => again(records, &row, stored, data).await?,
        Err(error) => return Err(error.into()),
    };
    let form = form.clone();
    // Long tables take a while.
    tokio::task::spawn_blocking(move || form.of_stored(bytes)).await?
}

/// What is stored of which the form is made; or why there is nothing.
fn stored(row: &ReportRow, form: &Form) -> anyhow::Result<ArtifactRef> {
    let Some(success) = &row.success else {
        let status = StatusName::from(row.state);
        match &row.problem {
            Some(problem) if status == StatusName::Failure => {
                bail!(
                    "{} failed, so there is no document: {}",
                    row.id,
                    problem.detail
                )
            }
            _ if status.is_final() => bail!("{} was called off, so there is no document", row.id),
            _ => bail!(
                "{} is {} and has no document yet; quire task watch {} follows it",
                row.id,
                status.as_str(),
                row.id
            ),
        }
    };
    if *form == Form::Pdf {
        return Ok(success.artifact);
    }
    success.document.context(
        "this report was made by an earlier version of Quire, which kept only the PDF; ask for the report again to get \
         its other forms",
    )
}

/// What a rule of retention removed, made again.
async fn again(
    records: &Records,
    row: &ReportRow,
    stored: ArtifactRef,
    data: &DataSettings,
) -> anyhow::Result<Vec<u8>> {
    let code_dir = storage::code_dir(data)?;
    let versions = Versions::Read(Some(records.clone()));
    let registry = maker::registry(&code_dir, &ModuleFiles::default(), versions).await?;
    Ok(quire_reports::stored_bytes(&registry, row, stored).await?)
}
