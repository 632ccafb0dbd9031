//! Which connections there are, and which one makes room for another.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::{
    bounds::Bounds,
    watch::{Phase, Watch},
};

/// At most one line in the log about a shortage in this time, however many callers there are.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Connections that made room and still hold their descriptors, from which no new one is taken until some
/// have ended: on a busy machine they end later than others come. A part of what is kept for everything else.
const CLOSING_AT_ONCE: usize = 16;
/// Longest wait for them: one that began to be answered just then may take as long as its caller pleases.
const CLOSING_FOR: Duration = Duration::from_secs(1);

/// The connections of one listener.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// One that made room has ended.
    ended: Notify,
}

#[derive(Debug)]
struct State {
    bounds: Bounds,
    open: HashMap<u64, Open>,
    /// Those that made room and have not ended yet.
    closing: usize,
    next: u64,
    told: Told,
}

#[derive(Debug)]
struct Open {
    from: IpAddr,
    watch: Arc<Watch>,
}

/// What was done for want of room since the log was last told of it.
#[derive(Debug, Default)]
struct Told {
    at: Option<Instant>,
    made_room: u64,
    refused: u64,
}

/// A connection's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Admitted {
    connections: Connections,
    number: u64,
    watch: Arc<Watch>,
}

impl Connections {
    pub(crate) fn new(bounds: Bounds) -> Self {
        let state = Mutex::new(State {
            bounds,
            open: HashMap::new(),
            closing: 0,
            next: 0,
            told: Told::default(),
        });
        let ended = Notify::new();
        Self(Arc::new(Shared { state, ended }))
    }

    /// Waits, for a bounded time, while many that made room have not ended.
    pub(crate) async fn settled(&self) {
        let ended = async {
            while self.lock().closing >= CLOSING_AT_ONCE {
                self.0.ended.notified().await;
            }
        };
        // After that new ones are taken all the same.
        let _ = tokio::time::timeout(CLOSING_FOR, ended).await;
    }

    /// A place for a connection, at the cost of one that waits if need be; none if all that could make
    /// room are being answered.
    pub(crate) fn admit(&self, address: IpAddr) -> Option<Admitted> {
        let from = source(address);
        let mut state = self.lock();
        let State { bounds, open, .. } = &*state;
        let same = open.values().filter(|open| open.from == from).count();
        let room = if same >= bounds.per_address {
            state.close_waiting(Some(from))
        } else if open.len() >= bounds.all {
            state.close_waiting(None)
        } else {
            true
        };
        if !room {
            state.told.refused += 1;
            state.tell();
            return None;
        }
        let number = state.next;
        state.next += 1;
        let watch = Arc::new(Watch::new(state.bounds));
        let open = Open {
            from,
            watch: watch.clone(),
        };
        state.open.insert(number, open);
        Some(Admitted {
            connections: self.clone(),
            number,
            watch,
        })
    }

    /// Close one that waits, since the process has no descriptors left.
    pub(crate) fn make_room(&self) {
        self.lock().close_waiting(None);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Close the connection that has waited longest: one that never finished a head before one that
    /// is between requests. False if all are being answered.
    fn close_waiting(&mut self, from: Option<IpAddr>) -> bool {
        let candidates = self.open.iter().filter_map(|(number, open)| {
            let (phase, since) = open.watch.at();
            let waits = phase != Phase::Answer;
            let meant = from.is_none_or(|from| open.from == from);
            (waits && meant).then_some((phase == Phase::Idle, since, *number))
        });
        let Some((_, _, number)) = candidates.min() else {
            return false;
        };
        // Its place is free from now on, though its task ends a moment later.
        if let Some(open) = self.open.remove(&number) {
            open.watch.close();
            self.closing += 1;
        }
        self.told.made_room += 1;
        self.tell();
        true
    }

    fn tell(&mut self) {
        let now = Instant::now();
        let Told {
            at,
            made_room,
            refused,
        } = &self.told;
        if at.is_some_and(|at| now < at + TOLD_EVERY) {
            return;
        }
        let Bounds {
            all, per_address, ..
        } = self.bounds;
        tracing::warn!(
            made_room,
            refused,
            "too many connections ({} of at most {all}, at most {per_address} from one address): \
             {made_room} that waited were closed and {refused} new ones refused; --max-connections and \
             --max-connections-per-address are the bounds",
            self.open.len()
        );
        self.told = Told {
            at: Some(now),
            ..Told::default()
        };
    }
}

impl Admitted {
    /// What the connection tells about itself.
    pub(super) fn watch(&self) -> Arc<Watch> {
        self.watch.clone()
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut state = self.connections.lock();
        if state.open.remove(&self.number).is_none() {
            state.closing -= 1;
            self.connections.0.ended.notify_one();
        }
    }
}

/// What counts as one caller.
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn is_open(admitted: &Admitted) -> bool {
        let state = admitted.connections.lock();
        state.open.contains_key(&admitted.number)
    }

    #[test]
    fn the_one_that_waited_longest_makes_room() {
        let connections = Connections::new(Bounds::new(4, 4));
        let mut open = Vec::new();
        for last in 0..4 {
            open.push(connections.admit(address(last)).unwrap());
        }
        open[0].watch().enter(Phase::Answer);
        open[1].watch().enter(Phase::Idle);

        let fifth = connections.admit(address(9)).unwrap();
        assert_eq!(
            open.iter().map(is_open).collect::<Vec<_>>(),
            [true, true, false, true]
        );
        fifth.watch().enter(Phase::Answer);
        open[3].watch().enter(Phase::Answer);
        let sixth = connections.admit(address(9)).unwrap();
        assert!(!is_open(&open[1]), "idle is the next");
        sixth.watch().enter(Phase::Answer);

        assert!(connections.admit(address(9)).is_none(), "all are answered");
        drop(fifth);
        assert!(connections.admit(address(9)).is_some());
    }

    #[test]
    fn one_address_takes_no_room_from_others() {
        let connections = Connections::new(Bounds::new(100, 2));
        let other = connections.admit(address(1)).unwrap();
        let many: Vec<_> = (0..50)
            .map(|_| connections.admit(address(2)).unwrap())
            .collect();

        assert!(is_open(&other));
        assert_eq!(many.iter().filter(|open| is_open(open)).count(), 2);
        assert!(is_open(&many[49]), "the newest is served");
    }

    #[tokio::test]
    async fn none_is_taken_while_many_that_made_room_hold_their_descriptors() {
        let connections = Connections::new(Bounds::new(1, 1));
        let mut open: Vec<_> = (0..CLOSING_AT_ONCE)
            .map(|_| connections.admit(address(1)).unwrap())
            .collect();
        connections.settled().await;
        open.push(connections.admit(address(1)).unwrap());

        let waits = connections.settled();
        tokio::pin!(waits);
        assert!(futures::poll!(&mut waits).is_pending());
        drop(open.pop());
        assert!(futures::poll!(&mut waits).is_pending(), "it held its place");
        drop(open.pop());
        waits.await;
    }

    #[test]
    fn a_caller_of_ipv6_is_a_network() {
        let [one, same, other]: [IpAddr; 3] =
            ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"]
                .map(|text| text.parse().unwrap());
        assert_eq!(source(one), source(same));
        assert_ne!(source(one), source(other));
        assert_eq!(source("::ffff:192.0.2.1".parse().unwrap()), address(1));
    }
}
