//! What this machine could not give, whatever was asked and of whom: neither a request nor a report
//! is to blame. It passes: once the machine is well again, the same act succeeds.

use std::{error::Error, fmt, io, sync::Arc};

/// What the machine could not give. `Display` is the beginning of a sentence that people read: `the
/// disk is full`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostFault {
    /// No room, by the disk, by a quota or by a limit on the size of files.
    DiskFull,
    /// So little room that what is left is kept for what was begun.
    LowSpace,
    /// The file system has become read-only, or does not let this user write.
    ReadOnly,
    /// The disk does not read or write.
    Disk,
    /// No more files or sockets can be opened, by this process or by the machine.
    Descriptors,
    /// No more memory, or no more threads or processes.
    Memory,
    /// Another process held the records longer than anyone waits.
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
            // A shared error passes its own source on, and so hides itself.
            let shared = error.downcast_ref::<Arc<dyn Error + Send + Sync>>();
            let found = match shared {
                Some(shared) => Self::of(&**shared),
                None => error.downcast_ref().and_then(Self::of_file),
            };
            if found.is_some() {
                return found;
            }
            next = error.source();
        }
        None
    }

    /// What an error of a file, a socket, a thread or a process tells.
    #[must_use]
    pub fn of_file(error: &io::Error) -> Option<Self> {
        // Where the standard library has no stable word: the numbers of Linux.
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
            // A thread or a process that could not be had.
            (_, Some(EAGAIN)) => Some(Self::Memory),
            // What wraps another error is asked for that one.
            _ => error
                .get_ref()
                .and_then(|inner| Self::of(inner as &(dyn Error + 'static))),
        }
    }

    /// A stable word, for the audit trail, programs and counters.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::DiskFull => "disk-full",
            Self::LowSpace => "low-space",
            Self::ReadOnly => "read-only",
            Self::Disk => "disk-error",
            Self::Descriptors => "descriptors",
            Self::Memory => "memory",
            Self::Locked => "records-locked",
            Self::Unopened => "records-unopened",
        }
    }

    /// What an administrator can do about it, as a sentence that continues the fault's name.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::DiskFull | Self::LowSpace => {
                "an administrator has to make room where the data directory is"
            }
            Self::ReadOnly => "an administrator has to make the data directory writable",
            Self::Disk => "an administrator has to look at the disk of the data directory",
            Self::Descriptors => {
                "an administrator can raise the limit of open files (ulimit -n, LimitNOFILE)"
            }
            Self::Memory => "an administrator can give this machine or its container more memory",
            Self::Locked => {
                "an administrator has to end the other process, such as a backup or a sqlite3 shell"
            }
            Self::Unopened => {
                "an administrator has to look at the owner and the mode of the data directory"
            }
        }
    }
}

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DiskFull => "the disk is full",
            Self::LowSpace => "the disk is almost full",
            Self::ReadOnly => "the data directory cannot be written to",
            Self::Disk => "the disk does not read or write",
            Self::Descriptors => "too many files are open",
            Self::Memory => "there is no more memory",
            Self::Locked => "another process holds the records",
            Self::Unopened => "a file of the records cannot be opened",
        })
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
        let (not_found, refused, denied, reset) = (2, 111, 13, 104);
        for number in [not_found, refused, denied, reset] {
            assert_eq!(of_number(number), None, "{number}");
        }
    }

    #[test]
    fn a_fault_is_found_however_deep_it_lies() {
        let deep = io::Error::other(io::Error::other(io::Error::from_raw_os_error(24)));

        assert_eq!(HostFault::of(&deep), Some(HostFault::Descriptors));
        assert_eq!(HostFault::of(&io::Error::other("something else")), None);
    }
}
