//! The data directory: whose it is, who may read it, and how much room it has.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use indicatif::HumanBytes;
use rustix::{
    fs::{Access, access, statvfs},
    process::geteuid,
};

use super::line::Lines;
use crate::{closed, private};

/// Below it a server accepts no reports any more.
const LEAST_BYTES: u64 = 16 << 20;

/// Below it some thousand reports are left.
const LITTLE_BYTES: u64 = 2 << 30;

const CHECK: &str = "data directory";

pub(super) fn look(data_dir: &Path, lines: &mut Lines) {
    let name = data_dir.display();
    let data = match fs::metadata(data_dir) {
        Ok(data) => data,
        Err(error) => {
            return lines.fail(
                CHECK,
                format!("{name}: {error}"),
                "name it with --data-dir (QUIRE_DATA_DIR); the first start of `quire serve` makes it",
            );
        }
    };
    if !data.is_dir() {
        return lines.fail(
            CHECK,
            format!("{name} is no directory"),
            "name a directory with --data-dir (QUIRE_DATA_DIR)",
        );
    }
    if let Some(closed) = closed::look(data_dir, private::is_ours).first() {
        return lines.fail(
            CHECK,
            closed.in_words(data_dir),
            "run this as the server's user; if it is that one, mend it as that says",
        );
    }
    if access(
        data_dir,
        Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK,
    )
    .is_err()
    {
        return lines.fail(
            CHECK,
            format!("{name} cannot be written by the user who runs this ({})", geteuid().as_raw()),
            "run this as the server's user; if it is that one, chown the directory or mount it writable",
        );
    }
    if geteuid().is_root() && data.uid() != 0 {
        lines.warn(
            CHECK,
            format!("{name} belongs to user {}, and this runs as root", data.uid()),
            "run commands as the server's user (runuser -u, sudo -u): files that root makes are closed to it",
        );
    } else if data.mode() & 0o077 != 0 {
        lines.warn(
            CHECK,
            format!(
                "{name} is open to other users (mode {:o})",
                data.mode() & 0o7777
            ),
            format!("chmod 700 {name}; the next start closes what is in it"),
        );
    } else {
        lines.ok(
            CHECK,
            format!("{name} is this user's alone and can be written"),
        );
    }
    room(data_dir, lines);
}

fn room(data_dir: &Path, lines: &mut Lines) {
    let Ok(room) = statvfs(data_dir) else {
        return;
    };
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    let (check, found) = ("space", format!("{} free", HumanBytes(free)));
    if free < LEAST_BYTES {
        lines.fail(check, found, "make room: below 16 MiB no report is accepted; quire retention show says what takes it");
    } else if free < LITTLE_BYTES {
        lines.warn(
            check,
            found,
            "make room soon, or set a rule: quire retention show says what takes it",
        );
    } else {
        lines.ok(check, found);
    }
    if room.f_files > 0 && room.f_favail < 10_000 {
        lines.warn(
            "files",
            format!("{} more files fit on the file system", room.f_favail),
            "make room for more: each report takes two",
        );
    }
}
