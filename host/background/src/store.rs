//! The folder with the imports, and which of them is used.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quire_model::{Background, Date, Digest};
use sqlx::{Row as _, SqlitePool, sqlite::SqliteRow};

use crate::{BackgroundError, Progress, database, import, plan::Plan, prior, totals};

/// Holds the name of the import that is used.
const CURRENT: &str = "current";
/// What the file of an import ends in.
const EXTENSION: &str = "db";
/// Longest name of an import.
const NAME_BYTES: usize = 60;

/// Imported backgrounds in a folder. Cheap to clone; opens nothing before it is asked.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// What is known of one import.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// What commands name it by.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// How far it is.
    pub state: ImportState,
    /// Whether reports are compared with it.
    pub used: bool,
    /// The last day that it covers, or the day its files state.
    pub as_of: Option<Date>,
    /// Reports that count: those with a primary suspect and a reaction, in their latest version.
    pub reports: u64,
    /// Reports that do not: withdrawn ones, and those without a primary suspect or a reaction.
    pub left_out: u64,
    /// Reports that were withdrawn by FDA.
    pub withdrawn: u64,
    /// Others without a primary suspect.
    pub without_suspect: u64,
    /// Others without a reaction.
    pub without_reaction: u64,
    /// Cases with versions of AERS and of FAERS, which count in their latest one of FAERS.
    pub in_both_eras: u64,
    /// Report versions that stood under two cases, and count once, under the lower one.
    pub under_two_cases: u64,
    /// Rows of the files that could not be read.
    pub skipped: u64,
    /// Drugs: substances, and products of reports that name no substance.
    pub drugs: u64,
    /// Reactions.
    pub reactions: u64,
    /// Of everything it counts.
    pub digest: Option<Digest>,
    /// The prior of EBGM, or why there is none; neither while it is not ready.
    pub prior: Option<Result<quire_model::Mixture, String>>,
    /// Which pairs the prior was fitted over, in words.
    pub fitted_over: Option<String>,
    /// The files.
    pub files: Vec<ReadFile>,
    /// Files that were given and are not read, and why.
    pub left_aside: Vec<(String, String)>,
}

/// A file of an import.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReadFile {
    /// Its name, with the folders that tell it from namesakes.
    pub name: String,
    /// The digest of its content, once it was read to its end: what it is known by.
    pub sha256: Option<String>,
    /// Rows that could not be read.
    pub skipped: i64,
    /// The place of the first of them, counted from 1 without the header.
    pub first_skipped: Option<i64>,
    /// Rows that were torn in two, and were read as one.
    pub joined: i64,
    /// Rows that stood in the line of another, and were read.
    pub parted: i64,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Begun: the same command goes on.
    Unfinished,
    /// Ready to be used.
    Ready,
}

impl Store {
    /// The imports in a folder, which need not exist.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Import files, or go on with an import of them; the first import that gets ready is used.
    ///
    /// `progress` is called after each batch.
    ///
    /// # Errors
    ///
    /// [`BackgroundError`], by who has to act.
    pub async fn import(
        &self,
        paths: &[PathBuf],
        name: Option<&str>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Import, BackgroundError> {
        let paths = paths.to_vec();
        let plan = tokio::task::spawn_blocking(move || Plan::of(&paths)).await;
        let plan = plan.map_err(|error| BackgroundError::Broken(error.to_string()))??;
        let name = check(name.unwrap_or(&plan.name))?.to_owned();
        self.make_folder()?;
        if database::is_an_earlier_beginning(&self.file(&name)).await? {
            self.remove(&name)?;
        }
        import::run(&self.file(&name), &name, &plan, progress).await?;
        if self.used().is_none() {
            self.point_at(&name)?;
        }
        self.import_called(&name).await
    }

    /// All imports, by name.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub async fn list(&self) -> Result<Vec<Import>, BackgroundError> {
        let mut imports = Vec::new();
        for name in self.names() {
            imports.push(self.import_called(&name).await?);
        }
        Ok(imports)
    }

    /// One import.
    ///
    /// # Errors
    ///
    /// [`BackgroundError::Unknown`], or if it cannot be read.
    pub async fn show(&self, name: &str) -> Result<Import, BackgroundError> {
        self.check_known(name)?;
        self.import_called(name).await
    }

