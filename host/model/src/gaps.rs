//! Lists with gaps, as they are written: where a value is missing stands `null`, so that nobody
//! takes what fills the place in memory for a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq as _};

/// Values and the places, ascending, that have none.
pub(crate) struct Gaps<'a, T>(pub(crate) &'a [T], pub(crate) &'a [u32]);

impl<T: Serialize> Serialize for Gaps<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.0.len()))?;
        let mut gaps = self.1.iter().copied().peekable();
        for (place, value) in (0_u32..).zip(self.0) {
            while gaps.next_if(|gap| *gap < place).is_some() {}
            if gaps.peek() == Some(&place) {
                list.serialize_element(&None::<T>)?;
            } else {
                list.serialize_element(value)?;
            }
        }
        list.end()
    }
}

/// The reverse: what was `null` is some value or other.
pub(crate) fn read<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let values = Vec::<Option<T>>::deserialize(from)?;
    Ok(values.into_iter().map(Option::unwrap_or_default).collect())
}

/// The reverse for numbers: what was `null` is no number.
pub(crate) fn read_numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    Ok(numbers(Vec::deserialize(from)?))
}

fn numbers(values: Vec<Option<f64>>) -> Vec<f64> {
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    values.into_iter().map(number).collect()
}

/// Ends of intervals.
type Ends<T> = Option<(Vec<T>, Vec<T>)>;

/// The reverse, for the ends of intervals.
pub(crate) fn read_ends<'de, D: Deserializer<'de>>(from: D) -> Result<Ends<f64>, D::Error> {
    let ends = Ends::<Option<f64>>::deserialize(from)?;
    Ok(ends.map(|(low, high)| (numbers(low), numbers(high))))
}
