//! The records: whether they can be read, what waits, and who may come in.

use indicatif::{HumanBytes, HumanDuration};
use quire_records::{Examined, RecordsError, Role, Timestamp, ValidKey, examine, newest_form};
use std::time::Duration;

use super::line::Lines;
use crate::cli::Doctor;

/// A log that a running server keeps this long is not written back.
const LONG_LOG_BYTES: u64 = 256 << 20;

/// A report that has waited so long is stuck, or the machine is too small.
const LONG_WAIT: Duration = Duration::from_mins(10);

/// With nobody at work on anything, a report that has waited so long shows that nobody comes.
const NO_WORKER: Duration = Duration::from_secs(30);

/// A key that ends so soon should be replaced now.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Gives the time of the last event, if there is one.
pub(super) async fn look(command: &Doctor, lines: &mut Lines) -> Option<Timestamp> {
    let data_dir = &command.serve.data.data_dir;
    if !data_dir.join("quire.db").exists() {
        if data_dir.is_dir() {
            lines.warn(
                "records",
                format!("there are none in {}", data_dir.display()),
                "`quire serve` makes them at its first start; if there should be some, the directory is another",
            );
        }
        return None;
    }
    let examined = match examine(data_dir).await {
        Ok(examined) => examined,
        Err(error) => {
            let remedy = match &error {
                RecordsError::Newer { .. } => "run the version of Quire that has written them",
                _ => {
                    "run this as the server's user; records that are damaged are restored from a backup (quire restore)"
                }
            };
            let error = anyhow::Error::new(error);
            lines.fail("records", format!("they cannot be read: {error:#}"), remedy);
            return None;
        }
    };
    form(&examined, lines);
    files(&examined, lines);
    waiting(&examined, lines);
    keys(command, &examined.keys, lines);
    examined.last_event
}

fn form(examined: &Examined, lines: &mut Lines) {
    let (form, known) = (examined.form, newest_form());
    if form < known {
        lines.warn(
            "records",
            format!("form {form}; this version of Quire brings them to {known} at its next start"),
            "make a backup first: an older version does not read them afterwards",
        );
    } else {
        lines.ok("records", format!("form {form}"));
    }
    if examined.log_bytes > LONG_LOG_BYTES {
        lines.warn(
            "log",
            format!("quire.db-wal is {}: it is not written back", HumanBytes(examined.log_bytes)),
            "look for a process that holds the records open for long; a restart of the server writes it back",
        );
    }
}

fn files(examined: &Examined, lines: &mut Lines) {
    if examined.missing_files > 0 {
        lines.fail(
            "artifacts",
            format!("files that the records name and that are missing or closed to this user: {}", examined.missing_files),
            "where another user has made them (root, with a command), chown them to the server's; what is missing is restored \
             from a backup: copy its folder `artifacts` over this one, nothing in it ever changes",
        );
    } else if examined.unnamed_files > 100 {
        lines.warn(
            "artifacts",
            format!("{} files that no record names", examined.unnamed_files),
            "they take room and nothing else: they are left by a process that was killed while it wrote",
        );
    } else {
        lines.ok("artifacts", "every file that the records name is there");
    }
}

fn waiting(examined: &Examined, lines: &mut Lines) {
    let waited = examined
        .oldest_waiting
        .map(|since| Timestamp::now().duration_since(since).unsigned_abs());
    let (waiting, running) = (examined.waiting, examined.running);
    match waited {
        Some(waited) if waited > LONG_WAIT => lines.warn(
            "reports",
            format!("{waiting} waiting, the oldest for {}; {running} being made", HumanDuration(waited)),
            "look whether workers run (quire_workers_living at /metrics) and whether openFDA answers (below); \
             GET /api/tasks?status=PENDING lists them",
        ),
        Some(waited) if waited > NO_WORKER && running == 0 => lines.warn(
            "reports",
            format!("{waiting} waiting, the oldest for {}, and none is being made", HumanDuration(waited)),
            "look whether a worker runs: curl …/readyz names what is lacking, and quire_workers_living at /metrics \
             counts them",
        ),
        _ => lines.ok("reports", format!("{waiting} waiting, {running} being made")),
    }
    if examined.overdue > 0 {
        lines.warn(
            "leases",
            format!(
                "{} reports are held by workers that gave no sign of life",
                examined.overdue
            ),
            "another worker takes them within a minute; if this stays, no worker runs",
        );
    }
}

fn keys(command: &Doctor, keys: &[ValidKey], lines: &mut Lines) {
    let admins = keys.iter().filter(|key| key.role == Role::Admin);
    let lasting = admins.clone().filter(|key| key.expires.is_none()).count();
    if admins.count() == 0 && command.serve.admin.secret().is_none() {
        lines.fail(
            "keys",
            "no key with the role admin is valid",
            "quire key create --role admin --label NAME",
        );
    } else {
        let more = if lasting == 0 {
            ", each of which ends"
        } else {
            ""
        };
        lines.ok(
            "keys",
            format!("{} are valid, an admin's among them{more}", keys.len()),
        );
    }
    for key in keys {
        let left = key
            .expires
            .map(|end| end.duration_since(Timestamp::now()).unsigned_abs());
        if let Some(left) = left.filter(|left| *left < SOON) {
            lines.warn(
                "keys",
                format!("{} ({}) ends in {}", key.id, key.label, HumanDuration(left)),
                format!(
                    "give its holder another: quire key create --role {} --label …",
                    key.role
                ),
            );
        }
    }
}
