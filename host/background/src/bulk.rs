//! Reads the download files of openFDA, one report at a time.
//!
//! The form does not say which suspect the reporter suspects first, as the quarterly files do; the
//! first suspect drug of a report stands for it, and the label of the import says so.

use std::{
    borrow::Cow,
    cell::Cell,
    fmt,
    io::{self, BufReader, Read},
};

use quire_openfda::{Objects, Text};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{
    BackgroundError,
    part::Part,
    profile::{self, Profile},
    reader::{Hashed, with_content},
    write::{Aside, Batch, BulkReport, Filled},
};

/// Reports of a batch: a report has about three reactions.
const BATCH_REPORTS: usize = 2_000;
/// Nor has a batch more than so much text.
const BATCH_BYTES: u64 = 64 << 20;
/// What is longer is no report: the longest have some two million bytes.
const REPORT_BYTES: u64 = 16 << 20;
/// How openFDA writes that a drug is suspect.
const SUSPECT: &str = "1";

/// Reads the reports of a file from report `from` on, and hands them on in batches.
///
/// # Errors
///
/// If the file cannot be read, is not in openFDA's form, or what `emit` says.
pub(crate) fn read(
    part: &Part,
    from: u64,
    mut emit: impl FnMut(Batch) -> Result<(), BackgroundError>,
) -> Result<(), BackgroundError> {
    with_content(part, |content| {
        let mut hashed = Hashed::new(content);
        let mut stopped = None;
        let spent = Cell::new(0);
        let mut filling = Filling {
            reports: Vec::new(),
            spent: &spent,
            batch_bytes: 0,
            from,
            seen: 0,
            aside: Aside::default(),
            last_updated: None,
            emit: &mut |batch| {
                emit(batch).map_err(|error| {
                    stopped = Some(error);
                })
            },
        };
        let reader = BufReader::new(OneReport {
            content: &mut hashed,
            spent: &spent,
        });
        let mut json = serde_json::Deserializer::from_reader(reader);
        let read = FileSeed(&mut filling).deserialize(&mut json);
        let read = read.and_then(|()| json.end());
        let last = filling.take(None);
        if let Some(error) = stopped {
            return Err(error);
        }
        read.map_err(|error| BackgroundError::Form {
            name: part.shown.clone(),
            row: last.rows_done + 1,
            reason: error.to_string(),
        })?;
        let bytes = hashed.bytes;
        let sha256 = Some(hashed.digest());
        emit(Batch {
            sha256,
            bytes,
            ..last
        })
    })
}

/// Content of which no more is read than one report can have.
struct OneReport<'a, R> {
    content: R,
    spent: &'a Cell<u64>,
}

impl<R: Read> Read for OneReport<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.spent.get() > REPORT_BYTES {
            let reason = format!("what should be a report is longer than {REPORT_BYTES} bytes");
            return Err(io::Error::other(reason));
        }
        let read = self.content.read(buffer)?;
        self.spent.set(self.spent.get() + read as u64);
        Ok(read)
    }
}

/// A batch while it is filled.
struct Filling<'a> {
    reports: Vec<BulkReport>,
    /// Bytes since the last report, and of the batch.
    spent: &'a Cell<u64>,
    batch_bytes: u64,
    from: u64,
    /// Reports read, of which the first `from` are passed over.
    seen: u64,
    aside: Aside,
    last_updated: Option<String>,
    emit: &'a mut dyn FnMut(Batch) -> Result<(), ()>,
}

