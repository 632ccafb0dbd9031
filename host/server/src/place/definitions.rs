//! Report definitions: which there are, checked, put in use and taken back.

use quire_model::{Definition, FieldError};
use quire_records::{DefinitionRow, DefinitionVersionRow};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Place, decided};
use crate::remote::{Refusal, Server, escaped};

/// Where a server has its definitions.
const DEFINITIONS: &str = "/api/admin/definitions";

impl Place {
    /// All definitions, with the version in use.
    pub(crate) async fn definitions(&self) -> anyhow::Result<Vec<DefinitionRow>> {
        #[derive(Deserialize)]
        struct List {
            definitions: Vec<DefinitionRow>,
        }
        match self {
            Self::Directory(records) => Ok(records.definitions().await?),
            Self::Server(server) => Ok(server.get::<List>(DEFINITIONS).await?.definitions),
        }
    }

    /// A version of a definition, the one in use if none is named; none if there is no such version.
    pub(crate) async fn definition(
        &self,
        name: &str,
        version: Option<u32>,
    ) -> anyhow::Result<Option<Definition>> {
        #[derive(Deserialize)]
        struct List {
            versions: Vec<DefinitionVersionRow>,
        }
        match (self, version) {
            (Self::Directory(records), Some(version)) => {
                Ok(records.definition_version(name, version).await?)
            }
            (Self::Directory(records), None) => {
                Ok(records.definition(name).await?.map(|row| row.current))
            }
            (Self::Server(server), Some(version)) => {
                let list: Option<List> = server.find(&format!("{}/versions", path(name))).await?;
                let versions = list.into_iter().flat_map(|list| list.versions);
                let mut found = versions.filter(|row| row.version == version);
                Ok(found.next().map(|row| row.definition))
            }
            (Self::Server(server), None) => {
                let row: Option<DefinitionRow> = server.find(&path(name)).await?;
                Ok(row.map(|row| row.current))
            }
        }
    }

    /// Use an earlier version of a definition again, the one that is named or the one before; on the state that the
    /// definition is in now, or on the revision that is named.
    pub(crate) async fn roll_back_definition(
        &self,
        name: &str,
        version: Option<u32>,
        reason: &str,
        revision: Option<u64>,
    ) -> anyhow::Result<DefinitionRow> {
        match self {
            Self::Directory(records) => {
                decided(reason, revision, async |decision| match version {
                    Some(version) => records.use_definition(name, version, &decision).await,
                    None => records.roll_back_definition(name, &decision).await,
                })
                .await
            }
            Self::Server(server) => {
                let reason = reason.trim();
                let (step, body) = match version {
                    Some(version) => ("/use", json!({"version": version, "reason": reason})),
                    None => ("/rollback", json!({"reason": reason})),
                };
                let object = path(name);
                let place = (object.as_str(), step);
                server.change(Method::POST, place, revision, &body).await
            }
        }
    }
}

impl Server {
    /// Put a definition in use, on the state that it is in now or on the revision that is named; or the rules that it
    /// breaks.
    pub(crate) async fn put_definition(
        &self,
        definition: &Definition,
        reason: &str,
        revision: Option<u64>,
    ) -> anyhow::Result<Result<DefinitionRow, Vec<FieldError>>> {
        let object = path(&definition.name);
        let body = json!({"definition": definition, "reason": reason.trim()});
        let put = self.change(Method::PUT, (&object, ""), revision, &body);
        broken(put.await, "/definition")
    }

    /// The rules that a definition breaks.
    pub(crate) async fn check_definition(
        &self,
        definition: &Definition,
    ) -> anyhow::Result<Vec<FieldError>> {
        let request = self.request(Method::POST, "/api/admin/definition-check");
        let checked = self.send(request.json(definition)).await;
        let checked = broken(checked.map(|_| ()), "")?;
        Ok(checked.err().unwrap_or_default())
    }
}

/// Tell broken rules, each by its place in the definition, from other refusals.
fn broken<T>(
    answered: anyhow::Result<T>,
    within: &str,
) -> anyhow::Result<Result<T, Vec<FieldError>>> {
    let error = match answered {
        Ok(done) => return Ok(Ok(done)),
        Err(error) => error,
    };
    let errors = error
        .downcast_ref::<Refusal>()
        .filter(|refusal| refusal.status() == StatusCode::UNPROCESSABLE_ENTITY)
        .and_then(Refusal::problem)
        .map(|problem| problem.errors.clone())
        .unwrap_or_default();
    if errors.is_empty() {
        return Err(error);
    }
    let bare = |mut error: FieldError| {
        if let Some(inner) = error.pointer.strip_prefix(within) {
            error.pointer = inner.to_owned();
        }
        error
    };
    Ok(Err(errors.into_iter().map(bare).collect()))
}

fn path(name: &str) -> String {
    format!("{DEFINITIONS}/{}", escaped(name))
}
