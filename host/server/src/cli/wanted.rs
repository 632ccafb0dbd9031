//! What can be said of a report that is to be made, now or again and again.

use clap::{Args, ValueEnum};
use quire_model::{Date, DrugRole, Paper};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a report is to be.
#[derive(Clone, Debug, Args)]
pub(crate) struct WantedReport {
    /// "Today" for the document [default: the day on which it is made, UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) as_of: Option<Date>,

    /// The report definition: which sections, in which order
    #[arg(long, value_name = "NAME", default_value = "cer")]
    pub(crate) definition: String,

    /// Paper size [default: the definition's]
    #[arg(long, value_name = "PAPER")]
    pub(crate) paper: Option<PaperName>,

    /// Language of the document, as a BCP 47 tag
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub(crate) locale: String,

    /// Analyse reports in which the drug has such a role [default: as the definition says]
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<DrugRoleName>,

    /// Analyse only reports first received on this day or later
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) from: Option<Date>,

    /// Analyse only reports first received on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) to: Option<Date>,
}

impl WantedReport {
    /// The members of a request over HTTP that say the same.
    pub(crate) fn members(&self) -> Map<String, Value> {
        let paper = self.paper.map(Paper::from);
        let role = self.role.map(DrugRole::from);
        let said = [
            ("as_of", json!(self.as_of)),
            ("locale", json!(self.locale)),
            ("paper", json!(paper)),
            ("definition", json!(self.definition)),
            ("role", json!(role)),
            ("received_from", json!(self.from)),
            ("received_to", json!(self.to)),
        ];
        let said = said.into_iter().filter(|(_, value)| !value.is_null());
        said.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// [`Paper`], as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PaperName {
    /// 8.5 × 11 in, upright.
    Letter,
    /// 11 × 8.5 in.
    LetterLandscape,
    /// 210 × 297 mm, upright.
    A4,
    /// 297 × 210 mm.
    A4Landscape,
}

impl From<PaperName> for Paper {
    fn from(name: PaperName) -> Self {
        match name {
            PaperName::Letter => Self::Letter,
            PaperName::LetterLandscape => Self::LetterLandscape,
            PaperName::A4 => Self::A4,
            PaperName::A4Landscape => Self::A4Landscape,
        }
    }
}

/// [`DrugRole`], as typed.
#[derive(Clone, Copy, Debug, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DrugRoleName {
    /// Suspect, interacting or concomitant.
    #[default]
    Any,
    /// Suspect or interacting.
    Suspect,
}

impl From<DrugRoleName> for DrugRole {
    fn from(name: DrugRoleName) -> Self {
        match name {
            DrugRoleName::Any => Self::Any,
            DrugRoleName::Suspect => Self::Suspect,
        }
    }
}

pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "expected a day such as 2025-06-30".to_owned())
}
