//! Which errors of the records are the machine's: then nothing of the request or the report is to
//! blame, and the same act succeeds once the machine is well again.

use std::{error::Error, io};

use quire_model::HostFault;

use crate::RecordsError;

/// The fault of the machine that an error or one of its sources tells of; none if it is not the
/// machine's.
#[must_use]
pub fn host_fault(error: &(dyn Error + 'static)) -> Option<HostFault> {
    let mut next = Some(error);
    while let Some(link) = next {
        let found = if let Some(error) = link.downcast_ref::<RecordsError>() {
            error.host_fault()
        } else if let Some(error) = link.downcast_ref::<sqlx::Error>() {
            database_fault(error)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
        next = link.source();
    }
    HostFault::of(error)
}

impl RecordsError {
    /// What is wrong with the machine, if that is what it is: then nothing of the request or the
    /// report is to blame, and the same act succeeds once the machine is well again.
    #[must_use]
    pub fn host_fault(&self) -> Option<HostFault> {
        match self {
            Self::File { source, .. } | Self::Export(source) => {
                HostFault::of_file(source).or_else(|| {
                    (source.kind() == io::ErrorKind::PermissionDenied)
                        .then_some(HostFault::ReadOnly)
                })
            }
            Self::Database(error) => database_fault(error),
            Self::Migration(error) => error.source().and_then(host_fault),
            Self::Together(error) => error.host_fault(),
            Self::Unreachable => Some(HostFault::Locked),
            _ => None,
        }
    }
}

/// What an error of SQLite tells.
#[must_use]
pub fn database_fault(error: &sqlx::Error) -> Option<HostFault> {
    match error {
        sqlx::Error::Io(error) => HostFault::of_file(error),
        // The writer is another's for longer than a write takes.
        sqlx::Error::PoolTimedOut => Some(HostFault::Locked),
        sqlx::Error::Database(error) => {
            let code = error.code()?.parse().ok()?;
            of_code(code)
        }
        _ => None,
    }
}

/// By SQLite's extended result code; its low byte is the plain one.
const fn of_code(code: i32) -> Option<HostFault> {
    const IOERR_NOMEM: i32 = 10 | (12 << 8);
    const IOERR_SHMSIZE: i32 = 10 | (19 << 8);
    match (code, code & 0xff) {
        (IOERR_NOMEM, _) | (_, 7) => Some(HostFault::Memory),
        // The index of the log could not grow: this is how a full disk shows there.
        (IOERR_SHMSIZE, _) | (_, 13) => Some(HostFault::DiskFull),
        (_, 5 | 6 | 15) => Some(HostFault::Locked),
        (_, 8) => Some(HostFault::ReadOnly),
        (_, 10) => Some(HostFault::Disk),
        (_, 14) => Some(HostFault::Unopened),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_faults_are_known_by_sqlites_extended_codes() {
        let cases = [
            (13, HostFault::DiskFull),
            (4874, HostFault::DiskFull),
            (778, HostFault::Disk),
            (1034, HostFault::Disk),
            (3082, HostFault::Memory),
            (7, HostFault::Memory),
            (5, HostFault::Locked),
            (517, HostFault::Locked),
            (262, HostFault::Locked),
            (8, HostFault::ReadOnly),
            (1032, HostFault::ReadOnly),
            (14, HostFault::Unopened),
        ];
        for (code, fault) in cases {
            assert_eq!(of_code(code), Some(fault), "{code}");
        }
        let (constraint, unique, damaged, no_database) = (19, 2067, 11, 26);
        for code in [1, constraint, unique, damaged, no_database] {
            assert_eq!(of_code(code), None, "{code}");
        }
    }

    #[test]
    fn a_fault_is_found_however_deep_it_lies() {
        let file = RecordsError::File {
            path: "artifacts".into(),
            source: io::Error::from_raw_os_error(28),
        };
        let denied = RecordsError::File {
            path: "artifacts".into(),
            source: io::Error::from(io::ErrorKind::PermissionDenied),
        };

        assert_eq!(host_fault(&file), Some(HostFault::DiskFull));
        assert_eq!(denied.host_fault(), Some(HostFault::ReadOnly));
        assert_eq!(host_fault(&RecordsError::Absent), None);
    }
}
