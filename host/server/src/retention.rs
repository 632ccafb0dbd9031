//! Removes what the rules say: by command, and each hour in a server. And says how much room what takes.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use indicatif::HumanBytes;
use quire_model::HostFault;
use quire_records::{Records, RecordsError, Removal, Retention, Sizes, Timestamp};
use rustix::fs::statvfs;
use tokio::{sync::watch, time::timeout};

use crate::{cli::RetentionCommand, operator, settings::DataSettings, storage, terminal};

/// How often a server looks how much room what takes.
const MEASURED: Duration = Duration::from_mins(1);

/// How often it removes.
const APPLIED: Duration = Duration::from_hours(1);

/// By how much more than the time that has passed the clock may have gone ahead. Beyond it nothing is removed: what is
/// old by a wrong clock may be young.
const CLOCK_AHEAD: Duration = Duration::from_mins(10);

/// Do what was asked.
pub(crate) async fn run(command: RetentionCommand) -> anyhow::Result<ExitCode> {
    let (rules, data, removes) = match command {
        RetentionCommand::Show { rules, data } => (rules.rules(), data, false),
        RetentionCommand::Apply {
            dry_run,
            rules,
            data,
        } => (rules.rules(), data, !dry_run),
    };
    if !removes {
        let records = storage::records(&data).await?;
        show(&records, &rules, &data.data_dir).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if rules.is_none() {
        terminal::note(
            "no rule is set, so everything is kept; quire retention apply --help names them",
        );
        return Ok(ExitCode::SUCCESS);
    }
    let Some(removed) = apply_somehow(&rules, &data).await? else {
        terminal::note(
            "error: a backup or another removal is under way: try again when it is done",
        );
        return Ok(ExitCode::FAILURE);
    };
    for removal in &removed {
        terminal::say(format_args!("removed {}", told(removal)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Below it a file system counts as full: the records' log could not grow by one batch.
const FULL_BYTES: u64 = 1 << 20;

/// What to do when nothing of ours can make room.
const NO_ROOM: &str = "there is no room to write down what would be removed, and nothing is removed unseen: take some \
                       other file off this file system, 1 MiB is enough, and run this again";

/// Remove what the rules say. Where there is no room to write down what that is, compiled code makes it: who has such a file
/// open keeps it, and who comes for it compiles anew.
async fn apply_somehow(
    rules: &Retention,
    data: &DataSettings,
) -> anyhow::Result<Option<Vec<Removal>>> {
    let refused = match apply_once(rules, data).await {
        Err(error) if is_full(&error, &data.data_dir) => error,
        applied => return applied,
    };
    let freed = clear_code(&data.data_dir.join("code"));
    if freed == 0 {
        return Err(refused).context(NO_ROOM);
    }
    terminal::note(format_args!(
        "there was no room to write down what is removed, so {} of compiled code went first: it is made again when it is \
         used",
        HumanBytes(freed)
    ));
    apply_once(rules, data)
        .await
        .map_err(|error| match is_full(&error, &data.data_dir) {
            true => error.context(NO_ROOM),
            false => error,
        })
}

async fn apply_once(
    rules: &Retention,
    data: &DataSettings,
) -> anyhow::Result<Option<Vec<Removal>>> {
    let records = storage::records(data).await?;
    let person = operator::actor();
    Ok(records.apply_retention(rules, Some(&person)).await?)
}

/// Whether an error is for want of room. SQLite does not always say so itself.
fn is_full(error: &anyhow::Error, data_dir: &Path) -> bool {
    let mut causes = error.chain();
    let records = causes.find_map(|cause| cause.downcast_ref::<RecordsError>());
    let fault = records.and_then(RecordsError::host_fault);
    let free =
        statvfs(data_dir).map_or(u64::MAX, |room| room.f_bavail.saturating_mul(room.f_frsize));
    fault == Some(HostFault::DiskFull) || (fault.is_some() && free < FULL_BYTES)
}

/// Remove compiled code; gives how many bytes that was. Nothing is followed out of the folder.
fn clear_code(folder: &Path) -> u64 {
    let is_folder = std::fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir());
    let entries = std::fs::read_dir(folder).ok().filter(|_| is_folder);
    let code = entries.into_iter().flatten().flatten().filter(|entry| {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("cwasm" | "part"))
    });
    code.filter_map(|entry| {
        let bytes = entry.metadata().ok()?.len();
        std::fs::remove_file(entry.path()).ok()?;
        Some(bytes)
    })
    .sum()
}

async fn show(records: &Records, rules: &Retention, data_dir: &Path) -> anyhow::Result<()> {
    for (kind, bytes) in kinds(records.sizes().await?, data_dir) {
        terminal::say(format_args!("{kind:<12} {}", HumanBytes(bytes)));
    }
    if rules.is_none() {
        terminal::say("no rule is set: everything is kept for ever");
        return Ok(());
    }
    for removal in records.removable(rules).await? {
        terminal::say(format_args!("would remove {}", told(&removal)));
    }
    if let (Some(beyond), Some(quota)) = (records.beyond_quota(rules).await?, rules.quota_bytes) {
        terminal::say(format_args!(
            "quota {}: {} beyond it{}",
            HumanBytes(quota),
            HumanBytes(beyond),
            if beyond == 0 {
                ""
            } else {
                ", the oldest documents go first"
            }
        ));
    }
    if let (Some(data), documents) = (rules.data, rules.documents)
        && documents.is_none_or(|documents| documents > data)
    {
        terminal::note(
            "note: data go before the documents that were made from them, which cannot be verified then",
        );
    }
    Ok(())
}

fn told(removal: &Removal) -> String {
    format!(
        "{} by the rule {} (older than {:.0})",
        removal.number, removal.rule, removal.before
    )
}

/// How much room what takes.
fn kinds(sizes: Sizes, data_dir: &Path) -> [(&'static str, u64); 6] {
    [
        ("documents", sizes.documents),
        ("data", sizes.data),
        ("components", sizes.components),
        ("records", sizes.records),
        ("code", size_of(&data_dir.join("code"))),
        ("backgrounds", size_of(&data_dir.join("background"))),
    ]
}

/// Bytes of the files in a folder; none if there is none.
fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let data = entry.metadata().ok()?;
            Some(match data.is_dir() {
                true => size_of(&entry.path()),
                false => data.len(),
            })
        })
        .sum()
}

/// Measure and remove until `stop` holds true.
pub(crate) async fn keep_up(
    records: Records,
    rules: Retention,
    data_dir: PathBuf,
    mut stop: watch::Receiver<bool>,
) {
    let mut applied = (Instant::now(), Timestamp::now());
    // The first time soon, so that a server that is restarted each night removes too.
    let mut next = Duration::from_mins(5);
    loop {
        measure(&records, data_dir.clone()).await;
        tell_refused(&records).await;
        if timeout(MEASURED, stop.wait_for(|stop| *stop)).await.is_ok() {
            tell_refused(&records).await;
            return;
        }
        if rules.is_none() || applied.0.elapsed() < next {
            continue;
        }
        next = APPLIED;
        let passed = Timestamp::now().duration_since(applied.1).unsigned_abs();
        let is_ahead = passed > applied.0.elapsed() + CLOCK_AHEAD;
        applied = (Instant::now(), Timestamp::now());
        if is_ahead {
            tracing::warn!("the machine's clock was set ahead, so nothing is removed for an hour");
            continue;
        }
        apply(&records, &rules).await;
    }
}

/// Sign-ins that were refused in the last minute, in one event.
async fn tell_refused(records: &Records) {
    if let Some(words) = quire_api::refused_sign_ins()
        && let Err(error) = records.sign_ins_refused(&words).await
    {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "the trail does not tell of {words}");
    }
}

async fn apply(records: &Records, rules: &Retention) {
    match records.apply_retention(rules, None).await {
        Ok(None) => tracing::info!("nothing is removed while a backup is made"),
        Ok(Some(removed)) => {
            for Removal { rule, number, .. } in removed {
                metrics::counter!("quire_removed_total", "rule" => rule.as_str()).increment(number);
                if number > 0 {
                    tracing::info!(%rule, number, "removed {number} by the rule {rule}");
                }
            }
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "what the rules of retention say could not be removed; the next hour tries again"
            );
        }
    }
}

async fn measure(records: &Records, data_dir: PathBuf) {
    let Ok(sizes) = records.sizes().await else {
        return;
    };
    let kinds = tokio::task::spawn_blocking(move || kinds(sizes, &data_dir)).await;
    for (kind, bytes) in kinds.unwrap_or_default() {
        metrics::gauge!("quire_data_bytes", "kind" => kind).set(bytes as f64);
    }
}
