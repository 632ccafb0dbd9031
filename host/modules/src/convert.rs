//! Between the types of `wit/` and ours. Only shapes change here; `check` judges the content.

pub(crate) mod block;
pub(crate) mod call;
pub(crate) mod chart;
pub(crate) mod date;
pub(crate) mod fact;
pub(crate) mod origin;
pub(crate) mod query;
pub(crate) mod recipe;
pub(crate) mod table;
