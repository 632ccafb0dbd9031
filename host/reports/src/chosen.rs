//! Which version makes each section, within which limits.

use std::sync::Arc;

use quire_model::{Definition, Digest, LimitOverrides, SectionSpec};
use quire_modules::{Loaded, ModuleHost};
use quire_records::Pins;
use quire_registry::{Assignments, Beside};

use crate::made::NOT_INSTALLED;

/// A section of the definition with the module that makes it.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) spec: SectionSpec,
    /// The module, or the digest that was pinned and is not to be had here.
    pub(crate) module: Result<Arc<Loaded>, Option<Digest>>,
    /// Limits of the module, then those of the section.
    pub(crate) limits: [LimitOverrides; 2],
    /// The versions that run beside it afterwards.
    pub(crate) beside: Vec<Beside>,
}

impl Chosen {
    /// What it may use in place of the usual: the module's limits, with the section's in their place.
    pub(crate) fn limits(&self) -> LimitOverrides {
        let [of_module, of_section] = self.limits;
        LimitOverrides {
            cpu_ms: of_section.cpu_ms.or(of_module.cpu_ms),
            wall_ms: of_section.wall_ms.or(of_module.wall_ms),
            memory_bytes: of_section.memory_bytes.or(of_module.memory_bytes),
            output_bytes: of_section.output_bytes.or(of_module.output_bytes),
            blocks: of_section.blocks.or(of_module.blocks),
            rows: of_section.rows.or(of_module.rows),
            log_bytes: of_section.log_bytes.or(of_module.log_bytes),
            handles: of_section.handles.or(of_module.handles),
        }
    }

    /// Let it use this, whatever anyone says now.
    pub(crate) fn limit(&mut self, limits: LimitOverrides) {
        self.limits = [limits, LimitOverrides::default()];
    }

    /// The author's version of that code.
    pub(crate) fn version(&self) -> &str {
        match &self.module {
            Ok(module) => &module.manifest.version,
            Err(_) => NOT_INSTALLED,
        }
    }

    /// Whether its module writes a language; one that is not to be had here writes nothing.
    pub(crate) fn writes(&self, language: &str) -> bool {
        match &self.module {
            Ok(module) => module.writes(language),
            Err(_) => true,
        }
    }

    /// Whether its module asks for the background.
    pub(crate) fn wants_background(&self) -> bool {
        matches!(&self.module, Ok(module) if module.wants_background)
    }

    /// Whether its module asks for the drug's label.
    pub(crate) fn wants_label(&self) -> bool {
        matches!(&self.module, Ok(module) if module.wants_label)
    }

    /// Which code makes the section.
    pub(crate) fn digest(&self) -> Option<Digest> {
        match &self.module {
            Ok(module) => Some(module.digest),
            Err(pinned) => *pinned,
        }
    }
}

/// The module of each section: the pinned version, or where nothing is pinned at all the one that the
/// definition names or the active one. A section that is missing from the pins had no module when the
/// report began, and a module that was installed since must not change it.
pub(crate) fn choose(
    modules: &ModuleHost,
    assignments: &Assignments,
    definition: &Definition,
    pins: Option<&Pins>,
) -> Vec<Chosen> {
    let by_digest = |digest| modules.by_digest(digest).ok_or(Some(digest));
    let module_of = |spec: &SectionSpec| -> Result<Arc<Loaded>, Option<Digest>> {
        match (pins, spec.digest) {
            (None, None) => modules.active(&spec.module).ok_or(None),
            (None, Some(digest)) => by_digest(digest),
            (Some(pins), _) => match pins.modules.get(&spec.name) {
                Some(digest) => by_digest(*digest),
                None => Err(None),
            },
        }
    };
    let choose = |spec: &SectionSpec| {
        let module = module_of(spec);
        let assigned = assignments.of_module(&spec.module);
        let digest = module.as_ref().ok().map(|module| module.digest);
        Chosen {
            limits: [assigned.limits, spec.limits],
            // What the definition names is not on trial, and not what a shadow is to replace.
            beside: digest
                .filter(|_| spec.digest.is_none())
                .map(|digest| assigned.beside(digest))
                .unwrap_or_default(),
            spec: spec.clone(),
            module,
        }
    };
    definition.sections.iter().map(choose).collect()
}
