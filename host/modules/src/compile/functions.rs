//! Machine code of single functions, kept from one compilation to the next: where an author's edit went into an
//! interpreter of 18 MB, nearly all of its functions are as they were.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use wasmtime::CacheStore;

/// Bytes of a key, which is a hash of all that the code depends on.
const KEY_BYTES: usize = 32;
/// Bytes of a length.
const LENGTH_BYTES: usize = 4;
/// What is kept at most. Python's functions are a third of it.
const MOST_BYTES: usize = 192 << 20;
/// Less than this part of all is not worth writing the file again for.
const WORTH: usize = 16;

type Key = [u8; KEY_BYTES];

/// The functions of compilations before, and those of this one.
#[derive(Debug)]
pub(super) struct Functions {
    /// Entries as they were written: key, length, code.
    kept: Vec<u8>,
    /// Where the code of each is.
    known: HashMap<Key, Range<usize>>,
    now: Mutex<Now>,
}

/// What this compilation asked for.
#[derive(Debug, Default)]
struct Now {
    used: BTreeSet<Key>,
    added: HashMap<Key, Vec<u8>>,
}

impl Functions {
    /// Those that [`Self::to_keep`] gave; what comes after something that is none of it is left aside.
    pub(super) fn of(kept: Vec<u8>) -> Self {
        let mut known = HashMap::new();
        let mut at = 0;
        while let Some((key, code)) = entry(&kept, at) {
            at = code.end;
            known.insert(key, code);
        }
        Self {
            kept,
            known,
            now: Mutex::default(),
        }
    }

    /// What to keep for the next compilation; none if it is hardly more than there was. Where all would be too much,
    /// what this compilation had no use for goes.
    pub(super) fn to_keep(&self) -> Option<Vec<u8>> {
        let now = self.now();
        let added: usize = now.added.values().map(Vec::len).sum();
        if added <= self.kept.len() / WORTH {
            return None;
        }
        let mut keep = Vec::with_capacity(added + self.kept.len());
        for (key, code) in &now.added {
            put(&mut keep, key, code);
        }
        let (used, unused): (Vec<_>, Vec<_>) = self
            .known
            .iter()
            .partition(|(key, _)| now.used.contains(*key));
        for (key, code) in used.into_iter().chain(unused) {
            put(
                &mut keep,
                key,
                self.kept.get(code.clone()).unwrap_or_default(),
            );
        }
        Some(keep)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheStore for Functions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let key: Key = key.try_into().ok()?;
        let code = self.known.get(&key)?;
        self.now().used.insert(key);
        self.kept.get(code.clone()).map(Cow::Borrowed)
    }

    fn insert(&self, key: &[u8], code: Vec<u8>) -> bool {
        let Ok(key) = key.try_into() else {
            return false;
        };
        self.now().added.insert(key, code);
        true
    }
}

/// The entry that begins there: its key, and where its code is.
fn entry(kept: &[u8], at: usize) -> Option<(Key, Range<usize>)> {
    let (key, rest) = kept.get(at..)?.split_first_chunk::<KEY_BYTES>()?;
    let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let begin = at + KEY_BYTES + LENGTH_BYTES;
    (length <= rest.len()).then_some((*key, begin..begin + length))
}

/// Add an entry, if there is room for it.
fn put(keep: &mut Vec<u8>, key: &Key, code: &[u8]) {
    let length = u32::try_from(code.len());
    let bytes = KEY_BYTES + LENGTH_BYTES + code.len();
    if let Ok(length) = length
        && keep.len() + bytes <= MOST_BYTES
    {
        keep.extend_from_slice(key);
        keep.extend_from_slice(&length.to_le_bytes());
        keep.extend_from_slice(code);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{self, Shape};

    fn key(of: u8) -> Vec<u8> {
        vec![of; KEY_BYTES]
    }

    #[test]
    fn what_was_compiled_before_is_found_again() {
        let first = Functions::of(Vec::new());
        assert_eq!(first.get(&key(1)), None);
        assert!(first.insert(&key(1), vec![7; 100]));
        assert!(first.insert(&key(2), Vec::new()));

        let kept = first.to_keep().unwrap();
        let second = Functions::of(kept.clone());

        assert_eq!(second.get(&key(1)).unwrap().as_ref(), [7; 100]);
        assert_eq!(second.get(&key(2)).unwrap().as_ref(), [0; 0]);
        assert_eq!(second.get(&key(3)), None);
        assert_eq!(second.to_keep(), None, "nothing is new");
        assert!(second.insert(&key(3), vec![8]));
        assert_eq!(second.to_keep(), None, "hardly anything is new");
        assert!(second.insert(&key(4), vec![9; 50]));
        let third = Functions::of(second.to_keep().unwrap());
        for of in 1..=4 {
            assert!(third.get(&key(of)).is_some(), "{of}");
        }
        assert!(!third.insert(b"short", Vec::new()));

        let torn = Functions::of(kept.split_at(kept.len() - 1).0.to_vec());
        assert!(torn.known.len() < 2);
    }

    #[test]
    fn code_is_the_same_whether_its_functions_were_compiled_before_or_not() {
        let wasm = wat::parse_str(
            r#"(component (core module
                (memory 1)
                (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
                (func (export "four") (result f64) (f64.convert_i32_u (call $twice (i32.load (i32.const 8)))))))"#,
        )
        .unwrap();
        let compiled = |functions: Option<Arc<Functions>>| {
            let functions = functions.map(|functions| functions as _);
            let engine = engine::for_compiling(Shape::Pooled, functions).unwrap();
            engine.precompile_component(&wasm).unwrap()
        };
        let first = Arc::new(Functions::of(Vec::new()));
        let code = compiled(Some(Arc::clone(&first)));
        let second = Arc::new(Functions::of(first.to_keep().unwrap()));

        let again = compiled(Some(Arc::clone(&second)));

        assert!(second.now().added.is_empty() && !second.now().used.is_empty());
        assert!(code == again && again == compiled(None));
    }

    #[test]
    fn what_this_compilation_had_no_use_for_makes_room() {
        let first = Functions::of(Vec::new());
        first.insert(&key(1), vec![1; MOST_BYTES / 2 - 100]);
        first.insert(&key(2), vec![2; MOST_BYTES / 2 - 100]);
        let second = Functions::of(first.to_keep().unwrap());
        second.get(&key(2));
        second.insert(&key(3), vec![3; MOST_BYTES / 4]);

        let third = Functions::of(second.to_keep().unwrap());

        let kept = [1, 2, 3].map(|of| third.get(&key(of)).is_some());
        assert_eq!(kept, [false, true, true]);
    }
}
