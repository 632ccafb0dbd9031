//! Parameters of a section: their type, defaults and JSON Schema, from one place.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};

/// What a section takes as [`Section::Params`](crate::Section::Params): read from JSON, with the schema by which the
/// host holds whoever sets them to it. Made by [`params`](macro@crate::params); a section without any takes
/// [`NoParams`].
pub trait Params: DeserializeOwned {
    /// JSON Schema (2020-12) of the parameters; none where the host need not hold anyone to one.
    fn schema() -> Option<String>;
}

/// A type that a parameter can have: numbers, `bool`, `String`, lists, maps and options of these, and whatever
/// [`params`](macro@crate::params) stands at.
pub trait Parameter {
    /// Its JSON Schema's members, without braces.
    fn schema(bounds: Bounds) -> String;

    /// The value in JSON, as the schema's default; none where its absence says the same, or its parts have their own.
    fn usual(&self) -> Option<String> {
        None
    }
}

/// Bounds of a parameter: of a number, or of the length of a text, list or map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The least, included.
    pub min: Option<f64>,
    /// The greatest, included.
    pub max: Option<f64>,
    /// Whether no element of a list may stand in it twice.
    pub unique: bool,
}

impl Bounds {
    /// No bounds.
    pub const NONE: Self = Self {
        min: None,
        max: None,
        unique: false,
    };

