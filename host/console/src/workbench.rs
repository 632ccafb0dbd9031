//! What the playground and comparisons hold for a moment. Nothing of it is stored.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;

/// Most things that are kept, and most bytes that they have together: two components of the largest size, or
/// comparisons of a few reports of usual size. The oldest go.
const MOST_KEPT: usize = 24;
const MOST_BYTES: usize = 64 << 20;

/// The bench. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Workbench(Arc<Mutex<VecDeque<(String, Kept)>>>);

/// What is kept.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// A section, drawn as HTML.
    Section(Bytes),
    /// A report, drawn as PDF.
    Report(Bytes),
    /// A component, as it was uploaded, and the JSON Schema of its parameters.
    Component(Bytes, Arc<str>),
}

impl Kept {
    const fn bytes(&self) -> &Bytes {
        let (Self::Section(bytes) | Self::Report(bytes) | Self::Component(bytes, _)) = self;
        bytes
    }
}

impl Workbench {
    /// Keep something to be looked at, and name it. The name is known to nobody else.
    pub(crate) fn keep(&self, thing: Kept) -> String {
        let name = ulid::Ulid::generate().to_string();
        let mut kept = self.lock();
        kept.push_back((name.clone(), thing));
        let size = |kept: &VecDeque<(String, Kept)>| {
            let sizes = kept.iter().map(|(_, thing)| thing.bytes().len());
            sizes.sum::<usize>()
        };
        while kept.len() > 1 && (kept.len() > MOST_KEPT || size(&kept) > MOST_BYTES) {
            kept.pop_front();
        }
        name
    }

    /// Something that is kept.
    pub(crate) fn kept(&self, name: &str) -> Option<Kept> {
        let kept = self.lock();
        let mut things = kept.iter();
        let found = things.find(|(known, _)| known == name);
        found.map(|(_, thing)| thing.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, Kept)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
