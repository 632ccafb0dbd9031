//! What makes two requests equal: everything that determines the document but its data.

use quire_model::{Digest, ReportRequest};
use quire_records::{AnswerKey, Pins};

use crate::{Maker, PRODUCER, recipe::fonts};

impl Maker {
    /// What a report that is begun now has in common with those whose document it may be given; none where it has to
    /// be made: sharing is switched off, the definition is not known here, a module is on trial, or `pins` are other
    /// versions than everyone gets.
    #[must_use]
    pub fn answer_key(&self, request: &ReportRequest, pins: Option<&Pins>) -> Option<AnswerKey> {
        if !self.sharing {
            return None;
        }
        let registry = &self.registry;
        // Read before what it counts: a change meanwhile makes the key too old, never too young.
        let change = *registry.assignments.seen().borrow();
        let definition = registry.definitions.get(&request.definition)?;
        let settled = registry.settled_pins(&definition)?;
        if pins.is_some_and(|pins| *pins != settled) {
            return None;
        }
        let limits = definition.sections.iter().map(|section| {
            let assignment = registry.assignments.of_module(&section.module);
            (section.name.as_str(), assignment.limits)
        });
        let limits: Vec<_> = limits.collect();
        let what = serde_json::to_vec(&(request, settled, limits)).ok()?;
        let fonts: Vec<_> = fonts().into_iter().map(|font| font.digest).collect();
        let fonts = serde_json::to_vec(&fonts).ok()?;
        let definition = definition.digest();
        let (source, background) = (self.faers.name(), self.backgrounds.name());
        let parts: [&[u8]; 7] = [
            b"quire answer 1",
            &what,
            definition.as_bytes(),
            PRODUCER.as_bytes(),
            &fonts,
            source.as_bytes(),
            background.as_bytes(),
        ];
        Some(AnswerKey {
            digest: Digest::of_parts(parts),
            change,
        })
    }
}
