//! How fast, and how many at once: what one member or one address may take.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};
use maru_shared::{Name, Refusal};

/// A token bucket for each key.
pub struct Pace<K: Hash + Eq + Clone>(RateLimiter<K, HashMapStateStore<K>, DefaultClock>);

/// How fast passwords may be guessed: from one address, and for one account from wherever.
pub struct Guesses {
    of_address: Pace<IpAddr>,
    of_account: Pace<(String, IpAddr)>,
    of_account_from_everywhere: Pace<String>,
}

/// How many things each address has open.
#[derive(Clone)]
pub struct Places {
    taken: Arc<Mutex<HashMap<IpAddr, u32>>>,
    most: u32,
}

/// A place taken, given back when dropped.
pub struct Place {
    of: Places,
    address: IpAddr,
}

impl<K: Hash + Eq + Clone> Pace<K> {
    /// One for each `period`, and at most `burst` at once.
    pub fn new(period: Duration, burst: u32) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let period = period.max(Duration::from_nanos(1));
        let quota = Quota::with_period(period).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
        Self(RateLimiter::hashmap(quota))
    }

    /// Takes one, or says when one can be taken.
    ///
    /// # Errors
    /// When none is left.
    pub fn take(&self, key: &K) -> Result<(), Refusal> {
        self.0.check_key(key).map_err(|full| {
            let wait = full.wait_time_from(DefaultClock::default().now()).as_millis();
            // Never zero: whoever comes back in the same instant would come in vain.
            let retry_after_ms = u32::try_from(wait).unwrap_or(u32::MAX).saturating_add(1);
            Refusal::TooFast { retry_after_ms }
        })
    }

    /// Forgets the keys whose buckets are full again. To be called now and then, so that memory is bounded.
    pub fn forget_idle(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

impl Guesses {
    /// So many a minute for one account from one address, ten times as many for it from everywhere, and three times as
    /// many from one address. Whoever guesses from one place keeps nobody else from coming in.
    pub fn new(per_minute: u32) -> Self {
        let minute = Duration::from_secs(60);
        let of_address = per_minute.max(1).saturating_mul(3);
        Self {
            of_address: Pace::new(minute / of_address, of_address),
            of_account: Pace::new(minute / per_minute.max(1), per_minute),
            of_account_from_everywhere: {
                let everywhere = per_minute.max(1).saturating_mul(10);
                Pace::new(minute / everywhere, everywhere)
            },
        }
    }

    /// Takes one from this address.
    ///
    /// # Errors
    /// When none is left.
    pub fn take(&self, from: IpAddr) -> Result<(), Refusal> {
        self.of_address.take(&household(from))
    }

    /// Takes one for the account of this name, whether there is one or not.
    ///
    /// # Errors
    /// When none is left.
    pub fn take_of_account(&self, name: &Name, from: IpAddr) -> Result<(), Refusal> {
        let key = name.key();
        self.of_account.take(&(key.clone(), household(from)))?;
        self.of_account_from_everywhere.take(&key)
    }

    /// Forgets those who have been quiet.
    pub fn forget_idle(&self) {
        self.of_address.forget_idle();
        self.of_account.forget_idle();
        self.of_account_from_everywhere.forget_idle();
    }
}

impl Places {
    /// At most so many for each address.
    pub fn new(most: u32) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// Takes a place, if there is one.
    pub fn take(&self, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut taken = self.lock();
        let count = taken.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Place { of: self.clone(), address })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.lock();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// What counts as one address: an IPv6 customer has a whole /64 (RFC 6177), and an IPv4 address may be written as an
/// IPv6 one.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back() {
        let places = Places::new(1);
        let home: IpAddr = "192.0.2.1".parse().unwrap();
        let place = places.take(home).unwrap();
        assert!(places.take(home).is_none());
        assert!(places.take("192.0.2.2".parse().unwrap()).is_some());
        drop(place);
        assert!(places.take(home).is_some());
    }

    #[test]
    fn a_household_shares_its_prefix() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn a_bucket_says_when_to_come_back() {
        let pace = Pace::new(Duration::from_secs(10), 2);
        assert!(pace.take(&1).is_ok() && pace.take(&1).is_ok());
        let wait = pace.take(&1).unwrap_err().retry_after_ms().unwrap();
        assert!((9_000..=10_001).contains(&wait), "{wait}");
        assert!(pace.take(&2).is_ok());
    }
}
