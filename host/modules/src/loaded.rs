//! A component that has been checked, compiled and tried.

use std::fmt;

use quire_model::{Attribute, Digest, Kind};

use crate::{
    bindings::{narrative::NarrativeModulePre, section::SectionModulePre},
    store::Guest,
};

/// What a module says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What an administrator reads in a list.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The author's own version.
    pub version: String,
    /// BCP 47 tags; the first is the default.
    pub locales: Vec<String>,
    /// JSON Schema of its parameters.
    pub params_schema: Option<String>,
    /// Details for later versions.
    pub attributes: Vec<Attribute>,
}

/// One component, compiled and tried. Its code lives until the last `Arc` goes.
#[derive(Debug)]
pub struct Loaded {
    /// The digest of the component.
    pub digest: Digest,
    /// Which world it implements.
    pub kind: Kind,
    /// What it says about itself.
    pub manifest: Manifest,
    /// Whether it asks for the background: a report without such a module goes without one.
    pub wants_background: bool,
    /// What it is instantiated from.
    pub(crate) code: Code,
}

/// A component, linked and type-checked, ready to be instantiated.
#[derive(Clone)]
pub(crate) enum Code {
    /// Exports `section`.
    Section(SectionModulePre<Guest>),
    /// Exports `narrative`.
    Narrative(NarrativeModulePre<Guest>),
}

impl Code {
    /// Which world it implements.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Section(_) => Kind::Section,
            Self::Narrative(_) => Kind::Narrative,
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind())
    }
}
