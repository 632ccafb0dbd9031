//! Reads JSON that strangers wrote: objects by the names of their members, never by position.
//!
//! Derived readers take a list wherever they take a struct, the first item as the first member; so
//! `["admin", "x"]` would have made an administrator's key. Here a list is no object, at any depth.
//! Only what serde keeps aside before it reads it escapes (`untagged`, `flatten`, the content of an
//! internally tagged variant): none of the nouns that come from outside has structs in such places.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess,
        Visitor, value::MapAccessDeserializer,
    },
    forward_to_deserialize_any,
};

/// Read one JSON object, and nothing behind it.
///
/// # Errors
///
/// What is wrong and where: it is no JSON, no object, or not the object that was expected.
pub fn json_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let Object(noun) = Object::deserialize(&mut json)?;
    json.end()?;
    Ok(noun)
}

/// A noun that is written as an object.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object with named members")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(ByName(members))).map(Object)
            }
        }

        from.deserialize_map(Members(std::marker::PhantomData))
    }
}

/// Passes everything on, and lists as objects never.
struct ByName<T>(T);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ByName<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(ByName(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Members { fields, visitor })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(ByName(visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, ByName(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, ByName(visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// A struct, which is read from members alone.
struct Members<V> {
    fields: &'static [&'static str],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Members<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the members {}", self.fields.join(", "))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(ByName(members))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ByName<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.0.visit_bool(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.0.visit_i64(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.0.visit_u64(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        self.0.visit_f64(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        self.0.visit_str(value)
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<V::Value, E> {
        self.0.visit_borrowed_str(value)
    }

    fn visit_string<E: Error>(self, value: String) -> Result<V::Value, E> {
        self.0.visit_string(value)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(ByName(from))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(ByName(from))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(ByName(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(ByName(members))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(ByName(variant))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for ByName<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(ByName(from))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for ByName<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(ByName(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for ByName<A> {
    type Error = A::Error;

    /// A name is no object, so it is read as it is.
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(ByName(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for ByName<A> {
    type Error = A::Error;
    type Variant = ByName<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (name, content) = self.0.variant_seed(seed)?;
        Ok((name, ByName(content)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for ByName<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(ByName(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        items: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(items, ByName(visitor))
    }

    /// Read as the content of the variant, since what lies below would take a list.
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.newtype_variant_seed(Members { fields, visitor })
    }
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Members<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<V::Value, D::Error> {
        from.deserialize_map(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Every place in which a struct can stand.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        one: Inner,
        #[serde(default)]
        maybe: Option<Inner>,
        #[serde(default)]
        list: Vec<Inner>,
        #[serde(default)]
        named: BTreeMap<String, Inner>,
        #[serde(default)]
        pair: Option<(u8, Inner)>,
        #[serde(default)]
        wrapped: Option<Wrapped>,
        #[serde(default)]
        variant: Option<Variant>,
        #[serde(default)]
        adjacent: Option<Adjacent>,
        #[serde(default)]
        any: serde_json::Value,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        number: f64,
        text: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Inner);

    #[derive(Debug, PartialEq, Deserialize)]
    enum Variant {
        Unit,
        Newtype(Inner),
        Struct { number: f64, text: String },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "type", content = "value")]
    enum Adjacent {
        Inner(Inner),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "line")]
    enum Tagged {
        Inner(Inner),
    }

    const OBJECT: &str = r#"{"number": 1, "text": "x"}"#;
    const LIST: &str = r#"[1, "x"]"#;

    /// The member `one`, and another one.
    fn with(member: &str) -> String {
        format!(r#"{{"one": {OBJECT}, {member}}}"#)
    }

    #[test]
    fn a_list_is_no_object_wherever_an_object_can_stand() {
        let places = [
            r#""maybe": @"#,
            r#""list": [@]"#,
            r#""named": {"a": @}"#,
            r#""pair": [1, @]"#,
            r#""wrapped": @"#,
            r#""variant": {"Newtype": @}"#,
            r#""variant": {"Struct": @}"#,
            r#""adjacent": {"type": "Inner", "value": @}"#,
        ];
        for place in places {
            let [object, list] = [OBJECT, LIST].map(|it| with(&place.replace('@', it)));

            let by_name = json_object::<Outer>(object.as_bytes());
            assert!(by_name.is_ok(), "{object}: {by_name:?}");
            assert_eq!(by_name.unwrap(), serde_json::from_str(&object).unwrap());
            assert!(serde_json::from_str::<Outer>(&list).is_ok(), "{list}");
            let error = json_object::<Outer>(list.as_bytes()).unwrap_err();
            let said = error.to_string();
            assert!(
                said.contains("object with the members number, text"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_list_is_no_object_at_the_top() {
        for list in [LIST, "[]", "[[]]"] {
            let error = json_object::<Inner>(list.as_bytes()).unwrap_err();
            assert!(
                error.to_string().contains("expected a JSON object"),
                "{error}"
            );
        }
        assert!(serde_json::from_str::<Tagged>(r#"["Inner", 1]"#).is_err());
        let tagged = r#"["Inner", {"number": 1, "text": "x"}]"#;
        assert!(json_object::<Tagged>(tagged.as_bytes()).is_err());
        let tagged = r#"{"line": "Inner", "number": 1, "text": "x"}"#;
        assert!(json_object::<Tagged>(tagged.as_bytes()).is_ok());
    }

    #[test]
    fn everything_else_is_read_as_before() {
        let text = with(r#""any": [1, -2, 0.5, "a", null, true, {"b": []}], "variant": "Unit""#);

        let outer: Outer = json_object(text.as_bytes()).unwrap();

        assert_eq!(outer, serde_json::from_str(&text).unwrap());
        let twice = r#"{"number": 1, "text": "a", "text": "b"}"#;
        for wrong in [
            twice,
            r#"{"number": 1}"#,
            r#"{"number": 1, "text": "x"} x"#,
            "{",
            "",
        ] {
            assert!(json_object::<Inner>(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
