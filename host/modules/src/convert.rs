//! Between the types of `wit/` and ours.

pub(crate) mod call;
pub(crate) mod document;
pub(crate) mod origin;
pub(crate) mod query;
pub(crate) mod recipe;

use crate::bindings::types as wit;
