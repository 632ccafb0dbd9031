//! One cell of a column: a value, or none.

/// A value that may be missing. Values, options of values and the usual integer types convert
/// into it, so that columns can be made from any iterator of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell<T>(pub(crate) Option<T>);

impl<T> From<Option<T>> for Cell<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl From<i64> for Cell<i64> {
    fn from(value: i64) -> Self {
        Self(Some(value))
    }
}

impl From<u32> for Cell<i64> {
    fn from(value: u32) -> Self {
        Self(Some(i64::from(value)))
    }
}

impl From<Option<u32>> for Cell<i64> {
    fn from(value: Option<u32>) -> Self {
        Self(value.map(i64::from))
    }
}

/// A count beyond the contract's integers is missing; no source has as many reports.
impl From<u64> for Cell<i64> {
    fn from(value: u64) -> Self {
        Self(i64::try_from(value).ok())
    }
}

impl From<Option<u64>> for Cell<i64> {
    fn from(value: Option<u64>) -> Self {
        Self(value.and_then(|value| i64::try_from(value).ok()))
    }
}

impl From<f64> for Cell<f64> {
    fn from(value: f64) -> Self {
        Self(Some(value))
    }
}

impl From<i32> for Cell<i32> {
    fn from(value: i32) -> Self {
        Self(Some(value))
    }
}

impl From<String> for Cell<String> {
    fn from(value: String) -> Self {
        Self(Some(value))
    }
}

impl From<&str> for Cell<String> {
    fn from(value: &str) -> Self {
        Self(Some(value.to_owned()))
    }
}

impl From<&String> for Cell<String> {
    fn from(value: &String) -> Self {
        Self(Some(value.clone()))
    }
}
