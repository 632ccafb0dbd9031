//! What the document was made with, so that it can be made again and compared.

use quire_sdk::{
    Column, Content, Data, Table,
    wit::{provenance::Component, types::Attribute},
};

const RECIPE: &str = "recipe";
const MODULES: &str = "modules";

/// Names of a recipe's details, in printed order, and what a reader calls them.
const LABELS: [(&str, &str); 9] = [
    ("document", "Document"),
    ("definition", "Report definition"),
    ("definition-digest", "SHA-256 of the definition"),
    ("data-digest", "SHA-256 of the data"),
    ("background-digest", "SHA-256 of the background"),
    ("label-digest", "SHA-256 of the drug's label"),
    ("producer", "Software"),
    ("fonts-digest", "SHA-256 of the typefaces"),
    ("conformance", "Standard of the file"),
];

/// Nothing where the host says nothing.
pub(crate) fn write(content: &mut Content, data: &impl Data) {
    let (recipe, components) = (data.recipe(), data.components());
    if recipe.is_empty() && components.is_empty() {
        return;
    }
    content.heading("How this document was made");
    content.paragraph(
        "The document derives from what these two tables name, and from nothing else. Whoever has \
         the same data and modules can make the same file again, byte for byte: `quire verify` does, \
         and says where a file differs. The file manifest.json inside this PDF states all of it.",
    );
    let known = LABELS
        .iter()
        .filter_map(|(name, label)| Some((*label, value(&recipe, name)?)));
    // Nothing that determines the document is left out, also where a host says more than is known here.
    let is_other = |detail: &&Attribute| LABELS.iter().all(|(name, _)| detail.name != *name);
    let others = recipe.iter().filter(is_other);
    let others = others.map(|detail| (detail.name.as_str(), detail.value.as_str()));
    let rows: Vec<(&str, &str)> = known.chain(others).collect();
    content.table(
        Table::new(RECIPE, "What the document derives from")
            .column(Column::text(
                "item",
                "Item",
                rows.iter().map(|(label, _)| *label),
            ))
            .column(Column::text(
                "value",
                "Value",
                rows.iter().map(|(_, value)| *value),
            )),
    );
    content.table(
        Table::new(MODULES, "Sections, with the modules that made them")
            .column(Column::text(
                "section",
                "Section",
                components.iter().map(|component| &component.section),
            ))
            .column(Column::text(
                "module",
                "Module",
                components.iter().map(module),
            ))
            .column(Column::text(
                "digest",
                "SHA-256",
                components.iter().map(|component| {
                    Some(component.digest.clone()).filter(|digest| !digest.is_empty())
                }),
            )),
    );
}

/// Its version, with its name where that is not the section's.
fn module(component: &Component) -> String {
    if component.module == component.section {
        component.version.clone()
    } else {
        format!("{} {}", component.module, component.version)
    }
}

fn value<'a>(recipe: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = recipe.iter().find(|attribute| attribute.name == name)?;
    Some(&found.value)
}
