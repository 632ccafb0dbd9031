//! Which versions of modules and definitions there are, which are in use, and how those on trial fare.

pub(crate) mod acceptance;
pub(crate) mod activation;
pub(crate) mod change;
pub(crate) mod component;
pub(crate) mod cost;
pub(crate) mod decision;
pub(crate) mod definition;
pub(crate) mod definition_change;
pub(crate) mod difference;
pub(crate) mod embedded;
pub(crate) mod enter;
pub(crate) mod fitting;
pub(crate) mod judged_run;
pub(crate) mod module;
pub(crate) mod module_change;
pub(crate) mod shadow_runs;
pub(crate) mod standing;
pub(crate) mod tally;
pub(crate) mod trial;
pub(crate) mod verdict;
pub(crate) mod version;

#[cfg(test)]
mod tests;
