//! Holds events and checkpoints to each other, one after another: the same for the records and for
//! an exported trail.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Checkpoint,
    audit::checkpoint::{KEY_ACTION, told},
    audit::event::StoredEvent,
};

/// The first event that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit event {sequence} does not fit: {why}")]
pub struct FirstBroken {
    /// Its place in the sequence.
    pub sequence: u64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The end of the part of the trail that has been verified.
pub(crate) struct Trail {
    pub(crate) sequence: u64,
    pub(crate) hash: String,
    /// Checkpoints that have not been reached yet.
    waiting: BTreeMap<u64, Checkpoint>,
    /// The checkpoint of the event that was reached last; the next event has to tell of it.
    reached: Option<Checkpoint>,
    /// Keys that the trail has told of.
    keys: BTreeSet<String>,
    /// The last event whose checkpoint was verified, and the key that signed it.
    signed: Option<(u64, String)>,
    /// Times of the first and the last event behind that one.
    unsigned: Option<(String, String)>,
}

impl Trail {
    /// The beginning of a trail with these checkpoints.
    pub(crate) fn new(checkpoints: Vec<Checkpoint>) -> Self {
        let mut trail = Self {
            sequence: 0,
            hash: "0".repeat(64),
            waiting: BTreeMap::new(),
            reached: None,
            keys: BTreeSet::new(),
            signed: None,
            unsigned: None,
        };
        trail.learn_of(checkpoints);
        trail
    }

    /// The last event whose checkpoint was verified on the way, and the key that signed it.
    pub(crate) fn signed(&self) -> Option<(u64, &str)> {
        let signed = self.signed.as_ref();
        signed.map(|(sequence, key)| (*sequence, key.as_str()))
    }

    /// Times of the first and the last event behind the last verified checkpoint.
    pub(crate) fn unsigned(&self) -> Option<(&str, &str)> {
        let times = self.unsigned.as_ref();
        times.map(|(first, last)| (first.as_str(), last.as_str()))
    }

    /// There are checkpoints of events to come that were made since the beginning.
    pub(crate) fn learn_of(&mut self, checkpoints: Vec<Checkpoint>) {
        let by_sequence = |checkpoint: Checkpoint| (checkpoint.sequence, checkpoint);
        self.waiting
            .extend(checkpoints.into_iter().map(by_sequence));
    }

    /// Move on to the next event, if it is the next.
    ///
    /// # Errors
    ///
    /// The first event that does not fit.
    pub(crate) fn follow(&mut self, event: StoredEvent) -> Result<(), FirstBroken> {
        let sequence = self.sequence + 1;
        let why = if event.sequence.unsigned_abs() != sequence {
            "it is missing"
        } else if event.previous != self.hash {
            "it does not follow the event before it"
        } else if event.expected_hash().to_string() != event.hash {
            "its content is not what was written"
        } else if !self.is_told_of(&event) {
            "it and the checkpoint of the event before it do not belong together"
        } else {
            if let (KEY_ACTION, Some(key)) =
                (event.action.as_str(), event.object.strip_prefix("key "))
            {
                self.keys.insert(key.to_owned());
            }
            self.sequence = sequence;
            self.hash = event.hash;
            let first = self.unsigned.take().map(|(first, _)| first);
            self.unsigned = Some((first.unwrap_or_else(|| event.time.clone()), event.time));
            return self.reach();
        };
        Err(FirstBroken { sequence, why })
    }

    /// At the end: whether nothing is left over.
    ///
    /// # Errors
    ///
    /// The event that a checkpoint is of, if the trail does not come so far.
    pub(crate) fn end(&self) -> Result<(), FirstBroken> {
        match self.waiting.keys().next() {
            Some(_) => Err(FirstBroken {
                sequence: self.sequence + 1,
                why: "it is missing, though there is a checkpoint of it or of a later event",
            }),
            None => Ok(()),
        }
    }

    /// A checkpoint is followed by the event that tells of it, and there is no such event without.
    fn is_told_of(&self, event: &StoredEvent) -> bool {
        match &self.reached {
            Some(checkpoint) => {
                checkpoint.is_told_by(&event.action, &event.object, event.after.as_deref())
            }
            None => told(&event.action, &event.object).is_none(),
        }
    }

    /// Hold the checkpoint of the event that was just reached to it.
    fn reach(&mut self) -> Result<(), FirstBroken> {
        self.reached = self.waiting.remove(&self.sequence);
        let Some(checkpoint) = &self.reached else {
            return Ok(());
        };
        let why = if checkpoint.hash.to_string() != self.hash {
            "it is not the event that its checkpoint was made of"
        } else if !self.keys.contains(&checkpoint.public_key) {
            "its checkpoint is signed with a key that the trail does not know"
        } else if !checkpoint.is_signed() {
            "the signature of its checkpoint is wrong"
        } else {
            self.signed = Some((checkpoint.sequence, checkpoint.public_key.clone()));
            self.unsigned = None;
            return Ok(());
        };
        Err(FirstBroken {
            sequence: checkpoint.sequence,
            why,
        })
    }
}
