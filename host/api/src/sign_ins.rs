//! Who tries keys that are none: so many a minute from one address, and then whoever comes from there with a key that
//! is not known here yet has to wait. Behind a proxy that is not believed (`proxies.rs`) all callers have its address, so
//! those whose key was valid before are let through, however much nonsense another sends.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::Extensions;
use quire_model::{Problem, ProblemKind};

use crate::{
    ApiError,
    caller_address::{self, CallerAddress},
};

/// Addresses that are remembered; of others nothing is, so that a thousand networks cost no memory. Each takes some
/// hundred bytes.
const ADDRESSES: usize = 10_000;

const MINUTE: Duration = Duration::from_mins(1);

/// How often keys that are none were tried lately, from where. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct SignIns {
    /// In a minute, from one address; 0 is without end.
    most: u32,
    tried: Arc<Mutex<HashMap<IpAddr, Tried>>>,
}

/// What was tried and has not been forgiven since: a minute forgives a minute's worth, evenly.
#[derive(Clone, Copy, Debug)]
struct Tried {
    times: f64,
    at: Instant,
}

impl Default for SignIns {
    /// A person who mistypes a key needs a few tries, a program that was given a wrong one asks for ever.
    fn default() -> Self {
        Self::new(60)
    }
}

impl SignIns {
    /// Nobody has tried anything.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self {
            most,
            tried: Arc::default(),
        }
    }

    /// Whether a key that is not known here yet is looked at, for a request with these extensions. Asked before it is,
    /// so that guessing is no faster than this.
    ///
    /// # Errors
    ///
    /// If too many from there were none; that counts as one more refusal for the trail, and not against the address.
    pub fn pass(&self, extensions: &Extensions) -> Result<(), ApiError> {
        let Some(wait_s) = self.wait_s(address(extensions), Instant::now()) else {
            return Ok(());
        };
        caller_address::refused(extensions);
        let detail = format!(
            "too many requests came from your address without a valid key (more than {} a minute); wait for Retry-After, \
             and send a valid key",
            self.most
        );
        let problem = Problem::new(ProblemKind::TooManyRequests, detail);
        Err(problem.retry_after(wait_s).into())
    }

    /// One was none, in a request with these extensions.
    pub fn refused(&self, extensions: &Extensions) {
        caller_address::refused(extensions);
        self.note(address(extensions), Instant::now());
    }

    /// Seconds until the next may be tried; none if it may be now.
    fn wait_s(&self, address: Option<IpAddr>, now: Instant) -> Option<u64> {
        let mut tried = self.lock();
        let tried = tried.get_mut(&address?)?;
        tried.forgive(now, self.most);
        let over = tried.times + 1.0 - f64::from(self.most);
        (over > 0.0).then(|| (over / self.pace()).ceil().max(1.0) as u64)
    }

    fn note(&self, address: Option<IpAddr>, now: Instant) {
        let Some(address) = address.filter(|_| self.most > 0) else {
            return;
        };
        let mut all = self.lock();
        if all.len() >= ADDRESSES && !all.contains_key(&address) {
            all.retain(|_, tried| now.duration_since(tried.at) < MINUTE);
            if all.len() >= ADDRESSES {
                return;
            }
        }
        let tried = all.entry(address).or_insert(Tried {
            times: 0.0,
            at: now,
        });
        tried.forgive(now, self.most);
        tried.times = (tried.times + 1.0).min(f64::from(self.most));
    }

    /// What is forgiven in a second.
    fn pace(&self) -> f64 {
        f64::from(self.most) / MINUTE.as_secs_f64()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Tried>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tried {
    fn forgive(&mut self, now: Instant, most: u32) {
        let passed = now.duration_since(self.at).as_secs_f64();
        let forgiven = passed * f64::from(most) / MINUTE.as_secs_f64();
        self.times = (self.times - forgiven).max(0.0);
        self.at = now;
    }
}

/// Where a request came from; of IPv6 the /64, which is what one caller is given.
fn address(extensions: &Extensions) -> Option<IpAddr> {
    let CallerAddress(address) = extensions.get()?;
    Some(match *address {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Extensions {
        let mut extensions = Extensions::new();
        extensions.insert(CallerAddress(address.parse().unwrap()));
        extensions
    }

    #[test]
    fn so_many_a_minute_from_one_address_and_others_do_not_wait() {
        let sign_ins = SignIns::new(60);
        let (one, other) = (from("192.0.2.1"), from("192.0.2.2"));
        for _ in 0..60 {
            assert!(sign_ins.pass(&one).is_ok());
            sign_ins.refused(&one);
        }

        assert!(sign_ins.pass(&one).is_err());
        assert!(sign_ins.pass(&other).is_ok());
        assert!(sign_ins.pass(&Extensions::new()).is_ok());
        let (address, now) = (address(&one), Instant::now());
        assert_eq!(sign_ins.wait_s(address, now), Some(1));
        assert_eq!(sign_ins.wait_s(address, now + Duration::from_secs(2)), None);
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller_and_none_is_without_end() {
        let sign_ins = SignIns::new(1);
        sign_ins.refused(&from("2001:db8::1"));
        assert!(sign_ins.pass(&from("2001:db8::ffff")).is_err());
        assert!(sign_ins.pass(&from("2001:db8:1::1")).is_ok());

        let endless = SignIns::new(0);
        for _ in 0..100 {
            endless.refused(&from("192.0.2.1"));
        }
        assert!(endless.pass(&from("192.0.2.1")).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let sign_ins = SignIns::new(1);
        let now = Instant::now();
        for number in 0..2 * u32::try_from(ADDRESSES).unwrap() {
            sign_ins.note(Some(IpAddr::V4(number.into())), now);
        }
        assert_eq!(sign_ins.lock().len(), ADDRESSES);

        let later = now + MINUTE;
        sign_ins.note(Some(IpAddr::V4(u32::MAX.into())), later);
        assert_eq!(sign_ins.lock().len(), 1);
    }
}
