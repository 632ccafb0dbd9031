//! How many files and sockets this process may have open, and how many of them may be connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are asked for where the system allows more. Enough for every connection that is
/// useful; beyond it some systems grow tables for each process.
const WANTED: u64 = 65_536;

/// Raise the limit as far as is useful and allowed; gives the one that holds. Where it cannot be raised
/// the old one does, and connections keep to it.
pub(crate) fn raise() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let held = current.unwrap_or(WANTED);
    let wanted = maximum.unwrap_or(WANTED).min(WANTED);
    if held >= wanted {
        return held;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(_) => held,
    }
}

/// How many connections leave room for the rest: the records and the queue (some 40), and for each
/// report that is made at a time its requests to the source, an import and a compiling child. Half of
/// few descriptors is all that can be had.
pub(crate) fn room_for_connections(descriptors: u64, slots: u16) -> u64 {
    let rest = 128 + 16 * u64::from(slots);
    descriptors.saturating_sub(rest.min(descriptors / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_the_rest() {
        assert_eq!(room_for_connections(1024, 4), 1024 - 192);
        assert_eq!(room_for_connections(256, 8), 128);
        assert_eq!(room_for_connections(0, 1), 0);
    }

    #[test]
    fn the_limit_is_raised_to_what_is_allowed() {
        let limit = raise();

        let maximum = getrlimit(Resource::Nofile).maximum.unwrap_or(WANTED);
        assert!(limit >= maximum.min(WANTED));
        assert_eq!(raise(), limit);
    }
}
