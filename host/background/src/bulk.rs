//! Reads the download files of openFDA, one report at a time.
//!
//! The form does not say which suspect the reporter suspects first, as the quarterly files do; the
//! first suspect drug of a report stands for it, and the label of the import says so.

use std::{borrow::Cow, fmt, io::BufReader, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer,
    },
};

use crate::{
    BackgroundError,
    part::Part,
    reader::{Hashed, with_content},
    write::{Batch, BulkReport, Rows},
};

/// Reports of a batch: a report has about three reactions.
const BATCH_REPORTS: usize = 2_000;
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
        let mut filling = Filling {
            reports: Vec::new(),
            from,
            seen: 0,
            skipped: 0,
            last_updated: None,
            emit: &mut |batch| {
                emit(batch).map_err(|error| {
                    stopped = Some(error);
                })
            },
        };
        let reader = BufReader::new(&mut hashed);
        let mut json = serde_json::Deserializer::from_reader(reader);
        let read = FileSeed(&mut filling).deserialize(&mut json);
        let read = read.and_then(|()| json.end());
        let last = filling.take(None);
        if let Some(error) = stopped {
            return Err(error);
        }
        read.map_err(|error| BackgroundError::Form {
            name: part.name.clone(),
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

/// A batch while it is filled.
struct Filling<'a> {
    reports: Vec<BulkReport>,
    from: u64,
    /// Reports read, of which the first `from` are passed over.
    seen: u64,
    skipped: u64,
    last_updated: Option<String>,
    emit: &'a mut dyn FnMut(Batch) -> Result<(), ()>,
}

impl Filling<'_> {
    /// False if nobody wants more.
    fn add(&mut self, raw: Option<RawReport<'_>>) -> bool {
        self.seen += 1;
        if self.seen <= self.from {
            return true;
        }
        match raw.and_then(RawReport::report) {
            Some(report) => self.reports.push(report),
            None => self.skipped += 1,
        }
        if self.reports.len() < BATCH_REPORTS {
            return true;
        }
        let batch = self.take(None);
        (self.emit)(batch).is_ok()
    }

    fn take(&mut self, sha256: Option<String>) -> Batch {
        Batch {
            rows: Rows::Bulk(std::mem::take(&mut self.reports)),
            rows_done: self.seen,
            bytes: 0,
            skipped: std::mem::take(&mut self.skipped),
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
    patient: Many<RawPatient<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawPatient<'a> {
    drug: Many<RawDrug<'a>>,
    reaction: Many<RawReaction<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawDrug<'a> {
    drugcharacterization: Text<'a>,
    medicinalproduct: Text<'a>,
    activesubstance: Many<RawSubstance<'a>>,
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
        let version = self
            .safetyreportversion
            .0
            .and_then(|text| text.trim().parse().ok());
        let patient = self.patient.0.into_iter().next().unwrap_or_default();
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
            version: version.unwrap_or_default(),
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
                    let meta: Many<RawMeta<'de>> = entries.next_value()?;
                    let meta = meta.0.into_iter().next().unwrap_or_default();
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
        while let Some(report) = items.next_element::<Many<RawReport<'de>>>()? {
            if !self.0.add(report.0.into_iter().next()) {
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Text, also if written as a number; anything else is none.
#[derive(Debug, Default)]
struct Text<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'a> {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
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
            fn visit_f64<E>(self, _: f64) -> Result<Text<'a>, E> {
                Ok(Text(None))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Text<'a>, E> {
                Ok(Text(None))
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

/// Objects in a list, also if written as one object without a list; whatever else is left out.
#[derive(Debug)]
struct Many<T>(Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Many<T>, A::Error> {
                let one = T::deserialize(MapAccessDeserializer::new(entries))?;
                Ok(Many(vec![one]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(some) = items.next_element::<Many<T>>()? {
                    all.extend(some.0);
                }
                Ok(Many(all))
            }
            fn visit_str<E>(self, _: &str) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
            fn visit_u64<E>(self, _: u64) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
            fn visit_i64<E>(self, _: i64) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
            fn visit_f64<E>(self, _: f64) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
            fn visit_bool<E>(self, _: bool) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
            fn visit_unit<E>(self) -> Result<Many<T>, E> {
                Ok(Many::default())
            }
        }

        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}
