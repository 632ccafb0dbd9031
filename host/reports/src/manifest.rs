//! What is put into the document about itself.

use quire_model::{Attachment, Colophon, MadeAs, Recipe, SectionOutcome};

use crate::made::Made;

/// What a reader of the file sees beside its name.
const DESCRIPTION: &str = "What this document was made from: request, report definition, data, \
    modules and software, each by its digest. `quire verify` makes it again from these.";

/// What travels inside the document.
pub(crate) fn colophon(recipe: &Recipe, made: &[Made]) -> Colophon {
    Colophon::new(recipe.clone(), made.iter().map(outcome).collect())
}

/// The same as a file of the document.
pub(crate) fn attachment(colophon: &Colophon) -> Attachment {
    Attachment {
        name: Colophon::NAME.to_owned(),
        media_type: "application/json".to_owned(),
        description: DESCRIPTION.to_owned(),
        bytes: colophon.to_bytes(),
    }
}

fn outcome(made: &Made) -> SectionOutcome {
    let section = &made.section;
    SectionOutcome {
        section: section.name.clone(),
        outcome: if made.placeholder {
            MadeAs::Placeholder
        } else {
            MadeAs::Made
        },
        content: SectionOutcome::content_of(&section.blocks, &section.facts),
    }
}
