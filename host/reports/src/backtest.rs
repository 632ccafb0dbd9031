//! Tries a version of a module on data of reports that were made before, and compares what it makes with
//! what stands in them. Nothing is stored, and no source is asked.

use quire_model::{
    Colophon, Digest, Document, Kind, MadeAs, OutcomeChange, Recipe, SectionDifference,
};
use quire_modules::Loaded;
use quire_registry::{Registry, compare};
use quire_render::RenderError;

use crate::{
    VerifyError,
    composed::Composed,
    data::Data,
    maker::compose_again,
    verify::{
        TURNS,
        stored::{data, missing_modules},
    },
};

/// What a version does otherwise in one section of a report; or in words why that cannot be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Backtested {
    /// The section's name in the definition.
    pub section: String,
    /// The difference; empty if there is none.
    pub found: Result<SectionDifference, String>,
}

/// Make the sections of a module again with another version of it, from the data of a report, and
/// compare them with those of its stored document. Empty if the report does not use the module.
///
/// # Errors
///
/// If the records cannot be read, or this machine lacks what loading a module needs.
pub async fn backtest(
    registry: &Registry,
    colophon: &Colophon,
    document: &Document,
    module: &str,
    candidate: Digest,
) -> Result<Vec<Backtested>, VerifyError> {
    let recipe = with_candidate(&colophon.recipe, module, candidate);
    let sections: Vec<&str> = recipe
        .modules
        .iter()
        .filter(|component| component.module == module)
        .map(|component| component.section.as_str())
        .collect();
    if sections.is_empty() {
        return Ok(Vec::new());
    }
    let _turn = TURNS.acquire().await;
    let impossible = |why: &str| {
        let why = |section: &&str| Backtested {
            section: (*section).to_owned(),
            found: Err(why.to_owned()),
        };
        Ok(sections.iter().map(why).collect())
    };
    if let Some(why) = unusable(registry, &recipe, candidate).await? {
        return impossible(why);
    }
    let again = match stored_data(registry, &recipe).await? {
        Ok(data) => {
            let again = compose_again(registry, &recipe, data).await;
            match again.map_err(|failure| failure.problem.detail) {
                // Long tables take too long for a thread that others wait for.
                Ok(again) => tokio::task::spawn_blocking(move || as_stored(again))
                    .await?
                    .map_err(|error| error.to_string()),
                Err(why) => Err(why),
            }
        }
        Err(why) => Err(why),
    };
    let tried = sections.into_iter().map(|section| Backtested {
        section: section.to_owned(),
        found: match &again {
            Ok(again) => Ok(difference(colophon, document, again, section)),
            Err(why) => Err(why.clone()),
        },
    });
    Ok(tried.collect())
}

/// Why a version cannot be tried on what a report was made from, if it cannot.
///
/// # Errors
///
/// If this machine lacks what loading a module needs.
pub(crate) async fn unusable(
    registry: &Registry,
    recipe: &Recipe,
    version: Digest,
) -> Result<Option<&'static str>, VerifyError> {
    if !registry.has(version).await.map_err(VerifyError::Module)? {
        return Ok(Some(
            "This version is not to be had here, or cannot be loaded.",
        ));
    }
    let loaded = registry.modules.by_digest(version);
    let wants = |what: fn(&Loaded) -> bool| loaded.as_deref().is_some_and(what);
    if recipe.background.is_none() && wants(|module| module.wants_background) {
        return Ok(Some(
            "The report was compared with nothing, and this version asks for a comparison.",
        ));
    }
    let lacks = recipe.label.is_none() && wants(|module| module.wants_label);
    Ok(lacks
        .then_some("The drug's label was not kept with the report, and this version asks for it."))
}

/// What a report was made from; or in words what of it is not to be had, its other modules included.
///
/// # Errors
///
/// If the records cannot be read, or this machine lacks what loading a module needs.
pub(crate) async fn stored_data(
    registry: &Registry,
    recipe: &Recipe,
) -> Result<Result<Data, String>, VerifyError> {
    let mut lacking = missing_modules(registry, recipe).await?;
    let data = data(registry.records()?, recipe, &mut lacking).await?;
    Ok(match (data, lacking.first()) {
        (Some(data), None) => Ok(data),
        (_, finding) => Err(finding.map_or_else(String::new, |finding| finding.detail.clone())),
    })
}

/// Read back from what would be stored of it, as the other one was: a number that is none is absent then.
pub(crate) fn as_stored(mut again: Composed) -> Result<Composed, RenderError> {
    again.document = quire_render::read_json(&quire_render::json(&again.document)?)?;
    Ok(again)
}

/// The recipe with another version of the module.
pub(crate) fn with_version(recipe: &Recipe, module: &str, version: Digest) -> Recipe {
    let mut recipe = recipe.clone();
    let components = recipe.modules.iter_mut();
    for component in components.filter(|component| component.module == module) {
        component.digest = Some(version);
    }
    recipe
}

/// The recipe with a candidate in place of the module, and without sections that it does not make: a section
/// needs none of the others, while a narrative is made of what they found.
fn with_candidate(recipe: &Recipe, module: &str, candidate: Digest) -> Recipe {
    let mut recipe = with_version(recipe, module, candidate);
    let sections = &mut recipe.definition.sections;
    let is_narrative = sections
        .iter()
        .any(|spec| spec.module == module && spec.kind == Kind::Narrative);
    if !is_narrative {
        sections.retain(|spec| spec.module == module);
        recipe
            .modules
            .retain(|component| component.module == module);
    }
    recipe
}

fn difference(
    colophon: &Colophon,
    document: &Document,
    again: &Composed,
    section: &str,
) -> SectionDifference {
    let outcome = |outcomes: &[quire_model::SectionOutcome]| {
        let mut outcomes = outcomes.iter();
        let found = outcomes.find(|outcome| outcome.section == section);
        match found.map(|outcome| outcome.outcome) {
            Some(MadeAs::Made) => OutcomeChange::MADE,
            _ => "a placeholder",
        }
    };
    let content = |document: &Document| {
        let mut sections = document.sections.iter();
        let found = sections.find(|one| one.name == section);
        found.map_or_else(Default::default, |one| {
            (one.blocks.clone(), one.facts.clone())
        })
    };
    let (before, after) = (content(document), content(&again.document));
    let ended = OutcomeChange {
        active: outcome(&colophon.sections).to_owned(),
        candidate: outcome(&again.colophon.sections).to_owned(),
    };
    let made = ended.active == OutcomeChange::MADE && ended.candidate == OutcomeChange::MADE;
    match made {
        true => compare((&before.0, &before.1), (&after.0, &after.1)),
        false => SectionDifference {
            outcome: Some(ended),
            ..SectionDifference::default()
        },
    }
}
