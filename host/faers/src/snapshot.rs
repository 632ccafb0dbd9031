//! What was fetched, reduced to what a report can need: the unit of caching, and what a digest
//! identifies. Codes are kept as openFDA writes them, so that a rule of reading can change without
//! fetching again.

mod course;
mod gather;
mod stored;

pub(crate) use gather::{Answered, Gathering};

use quire_model::{Digest, Ndc, Origin, Period};

use self::{course::Course, stored::StoredOrigin};
use crate::{
    SnapshotError, case::Case, interval::Interval, openfda::EventPage, question::Question,
};

/// Grows when the encoding changes; older entries of the cache are then not found instead of misread.
pub(crate) const SCHEMA: u32 = 4;
/// The form of before, without doses and without a period beside all time. Reports made from it are verified
/// against it, so it is read, and stored as it was.
const OF_BEFORE: u32 = 3;
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
    /// The requested period beside all time; none unless a first day was asked for and the source could say.
    pub(crate) interval: Option<Interval>,
    /// The form in which it is stored.
    pub(crate) schema: u32,
}

/// Reports by day: (YYYYMMDD, reports).
pub(crate) type Days = Vec<(u32, u32)>;

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
            at: String::new(),
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
        self.origin.digest = self.digest_with(&mut origin)?;
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
        let mut plain = postcard::to_allocvec(&content)?;
        plain.extend(self.more()?);
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
        let ((mut origin, received, mut cases), more): (Content, _) =
            postcard::take_from_bytes(&plain)?;
        let (schema, interval) = match more {
            [] => (OF_BEFORE, None),
            more => {
                let (courses, interval): (Vec<Course>, Option<Interval>) =
                    postcard::from_bytes(more)?;
                Course::give(courses, &mut cases);
                (SCHEMA, interval)
            }
        };
        let stated = origin.digest;
        let mut snapshot = Self {
            origin: Origin::from(origin.clone()),
            received,
            cases,
            interval,
            schema,
        };
        if snapshot.digest_with(&mut origin)? != stated {
            return Err(SnapshotError::Altered(stated));
        }
        snapshot.origin.digest = stated;
        Ok(snapshot)
    }

    /// What the form of before did not have.
    fn more(&self) -> Result<Vec<u8>, SnapshotError> {
        if self.schema == OF_BEFORE {
            return Ok(Vec::new());
        }
        let courses = Course::of(&self.cases);
        Ok(postcard::to_allocvec(&(courses, &self.interval))?)
    }

    /// SHA-256 over the schema number and the postcard encoding with the digest blanked out. Sets it.
    fn digest_with(&self, origin: &mut StoredOrigin) -> Result<Digest, SnapshotError> {
        origin.digest = Digest::of(b"");
        let content = (self.schema, &*origin, &self.received, &self.cases);
        let mut bytes = postcard::to_allocvec(&content)?;
        bytes.extend(self.more()?);
        origin.digest = Digest::of(&bytes);
        Ok(origin.digest)
    }

    /// The digest of the reports alone, whenever and by whatever requests they were fetched.
    #[must_use]
    pub fn content(&self) -> Digest {
        let content = postcard::to_allocvec(&(&self.received, &self.cases));
        let more = self.more().unwrap_or_default();
        Digest::of_parts([content.unwrap_or_default().as_slice(), more.as_slice()])
    }

    /// The digest of the content.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.origin.digest
    }
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
