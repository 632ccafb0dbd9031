//! What the playground holds for a moment: who tries a component now, and what the last ones became.
//! Nothing of it is stored.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use quire_records::KeyId;

/// Sections that are kept to be looked at. The largest takes some megabytes.
const MOST_KEPT: usize = 8;

/// The bench. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Workbench(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    busy: HashSet<KeyId>,
    drawn: VecDeque<(String, Bytes)>,
}

/// A place at the bench. When it is dropped, its holder may take another.
#[derive(Debug)]
pub(crate) struct Place {
    bench: Workbench,
    holder: KeyId,
}

impl Workbench {
    /// A place, unless its holder has one already.
    pub(crate) fn take(&self, holder: &KeyId) -> Option<Place> {
        let free = self.lock().busy.insert(holder.clone());
        free.then(|| Place {
            bench: self.clone(),
            holder: holder.clone(),
        })
    }

    /// Keep a section to be looked at, and name it; the oldest goes.
    pub(crate) fn keep(&self, drawn: Vec<u8>) -> String {
        let name = ulid::Ulid::generate().to_string();
        let mut held = self.lock();
        held.drawn.push_back((name.clone(), drawn.into()));
        if held.drawn.len() > MOST_KEPT {
            held.drawn.pop_front();
        }
        name
    }

    /// A section that is kept.
    pub(crate) fn kept(&self, name: &str) -> Option<Bytes> {
        let held = self.lock();
        let mut drawn = held.drawn.iter();
        let found = drawn.find(|(known, _)| known == name);
        found.map(|(_, drawn)| drawn.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.bench.lock().busy.remove(&self.holder);
    }
}
