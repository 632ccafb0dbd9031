//! Values that openFDA writes in more than one way, in its answers and in its download files.
//!
//! Tolerant by design: a member may be missing, `null`, a number in place of text, or one object in
//! place of a list. Whether what is then missing matters is for the reader of the record to say.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// Stands for a code that is stated and cannot be read: no list of openFDA's goes so far.
pub const UNREAD: u16 = u16::MAX;

/// Text, also if written as a number or a boolean; anything else is none.
#[derive(Clone, Debug, Default)]
pub struct Text<'a>(
    /// The text as it was written.
    pub Option<Cow<'a, str>>,
);

impl Text<'_> {
    /// The text as it is shown, [tidied](quire_model::tidy); empty if there is none.
    pub fn tidy(&self) -> String {
        quire_model::tidy(self.0.as_deref().unwrap_or_default())
    }

    /// A number, if it is one.
    pub fn number<N: std::str::FromStr>(&self) -> Option<N> {
        self.0.as_deref()?.trim().parse().ok()
    }

    /// A code; one that is no number is [`UNREAD`], since a value is stated.
    pub fn code(&self) -> Option<u16> {
        let text = self.tidy();
        (!text.is_empty()).then(|| text.parse().unwrap_or(UNREAD))
    }

    /// A finite number, if it is one.
    pub fn finite(&self) -> Option<f64> {
        self.number().filter(|number: &f64| number.is_finite())
    }

    /// A day written YYYYMMDD.
    pub fn day(&self) -> Option<u32> {
        self.number()
            .filter(|day| (10_000_101..=99_991_231).contains(day))
    }

    /// Whether it is `1`, which is how openFDA writes yes.
    pub fn is_one(&self) -> bool {
        self.number() == Some(1)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'a> {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Text<'a>, E> {
                let text = if flag { "1" } else { "0" };
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_unit<E>(self) -> Result<Text<'a>, E> {
                Ok(Text(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text<'a>, A::Error> {
                let first: Option<Text<'a>> = items.next_element()?;
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(first.unwrap_or_default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Text<'a>, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }

        deserializer.deserialize_any(TextVisitor(PhantomData))
    }
}

/// A list of objects, also if written as one object; whatever is no object is left out.
#[derive(Clone, Debug)]
pub struct Objects<T>(
    /// In the order of the record.
    pub Vec<T>,
);

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Objects<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectsVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectsVisitor<T> {
            type Value = Objects<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Objects<T>, A::Error> {
                let one = T::deserialize(MapAccessDeserializer::new(entries))?;
                Ok(Objects(vec![one]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Objects<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(Objects(item)) = items.next_element()? {
                    all.extend(item);
                }
                Ok(Objects(all))
            }
            fn visit_str<E>(self, _: &str) -> Result<Objects<T>, E> {
                Ok(Objects::default())
            }
            fn visit_u64<E>(self, _: u64) -> Result<Objects<T>, E> {
                Ok(Objects::default())
            }
            fn visit_i64<E>(self, _: i64) -> Result<Objects<T>, E> {
                Ok(Objects::default())
            }
            fn visit_f64<E>(self, _: f64) -> Result<Objects<T>, E> {
                Ok(Objects::default())
            }
            fn visit_bool<E>(self, _: bool) -> Result<Objects<T>, E> {
                Ok(Objects::default())
            }
            fn visit_unit<E>(self) -> Result<Objects<T>, E> {
                Ok(Objects::default())
            }
        }

        deserializer.deserialize_any(ObjectsVisitor(PhantomData))
    }
}

impl<T> Objects<T> {
    /// The object, or the first of several.
    pub fn first(self) -> Option<T> {
        self.0.into_iter().next()
    }
}

/// A list of texts, also if written as one.
#[derive(Clone, Debug, Default)]
pub struct Texts<'a>(
    /// In the order of the record.
    pub Vec<Text<'a>>,
);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for TextsVisitor<'a> {
            type Value = Texts<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Texts<'a>, E> {
                Ok(Texts(vec![Text(Some(Cow::Borrowed(text)))]))
            }
            fn visit_str<E>(self, text: &str) -> Result<Texts<'a>, E> {
                Ok(Texts(vec![Text(Some(Cow::Owned(text.to_owned())))]))
            }
            fn visit_unit<E>(self) -> Result<Texts<'a>, E> {
                Ok(Texts::default())
            }
            fn visit_bool<E>(self, _: bool) -> Result<Texts<'a>, E> {
                Ok(Texts::default())
            }
            fn visit_u64<E>(self, _: u64) -> Result<Texts<'a>, E> {
                Ok(Texts::default())
            }
            fn visit_i64<E>(self, _: i64) -> Result<Texts<'a>, E> {
                Ok(Texts::default())
            }
            fn visit_f64<E>(self, _: f64) -> Result<Texts<'a>, E> {
                Ok(Texts::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts<'a>, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Texts(all))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Texts<'a>, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Texts::default())
            }
        }

        deserializer.deserialize_any(TextsVisitor(PhantomData))
    }
}
