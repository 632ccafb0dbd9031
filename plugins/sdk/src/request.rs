//! What the host asks for, with the section's own parameters parsed.

use serde::de::DeserializeOwned;

use crate::{
    Civil,
    wit::types::{Failure, RenderContext},
};

/// A request for a section.
#[derive(Clone, Debug)]
pub struct Request<P> {
    /// Everything about the request that is not data.
    pub context: RenderContext,
    /// `context.params`, parsed.
    pub params: P,
}

impl<P: DeserializeOwned> Request<P> {
    /// Parse the parameters.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidParams`] with a sentence that names the field.
    pub fn read(context: RenderContext) -> Result<Self, Failure> {
        let text = if context.params.trim().is_empty() {
            "{}"
        } else {
            &context.params
        };
        let params = serde_json::from_str(text).map_err(|error| {
            Failure::InvalidParams(format!("the parameters cannot be read: {error}"))
        })?;
        Ok(Self { context, params })
    }
}

impl<P> Request<P> {
    /// "Today" for this document.
    #[must_use]
    pub fn as_of(&self) -> Civil {
        Civil::from_days(self.context.as_of)
    }
}
