//! Report definitions in use: which one a report follows, and how another is put in its place.

use std::sync::Arc;

use quire_model::{Definition, Digest, Failure, FieldError, Problem, ProblemKind, ReportRequest};
use quire_modules::Loaded;
use quire_records::{Decision, DefinitionRow, Pins, RecordsError};

use crate::{
    Registry,
    definition_check::{check_section, check_shape},
};

/// Why a report definition was not put in use. The present version stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// It breaks rules; the caller's to mend.
    #[error("the report definition breaks {} rules", .0.len())]
    Invalid(Vec<FieldError>),
    /// The records refused it or could not be changed.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

impl Registry {
    /// What is wrong with a definition, by field; empty if it can be put in use.
    pub async fn check_definition(&self, definition: &Definition) -> Vec<FieldError> {
        let mut errors = check_shape(definition);
        for (at, section) in definition.sections.iter().enumerate() {
            let module = match section.digest {
                Some(digest) => self.version_of(&section.module, digest).await,
                None => self.modules.active(&section.module),
            };
            errors.extend(check_section(at, section, module.as_deref()));
        }
        errors
    }

    /// Put a definition in use, if it keeps the rules. This process uses it when this returns.
    ///
    /// # Errors
    ///
    /// [`DefinitionError::Invalid`] names every breach; otherwise as
    /// [`Records::put_definition`](quire_records::Records::put_definition), also if this registry has
    /// none.
    pub async fn put_definition(
        &self,
        definition: &Definition,
        decision: &Decision<'_>,
    ) -> Result<DefinitionRow, DefinitionError> {
        let errors = self.check_definition(definition).await;
        if !errors.is_empty() {
            return Err(DefinitionError::Invalid(errors));
        }
        let records = self.records()?;
        let row = records.put_definition(definition, decision).await?;
        self.take_up_change().await;
        Ok(row)
    }

    /// A version of this module and of no other.
    async fn version_of(&self, module: &str, digest: Digest) -> Option<Arc<Loaded>> {
        match self.assignments.records() {
            Some(records) => {
                let version = records.version(module, digest).await.ok().flatten()?;
                if !version.may_be_pinned() {
                    return None;
                }
                self.assignments.load(&self.modules, digest).await.ok()
            }
            None => self.modules.by_digest(digest),
        }
    }

    /// The definition that a report is pinned to, or the one in use.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that names the definition or the version that is not to be had.
    pub async fn definition(
        &self,
        request: &ReportRequest,
        pins: Option<&Pins>,
    ) -> Result<Arc<Definition>, Failure> {
        let name = &request.definition;
        let current = self.definitions.get(name);
        let pinned = pins.and_then(|pins| pins.definition_version);
        let Some(pinned) =
            pinned.filter(|pinned| current.as_ref().is_none_or(|used| used.version != *pinned))
        else {
            return current.ok_or_else(|| self.no_definition(name));
        };
        let Some(records) = self.assignments.records() else {
            return Err(no_version(name, pinned));
        };
        match records.definition_version(name, pinned).await {
            Ok(Some(definition)) => Ok(Arc::new(definition)),
            Ok(None) => Err(no_version(name, pinned)),
            Err(error) => {
                if let Some(fault) = error.host_fault() {
                    return Err(Failure::of_host(fault));
                }
                let error = &error as &dyn std::error::Error;
                tracing::warn!(
                    error,
                    "version {pinned} of definition {name} cannot be read"
                );
                Err(Failure {
                    retryable: true,
                    ..no_version(name, pinned)
                })
            }
        }
    }

    fn no_definition(&self, name: &str) -> Failure {
        let names: Vec<_> = self.definitions.names().collect();
        Failure::lasting(Problem::new(
            ProblemKind::UnknownDefinition,
            format!(
                "There is no report definition called {:?}; there are {}.",
                name.chars().take(80).collect::<String>(),
                names.join(", ")
            ),
        ))
    }
}

/// A report was begun from a version of its definition that is not to be had.
fn no_version(name: &str, version: u32) -> Failure {
    Failure::lasting(Problem::new(
        ProblemKind::UnknownDefinition,
        format!(
            "Version {version} of the report definition {name}, with which the report began, is not \
             stored here."
        ),
    ))
}
