//! The audit trail as lines of JSON, for keeping elsewhere; and the check of such lines, which needs
//! nothing but them.

use quire_model::{Digest, json_object};
use serde::{Deserialize, Serialize};

use crate::{
    AuditEvent, Checkpoint, FirstBroken, Records, RecordsError, audit::event::StoredEvent,
    audit::trail::Trail,
};

/// Rows read at a time: memory stays flat however long the trail.
const PAGE: u32 = 1000;

/// One line of an export. The checkpoints come first, so that a reader can hold each event to them
/// as it passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "line")]
pub enum ExportLine {
    /// The first line.
    Trail {
        /// The form of what follows.
        format: String,
        /// The key that signed the last checkpoint, Ed25519 in hexadecimal. Compare it with one that
        /// you had before.
        public_key: String,
    },
    /// A signed head.
    Checkpoint(Checkpoint),
    /// An event.
    Event(Box<AuditEvent>),
}

/// Why an export is not what it claims to be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A line cannot be read.
    #[error("line {line} cannot be read")]
    Unreadable {
        /// Which line, from 1.
        line: u64,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A checkpoint stands behind events, where nothing is held to it.
    #[error("line {line} is a checkpoint behind events; an export has them before all events")]
    Misplaced {
        /// Which line, from 1.
        line: u64,
    },
    /// An event does not fit.
    #[error(transparent)]
    Broken(#[from] FirstBroken),
    /// It was signed with another key than the one that is trusted.
    #[error("the trail is signed with the key {found}, not with the one that was given")]
    OtherKey {
        /// The key in the export.
        found: String,
    },
    /// Events at the end are covered by no checkpoint, or there is none at all.
    #[error("no checkpoint covers the end of the trail: events after {covered} prove nothing")]
    Unsigned {
        /// The last event that a checkpoint covers.
        covered: u64,
    },
}

/// The form of an export.
const FORMAT: &str = "quire audit 1";

impl Records {
    /// Sign the trail and write all of it to `write`, some whole lines at a time. The next part is not
    /// read before the last one was taken.
    ///
    /// # Errors
    ///
    /// If the records cannot be read, or `write` fails: [`RecordsError::Export`].
    pub async fn export_audit<Written>(
        &self,
        mut write: impl FnMut(String) -> Written,
    ) -> Result<Checkpoint, RecordsError>
    where
        Written: Future<Output = std::io::Result<()>>,
    {
        let signed = self.checkpoint().await?;
        let mut part = String::new();
        push(
            &mut part,
            &ExportLine::Trail {
                format: FORMAT.to_owned(),
                public_key: signed.public_key.clone(),
            },
        )?;
        for checkpoint in self.checkpoints().await? {
            if checkpoint.sequence <= signed.sequence {
                push(&mut part, &ExportLine::Checkpoint(checkpoint))?;
            }
        }
        let mut after = 0;
        // Up to the event that tells of the checkpoint, so there is always one.
        while after <= signed.sequence {
            let page = self.audit(after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for event in page {
                after = event.sequence;
                if after <= signed.sequence + 1 {
                    push(&mut part, &ExportLine::Event(Box::new(event)))?;
                }
            }
            let written = write(std::mem::take(&mut part));
            written.await.map_err(RecordsError::Export)?;
        }
        Ok(signed)
    }
}

fn push(part: &mut String, line: &ExportLine) -> Result<(), RecordsError> {
    part.push_str(&serde_json::to_string(line)?);
    part.push('\n');
    Ok(())
}

/// Check an export: the number of events and the key that they are signed with. `trusted` is the
/// public key that the reader had before, in hexadecimal.
///
/// # Errors
///
/// [`ExportError`] names the first line or event that is wrong.
pub fn verify_export<'a>(
    lines: impl Iterator<Item = &'a str>,
    trusted: Option<&str>,
) -> Result<(u64, String), ExportError> {
    let mut checkpoints = Vec::new();
    let mut trail: Option<Trail> = None;
    for (number, text) in (1..).zip(lines).filter(|(_, text)| !text.trim().is_empty()) {
        let line = json_object(text.as_bytes()).map_err(|source| ExportError::Unreadable {
            line: number,
            source,
        })?;
        match (line, &mut trail) {
            // Whose key it is said to be proves nothing; who signed the last checkpoint does.
            (ExportLine::Trail { .. }, _) => {}
            (ExportLine::Checkpoint(checkpoint), None) => checkpoints.push(checkpoint),
            (ExportLine::Checkpoint(_), Some(_)) => {
                return Err(ExportError::Misplaced { line: number });
            }
            (ExportLine::Event(event), trail) => trail
                .get_or_insert_with(|| Trail::new(std::mem::take(&mut checkpoints)))
                .follow(StoredEvent::from(*event))?,
        }
    }
    let Some(trail) = trail else {
        return Err(ExportError::Unsigned { covered: 0 });
    };
    trail.end()?;
    let Some((covered, key)) = trail.signed() else {
        return Err(ExportError::Unsigned { covered: 0 });
    };
    // Behind the last checkpoint stands the event that tells of it, and nothing else.
    if trail.sequence > covered + 1 {
        return Err(ExportError::Unsigned { covered });
    }
    if trusted.is_some_and(|trusted| trusted.trim() != key) {
        return Err(ExportError::OtherKey {
            found: key.to_owned(),
        });
    }
    Ok((trail.sequence, key.to_owned()))
}

impl From<AuditEvent> for StoredEvent {
    fn from(event: AuditEvent) -> Self {
        let text = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
        Self {
            sequence: i64::try_from(event.sequence).unwrap_or(i64::MAX),
            time: event.time.to_string(),
            actor: event.actor,
            role: event.role,
            action: event.action,
            object: event.object,
            before: text(event.before),
            after: text(event.after),
            reason: event.reason,
            request_id: event.request_id,
            address: event.address,
            previous: event.previous.to_string(),
            hash: event.hash.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    async fn exported(records: &Records) -> Vec<String> {
        let mut lines = Vec::new();
        records
            .export_audit(|part| {
                lines.extend(part.lines().map(str::to_owned));
                std::future::ready(Ok(()))
            })
            .await
            .unwrap();
        lines
    }

    fn verify(lines: &[String], trusted: Option<&str>) -> Result<(u64, String), ExportError> {
        verify_export(lines.iter().map(String::as_str), trusted)
    }

    #[tokio::test]
    async fn an_export_is_verified_without_the_records_and_by_a_known_key() {
        let records = Fixture::new().await;
        for _ in 0..3 {
            records.enter().await;
        }

        let lines = exported(&records).await;
        let (events, key) = verify(&lines, None).unwrap();

        // Three, the key's, and the checkpoint's.
        assert_eq!(events, 5);
        assert!(verify(&lines, Some(&key)).is_ok());
        let other = verify(&lines, Some("00"));
        assert!(matches!(other, Err(ExportError::OtherKey { .. })));
        assert_eq!(records.verify_audit().await.unwrap(), Ok(5));
    }

    #[tokio::test]
    async fn another_trail_under_a_trusted_name_is_found() {
        let (ours, theirs) = (Fixture::new().await, Fixture::new().await);
        ours.enter().await;
        theirs.enter().await;
        let (_, trusted) = verify(&exported(&ours).await, None).unwrap();
        let mut forged = exported(&theirs).await;
        let (_, own) = verify(&forged, None).unwrap();

        // The first line says whose trail it is; the checkpoints are signed with another key.
        forged[0] = forged[0].replace(&own, &trusted);
        let renamed = verify(&forged, Some(&trusted));

        assert!(
            matches!(&renamed, Err(ExportError::OtherKey { found }) if *found == own),
            "{renamed:?}"
        );
    }

    #[tokio::test]
    async fn a_checkpoint_behind_the_events_covers_nothing() {
        let records = Fixture::new().await;
        records.enter().await;
        let mut lines = exported(&records).await;
        let made_up = lines[1].clone();
        lines.push(made_up);

        assert!(matches!(
            verify(&lines, None),
            Err(ExportError::Misplaced { .. })
        ));
    }

    #[tokio::test]
    async fn an_export_that_was_changed_cut_or_continued_is_found() {
        let records = Fixture::new().await;
        records.enter().await;
        exported(&records).await;
        records.enter().await;
        let lines = exported(&records).await;

        let changed: Vec<String> = lines
            .iter()
            .map(|line| line.replace("\"operator\"", "\"nobody\""))
            .collect();
        let cut = lines.get(..lines.len() - 3).unwrap();
        let without: Vec<String> = lines
            .iter()
            .filter(|line| !line.contains("\"checkpoint\""))
            .cloned()
            .collect();
        let resigned: Vec<String> = lines
            .iter()
            .map(|line| match line.contains("\"signature\"") {
                true => line.replace("\"sequence\":2", "\"sequence\":1"),
                false => line.clone(),
            })
            .collect();

        assert!(matches!(
            verify(&changed, None),
            Err(ExportError::Broken(_))
        ));
        assert!(matches!(verify(cut, None), Err(ExportError::Broken(_))));
        assert!(verify(&without, None).is_err());
        assert!(verify(&resigned, None).is_err());
    }
}
