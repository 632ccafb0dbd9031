//! Rules that a report definition must keep before it is put in use. Every breach is named, with the
//! field in which it is.

use std::collections::BTreeSet;

use quire_contract::is_name;
use quire_model::{Definition, FieldError, Policy, SectionSpec};
use quire_modules::{Limits, Loaded};

/// Sections that no report may be without: where the data come from, how they were analysed, and
/// what they cannot say. Told by their module.
const CORE: [&str; 3] = ["provenance", "method", "limitations"];

/// Sections of one report; each costs a call and a place in the table of contents.
const MOST_SECTIONS: usize = 64;
/// Bytes of a title: it stands in a running header.
const LONGEST_TITLE: usize = 200;

/// What is wrong with a definition, apart from its modules.
pub(crate) fn check_shape(definition: &Definition) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let title = definition.title.trim();
    if title.is_empty() || title.len() > LONGEST_TITLE || title.chars().any(char::is_control) {
        let detail = format!("it must be one line of 1 to {LONGEST_TITLE} bytes");
        errors.push(error("/title", detail));
    }
    let selection = &definition.selection;
    if let (Some(from), Some(to)) = (selection.received_from, selection.received_to)
        && to < from
    {
        let detail = format!("it ends on {to}, before it begins on {from}");
        errors.push(error("/selection/received_to", detail));
    }
    if definition.sections.len() > MOST_SECTIONS {
        let detail = format!("a report has at most {MOST_SECTIONS} sections");
        errors.push(error("/sections", detail));
    }
    let mut seen = BTreeSet::new();
    for (at, section) in definition.sections.iter().enumerate() {
        if !is_name(&section.name) {
            let detail = "it must be 1 to 64 of a-z, 0-9 and hyphens, beginning with a letter and not ending with a hyphen";
            errors.push(error(&format!("/sections/{at}/name"), detail.to_owned()));
        }
        if !seen.insert(section.name.as_str()) {
            let detail = format!(
                "{:?} is the name of an earlier section; names are unique",
                section.name
            );
            errors.push(error(&format!("/sections/{at}/name"), detail));
        }
    }
    for module in CORE {
        errors.extend(check_core(definition, module));
    }
    errors
}

/// A core section must be there, and its failure must fail the report.
fn check_core(definition: &Definition, module: &str) -> Option<FieldError> {
    let mut sections = definition.sections.iter().enumerate();
    let Some((at, section)) = sections.find(|(_, section)| section.module == module) else {
        let detail = format!(
            "a section of module {module} is missing: {}; no report may be without {}",
            purpose(module),
            CORE.join(", ")
        );
        return Some(error("/sections", detail));
    };
    (section.policy != Policy::Required).then(|| {
        let detail = format!(
            "section {} must be \"required\": {}, so a report without it must not be made",
            section.name,
            purpose(module)
        );
        error(&format!("/sections/{at}/policy"), detail)
    })
}

fn purpose(module: &str) -> &'static str {
    match module {
        "provenance" => "it says where the data come from",
        "method" => "it says how they were analysed",
        _ => "it says what they cannot show",
    }
}

/// What is wrong with a section, given the module that would make it: none if it is not to be had. The section is named
/// in words too, since nobody counts sections.
pub(crate) fn check_section(
    at: usize,
    section: &SectionSpec,
    module: Option<&Loaded>,
) -> Vec<FieldError> {
    let name: String = section.name.chars().take(64).collect();
    let named = |found: FieldError| {
        error(
            &found.pointer,
            format!("section {name:?}: {}", found.detail),
        )
    };
    let found = faults(at, section, module);
    found.into_iter().map(named).collect()
}

