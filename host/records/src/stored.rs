//! Reads stored columns back into nouns, and says which value was unreadable. Columns hold text and whole
//! numbers only, which every database has.

use std::{str::FromStr, time::Duration};

use jiff::Timestamp;
use quire_model::{Digest, Kind, ObjectId, ReportId, TraceParent};
use serde::de::DeserializeOwned;
use sqlx::{Decode, Row, Sqlite, Type, sqlite::SqliteRow};

use crate::RecordsError;

/// A row of the database that the records are kept in.
pub(crate) type StoredRow = SqliteRow;

/// A noun that one column holds.
pub(crate) trait Stored: Sized {
    /// What stands in the column.
    type Raw: for<'r> Decode<'r, Sqlite> + Type<Sqlite>;

    /// Back from the column; the value again, shortened, if it is not what it should be.
    fn restore(raw: Self::Raw) -> Result<Self, String>;
}

/// Reads the columns of a row by their names.
pub(crate) trait Columns {
    /// The noun in a column that may be empty.
    fn optional<T: Stored>(&self, name: &'static str) -> sqlx::Result<Option<T>>;

    /// The noun in a column.
    fn read<T: Stored>(&self, name: &'static str) -> sqlx::Result<T> {
        self.optional(name)?
            .ok_or_else(|| unreadable(name, "NULL").into())
    }

    /// What a column holds as JSON.
    fn json<T: DeserializeOwned>(&self, name: &'static str) -> sqlx::Result<T> {
        Ok(self.read::<Json<T>>(name)?.0)
    }

    /// What a column that may be empty holds as JSON.
    fn optional_json<T: DeserializeOwned>(&self, name: &'static str) -> sqlx::Result<Option<T>> {
        Ok(self.optional::<Json<T>>(name)?.map(|json| json.0))
    }
}

impl Columns for StoredRow {
    fn optional<T: Stored>(&self, name: &'static str) -> sqlx::Result<Option<T>> {
        let raw: Option<T::Raw> = self.try_get(name)?;
        let restored = raw.map(T::restore).transpose();
        restored.map_err(|value| unreadable(name, &value).into())
    }
}

/// The error for a value that is not what it should be.
pub(crate) fn unreadable(what: &'static str, value: &str) -> RecordsError {
    RecordsError::Unreadable {
        what,
        value: value.chars().take(80).collect(),
    }
}

/// On its way through the reading of a row.
impl From<RecordsError> for sqlx::Error {
    fn from(error: RecordsError) -> Self {
        Self::Decode(Box::new(error))
    }
}

impl From<sqlx::Error> for RecordsError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Decode(source) => match source.downcast() {
                Ok(unreadable) => *unreadable,
                Err(source) => Self::Database(sqlx::Error::Decode(source)),
            },
            error => Self::Database(error),
        }
    }
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn time(ms: i64) -> Result<Timestamp, RecordsError> {
    Timestamp::restore(ms).map_err(|value| unreadable("time", &value))
}

/// A count or a size as databases take it.
pub(crate) fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Whole microseconds, for the database.
pub(crate) fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// What is stored as it is.
macro_rules! stored_plain {
    ($($plain:ty),*) => {$(
        impl Stored for $plain {
            type Raw = Self;

            fn restore(raw: Self) -> Result<Self, String> {
                Ok(raw)
            }
        }
    )*};
}
stored_plain!(String, i64);

/// No or yes, as 0 or 1.
impl Stored for bool {
    type Raw = i64;

    fn restore(raw: i64) -> Result<Self, String> {
        Ok(raw != 0)
    }
}

impl Stored for Timestamp {
    type Raw = i64;

    fn restore(raw: i64) -> Result<Self, String> {
        Self::from_millisecond(raw).map_err(|_| raw.to_string())
    }
}

macro_rules! stored_number {
    ($($noun:ty),*) => {$(
        impl Stored for $noun {
            type Raw = i64;

            fn restore(raw: i64) -> Result<Self, String> {
                Self::try_from(raw).map_err(|_| raw.to_string())
            }
        }
    )*};
}
stored_number!(u8, u32, u64);

/// What is stored as the text that it is parsed from.
macro_rules! stored_text {
    ($($noun:ty),*) => {$(
        impl $crate::stored::Stored for $noun {
            type Raw = String;

            fn restore(raw: String) -> Result<Self, String> {
                raw.parse().map_err(|_| raw)
            }
        }
    )*};
}
pub(crate) use stored_text;
stored_text!(Digest, ReportId, ObjectId, Kind, TraceParent);

/// Text that something is parsed from which other columns hold as a number.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: FromStr> Stored for Text<T> {
    type Raw = String;

    fn restore(raw: String) -> Result<Self, String> {
        raw.parse().map(Self).map_err(|_| raw)
    }
}

/// Text that is JSON of something.
struct Json<T>(T);

impl<T: DeserializeOwned> Stored for Json<T> {
    type Raw = String;

    fn restore(raw: String) -> Result<Self, String> {
        serde_json::from_str(&raw).map(Self).map_err(|_| raw)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::Serialize;

    use super::*;
    use crate::{DefinitionOrigin, Role, State, VersionOrigin, VersionState, fixture::Fixture};

    /// What databases of before hold must be read for ever, and JSON says the same word.
    fn holds<T>(word: &str, noun: T)
    where
        T: Stored<Raw = String> + Serialize + PartialEq + Debug + Copy,
        &'static str: From<T>,
    {
        assert_eq!(<&str>::from(noun), word);
        assert_eq!(T::restore(word.to_owned()), Ok(noun));
        assert_eq!(serde_json::to_value(noun).unwrap(), word);
        assert_eq!(T::restore(word.to_uppercase()), Err(word.to_uppercase()));
    }

    #[test]
    fn words_are_what_databases_hold() {
        holds("queued", State::Queued);
        holds("running", State::Running);
        holds("retrying", State::Retrying);
        holds("succeeded", State::Succeeded);
        holds("failed", State::Failed);
        holds("cancelled", State::Cancelled);
        holds("checked", VersionState::Checked);
        holds("staged", VersionState::Staged);
        holds("active", VersionState::Active);
        holds("canary", VersionState::Canary);
        holds("shadow", VersionState::Shadow);
        holds("retired", VersionState::Retired);
        holds("embedded", VersionOrigin::Embedded);
        holds("upload", VersionOrigin::Upload);
        holds("file", VersionOrigin::File);
        holds("built-in", DefinitionOrigin::BuiltIn);
        holds("put", DefinitionOrigin::Put);
        holds("consumer", Role::Consumer);
        holds("admin", Role::Admin);
        holds("auditor", Role::Auditor);
        holds("author", Role::Author);
        holds("section", Kind::Section);
        holds("narrative", Kind::Narrative);
    }

    #[tokio::test]
    async fn a_value_that_cannot_be_read_is_named_with_its_column() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        for (column, value) in [
            ("problem", "{"),
            ("success", "[]"),
            ("definition_version", "-1"),
        ] {
            let mut change = records.write().await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "UPDATE report SET {column} = $1"
            )))
            .bind(value)
            .execute(&mut *change)
            .await
            .unwrap();
            let row = sqlx::query("SELECT * FROM report").fetch_one(&mut *change);
            let row = row.await.unwrap();
            let read = <crate::ReportRow as sqlx::FromRow<_>>::from_row(&row);
            let error = RecordsError::from(read.unwrap_err());
            assert_eq!(
                error.to_string(),
                format!("the records hold a {column} that cannot be read: {value:?}")
            );
            drop(change);
        }
        assert!(records.report(&id).await.unwrap().is_some());
    }
}