    /// Compare reports with this import from now on; running servers follow with their next report.
    ///
    /// # Errors
    ///
    /// [`BackgroundError::Unknown`] or [`BackgroundError::Unfinished`].
    pub async fn use_import(&self, name: &str) -> Result<Import, BackgroundError> {
        let import = self.show(name).await?;
        if import.state != ImportState::Ready {
            return Err(BackgroundError::Unfinished(name.to_owned()));
        }
        self.point_at(name)?;
        Ok(Import {
            used: true,
            ..import
        })
    }

    /// Delete an import. If it was the one that is used, none is.
    ///
    /// # Errors
    ///
    /// [`BackgroundError::Unknown`], or if its file cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), BackgroundError> {
        self.check_known(name)?;
        if self.used().as_deref() == Some(name) {
            self.delete(&self.folder.join(CURRENT))?;
        }
        let file = self.file(name);
        for ending in ["-wal", "-shm"] {
            let mut beside = file.clone().into_os_string();
            beside.push(ending);
            self.delete(Path::new(&beside))?;
        }
        self.delete(&file)
    }

    /// The name of the import that is used.
    #[must_use]
    pub fn used(&self) -> Option<String> {
        let name = fs::read_to_string(self.folder.join(CURRENT)).ok()?;
        let name = name.trim();
        (check(name).is_ok() && self.file(name).exists()).then(|| name.to_owned())
    }

    /// What a drug that goes by one of `names` is compared with; none if no import is used.
    ///
    /// # Errors
    ///
    /// If the import cannot be read.
    pub async fn background(
        &self,
        names: &[String],
    ) -> Result<Option<Background>, BackgroundError> {
        let Some(name) = self.used() else {
            return Ok(None);
        };
        let pool = database::read(&self.file(&name)).await?;
        let background = totals::of(&pool, &name, names).await;
        pool.close().await;
        background.map(Some)
    }

    /// Copy the imports that are ready into another folder, which is made, and say which is used: those that are not
    /// are begun anew in less time than a copy is looked at. Gives the names of the files.
    ///
    /// # Errors
    ///
    /// If one cannot be read or the folder cannot be written.
    pub async fn copy_to(&self, folder: &Path) -> Result<Vec<String>, BackgroundError> {
        let mut copied = Vec::new();
        for import in self.list().await? {
            if import.state != ImportState::Ready {
                continue;
            }
            fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
            let name = format!("{}.{EXTENSION}", import.name);
            let copy = folder.join(&name);
            let pool = database::read(&self.file(&import.name)).await?;
            let written = sqlx::query("VACUUM INTO $1")
                .bind(copy.to_string_lossy().into_owned())
                .execute(&pool)
                .await;
            pool.close().await;
            written?;
            let synced = fs::File::open(&copy).and_then(|file| file.sync_all());
            synced.map_err(|error| unwritable(&copy, error))?;
            copied.push(name);
            if import.used {
                let current = folder.join(CURRENT);
                fs::write(&current, &import.name).map_err(|error| unwritable(&current, error))?;
                copied.push(CURRENT.to_owned());
            }
        }
        Ok(copied)
    }

    async fn import_called(&self, name: &str) -> Result<Import, BackgroundError> {
        const FILES: &str = "
            SELECT name, sha256, skipped, first_skipped, joined, parted FROM part ORDER BY place";
        const ABOUT: &str = "
            SELECT about.*,
                (SELECT sum(skipped) FROM part) AS skipped,
                (SELECT count(DISTINCT CASE substance WHEN '' THEN product ELSE substance END)
                    FROM drug_total JOIN drug ON drug.id = drug_total.drug) AS drugs,
                (SELECT count(*) FROM term_total) AS reactions
            FROM about";
        let pool = database::read(&self.file(name)).await?;
        let about = sqlx::query(ABOUT).fetch_one(&pool).await?;
        let earlier = about.try_get::<Option<i64>, _>("under_two_cases").is_err();
        let (files, left_aside) = match earlier {
            true => (files_of_an_earlier_version(&pool).await?, Vec::new()),
            false => (
                sqlx::query_as(FILES).fetch_all(&pool).await?,
                sqlx::query_as("SELECT name, reason FROM aside ORDER BY name")
                    .fetch_all(&pool)
                    .await?,
            ),
        };
        let ready = about.try_get::<&str, _>("state")? == "ready";
        let fit = match ready {
            true => Some(prior::of(&pool).await?),
            false => None,
        };
        pool.close().await;
        let as_of: Option<&str> = about.try_get("as_of")?;
        let digest: Option<&str> = about.try_get("digest")?;
        Ok(Import {
            name: name.to_owned(),
            label: about.try_get("label")?,
            state: match ready {
                true => ImportState::Ready,
                false => ImportState::Unfinished,
            },
            used: self.used().as_deref() == Some(name),
            as_of: as_of.and_then(|day| day.parse().ok()),
            reports: number(&about, "reports")?,
            left_out: number(&about, "left_out")?,
            withdrawn: known(&about, "withdrawn"),
            without_suspect: known(&about, "without_suspect"),
            without_reaction: known(&about, "without_reaction"),
            in_both_eras: known(&about, "in_both_eras"),
            under_two_cases: known(&about, "under_two_cases"),
            skipped: number(&about, "skipped")?,
            drugs: number(&about, "drugs")?,
            reactions: number(&about, "reactions")?,
            digest: digest.and_then(|digest| digest.parse().ok()),
            fitted_over: fit.as_ref().and_then(|fit| fit.over.clone()),
            prior: fit.map(|fit| fit.prior),
            files,
            left_aside,
        })
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let name = |entry: fs::DirEntry| {
            let path = entry.path();
            let named = path
                .extension()
                .is_some_and(|extension| extension == EXTENSION);
            named.then(|| {
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned())
            })?
        };
        let mut names: Vec<String> = entries.filter_map(name).collect();
        names.sort();
        names
    }

    fn check_known(&self, name: &str) -> Result<(), BackgroundError> {
        if check(name).is_ok() && self.file(name).exists() {
            return Ok(());
        }
        Err(BackgroundError::Unknown {
            name: name.to_owned(),
            names: self.names(),
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{EXTENSION}"))
    }

    fn make_folder(&self) -> Result<(), BackgroundError> {
        fs::create_dir_all(&self.folder).map_err(|error| unwritable(&self.folder, error))
    }

    /// Moved into place, so that a reader sees the old name or the new one.
    fn point_at(&self, name: &str) -> Result<(), BackgroundError> {
        let (new, current) = (self.folder.join("current.new"), self.folder.join(CURRENT));
        fs::write(&new, name)
            .and_then(|()| fs::rename(&new, &current))
            .map_err(|error| unwritable(&current, error))
    }

    fn delete(&self, file: &Path) -> Result<(), BackgroundError> {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(file, error)),
            _ => Ok(()),
        }
    }
}

