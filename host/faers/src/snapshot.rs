//! What was fetched, reduced to what a report can need: the unit of caching, and what a digest
//! identifies. Codes are kept as openFDA writes them, so that a rule of reading can change without
//! fetching again.

mod gather;
mod stored;

pub(crate) use gather::{Answered, Gathering};

use quire_model::{Digest, Ndc, Origin, Period};
use serde::{Deserialize, Serialize};

use self::stored::StoredOrigin;
use crate::{SnapshotError, openfda::EventPage, question::Question};

/// Grows when the encoding changes; older entries are then not found instead of misread.
pub(crate) const SCHEMA: u32 = 3;
/// A snapshot of 25,000 cases takes about 20 MB; ten times that is a broken entry, not data.
const LONGEST_BYTES: usize = 256 << 20;

/// The reports of one request as they were fetched, with where they came from.
///
/// The digest in `origin` is that of everything else in the snapshot. What one report makes of it is
/// an [`Analysis`](quire_model::Analysis), and not part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub(crate) origin: Origin,
    /// All matching reports by day of first receipt.
    pub(crate) received: Option<Days>,
    /// In order of id and version; versions are not merged yet.
    pub(crate) cases: Vec<Case>,
}

/// Reports by day: (YYYYMMDD, reports).
pub(crate) type Days = Vec<(u32, u32)>;

/// One report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Case {
    /// `safetyreportid`; empty makes the report invalid.
    pub(crate) id: String,
    pub(crate) version: Option<u32>,
    /// YYYYMMDD.
    pub(crate) received: Option<u32>,
    /// YYYYMMDD.
    pub(crate) receipt: Option<u32>,
    /// Where it occurred, where it was reported, where the reporter lives; in that order.
    pub(crate) countries: Vec<String>,
    pub(crate) reporter: Option<u16>,
    pub(crate) report_type: Option<u16>,
    /// The publication that the report is taken from; empty for most.
    pub(crate) literature: String,
    /// The manufacturer's control number.
    pub(crate) company: String,
    /// Numbers under which others keep the same case.
    pub(crate) duplicates: Vec<String>,
    pub(crate) serious: Option<u16>,
    pub(crate) criteria: Criteria,
    pub(crate) expedited: Option<u16>,
    pub(crate) has_patient: bool,
    pub(crate) sex: Option<u16>,
    pub(crate) age: Option<f64>,
    pub(crate) age_unit: Option<u16>,
    pub(crate) age_group: Option<u16>,
    /// In kg.
    pub(crate) weight: Option<f64>,
    /// YYYYMMDD.
    pub(crate) died: Option<u32>,
    /// Day of the event, YYYYMMDD.
    pub(crate) event: Option<u32>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) drugs: Vec<Drug>,
}

/// The six seriousness criteria: present means `1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Criteria {
    pub(crate) death: bool,
    pub(crate) life_threatening: bool,
    pub(crate) hospitalisation: bool,
    pub(crate) disability: bool,
    pub(crate) congenital_anomaly: bool,
    pub(crate) other: bool,
}

/// One reaction of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) term: String,
    pub(crate) outcome: Option<u16>,
}

/// One drug entry of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Drug {
    /// Whether the entry carries one of the product codes asked for.
    pub(crate) matched: bool,
    pub(crate) role: Option<u16>,
    pub(crate) product: String,
    pub(crate) substances: Vec<String>,
    pub(crate) indication: String,
    pub(crate) route: Option<u16>,
    /// Dosage form; of matched entries only.
    pub(crate) form: String,
    /// First day of treatment, YYYYMMDD; of matched entries only.
    pub(crate) started: Option<u32>,
    pub(crate) action: Option<u16>,
    pub(crate) dechallenge: Option<u16>,
    pub(crate) rechallenge: Option<u16>,
}

impl Criteria {
    /// Those that hold, in words.
    pub(crate) fn words(self) -> impl Iterator<Item = &'static str> {
        [
            (self.death, "death"),
            (self.life_threatening, "life-threatening"),
            (self.hospitalisation, "hospitalisation"),
            (self.disability, "disability"),
            (self.congenital_anomaly, "congenital anomaly"),
            (self.other, "other"),
        ]
        .into_iter()
        .filter_map(|(holds, word)| holds.then_some(word))
    }
}

