//! What is wrong with the machine, rather than with a request or a report. It passes: once there is
//! room again, the same act succeeds.

use std::{error::Error, fmt, io};

use crate::RecordsError;

/// What the machine could not give. `Display` is a sentence's beginning that people read: `the disk
/// is full`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostFault {
    /// No room, by the disk, by a quota or by a limit on the size of files.
    DiskFull,
    /// The file system has become read-only, or does not let this user write.
    ReadOnly,
    /// The disk does not read or write.
    Disk,
    /// No more files or sockets can be opened, by this process or by the machine.
    Descriptors,
    /// No more memory, or no more threads.
    Memory,
    /// Another process held the database longer than anyone waits.
    Locked,
    /// A file that is there cannot be opened; SQLite does not tell why.
    Unopened,
}

impl HostFault {
    /// The fault that an error or one of its sources tells of; none if it is not the machine's.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            let found = if let Some(error) = error.downcast_ref::<RecordsError>() {
                error.host_fault()
            } else if let Some(error) = error.downcast_ref::<sqlx::Error>() {
                Self::of_database(error)
            } else if let Some(error) = error.downcast_ref::<io::Error>() {
                Self::of_file(error)
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
            next = error.source();
        }
        None
    }

    /// What an error of a file or socket tells.
    #[must_use]
    pub fn of_file(error: &io::Error) -> Option<Self> {
        // Where the standard library has no stable word, the numbers are the same on every Unix.
        const EIO: i32 = 5;
        const EAGAIN: i32 = 11;
        const ENFILE: i32 = 23;
        const EMFILE: i32 = 24;
        match (error.kind(), error.raw_os_error()) {
            (
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge,
                _,
            ) => Some(Self::DiskFull),
            (io::ErrorKind::ReadOnlyFilesystem, _) => Some(Self::ReadOnly),
            (io::ErrorKind::OutOfMemory, _) => Some(Self::Memory),
            (io::ErrorKind::StaleNetworkFileHandle, _) | (_, Some(EIO)) => Some(Self::Disk),
            (_, Some(ENFILE | EMFILE)) => Some(Self::Descriptors),
            // A thread that could not be had.
            (_, Some(EAGAIN)) => Some(Self::Memory),
            // What wraps another error is asked for that one.
            _ => error
                .get_ref()
                .and_then(|inner| Self::of(inner as &(dyn Error + 'static))),
        }
    }

    /// What an error of SQLite tells.
    #[must_use]
    pub fn of_database(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Io(error) => Self::of_file(error),
            // The writer is another's for longer than a write takes.
            sqlx::Error::PoolTimedOut => Some(Self::Locked),
            sqlx::Error::Database(error) => {
                let code = error.code()?.parse().ok()?;
                Self::of_code(code)
            }
            _ => None,
        }
    }

    /// By SQLite's extended result code; its low byte is the plain one.
    const fn of_code(code: i32) -> Option<Self> {
        const IOERR_NOMEM: i32 = 10 | (12 << 8);
        const IOERR_SHMSIZE: i32 = 10 | (19 << 8);
        match (code, code & 0xff) {
            (IOERR_NOMEM, _) | (_, 7) => Some(Self::Memory),
            // The index of the log could not grow: this is how a full disk shows there.
            (IOERR_SHMSIZE, _) | (_, 13) => Some(Self::DiskFull),
            (_, 5 | 6 | 15) => Some(Self::Locked),
            (_, 8) => Some(Self::ReadOnly),
            (_, 10) => Some(Self::Disk),
            (_, 14) => Some(Self::Unopened),
            _ => None,
        }
    }
}

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DiskFull => "the disk is full",
            Self::ReadOnly => "the data directory cannot be written to",
            Self::Disk => "the disk does not read or write",
            Self::Descriptors => "too many files are open",
            Self::Memory => "there is no more memory",
            Self::Locked => "another process holds the records",
            Self::Unopened => "a file of the records cannot be opened",
        })
    }
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
            Self::Database(error) => HostFault::of_database(error),
            Self::Migration(error) => error.source().and_then(HostFault::of),
            Self::Together(error) => error.host_fault(),
            Self::Unreachable => Some(HostFault::Locked),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_number(number: i32) -> Option<HostFault> {
        HostFault::of_file(&io::Error::from_raw_os_error(number))
    }

    #[test]
    fn the_machines_faults_are_known_by_the_number_of_the_system() {
        let (full, quota, too_large, read_only) = (28, 122, 27, 30);
        for number in [full, quota, too_large] {
            assert_eq!(of_number(number), Some(HostFault::DiskFull), "{number}");
        }
        assert_eq!(of_number(read_only), Some(HostFault::ReadOnly));
        assert_eq!(of_number(5), Some(HostFault::Disk));
        assert_eq!(of_number(12), Some(HostFault::Memory));
        assert_eq!(of_number(23), Some(HostFault::Descriptors));
        assert_eq!(of_number(24), Some(HostFault::Descriptors));
        let (not_found, refused, denied) = (2, 111, 13);
        for number in [not_found, refused, denied] {
            assert_eq!(of_number(number), None, "{number}");
        }
    }

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
            assert_eq!(HostFault::of_code(code), Some(fault), "{code}");
        }
        let (constraint, unique, damaged, no_database) = (19, 2067, 11, 26);
        for code in [1, constraint, unique, damaged, no_database] {
            assert_eq!(HostFault::of_code(code), None, "{code}");
        }
    }

    #[test]
    fn a_fault_is_found_however_deep_it_lies() {
        let deep = io::Error::other(io::Error::other(io::Error::from_raw_os_error(24)));
        let file = RecordsError::File {
            path: "artifacts".into(),
            source: io::Error::from_raw_os_error(28),
        };
        let denied = RecordsError::File {
            path: "artifacts".into(),
            source: io::Error::from(io::ErrorKind::PermissionDenied),
        };

        assert_eq!(HostFault::of(&deep), Some(HostFault::Descriptors));
        assert_eq!(HostFault::of(&file), Some(HostFault::DiskFull));
        assert_eq!(denied.host_fault(), Some(HostFault::ReadOnly));
        assert_eq!(HostFault::of(&RecordsError::Absent), None);
    }
}
