//! One report as it was fetched: codes as openFDA writes them, unread. These types are stored as they stand
//! here, field after field, under the digest of a snapshot: another order or another field is another schema.

use serde::{Deserialize, Serialize};

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
    /// The dose as the report writes it, and the last day of treatment, YYYYMMDD; of matched entries only.
    /// Stored behind the cases, which are stored as they were before there were any.
    #[serde(skip)]
    pub(crate) dose: String,
    #[serde(skip)]
    pub(crate) ended: Option<u32>,
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
