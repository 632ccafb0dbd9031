//! Work that takes seconds of a core is done once at a time for each key, by whatever door it is asked for.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use quire_model::{Problem, ProblemKind};
use quire_records::KeyId;
use utoipa::IntoResponses;

use crate::ApiError;

/// When another try may find the turn free.
const RETRY_AFTER_S: u64 = 5;

/// Whose turn it is now. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashSet<KeyId>>>);

/// Something else is being done for this key; ask again after `Retry-After`
#[derive(IntoResponses)]
#[response(status = 429)]
pub(crate) struct OneAtATime;

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
            let detail = "something that takes this server seconds is being done for this key already; wait until \
                          it is done";
            let problem = Problem::new(ProblemKind::TooManyRequests, detail);
            return Err(problem.retry_after(RETRY_AFTER_S).into());
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

#[cfg(test)]
mod tests {
    use quire_records::Actor;

    use super::*;

    #[test]
    fn a_key_has_one_turn_at_a_time_and_all_clones_know_of_it() {
        let turns = Turns::default();
        let holder = Actor::operator().key;

        let turn = turns.take(&holder).unwrap();
        let second = turns.clone().take(&holder);
        drop(turn);

        assert!(second.is_err());
        assert!(turns.take(&holder).is_ok());
    }
}
