//! Who decides on a change of what reports are made with, and why. Nothing changes without a
//! reason.

use std::net::IpAddr;

use crate::{Actor, RecordsError, audit::event::NewEvent};

/// Longest reason, in bytes: enough for a paragraph, too little for a document.
const LONGEST_REASON_BYTES: usize = 2_000;

/// A person's decision to change a module or a definition.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Why, in words; never empty, at most 2,000 bytes.
    pub reason: &'a str,
    /// The HTTP request, or where else it came from.
    pub request_id: &'a str,
    /// The revision of the module or definition that the decision was made on. If someone changed
    /// it since, nothing is done. Absent: whatever it is now.
    pub expected_revision: Option<u64>,
}

/// The author of a change, a person or Quire, as the audit trail names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Author<'a> {
    pub(crate) actor: &'a str,
    role: &'a str,
    reason: &'a str,
    request_id: &'a str,
    address: Option<IpAddr>,
}

impl<'a> Decision<'a> {
    /// Whether it can be written down.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NoReason`] if there is no reason, or a novel.
    pub fn check(&self) -> Result<(), RecordsError> {
        self.author().map(|_| ())
    }

    /// The same for the audit trail.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NoReason`] if there is no reason, or a novel.
    pub(crate) fn author(&self) -> Result<Author<'a>, RecordsError> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.len() > LONGEST_REASON_BYTES {
            return Err(RecordsError::NoReason(LONGEST_REASON_BYTES));
        }
        Ok(Author {
            actor: self.actor.key.as_str(),
            role: self.actor.role.as_str(),
            reason,
            request_id: self.request_id,
            address: self.actor.address,
        })
    }
}

impl<'a> Author<'a> {
    /// What Quire does by itself.
    pub(crate) const fn quire(reason: &'a str) -> Self {
        Self {
            actor: "quire",
            role: "host",
            reason,
            request_id: "",
            address: None,
        }
    }

    /// The same author, who says more.
    pub(crate) const fn because(self, reason: &'a str) -> Self {
        Self { reason, ..self }
    }

    /// An event of this author.
    pub(crate) fn event(self, action: &'a str, object: String) -> NewEvent<'a> {
        NewEvent {
            role: self.role,
            reason: Some(self.reason).filter(|reason| !reason.is_empty()),
            request_id: Some(self.request_id).filter(|id| !id.is_empty()),
            address: self.address,
            ..NewEvent::host(self.actor, action, object)
        }
    }
}
