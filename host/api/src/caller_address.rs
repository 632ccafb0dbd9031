//! Where requests come from and who asked, for the log; and how many came without a valid key, for the trail.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::http::Extensions;
use quire_records::KeyId;

/// The other end of a request's connection, which may be a proxy's; or for whom a proxy that is believed says to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallerAddress(pub IpAddr);

/// Whose key a request had; learnt while it is answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedBy(Arc<OnceLock<KeyId>>);

impl CallerAddress {
    /// Of a request with these extensions; none where it came over no connection.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<IpAddr> {
        extensions.get().map(|Self(address)| *address)
    }
}

impl AskedBy {
    /// Remember it, in the request of these extensions.
    pub(crate) fn tell(extensions: &Extensions, key: &KeyId) {
        if let Some(Self(asked_by)) = extensions.get() {
            // A request has one key.
            let _ = asked_by.set(key.clone());
        }
    }

    /// As it stands in the log; empty if nobody was known.
    pub(crate) fn as_str(&self) -> &str {
        self.0.get().map_or("", KeyId::as_str)
    }
}

/// Addresses that are told apart; the rest is counted together. Each takes some hundred bytes.
const ADDRESSES: usize = 100;

/// How many of them are named in one event.
const NAMED: usize = 5;

/// Requests without a valid key since they were last told of.
static REFUSED: Mutex<BTreeMap<Option<IpAddr>, u64>> = Mutex::new(BTreeMap::new());

/// One more, from the address of these extensions.
pub(crate) fn refused(extensions: &Extensions) {
    metrics::counter!("quire_sign_ins_refused_total").increment(1);
    let address = CallerAddress::of(extensions);
    let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let address = match refused.len() < ADDRESSES || refused.contains_key(&address) {
        true => address,
        false => None,
    };
    *refused.entry(address).or_default() += 1;
}

/// What came without a valid key since this was last asked, in words; none if nothing did.
#[must_use]
pub fn refused_sign_ins() -> Option<String> {
    let refused = std::mem::take(&mut *REFUSED.lock().unwrap_or_else(PoisonError::into_inner));
    in_words(refused)
}

fn in_words(refused: BTreeMap<Option<IpAddr>, u64>) -> Option<String> {
    let all: u64 = refused.values().sum();
    let mut most: Vec<(Option<IpAddr>, u64)> = refused.into_iter().collect();
    most.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let others = most.len().saturating_sub(NAMED);
    let named = most
        .iter()
        .take(NAMED)
        .map(|(address, number)| match address {
            Some(address) => format!("{address}: {number}"),
            None => format!("elsewhere: {number}"),
        });
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match others {
        0 => String::new(),
        others => format!(", and {others} other addresses"),
    };
    (all > 0).then(|| format!("{all} requests without a valid key ({named}{more})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_together_with_those_who_had_most() {
        let from = |last: u8, number: u64| (Some(IpAddr::from([10, 0, 0, last])), number);
        let refused: BTreeMap<_, _> = (1..=7).map(|last| from(last, u64::from(last))).collect();

        assert_eq!(
            in_words(refused).unwrap(),
            "28 requests without a valid key (10.0.0.7: 7, 10.0.0.6: 6, 10.0.0.5: 5, 10.0.0.4: 4, 10.0.0.3: 3, and 2 \
             other addresses)"
        );
        assert_eq!(in_words(BTreeMap::new()), None);
    }
}
