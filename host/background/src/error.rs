//! Why an import or an answer from one failed.

use std::path::PathBuf;

/// What went wrong, by who has to act: files are whoever imports to mend, the store is the
/// administrator's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackgroundError {
    /// A path that cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file of the store that cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// No file that can be imported.
    #[error(
        "nothing to import in {}: expected FAERS quarterly files (DEMO22Q3.txt, DRUG22Q3.txt and \
         REAC22Q3.txt, in a folder or a zip file) or openFDA download files \
         (drug-event-0001-of-0035.json.zip)", paths.join(", ")
    )]
    NothingToImport {
        /// What was given.
        paths: Vec<String>,
    },
    /// Both kinds of files at once.
    #[error(
        "FAERS quarterly files and openFDA download files hold the same reports: import one kind \
         or the other"
    )]
    Mixed,
    /// A quarter of which a file is missing.
    #[error("{missing} is missing: a quarter needs its DEMO, DRUG and REAC files")]
    Incomplete {
        /// The file that was expected.
        missing: String,
    },
    /// A name that cannot be given to an import.
    #[error(
        "{0:?} cannot name an import: expected 1 to 60 small letters, digits, hyphens and dots, \
         beginning with a letter or a digit"
    )]
    Name(String),
    /// An import of this name from other files.
    #[error(
        "there is an import {name} of other files; `quire background remove {name}` makes room, or \
         give this one another --name"
    )]
    OtherFiles {
        /// Its name.
        name: String,
    },
    /// No import of this name.
    #[error("there is no import {name}; there {}", known(names))]
    Unknown {
        /// What was asked for.
        name: String,
        /// Those there are.
        names: Vec<String>,
    },
    /// An import that is not finished.
    #[error("the import {0} is not finished; run `quire background import` again to go on")]
    Unfinished(String),
    /// A file that is not in the form it claims.
    #[error("{name}, row {row}: {reason}")]
    Form {
        /// The file.
        name: String,
        /// Counted from 1, the header not included.
        row: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process imports the same.
    #[error("another process is importing {0} at this moment")]
    Busy(String),
    /// The store cannot be written or read. What the database says is for the log; its words are for
    /// those who wrote the statement.
    #[error("{}", words(_0))]
    Store(sqlx::Error),
    /// Work inside this crate broke off: a fault of ours.
    #[error("the import broke off: {0}")]
    Broken(String),
}

impl From<sqlx::Error> for BackgroundError {
    fn from(error: sqlx::Error) -> Self {
        tracing::debug!(%error, "the store of imported backgrounds failed");
        Self::Store(error)
    }
}

/// What happened and what to do, by the primary result codes of SQLite.
fn words(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(|error| error.code());
    let code: Option<i64> = code.and_then(|code| code.parse().ok());
    match code.map(|code| code % 256) {
        Some(5 | 6) => {
            "another process is using the store of imported backgrounds; try again when it is done"
        }
        Some(8 | 14 | 23) => {
            "the store of imported backgrounds cannot be written or opened; check who owns the data \
             directory and its rights"
        }
        Some(10 | 13) => {
            "the store of imported backgrounds cannot be written: the disk is full or fails; make room \
             and give the same command again"
        }
        Some(11 | 26) => {
            "an import in the store is damaged; remove it (`quire background remove`) and import its \
             files again"
        }
        _ => {
            "the store of imported backgrounds failed, which is a fault of ours; run the same command \
             with `--log quire_background=debug` to see how"
        }
    }
}

fn known(names: &[String]) -> String {
    match names {
        [] => "is none".to_owned(),
        [only] => format!("is only {only}"),
        several => format!("are {}", several.join(", ")),
    }
}
