//! What was used last, up to so many bytes.

use std::{collections::HashMap, hash::Hash};

/// Values by key; the least recently used go first when they take too much.
#[derive(Debug)]
pub(super) struct ByteLru<K, V> {
    entries: HashMap<K, Held<V>>,
    bytes: usize,
    limit_bytes: usize,
    /// Counts uses; the smallest is the oldest.
    uses: u64,
}

#[derive(Debug)]
struct Held<V> {
    value: V,
    bytes: usize,
    used: u64,
}

impl<K: Copy + Eq + Hash, V> ByteLru<K, V> {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self {
            entries: HashMap::new(),
            bytes: 0,
            limit_bytes,
            uses: 0,
        }
    }

    pub(super) fn get(&mut self, key: &K) -> Option<&V> {
        self.uses += 1;
        let held = self.entries.get_mut(key)?;
        held.used = self.uses;
        Some(&held.value)
    }

    /// A value larger than the limit is not held at all.
    pub(super) fn put(&mut self, key: K, value: V, bytes: usize) {
        self.remove(&key);
        if bytes > self.limit_bytes {
            return;
        }
        while self.bytes + bytes > self.limit_bytes {
            let oldest = self.entries.iter().min_by_key(|(_, held)| held.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                break;
            };
            self.remove(&oldest);
        }
        self.uses += 1;
        let used = self.uses;
        self.bytes += bytes;
        self.entries.insert(key, Held { value, bytes, used });
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some(held) = self.entries.remove(key) {
            self.bytes -= held.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut lru = ByteLru::new(10);
        lru.put(1, "a", 4);
        lru.put(2, "b", 4);
        lru.get(&1);

        lru.put(3, "c", 4);

        assert_eq!(
            [1, 2, 3].map(|key| lru.get(&key).copied()),
            [Some("a"), None, Some("c")]
        );
        lru.put(4, "too large", 11);
        assert_eq!(lru.get(&4), None);
        assert_eq!(lru.bytes, 8);
    }
}
