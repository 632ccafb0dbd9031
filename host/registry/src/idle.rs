//! Loaded versions that nothing is assigned to: a late retry needs one, or whoever makes a document of long ago
//! again. The last few stay loaded; the others are let go, and loaded again when a report asks, which takes about
//! a millisecond.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use quire_model::Digest;

/// So many stay loaded: a roll back or a late retry finds them.
const MOST: usize = 16;

/// One that was asked for just now is about to be used, however many others are.
const IN_USE: Duration = Duration::from_secs(60);

/// Which versions are loaded for whom.
#[derive(Default)]
pub(crate) struct Idle(Mutex<Versions>);

#[derive(Default)]
struct Versions {
    assigned: BTreeSet<Digest>,
    /// The longest unused first.
    idle: Vec<(Digest, Instant)>,
}

impl Idle {
    /// What is assigned from now on; what was until now is idle.
    pub(crate) fn assign(&self, assigned: BTreeSet<Digest>) {
        let mut versions = self.lock();
        let dropped: Vec<Digest> = versions.assigned.difference(&assigned).copied().collect();
        versions
            .idle
            .retain(|(digest, _)| !assigned.contains(digest));
        versions.assigned = assigned;
        for digest in dropped {
            versions.touch(digest);
        }
    }

    /// A version is about to be used.
    pub(crate) fn used(&self, digest: Digest) {
        self.lock().touch(digest);
    }

    /// Those that need not stay loaded, which are then no longer remembered.
    pub(crate) fn excess(&self) -> Vec<Digest> {
        self.lock().excess(Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, Versions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Versions {
    fn touch(&mut self, digest: Digest) {
        self.idle.retain(|(known, _)| *known != digest);
        if !self.assigned.contains(&digest) {
            self.idle.push((digest, Instant::now()));
        }
    }

    fn excess(&mut self, now: Instant) -> Vec<Digest> {
        let most = self.idle.len().saturating_sub(MOST);
        let unused = |(_, used): &&(Digest, Instant)| now.saturating_duration_since(*used) > IN_USE;
        let old = self.idle.iter().take(most).take_while(unused).count();
        self.idle.drain(..old).map(|(digest, _)| digest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: usize) -> Digest {
        Digest::of(&number.to_be_bytes())
    }

    #[test]
    fn all_but_the_last_few_are_let_go_once_they_are_unused() {
        let idle = Idle::default();
        idle.assign(BTreeSet::from([version(0)]));
        for number in 0..=MOST + 4 {
            idle.used(version(number));
        }
        let mut versions = idle.lock();

        assert_eq!(versions.excess(Instant::now()), [], "they are in use");
        let later = Instant::now() + IN_USE * 2;
        assert_eq!(versions.excess(later), [1, 2, 3, 4].map(version));
        assert_eq!(versions.excess(later), []);
    }

    #[test]
    fn what_is_assigned_stays_and_is_idle_once_it_is_not() {
        let idle = Idle::default();
        idle.assign((0..MOST + 2).map(version).collect());
        let later = Instant::now() + IN_USE * 2;
        assert_eq!(idle.lock().excess(later), []);

        idle.assign(BTreeSet::from([version(0)]));
        assert_eq!(idle.lock().excess(later).len(), 1);
    }
}