fn unwritable(path: &Path, source: io::Error) -> BackgroundError {
    let path = path.to_owned();
    BackgroundError::Write { path, source }
}

/// A name that is also that of a file.
fn check(name: &str) -> Result<&str, BackgroundError> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let fits = (1..=NAME_BYTES).contains(&bytes.len())
        && bytes.first().is_some_and(|byte| letter(*byte))
        && bytes
            .iter()
            .all(|byte| letter(*byte) || matches!(byte, b'-' | b'.'));
    if fits {
        return Ok(name);
    }
    let shown = name.chars().take(NAME_BYTES).collect();
    Err(BackgroundError::Name(shown))
}

/// What imports of an earlier version have of their files.
async fn files_of_an_earlier_version(pool: &SqlitePool) -> Result<Vec<ReadFile>, BackgroundError> {
    const FILES: &str = "
        SELECT name, sha256, skipped, NULL AS first_skipped, 0 AS joined, 0 AS parted
        FROM part ORDER BY place";
    Ok(sqlx::query_as(FILES).fetch_all(pool).await?)
}

/// 0 for what an import of an earlier version did not count.
fn known(row: &SqliteRow, column: &str) -> u64 {
    number(row, column).unwrap_or_default()
}

fn number(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    let number: Option<i64> = row.try_get(column)?;
    Ok(number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or_default())
}
