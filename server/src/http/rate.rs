//! How much an account and an address may ask: generous for people, and a limit for programs that run wild. Counted in
//! the memory of each server; of several servers each allows as much.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::ssr::{Site, Visitor};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::AccountId;

use super::errors;
use super::session::origin;

/// Requests a minute of an account, and at once. A page is one; a page of the table, a search and a selection one each.
pub const USUAL: u32 = 1_200;
/// Of an address of the network as many times as much, signed in or not: an office behind one address is many people.
const PEOPLE: u32 = 10;
/// With more accounts and addresses than this, those that have asked for nothing lately are forgotten.
const MOST: usize = 10_000;

/// What is left of an allowance, and when that was so.
#[derive(Clone, Copy)]
struct Left {
    requests: f64,
    at: Instant,
}

/// A bucket for each, which fills up again.
struct Buckets<K> {
    a_minute: f64,
    left: HashMap<K, Left>,
}

impl<K: Hash + Eq> Buckets<K> {
    fn new(a_minute: u32) -> Self {
        Self { a_minute: f64::from(a_minute), left: HashMap::new() }
    }

    /// How long to wait, if nothing is left.
    fn take(&mut self, key: K, now: Instant) -> Option<Duration> {
        let (full, a_second) = (self.a_minute, self.a_minute / 60.0);
        let filled = |left: &Left| {
            let more = now.saturating_duration_since(left.at).as_secs_f64() * a_second;
            (left.requests + more).min(full)
        };
        if self.left.len() >= MOST {
            self.left.retain(|_, left| filled(left) < full);
        }
        let left = self.left.entry(key).or_insert(Left { requests: full, at: now });
        left.requests = filled(left);
        left.at = now;
        if left.requests < 1.0 {
            return Some(Duration::from_secs_f64((1.0 - left.requests) / a_second));
        }
        left.requests -= 1.0;
        None
    }
}

/// Allowances of accounts and of addresses. Cheap to clone.
#[derive(Clone)]
pub(super) struct Allowance {
    both: Arc<Mutex<(Buckets<AccountId>, Buckets<String>)>>,
}

impl Allowance {
    /// `None`: everybody asks as much as they like.
    pub fn new(a_minute: Option<u32>) -> Option<Self> {
        let a_minute = a_minute?.max(1);
        let both = (Buckets::new(a_minute), Buckets::new(a_minute.saturating_mul(PEOPLE)));
        Some(Self { both: Arc::new(Mutex::new(both)) })
    }

    /// How long whoever has signed in has to wait, if their account has asked too much.
    pub fn wait_of_account(&self, visitor: &Visitor) -> Option<Duration> {
        let account = visitor.whoever.as_ref()?.account().id;
        self.both.lock().unwrap_or_else(PoisonError::into_inner).0.take(account, Instant::now())
    }

    /// How long whoever asks from this address has to wait, if too much was asked from there.
    fn wait_of_address(&self, network: String) -> Option<Duration> {
        // Where it is not known, everybody has the same.
        if network.is_empty() {
            return None;
        }
        self.both.lock().unwrap_or_else(PoisonError::into_inner).1.take(network, Instant::now())
    }
}

/// Counts what is asked from an address, by whomever.
pub(super) async fn count_address(
    State((site, allowance)): State<(Site, Option<Allowance>)>,
    request: Request,
    next: Next,
) -> Response {
    let wait = allowance.and_then(|allowance| allowance.wait_of_address(origin(&request, &site).network()));
    match wait {
        Some(wait) => errors::too_many(&request, wait),
        None => next.run(request).await,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_comes_back_and_each_has_their_own() {
        let mut buckets = Buckets::new(60);
        let now = Instant::now();
        assert!((0..60).all(|_| buckets.take(1, now).is_none()));
        let wait = buckets.take(1, now).unwrap();
        assert!(wait > Duration::from_millis(900) && wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(buckets.take(2, now), None, "somebody else");
        let later = now + Duration::from_millis(1_500);
        assert_eq!(buckets.take(1, later), None);
        assert!(buckets.take(1, later).is_some());
        // Never more than a minute's.
        let much_later = now + Duration::from_secs(3_600);
        assert!((0..60).all(|_| buckets.take(1, much_later).is_none()));
        assert!(buckets.take(1, much_later).is_some());
    }

    #[test]
    fn many_fill_no_memory() {
        let mut buckets = Buckets::new(60);
        let now = Instant::now();
        for key in 0..MOST {
            buckets.take(key, now);
        }
        buckets.take(MOST, now + Duration::from_secs(60));
        assert_eq!(buckets.left.len(), 1);
    }
}