    /// Members of a schema by the names that bounds have there.
    fn members(self, kind: &str, min: &str, max: &str) -> String {
        let member = |name: &str, bound: Option<f64>| {
            bound.map_or(String::new(), |bound| format!(r#","{name}":{bound}"#))
        };
        format!(
            r#""type":"{kind}"{}{}"#,
            member(min, self.min),
            member(max, self.max)
        )
    }
}

/// Integers that every JSON reader takes exactly: up to 2^53 - 1.
const EXACT: f64 = 9_007_199_254_740_991.0;

macro_rules! numbers {
    ($kind:literal: $($number:ty),*) => {$(
        impl Parameter for $number {
            fn schema(bounds: Bounds) -> String {
                let own = |bound: $number| ($kind == "integer").then_some((bound as f64).clamp(-EXACT, EXACT));
                let bounds = Bounds {
                    min: bounds.min.or(own(<$number>::MIN)),
                    max: bounds.max.or(own(<$number>::MAX)),
                    ..bounds
                };
                bounds.members($kind, "minimum", "maximum")
            }

            fn usual(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

numbers!("integer": u8, u16, u32, u64, usize, i8, i16, i32, i64);
numbers!("number": f64);

impl Parameter for bool {
    fn schema(_: Bounds) -> String {
        r#""type":"boolean""#.to_owned()
    }

    fn usual(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Parameter for String {
    fn schema(bounds: Bounds) -> String {
        bounds.members("string", "minLength", "maxLength")
    }

    fn usual(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn schema(bounds: Bounds) -> String {
        T::schema(bounds)
    }

    fn usual(&self) -> Option<String> {
        self.as_ref().and_then(T::usual)
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn schema(bounds: Bounds) -> String {
        let unique = if bounds.unique {
            r#","uniqueItems":true"#
        } else {
            ""
        };
        let members = bounds.members("array", "minItems", "maxItems");
        format!(
            r#"{members}{unique},"items":{{{}}}"#,
            T::schema(Bounds::NONE)
        )
    }

    fn usual(&self) -> Option<String> {
        let items: Option<Vec<String>> = self.iter().map(T::usual).collect();
        items.map(|items| format!("[{}]", items.join(",")))
    }
}

/// A map has a choice or a text for its keys.
impl<K: Parameter, V: Parameter> Parameter for BTreeMap<K, V> {
    fn schema(bounds: Bounds) -> String {
        let members = bounds.members("object", "minProperties", "maxProperties");
        let (key, value) = (K::schema(Bounds::NONE), V::schema(Bounds::NONE));
        format!(r#"{members},"propertyNames":{{{key}}},"additionalProperties":{{{value}}}"#)
    }

    fn usual(&self) -> Option<String> {
        let pair = |(key, value): (&K, &V)| Some(format!("{}:{}", key.usual()?, value.usual()?));
        let pairs: Option<Vec<String>> = self.iter().map(pair).collect();
        pairs.map(|pairs| format!("{{{}}}", pairs.join(",")))
    }
}

/// The parameters of a section that takes none.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

impl Parameter for NoParams {
    fn schema(_: Bounds) -> String {
        object_schema(&[])
    }
}

impl Params for NoParams {
    fn schema() -> Option<String> {
        Some(schema_of::<Self>())
    }
}

/// A whole schema.
#[doc(hidden)]
#[must_use]
pub fn schema_of<P: Parameter>() -> String {
    let members = P::schema(Bounds::NONE);
    format!(r#"{{"$schema":"https://json-schema.org/draft/2020-12/schema",{members}}}"#)
}

/// Members of an object's schema, from name, meaning, schema and default of each property.
#[doc(hidden)]
#[must_use]
pub fn object_schema(properties: &[(&str, &str, String, Option<String>)]) -> String {
    let property = |(name, about, schema, usual): &(&str, &str, String, Option<String>)| {
        let usual = usual.as_ref();
        let usual = usual.map_or(String::new(), |usual| format!(r#","default":{usual}"#));
        format!(
            r#""{name}":{{{schema}{usual},"description":{}}}"#,
            quoted(about)
        )
    };
    let properties: Vec<String> = properties.iter().map(property).collect();
    format!(
        r#""type":"object","additionalProperties":false,"properties":{{{}}}"#,
        properties.join(",")
    )
}

/// The member of a choice's schema.
#[doc(hidden)]
#[must_use]
pub fn choice_schema(words: &[&str]) -> String {
    format!(r#""enum":["{}"]"#, words.join(r#"",""#))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// How rows are sorted.
    #[crate::params]
    #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Eq, Ord)]
    enum Order {
        /// By count.
        ByCount,
        /// By name.
        Alphabet,
    }

    /// What is looked at.
    #[crate::params]
    #[derive(Debug, PartialEq)]
    struct Scope {
        /// Reports "from here on".
        #[param(default = 3, min = 1, max = 1_000)]
        minimum: u16,
    }

    #[crate::params]
    #[derive(Debug, PartialEq)]
    struct Everything {
        /// Rows
        /// printed.
        #[param(default = 50, min = 0, max = 100)]
        top: u32,
        /// A shift.
        shift: i32,
        /// A threshold.
        #[param(default = 0.5, min = 0, max = 1)]
        at_least: f64,
        /// Whether.
        #[param(default = true)]
        shown: bool,
        /// A "word".
        #[param(default = "a\"b", max = 20)]
        word: String,
        /// The order.
        #[param(default = Order::Alphabet)]
        order: Order,
        /// Several.
        #[param(default = [Order::ByCount], unique, min = 1)]
        orders: Vec<Order>,
        /// Named ones.
        names: Option<Vec<String>>,
        /// Thresholds.
        #[param(max = 2)]
        thresholds: BTreeMap<Order, f64>,
        /// Which reports.
        scope: Scope,
    }

    fn schema<P: Params>() -> Value {
        serde_json::from_str(&P::schema().unwrap()).unwrap()
    }

    #[test]
    fn the_schema_says_types_bounds_defaults_and_meaning() {
        let schema = schema::<Everything>();

        assert_eq!(schema["additionalProperties"], false);
        for (name, property) in [
            (
                "top",
                json!({"type": "integer", "minimum": 0, "maximum": 100, "default": 50, "description": "Rows printed."}),
            ),
            (
                "shift",
                json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX, "default": 0, "description": "A shift."}),
            ),
            (
                "at-least",
                json!({"type": "number", "minimum": 0, "maximum": 1, "default": 0.5, "description": "A threshold."}),
            ),
            (
                "shown",
                json!({"type": "boolean", "default": true, "description": "Whether."}),
            ),
            (
                "word",
                json!({"type": "string", "maxLength": 20, "default": "a\"b", "description": "A \"word\"."}),
            ),
            (
                "order",
                json!({"enum": ["by-count", "alphabet"], "default": "alphabet", "description": "The order."}),
            ),
            (
                "orders",
                json!({"type": "array", "minItems": 1, "uniqueItems": true, "items": {"enum": ["by-count", "alphabet"]}, "default": ["by-count"], "description": "Several."}),
            ),
            (
                "names",
                json!({"type": "array", "items": {"type": "string"}, "description": "Named ones."}),
            ),
            (
                "thresholds",
                json!({"type": "object", "maxProperties": 2, "propertyNames": {"enum": ["by-count", "alphabet"]}, "additionalProperties": {"type": "number"}, "default": {}, "description": "Thresholds."}),
            ),
            (
                "scope",
                json!({"type": "object", "additionalProperties": false, "properties": {"minimum": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 3, "description": "Reports \"from here on\"."}}, "description": "Which reports."}),
            ),
        ] {
            assert_eq!(schema["properties"][name], property, "{name}");
        }
    }

    #[test]
    fn what_the_schema_gives_as_defaults_is_what_the_code_takes_for_nothing() {
        let mut given = serde_json::Map::new();
        for (name, property) in schema::<Everything>()["properties"].as_object().unwrap() {
            if let Some(usual) = property.get("default") {
                given.insert(name.clone(), usual.clone());
            }
        }

        let given: Everything = serde_json::from_value(Value::Object(given)).unwrap();
        assert_eq!(given, serde_json::from_str("{}").unwrap());
        assert_eq!(given, Everything::default());
        assert_eq!(given.orders, [Order::ByCount]);
    }

    #[test]
    fn what_is_not_in_the_schema_is_refused_by_name() {
        let error = serde_json::from_str::<Everything>(r#"{"topp": 1}"#).unwrap_err();
        assert!(
            error.to_string().contains("unknown field `topp`"),
            "{error}"
        );
    }
}
