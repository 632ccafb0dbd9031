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
    /// The same file twice.
    #[error("{name} was given twice")]
    Twice {
        /// The file.
        name: String,
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
    /// The store cannot be written or read.
    #[error("the store of imported backgrounds failed")]
    Store(#[from] sqlx::Error),
    /// What is in the store is not what was put there.
    #[error("the import {name} is damaged: {reason}; remove it and import it again")]
    Damaged {
        /// Which import.
        name: String,
        /// What was found.
        reason: String,
    },
    /// Work inside this crate broke off: a fault of ours.
    #[error("the import broke off: {0}")]
    Broken(String),
}

fn known(names: &[String]) -> String {
    match names {
        [] => "is none".to_owned(),
        [only] => format!("is only {only}"),
        several => format!("are {}", several.join(", ")),
    }
}
