//! A component that has been checked, compiled and tried.

use std::fmt;

use quire_check::Manifest;
use quire_model::{Digest, FieldError, Kind};

use crate::{
    bindings::{narrative::NarrativeModulePre, section::SectionModulePre},
    params::ParamsSchema,
    store::Guest,
};

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
    /// Whether it asks for the drug's label, likewise.
    pub wants_label: bool,
    /// Size of the component.
    pub size_bytes: usize,
    /// What it imports, such as `quire:report/cases@0.1.0`.
    pub imports: Vec<String>,
    /// What it is instantiated from.
    pub(crate) code: Code,
    /// What its parameters are held to.
    pub(crate) params: ParamsSchema,
}

impl Loaded {
    /// Whether it writes this language, of whatever region (BCP 47).
    #[must_use]
    pub fn writes(&self, language: &str) -> bool {
        let mut locales = self.manifest.locales.iter();
        locales.any(|tag| same_language(tag, language))
    }

    /// Hold parameters to the module's schema, before they are written into a definition or used.
    /// A module without a schema takes none.
    ///
    /// # Errors
    ///
    /// What is wrong with each of them, by a pointer relative to the parameters, such as `/top`.
    pub fn check_params(&self, params: &serde_json::Value) -> Result<(), Vec<FieldError>> {
        self.params.check(params)
    }

    /// Parameters to try it with: none, else the defaults of its schema, else its example.
    ///
    /// # Errors
    ///
    /// What is missing, if its schema allows none of them.
    pub fn usual_params(&self) -> Result<serde_json::Value, Vec<FieldError>> {
        self.params.sample()
    }
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

/// Whether two tags (BCP 47) name one language, of whatever region.
pub(crate) fn same_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
    primary(one) == primary(other)
}
