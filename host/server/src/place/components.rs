//! Components: the very bytes that were pushed as a version of a module.

use anyhow::{Context as _, bail};
use quire_model::Digest;
use reqwest::Method;

use super::Place;
use crate::remote::escaped;

impl Place {
    /// The component of a version of a module, which is named as it was typed; of the active one if none is.
    ///
    /// # Errors
    ///
    /// If there is no such module or version, none is active, or the bytes are gone or not those of the version.
    pub(crate) async fn component(
        &self,
        module: &str,
        version: Option<&str>,
    ) -> anyhow::Result<Vec<u8>> {
        let active;
        let version = match version {
            Some(version) => version,
            None => {
                active = self.active(module).await?.to_string();
                &active
            }
        };
        let server = match self {
            Self::Directory(records) => {
                let digest = records.version_named(module, version).await?;
                return Ok(records.component(module, digest).await?);
            }
            Self::Server(server) => server,
        };
        let (name, named) = (escaped(module), escaped(version));
        let path = format!("/api/admin/modules/{name}/versions/{named}/component");
        let answer = server.send(server.request(Method::GET, &path)).await?;
        let tag = server.tag_of(&answer)?;
        let bytes = answer.bytes().await;
        let bytes = bytes.map_err(|error| server.unreachable(&error))?;
        let (said, digest) = (tag.trim_matches('"'), Digest::of(&bytes));
        if said != digest.to_string() {
            bail!(
                "{} sent a component whose SHA-256 is {digest}, for the version {said}: something on the way changes what \
                 it sends",
                server.address()
            );
        }
        Ok(bytes.into())
    }

    async fn active(&self, name: &str) -> anyhow::Result<Digest> {
        let Some(module) = self.module(name).await? else {
            bail!("there is no module {name:?}; quire module list shows them");
        };
        module.row.active.with_context(|| {
            format!(
                "no version of {name} is active: name one that `quire module show {name}` shows"
            )
        })
    }
}
