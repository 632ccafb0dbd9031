//! Compares two documents section by section: two reports as they are stored, or one report made with two
//! versions of a module.

use quire_model::{
    Digest, Document, Manifest, ModuleRef, OutcomeChange, Section, SectionDifference,
};
use quire_records::ReportRow;
use quire_registry::{Registry, compare};

use crate::{
    VerifyError,
    backtest::{stored_data, unusable, with_version},
    maker::reproduce,
    stored_bytes, stored_report,
    verify::TURNS,
};

/// A section of two documents.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedSection {
    /// Its name in the definition.
    pub section: String,
    /// Its title, as it is printed in the second document; in the first, if only that has it.
    pub title: String,
    /// How each document has it; none if it does not.
    pub sides: [Option<Side>; 2],
    /// What the second does otherwise than the first.
    pub found: SectionDifference,
}

/// How one of two documents has a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What made it.
    pub module: ModuleRef,
    /// The page of the PDF on which it begins, from 1; none if it cannot be told.
    pub page: Option<u32>,
}

/// One report, made with two versions of a module.
#[derive(Clone, Debug)]
pub struct ComparedVersions {
    /// In printed order.
    pub sections: Vec<ComparedSection>,
    /// The whole report by each.
    pub pdfs: [Vec<u8>; 2],
}

/// What the document of one report says otherwise than that of another. None if an earlier version of Quire
/// made one of them, which kept no documents.
///
/// # Errors
///
/// If the records cannot be read.
pub async fn compare_reports(
    registry: &Registry,
    rows: [&ReportRow; 2],
) -> Result<Option<Vec<ComparedSection>>, VerifyError> {
    let [one, other] = rows;
    let one = stored(registry, one).await?;
    let Some(((one, one_pdf), (other, other_pdf))) = one.zip(stored(registry, other).await?) else {
        return Ok(None);
    };
    let compared =
        tokio::task::spawn_blocking(move || sections([&one, &other], [&one_pdf, &other_pdf]));
    Ok(Some(compared.await?))
}

/// The document of a report, and its PDF.
async fn stored(
    registry: &Registry,
    row: &ReportRow,
) -> Result<Option<(Document, Vec<u8>)>, VerifyError> {
    let (Some(success), Some((document, _))) = (&row.success, stored_report(registry, row).await?)
    else {
        return Ok(None);
    };
    let pdf = stored_bytes(registry, row, success.artifact).await?;
    Ok(Some((document, pdf)))
}

/// Make a report again with each of two versions of a module, and compare; or say in words why that cannot be
/// done. Nothing is stored, and no source is asked.
///
/// # Errors
///
/// If the records cannot be read, or this machine lacks what loading a module needs.
pub async fn compare_versions(
    registry: &Registry,
    manifest: &Manifest,
    module: &str,
    versions: [Digest; 2],
) -> Result<Result<ComparedVersions, String>, VerifyError> {
    let recipe = &manifest.making.colophon.recipe;
    let _turn = TURNS.acquire().await;
    for version in versions {
        if let Some(why) = unusable(registry, recipe, version).await? {
            return Ok(Err(why.to_owned()));
        }
    }
    let [one, other] = versions.map(|version| with_version(recipe, module, version));
    // Of the other's modules, all but the version, which is here, are those of the one.
    let data = match stored_data(registry, &one).await? {
        Ok(data) => data,
        Err(why) => return Ok(Err(why)),
    };
    let made = reproduce(registry, &one, data.clone()).await;
    let made = match made {
        Ok(made) => reproduce(registry, &other, data)
            .await
            .map(|other| [made, other]),
        Err(failure) => Err(failure),
    };
    let [(one, one_pdf), (other, other_pdf)] = match made {
        Ok(made) => made.map(|(composed, pdf)| (composed.document, pdf)),
        Err(failure) => return Ok(Err(failure.problem.detail)),
    };
    let compared = tokio::task::spawn_blocking(move || ComparedVersions {
        sections: sections([&one, &other], [&one_pdf, &other_pdf]),
        pdfs: [one_pdf, other_pdf],
    });
    Ok(Ok(compared.await?))
}

/// In the order of the second document; what only the first has stands at the end.
fn sections(documents: [&Document; 2], pdfs: [&[u8]; 2]) -> Vec<ComparedSection> {
    let [one, other] = documents;
    let named = |document: &'_ Document, name: &str| {
        let mut sections = document.sections.iter();
        sections.find(|section| section.name == name).cloned()
    };
    let only_first = one.sections.iter();
    let only_first = only_first.filter(|section| named(other, &section.name).is_none());
    let names = other.sections.iter().chain(only_first);
    let pages = pdfs.map(|pdf| quire_render::bookmarks(pdf).unwrap_or_default());
    let [first_pages, second_pages] = &pages;
    let compared = names.map(|section| {
        let name = &section.name;
        let (before, after) = (named(one, name), named(other, name));
        ComparedSection {
            section: name.clone(),
            title: section.title().to_owned(),
            sides: [
                before.as_ref().map(|section| side(section, first_pages)),
                after.as_ref().map(|section| side(section, second_pages)),
            ],
            found: difference(before.as_ref(), after.as_ref()),
        }
    });
    compared.collect()
}

/// A bookmark is the title of its section, with or without a number before it.
fn side(section: &Section, bookmarks: &[(String, u32)]) -> Side {
    let title = section.title();
    let mut bookmarks = bookmarks.iter();
    let found = bookmarks.find(|(written, _)| {
        let behind = written.split_once(' ').map_or("", |(_, behind)| behind);
        written == title || behind == title
    });
    Side {
        module: section.module.clone(),
        page: found.map(|(_, page)| *page),
    }
}

fn difference(one: Option<&Section>, other: Option<&Section>) -> SectionDifference {
    if let (Some(one), Some(other)) = (one, other) {
        return compare((&one.blocks, &one.facts), (&other.blocks, &other.facts));
    }
    let outcome = |section: Option<&Section>| match section {
        Some(_) => OutcomeChange::MADE.to_owned(),
        None => "not in the report".to_owned(),
    };
    SectionDifference {
        outcome: Some(OutcomeChange {
            active: outcome(one),
            candidate: outcome(other),
        }),
        ..SectionDifference::default()
    }
}
