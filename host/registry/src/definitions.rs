//! Which sections a report has: data, not code.

use std::{collections::BTreeMap, sync::Arc};

use arc_swap::ArcSwap;
use quire_model::{
    CaseSelection, Definition, DrugRole, Kind, LimitOverrides, Paper, Policy, SectionSpec,
};
use serde_json::{Value, json};

/// Report definitions by name, as they are in use at this moment. Cheap to clone: clones see what is
/// put in use through any of them.
#[derive(Clone, Debug, Default)]
pub struct Definitions(Arc<ArcSwap<BTreeMap<String, Arc<Definition>>>>);

impl Definitions {
    /// Those that come with Quire: `cer` and `plain`.
    #[must_use]
    pub fn built_in() -> Self {
        [cer(), plain()].into_iter().collect()
    }

    /// The definition of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<Definition>> {
        self.0.load().get(name).cloned()
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let names: Vec<String> = self.0.load().keys().cloned().collect();
        names.into_iter()
    }

    /// All definitions, by name.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Definition>> {
        self.0.load().values().cloned().collect()
    }

    /// Put these in use, and no others. Reports that are being made keep theirs.
    pub fn replace(&self, definitions: impl IntoIterator<Item = Definition>) {
        self.0.store(Arc::new(by_name(definitions)));
    }
}

impl FromIterator<Definition> for Definitions {
    fn from_iter<T: IntoIterator<Item = Definition>>(definitions: T) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(by_name(definitions))))
    }
}

fn by_name(definitions: impl IntoIterator<Item = Definition>) -> BTreeMap<String, Arc<Definition>> {
    let named = |definition: Definition| (definition.name.clone(), Arc::new(definition));
    definitions.into_iter().map(named).collect()
}

/// The standard report, in the order in which it is read: the synopsis, what was reported, how it was
/// found, and at last what an auditor looks up. Where the data come from, how they were counted and what
/// they cannot say must be in every copy; for the rest an honest box is better than no report.
fn cer() -> Definition {
    Definition {
        name: "cer".to_owned(),
        version: 2,
        title: "Drug safety evidence report".to_owned(),
        paper: Paper::Letter,
        front_matter: true,
        selection: CaseSelection {
            role: DrugRole::Suspect,
            ..CaseSelection::default()
        },
        sections: vec![
            narrative("narrative", json!({ "reactions": 3 })),
            section("signal-overview", Policy::Placeholder, json!({})),
            section(
                "disproportionality",
                Policy::Placeholder,
                json!({ "top": 20 }),
            ),
            // The signals above name most of the terms, and the forms for programs have all.
            section(
                "reaction-table",
                Policy::Placeholder,
                json!({ "top": 20, "chart": 0 }),
            ),
            section("seriousness-and-outcomes", Policy::Placeholder, json!({})),
            section("population", Policy::Placeholder, json!({})),
            section("use", Policy::Placeholder, json!({ "top": 10 })),
            section("trend", Policy::Placeholder, json!({})),
            section("case-listing", Policy::Placeholder, json!({})),
            section("method", Policy::Required, json!({})),
            section("case-flow", Policy::Placeholder, json!({})),
            section("limitations", Policy::Required, json!({})),
            section("provenance", Policy::Required, json!({})),
            section("appendices", Policy::Placeholder, json!({})),
        ],
    }
}

/// A narrative and every reaction, with what no report may be without: what the benchmark compares.
fn plain() -> Definition {
    let everything = json!({ "top": 0, "columns": ["reaction", "reports"], "chart": 0 });
    Definition {
        name: "plain".to_owned(),
        version: 1,
        title: "Adverse event report".to_owned(),
        paper: Paper::LetterLandscape,
        front_matter: false,
        selection: CaseSelection::default(),
        sections: vec![
            section("provenance", Policy::Required, json!({})),
            narrative("narrative", json!({})),
            section("method", Policy::Required, json!({})),
            section("reaction-table", Policy::Required, everything),
            section("limitations", Policy::Required, json!({})),
        ],
    }
}

fn section(module: &str, policy: Policy, params: Value) -> SectionSpec {
    SectionSpec {
        name: module.to_owned(),
        module: module.to_owned(),
        kind: Kind::Section,
        policy,
        params,
        digest: None,
        limits: LimitOverrides::default(),
    }
}

fn narrative(module: &str, params: Value) -> SectionSpec {
    SectionSpec {
        kind: Kind::Narrative,
        ..section(module, Policy::Placeholder, params)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn section_names_are_unique_and_params_are_objects() {
        let definitions = Definitions::built_in();

        assert_eq!(definitions.names().collect::<Vec<_>>(), ["cer", "plain"]);
        for name in ["cer", "plain"] {
            let definition = definitions.get(name).unwrap();
            let sections = &definition.sections;
            let names: BTreeSet<_> = sections.iter().map(|section| &section.name).collect();
            assert_eq!(names.len(), sections.len());
            assert!(sections.iter().all(|section| section.params.is_object()));
            assert_eq!(crate::definition_check::check_shape(&definition), []);
        }
    }

    #[test]
    fn the_standard_report_cannot_do_without_provenance_method_and_limitations() {
        let definitions = Definitions::built_in();

        let cer = definitions.get("cer").unwrap();
        let required: Vec<_> = cer
            .sections
            .iter()
            .filter(|section| section.policy == Policy::Required)
            .map(|section| section.name.as_str())
            .collect();

        assert_eq!(required, ["method", "limitations", "provenance"]);
    }
}
