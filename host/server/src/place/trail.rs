//! The audit trail: listed, checked and exported.

use std::io::Write;

use anyhow::{Context as _, bail};
use futures::StreamExt as _;
use quire_records::{ACTIONS, AuditEvent, AuditFilter, Checkpoint, ExportLine, KINDS};
use reqwest::Method;
use serde::Deserialize;

use super::Place;
use crate::remote::query;

/// Most events that a server sends at a time.
const PAGE: u32 = 1_000;

/// Where a server has the trail.
const AUDIT: &str = "/api/admin/audit";

impl Place {
    /// Events, the oldest first, at most `limit`.
    pub(crate) async fn events(
        &self,
        wanted: &AuditFilter,
        limit: u32,
    ) -> anyhow::Result<Vec<AuditEvent>> {
        #[derive(Deserialize)]
        struct Page {
            events: Vec<AuditEvent>,
            next_after: Option<u64>,
        }
        let server = match self {
            Self::Directory(records) => {
                if let Some(action) = &wanted.action
                    && !records.knows_action(action).await?
                {
                    bail!(
                        "--action is {action:?}, of which no trail tells: expected one of {}",
                        ACTIONS.join(", ")
                    );
                }
                if let Some(object) = &wanted.object
                    && !records.knows_object(object).await?
                {
                    bail!(
                        "--object is {object:?}, of a kind of which no trail tells: name it alone, or after one of {}",
                        KINDS.join(", ")
                    );
                }
                return Ok(records.audit_oldest(wanted, limit).await?);
            }
            Self::Server(server) => server,
        };
        let (mut events, mut after) = (Vec::new(), wanted.after);
        loop {
            let rest = limit.saturating_sub(u32::try_from(events.len())?);
            let asked = query(&[
                ("after", after.map(|after| after.to_string())),
                ("object", wanted.object.clone()),
                ("actor", wanted.actor.clone()),
                ("action", wanted.action.clone()),
                ("limit", Some(rest.clamp(1, PAGE).to_string())),
            ]);
            let page: Page = server.get(&format!("{AUDIT}{asked}")).await?;
            events.extend(page.events);
            after = page.next_after;
            if after.is_none() || events.len() >= usize::try_from(limit)? {
                return Ok(events);
            }
        }
    }

    /// Whether the trail is unaltered: how many events it has, or the first that is not as it was written, in words.
    pub(crate) async fn verify_trail(&self) -> anyhow::Result<Result<u64, String>> {
        #[derive(Deserialize)]
        struct Verdict {
            events: Option<u64>,
            first_broken: Option<String>,
        }
        match self {
            Self::Directory(records) => {
                let verified = records.verify_audit().await?;
                Ok(verified.map_err(|broken| broken.to_string()))
            }
            Self::Server(server) => {
                let verdict: Verdict = server.get(&format!("{AUDIT}/verify")).await?;
                let broken = verdict.first_broken.unwrap_or_default();
                Ok(verdict.events.ok_or(broken))
            }
        }
    }

    /// Sign the trail and write all of it; gives the head that was signed.
    pub(crate) async fn export_trail(&self, file: &mut dyn Write) -> anyhow::Result<Checkpoint> {
        let server = match self {
            Self::Directory(records) => {
                let write = |part: String| std::future::ready(file.write_all(part.as_bytes()));
                return Ok(records.export_audit(write).await?);
            }
            Self::Server(server) => server,
        };
        let request = server.request(Method::GET, &format!("{AUDIT}/export"));
        let mut parts = server.send(request).await?.bytes_stream();
        let mut reading = Reading::default();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| server.unreachable(&error))?;
            file.write_all(&part)?;
            reading.take(&part);
        }
        reading.signed().with_context(|| {
            format!(
                "{} broke off the trail before the event that it has signed; ask again",
                server.address()
            )
        })
    }
}

/// What is known of an export while it is read: its checkpoints come first, then its events.
#[derive(Default)]
struct Reading {
    /// The beginning of a line.
    rest: Vec<u8>,
    checkpoint: Option<Checkpoint>,
    /// The last event.
    sequence: u64,
}

impl Reading {
    fn take(&mut self, part: &[u8]) {
        self.rest.extend_from_slice(part);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            match serde_json::from_slice(&line) {
                Ok(ExportLine::Checkpoint(checkpoint)) => self.checkpoint = Some(checkpoint),
                Ok(ExportLine::Event(event)) => self.sequence = event.sequence,
                _ => {}
            }
        }
    }

    /// The last signed head, if the events reach it.
    fn signed(self) -> Option<Checkpoint> {
        let reached = self.sequence;
        self.checkpoint.filter(|signed| signed.sequence <= reached)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_export_is_whole_when_its_events_reach_the_last_signed_one() {
        let hash = "0".repeat(64);
        let signed = json!({
            "line": "checkpoint", "sequence": 2, "hash": hash, "time": "2026-01-01T00:00:00Z", "public_key": "p",
            "signature": "s",
        });
        let event = |sequence: u64| {
            json!({
                "line": "event", "sequence": sequence, "time": "2026-01-01T00:00:00Z", "actor": "a", "role": "r",
                "action": "x", "object": "o", "before": null, "after": null, "reason": null, "request_id": null,
                "previous": hash, "hash": hash,
            })
        };
        let text = format!("{signed}\n{}\n{}\n", event(1), event(2));
        let read = |text: &str| {
            let mut reading = Reading::default();
            text.as_bytes()
                .chunks(7)
                .for_each(|part| reading.take(part));
            reading.signed().map(|signed| signed.sequence)
        };

        assert_eq!(read(&text), Some(2));
        assert_eq!(read(&text[..text.len() - 4]), None);
        assert_eq!(read(""), None);
    }
}
