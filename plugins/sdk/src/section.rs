//! The two things a module can be, and the macros that export them.

use std::marker::PhantomData;

use crate::{
    Content, Data, Facts, Host, Params, Request,
    bindings::{narrative_world as narrative, section_world as section},
    wit::{
        SectionFacts,
        cases::CaseSeries,
        types::{Failure, Manifest, Output, RenderContext},
    },
};

/// What a module says about itself; see `manifest` in `wit/types.wit`.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What an administrator reads in a list, at most 80 characters.
    pub title: &'static str,
    /// One or two sentences.
    pub summary: &'static str,
    /// The author's own version: `env!("CARGO_PKG_VERSION")`.
    pub version: &'static str,
    /// BCP 47 tags of the languages that it writes; the first is the default.
    pub locales: &'static [&'static str],
}

/// A part of a report. Implement it and export it with [`section!`](crate::section!).
pub trait Section {
    /// What the module says about itself.
    const ABOUT: About;
    /// Its parameters: what [`params`](macro@crate::params) stands at, or [`NoParams`](crate::NoParams).
    type Params: Params;

    /// Make the section.
    ///
    /// # Errors
    ///
    /// [`Failure::NoData`] if there is nothing to show, [`Failure::InvalidParams`] if parameters
    /// do not fit each other; `?` turns a failed query into [`Failure::Failed`].
    fn render(request: &Request<Self::Params>, data: &impl Data) -> Result<Content, Failure>;
}

/// The text that reads a report to a person. Implement it and export it with
/// [`narrative!`](crate::narrative!).
pub trait Narrative {
    /// What the module says about itself.
    const ABOUT: About;
    /// Its parameters: what [`params`](macro@crate::params) stands at, or [`NoParams`](crate::NoParams).
    type Params: Params;

    /// Write the text. Every number in it is one of `facts`.
    ///
    /// # Errors
    ///
    /// As [`Section::render`].
    fn compose(
        request: &Request<Self::Params>,
        data: &impl Data,
        facts: &Facts,
    ) -> Result<Content, Failure>;
}

/// Stands between a section and the generated bindings.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<M>(PhantomData<M>);

impl<S: Section> section::exports::quire::report::section::Guest for Adapter<S> {
    fn describe() -> Manifest {
        S::ABOUT.manifest::<S::Params>()
    }

    fn render(context: RenderContext, data: CaseSeries) -> Result<Output, Failure> {
        let request = Request::read(context)?;
        S::render(&request, &Host::new(data)).map(Content::into_output)
    }
}

impl<N: Narrative> narrative::exports::quire::report::narrative::Guest for Adapter<N> {
    fn describe() -> Manifest {
        N::ABOUT.manifest::<N::Params>()
    }

    fn compose(
        context: RenderContext,
        data: CaseSeries,
        facts: Vec<SectionFacts>,
    ) -> Result<Output, Failure> {
        let request = Request::read(context)?;
        N::compose(&request, &Host::new(data), &Facts::new(facts)).map(Content::into_output)
    }
}

impl About {
    /// All that the host is told.
    pub(crate) fn manifest<P: Params>(self) -> Manifest {
        let locales = self.locales.iter();
        Manifest {
            title: self.title.to_owned(),
            summary: self.summary.to_owned(),
            version: self.version.to_owned(),
            locales: locales.map(|&locale| locale.to_owned()).collect(),
            params_schema: P::schema(),
            attributes: Vec::new(),
        }
    }
}

/// Export a [`Section`] as the component's section: `quire_sdk::section!(MySection);`, once.
#[macro_export]
macro_rules! section {
    ($section:ident) => {
        #[doc(hidden)]
        #[cfg(target_family = "wasm")]
        mod quire_export {
            type Exported = $crate::Adapter<super::$section>;
            $crate::bindings::section_world::export_section!(
                Exported with_types_in $crate::bindings::section_world
            );
        }
    };
}

/// Export a [`Narrative`] as the component's narrative: `quire_sdk::narrative!(MyNarrative);`,
/// once.
#[macro_export]
macro_rules! narrative {
    ($narrative:ident) => {
        #[doc(hidden)]
        #[cfg(target_family = "wasm")]
        mod quire_export {
            type Exported = $crate::Adapter<super::$narrative>;
            $crate::bindings::narrative_world::export_narrative!(
                Exported with_types_in $crate::bindings::narrative_world
            );
        }
    };
}
