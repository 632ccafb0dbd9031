//! The document as one HTML file: no script, nothing fetched, the same words and numbers as the PDF.
//!
//! Its parts, from top to bottom of the page: `front` (what the PDF has above its first section, and the
//! contents, which come after that section), `section` (blocks, one after the other, with `list`, `table`, `figure` and `boxes`),
//! `notes` (footnotes, which the PDF has at the foot of each page). `page` is what they share.
//!
//! Text is escaped by maud, always; the one thing that is not is our own stylesheet. A policy in the
//! file's head forbids the browser everything else, should a text ever get through.

mod boxes;
mod figure;
mod front;
mod list;
mod notes;
mod page;
mod section;
mod svg;
mod table;
mod words;

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use quire_model::{Digest, Document, Paper};

use crate::{Numbering, RenderError, sanitise::sanitise, text::with_shaper};
use page::Page;

/// Draw a document as HTML.
///
/// # Errors
///
/// [`RenderError::Typeface`] if a bundled typeface cannot be read, with which charts are measured.
pub fn html(document: &Document) -> Result<Vec<u8>, RenderError> {
    let numbering = Numbering::of(document);
    let whole = with_shaper(|shaper| {
        let mut page = Page::new(&numbering, shaper);
        let sections: Vec<Markup> = document
            .sections
            .iter()
            .enumerate()
            .map(|(number, content)| section::section(&mut page, number, content))
            .collect();
        whole(document, &page, &sections)
    })?;
    Ok(whole.into_string().into_bytes())
}

fn whole(document: &Document, page: &Page<'_>, sections: &[Markup]) -> Markup {
    let style = style(document.paper);
    markup! {
        (DOCTYPE)
        html lang=(language(document)) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(html_policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(sanitise(&document.producer));
                title { (sanitise(&document.title)) " – " (sanitise(&document.subtitle)) }
                style { (PreEscaped(style)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (front::header(document))
                main #content tabindex="-1" {
                    @for (number, section) in sections.iter().enumerate() {
                        @if number == 1 && document.front_matter { (front::contents(&page.entries)) }
                        (section)
                    }
                    (notes::notes(page))
                }
                (front::footer(document))
            }
        }
    }
}

/// BCP 47, or English if it is something else.
fn language(document: &Document) -> &str {
    let tag = document.language.as_str();
    let plain = tag
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && (2..=35).contains(&tag.len()) && !tag.starts_with('-') {
        tag
    } else {
        "en"
    }
}

/// Our stylesheet, for the paper that the PDF has.
fn style(paper: Paper) -> String {
    let size = match paper {
        Paper::Letter => "letter portrait",
        Paper::LetterLandscape => "letter landscape",
        Paper::A4 => "A4 portrait",
        Paper::A4Landscape => "A4 landscape",
    };
    include_str!("html/style.css").replace("PAPER_SIZE", size)
}

/// What the browser may do with such a file: apply our very stylesheet, for whichever paper, and show pictures that
/// stand in the file. The file says so itself; whoever hands it out says the same.
#[must_use]
pub fn html_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let papers = [
            Paper::Letter,
            Paper::LetterLandscape,
            Paper::A4,
            Paper::A4Landscape,
        ];
        let styles = papers.map(|paper| {
            let digest = Digest::of(style(paper).as_bytes());
            format!("'sha256-{}'", BASE64.encode(digest.as_bytes()))
        });
        let styles = styles.join(" ");
        format!(
            "default-src 'none'; style-src {styles}; img-src data:; base-uri 'none'; form-action 'none'"
        )
    });
    &POLICY
}

#[cfg(test)]
mod tests;
