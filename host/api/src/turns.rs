//! Work that takes seconds of a core is done once at a time for each key, by whatever door it is asked for.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use quire_model::ProblemKind;
use quire_records::KeyId;

use crate::ApiError;

/// Whose turn it is now. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashSet<KeyId>>>);

/// A turn. When it is dropped, its holder may have another.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    holder: KeyId,
}

impl Turns {
    /// A turn, unless its holder has one already.
    ///
    /// # Errors
    ///
    /// If it does.
    pub fn take(&self, holder: &KeyId) -> Result<Turn, ApiError> {
        if !self.lock().insert(holder.clone()) {
            return Err(ApiError::new(
                ProblemKind::TooManyRequests,
                "something that takes this server seconds is being done for this key already; wait until it \
                 is done",
            ));
        }
        Ok(Turn {
            turns: self.clone(),
            holder: holder.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<KeyId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.holder);
    }
}