impl Filling<'_> {
    /// False if nobody wants more.
    fn add(&mut self, raw: Option<RawReport<'_>>) -> bool {
        self.seen += 1;
        self.batch_bytes += self.spent.replace(0);
        if self.seen <= self.from {
            return true;
        }
        match raw.and_then(RawReport::report) {
            Some(report) => self.reports.push(report),
            None => self.aside.row(self.seen),
        }
        if self.reports.len() < BATCH_REPORTS && self.batch_bytes < BATCH_BYTES {
            return true;
        }
        self.batch_bytes = 0;
        let batch = self.take(None);
        (self.emit)(batch).is_ok()
    }

    fn take(&mut self, sha256: Option<String>) -> Batch {
        Batch {
            rows: Filled::Bulk(std::mem::take(&mut self.reports)),
            rows_done: self.seen,
            bytes: 0,
            aside: std::mem::take(&mut self.aside),
            sha256,
            last_updated: self.last_updated.clone(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawReport<'a> {
    safetyreportid: Text<'a>,
    safetyreportversion: Text<'a>,
    serious: Text<'a>,
    receivedate: Text<'a>,
    primarysource: Objects<RawSource<'a>>,
    patient: Objects<RawPatient<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawPatient<'a> {
    patientsex: Text<'a>,
    patientonsetage: Text<'a>,
    patientonsetageunit: Text<'a>,
    drug: Objects<RawDrug<'a>>,
    reaction: Objects<RawReaction<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawSource<'a> {
    qualification: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawDrug<'a> {
    drugcharacterization: Text<'a>,
    medicinalproduct: Text<'a>,
    activesubstance: Objects<RawSubstance<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawSubstance<'a> {
    activesubstancename: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawReaction<'a> {
    reactionmeddrapt: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawMeta<'a> {
    last_updated: Text<'a>,
}

impl RawReport<'_> {
    /// None without an id: it could not be told from another.
    fn report(self) -> Option<BulkReport> {
        let case = self.safetyreportid.0?.trim().to_owned();
        if case.is_empty() {
            return None;
        }
        let patient = self.patient.first().unwrap_or_default();
        let reporter: Option<u16> = self
            .primarysource
            .first()
            .unwrap_or_default()
            .qualification
            .number();
        let sex = match patient.patientsex.number() {
            Some(2) => Some(0),
            Some(1) => Some(1),
            _ => None,
        };
        let (age, unit) = (
            patient.patientonsetage.finite(),
            patient.patientonsetageunit.number(),
        );
        let profile = Profile {
            sex_age: profile::sex_age(sex, age, unit),
            professional: reporter.is_some_and(|code| (1..=3).contains(&code)),
            serious: self.serious.is_one(),
            quarter: profile::quarter(&self.receivedate.tidy()),
        };
        let suspect = |drug: &RawDrug<'_>| drug.drugcharacterization.0.as_deref() == Some(SUSPECT);
        let drug = patient.drug.0.into_iter().find(suspect);
        let substances = drug.iter().flat_map(|drug| &drug.activesubstance.0);
        let substances: Vec<&str> = substances
            .filter_map(|substance| substance.activesubstancename.0.as_deref())
            .collect();
        let product = drug
            .as_ref()
            .and_then(|drug| drug.medicinalproduct.0.as_deref());
        let terms = patient.reaction.0.into_iter();
        Some(BulkReport {
            case,
            version: self.safetyreportversion.number().unwrap_or_default(),
            profile,
            drug: drug.is_some(),
            product: product.unwrap_or_default().to_owned(),
            substance: substances.join("\\"),
            terms: terms
                .filter_map(|reaction| reaction.reactionmeddrapt.0)
                .map(Cow::into_owned)
                .collect(),
        })
    }
}

/// Reads the file as `meta` and `results`.
struct FileSeed<'a, 'b>(&'a mut Filling<'b>);

impl<'de> DeserializeSeed<'de> for FileSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FileSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `meta` and `results`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut has_results = false;
        while let Some(key) = entries.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "meta" => {
                    let meta: Objects<RawMeta<'de>> = entries.next_value()?;
                    let meta = meta.first().unwrap_or_default();
                    self.0.last_updated = meta.last_updated.0.map(Cow::into_owned);
                }
                "results" => {
                    has_results = true;
                    entries.next_value_seed(ReportsSeed(&mut *self.0))?;
                }
                _ => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_results {
            Ok(())
        } else {
            Err(serde::de::Error::missing_field("results"))
        }
    }
}

/// Reads `results` one report at a time.
struct ReportsSeed<'a, 'b>(&'a mut Filling<'b>);

impl<'de> DeserializeSeed<'de> for ReportsSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ReportsSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of reports")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(report) = items.next_element::<Objects<RawReport<'de>>>()? {
            if !self.0.add(report.first()) {
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
