//! Which sections a report has: data, not code.

use std::{collections::BTreeMap, sync::Arc};

use quire_model::Definition;

/// Report definitions by name. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Definitions(Arc<BTreeMap<String, Definition>>);

impl Definitions {
    /// Those that come with Quire: `cer` and `plain`.
    #[must_use]
    pub fn built_in() -> Self {
        Self(Arc::new(BTreeMap::new()))
    }

    /// The definition of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.0.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
