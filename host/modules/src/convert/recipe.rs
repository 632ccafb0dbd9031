//! What determines the document, on its way to the guest.

use quire_model::Recipe;

use crate::bindings::{provenance as wit, types};

/// The code of each section.
pub(crate) fn components(recipe: &Recipe) -> Vec<wit::Component> {
    let component = |component: &quire_model::Component| wit::Component {
        section: component.section.clone(),
        module: component.module.clone(),
        version: component.version.clone(),
        digest: component
            .digest
            .map(|digest| digest.to_string())
            .unwrap_or_default(),
    };
    recipe.modules.iter().map(component).collect()
}

/// Everything else, by the names that `wit/data.wit` lists.
pub(crate) fn attributes(recipe: &Recipe) -> Vec<types::Attribute> {
    let definition = &recipe.definition;
    let background = recipe.background.map(|digest| digest.to_string());
    let label = recipe.label.map(|digest| digest.to_string());
    [
        ("document", Some(recipe.document_id())),
        (
            "definition",
            Some(format!(
                "{}, version {}",
                definition.name, definition.version
            )),
        ),
        (
            "definition-digest",
            Some(recipe.definition_digest.to_string()),
        ),
        ("data-digest", Some(recipe.data.digest.to_string())),
        ("background-digest", background),
        ("label-digest", label),
        ("producer", Some(recipe.producer.clone())),
        ("fonts-digest", Some(recipe.fonts_digest().to_string())),
        ("conformance", Some(recipe.conformance.clone())),
    ]
    .into_iter()
    .filter_map(|(name, value)| {
        Some(types::Attribute {
            name: name.to_owned(),
            value: value?,
        })
    })
    .collect()
}
