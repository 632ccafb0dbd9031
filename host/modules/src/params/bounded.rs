//! Keeps checking parameters cheap. A schema of a few lines can ask for more work than there is time
//! in the world, when each of its parts refers to the next one twice, or for more stack than there
//! is, when each refers to the next one; so references are followed before a schema is used.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Parts of a schema with every reference written out. The standard sections have less than 100.
const PARTS: usize = 10_000;
/// Parts within parts, references written out. Each is a call within a call when parameters are
/// checked.
const LEVELS: usize = 200;
/// Regular expressions, each of which may take 10 MiB once it is compiled.
const PATTERNS: usize = 40;
/// Keywords by which the target of a reference depends on more than the reference.
const ELSEWHERE: [&str; 5] = [
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$anchor",
];

/// Weigh a schema.
///
/// # Errors
///
/// If it is too much, or if that cannot be told.
pub(crate) fn check(schema: &Value) -> Result<(), String> {
    let mut scales = Scales {
        root: schema,
        known: BTreeMap::new(),
        patterns: 0,
    };
    let weight = scales.weigh(schema, 0)?;
    if weight.parts > PARTS {
        return Err(format!(
            "it has more than {PARTS} parts when its references are written out"
        ));
    }
    Ok(())
}

/// How much a part of a schema is, references written out.
#[derive(Clone, Copy)]
struct Weight {
    parts: usize,
    levels: usize,
}

impl Weight {
    const ONE: Self = Self {
        parts: 1,
        levels: 1,
    };

    /// One more part beside these.
    fn and(self, other: Self) -> Self {
        Self {
            parts: self.parts.saturating_add(other.parts),
            levels: self.levels.max(other.levels + 1),
        }
    }
}

struct Scales<'a> {
    root: &'a Value,
    /// What is behind each reference; nothing while it is being weighed.
    known: BTreeMap<&'a str, Option<Weight>>,
    patterns: usize,
}

impl<'a> Scales<'a> {
    fn weigh(&mut self, value: &'a Value, level: usize) -> Result<Weight, String> {
        if level > LEVELS {
            return Err(too_deep());
        }
        match value {
            Value::Array(values) => self.sum(values, level),
            Value::Object(members) => {
                if let Some(name) = ELSEWHERE.iter().find(|name| members.contains_key(**name)) {
                    return Err(format!("it uses `{name}`; refer by `$ref` and `#/…`"));
                }
                if level > 0 && members.get("$id").is_some_and(Value::is_string) {
                    return Err("a part of it has an `$id`; only the whole may".to_owned());
                }
                self.count_patterns(members)?;
                let sum = self.sum(members.values(), level)?;
                match members.get("$ref").and_then(Value::as_str) {
                    Some(reference) => Ok(sum.and(self.follow(reference, level)?)),
                    None => Ok(sum),
                }
            }
            _ => Ok(Weight::ONE),
        }
    }

    fn sum(
        &mut self,
        values: impl IntoIterator<Item = &'a Value>,
        level: usize,
    ) -> Result<Weight, String> {
        values.into_iter().try_fold(Weight::ONE, |sum, value| {
            Ok(sum.and(self.weigh(value, level + 1)?))
        })
    }

    fn count_patterns(&mut self, members: &Map<String, Value>) -> Result<(), String> {
        let named = members.get("patternProperties").and_then(Value::as_object);
        self.patterns += named.map_or(0, Map::len);
        self.patterns += usize::from(members.get("pattern").is_some_and(Value::is_string));
        if self.patterns > PATTERNS {
            return Err(format!("it has more than {PATTERNS} patterns"));
        }
        Ok(())
    }

    fn follow(&mut self, reference: &'a str, level: usize) -> Result<Weight, String> {
        match self.known.get(reference) {
            Some(Some(weight)) if level + weight.levels > LEVELS => return Err(too_deep()),
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(format!("`$ref` {reference:?} leads back to itself")),
            None => {}
        }
        let pointer = reference.strip_prefix('#').filter(|pointer| {
            // A percent sign would have to be decoded first; names of parts need none.
            pointer.starts_with('/') && !pointer.contains('%')
        });
        let target = pointer.and_then(|pointer| self.root.pointer(pointer));
        let target = target.ok_or_else(|| {
            format!("`$ref` {reference:?} leads nowhere; refer to parts of the schema as `#/…`")
        })?;
        self.known.insert(reference, None);
        let weight = self.weigh(target, level + 1)?;
        self.known.insert(reference, Some(weight));
        Ok(weight)
    }
}

fn too_deep() -> String {
    format!("it is nested more than {LEVELS} levels deep when its references are written out")
}