fn faults(at: usize, section: &SectionSpec, module: Option<&Loaded>) -> Vec<FieldError> {
    let pointer = |field: &str| format!("/sections/{at}/{field}");
    let mut errors = Vec::new();
    let limits = Limits::check_overrides(&section.limits).err();
    errors.extend(below(&pointer("limits"), limits.unwrap_or_default()));
    if !section.params.is_object() {
        let detail = "it must be an object, such as {}".to_owned();
        errors.push(error(&pointer("params"), detail));
        return errors;
    }
    let Some(module) = module else {
        errors.push(match section.digest {
            Some(digest) => {
                let detail = format!(
                    "module {} has no version {digest} that may be used; upload it, and stage it",
                    section.module
                );
                error(&pointer("digest"), detail)
            }
            None => {
                let detail = format!("no module called {:?} is active", section.module);
                error(&pointer("module"), detail)
            }
        });
        return errors;
    };
    if module.kind != section.kind {
        let detail = format!(
            "module {} is of the kind {:?}, not {:?}",
            section.module,
            module.kind.as_str(),
            section.kind.as_str()
        );
        errors.push(error(&pointer("kind"), detail));
    }
    let params = module.check_params(&section.params).err();
    errors.extend(below(&pointer("params"), params.unwrap_or_default()));
    errors
}

/// The same errors, seen from above.
fn below(prefix: &str, errors: Vec<FieldError>) -> impl Iterator<Item = FieldError> {
    errors
        .into_iter()
        .map(move |inner| error(&format!("{prefix}{}", inner.pointer), inner.detail))
}

fn error(pointer: &str, detail: String) -> FieldError {
    FieldError {
        pointer: pointer.to_owned(),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use quire_model::{CaseSelection, Kind, LimitOverrides, Paper};
    use serde_json::json;

    use super::*;

    fn section(module: &str, policy: Policy) -> SectionSpec {
        SectionSpec {
            name: module.to_owned(),
            module: module.to_owned(),
            kind: Kind::Section,
            policy,
            params: json!({}),
            digest: None,
            limits: LimitOverrides::default(),
        }
    }

    fn definition(sections: Vec<SectionSpec>) -> Definition {
        Definition {
            name: "brief".to_owned(),
            version: 1,
            title: "Brief".to_owned(),
            paper: Paper::A4,
            front_matter: true,
            selection: CaseSelection::default(),
            sections,
        }
    }

    fn core() -> Vec<SectionSpec> {
        CORE.map(|module| section(module, Policy::Required)).into()
    }

    fn pointers(definition: &Definition) -> Vec<String> {
        let errors = check_shape(definition);
        errors.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn the_core_alone_is_a_report() {
        assert!(check_shape(&definition(core())).is_empty());
    }

    #[test]
    fn the_core_cannot_be_left_out_or_be_replaced_by_a_box() {
        let mut weak = core();
        if let Some(section) = weak.first_mut() {
            section.policy = Policy::Placeholder;
        }

        assert_eq!(pointers(&definition(weak)), ["/sections/0/policy"]);
        let errors = check_shape(&definition(Vec::new()));
        assert_eq!(errors.len(), 3);
        assert!(
            errors
                .iter()
                .all(|error| error.detail.contains("provenance, method, limitations"))
        );
    }

    #[test]
    fn every_breach_is_named_with_its_place() {
        let mut sections = core();
        sections.push(section("method", Policy::Placeholder));
        sections.push(section("Wrong Name", Policy::Placeholder));
        let mut wrong = definition(sections);
        wrong.title = " ".to_owned();
        wrong.selection.received_from = Some(quire_model::Date::constant(2025, 1, 1));
        wrong.selection.received_to = Some(quire_model::Date::constant(2024, 1, 1));

        assert_eq!(
            pointers(&wrong),
            [
                "/title",
                "/selection/received_to",
                "/sections/3/name",
                "/sections/4/name"
            ]
        );
    }

    #[test]
    fn a_section_whose_module_is_not_to_be_had_says_which() {
        let mut pinned = section("map", Policy::Placeholder);
        let missing = check_section(2, &pinned, None);
        pinned.digest = Some(quire_model::Digest::of(b"gone"));
        pinned.params = json!([]);
        let unpinned = check_section(2, &pinned, None);

        assert_eq!(missing[0].pointer, "/sections/2/module");
        assert_eq!(unpinned[0].pointer, "/sections/2/params");
    }
}