impl Case {
    /// Ids in numeric order (those of AERS end in a hyphen and a check character), then versions
    /// from old to new.
    pub(crate) fn order(&self) -> impl Ord + '_ {
        let digits = self.id.bytes().take_while(u8::is_ascii_digit).count();
        let number = self.id.get(..digits).and_then(|text| text.parse().ok());
        let number: u64 = number.unwrap_or(u64::MAX);
        (number, &self.id, self.version, self.receipt, self.received)
    }
}

impl Snapshot {
    /// A snapshot of one page of `drug/event` that is at hand already: for tests and measurements.
    ///
    /// # Errors
    ///
    /// If the page is not openFDA's form, or the snapshot cannot be encoded.
    pub fn from_page(page: &[u8], ndc: &Ndc) -> Result<Self, SnapshotError> {
        let page = EventPage::parse(page, ndc.candidates())?;
        let mut gathering = Gathering::default();
        let answered = Answered {
            url: "file:".to_owned(),
            at: "1970-01-01T00:00:00Z".to_owned(),
        };
        gathering.add_page(page, answered, usize::MAX);
        gathering.finish(&Question {
            ndc: ndc.clone(),
            received: Period::default(),
        })
    }

    /// Sets the digest to that of the content. To be called once, when the snapshot is complete.
    ///
    /// # Errors
    ///
    /// If the snapshot cannot be encoded, which no value of it should cause.
    pub(crate) fn seal(mut self) -> Result<Self, SnapshotError> {
        let mut origin = StoredOrigin::from(&self.origin);
        self.origin.digest = digest(&mut origin, self.received.as_ref(), &self.cases)?;
        Ok(self)
    }

    /// Compressed bytes for the cache.
    ///
    /// # Errors
    ///
    /// If the snapshot cannot be encoded, which no value of it should cause.
    pub fn encode(&self) -> Result<Vec<u8>, SnapshotError> {
        let content = (
            StoredOrigin::from(&self.origin),
            &self.received,
            &self.cases,
        );
        let plain = postcard::to_allocvec(&content)?;
        Ok(lz4_flex::block::compress_prepend_size(&plain))
    }

    /// Reads what [`encode`](Self::encode) wrote, and checks that it is what its digest says.
    ///
    /// # Errors
    ///
    /// If the bytes are anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (size, _) = lz4_flex::block::uncompressed_size(bytes)?;
        if size > LONGEST_BYTES {
            return Err(SnapshotError::TooLarge(size));
        }
        let plain = lz4_flex::block::decompress_size_prepended(bytes)?;
        type Content = (StoredOrigin, Option<Days>, Vec<Case>);
        let (mut origin, received, cases): Content = postcard::from_bytes(&plain)?;
        let stated = origin.digest;
        if digest(&mut origin, received.as_ref(), &cases)? != stated {
            return Err(SnapshotError::Altered(stated));
        }
        Ok(Self {
            origin: origin.into(),
            received,
            cases,
        })
    }

    /// The digest of the content.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.origin.digest
    }
}

/// SHA-256 over the schema number and the postcard encoding with the digest blanked out. Sets it.
fn digest(
    origin: &mut StoredOrigin,
    received: Option<&Days>,
    cases: &[Case],
) -> Result<Digest, SnapshotError> {
    origin.digest = Digest::of(b"");
    let content = (SCHEMA, &*origin, received, cases);
    origin.digest = Digest::of(&postcard::to_allocvec(&content)?);
    Ok(origin.digest)
}

#[cfg(test)]
mod tests {
    use quire_model::Date;

    use super::*;

    /// As it was stored by a version that kept what was asked in named details.
    const OF_BEFORE: &[u8] = include_bytes!("../../../tests/data/snapshots/schema-3.snapshot");

    #[test]
    fn what_an_earlier_version_stored_is_read_and_would_be_stored_alike() {
        let snapshot = Snapshot::decode(OF_BEFORE).unwrap();

        let origin = &snapshot.origin;
        assert_eq!(
            origin.digest.to_string(),
            "c7956e95864b7a42f43fa14ead26ab70959a80df8f38e4ab64741472d8e607a8"
        );
        let until = Period {
            from: None,
            to: Some(Date::constant(2005, 1, 1)),
        };
        assert_eq!(origin.received, until);
        assert_eq!((origin.total, origin.any_day), (0, Some(61)));
        let by_name = origin.by_name.as_ref().unwrap();
        assert_eq!(by_name.names, ["AMBRISENTAN", "LETAIRIS"]);
        assert_eq!(by_name.reports, 0);
        assert_eq!(snapshot.encode().unwrap(), OF_BEFORE);
        assert_eq!(snapshot.clone().seal().unwrap(), snapshot);
    }
}
