//! Two documents side by side, as a pull request is read: what differs in each section, block by block and number
//! by number, and both at the page.

use maud::{Markup, html};
use quire_model::SectionDifference;
use quire_records::Right;
use quire_reports::{ComparedSection, Side};

use crate::{shadow_run::difference, visitor::Visitor, words};

/// Two documents.
pub(crate) struct Compared<'a> {
    pub(crate) sections: &'a [ComparedSection],
    /// What each is called.
    pub(crate) names: [&'a str; 2],
    /// Where each is served as PDF.
    pub(crate) pdfs: [String; 2],
    /// The module that the comparison is about.
    pub(crate) subject: Option<&'a str>,
    pub(crate) visitor: &'a Visitor,
}

impl Compared<'_> {
    /// A summary, then each section that differs.
    pub(crate) fn drawn(&self) -> Markup {
        let differing: Vec<&ComparedSection> = self
            .sections
            .iter()
            .filter(|one| !one.found.is_clean())
            .collect();
        let blocks = differing.iter().map(|one| one.found.blocks.len()).sum();
        let numbers = differing.iter().map(|one| one.found.numbers.len()).sum();
        html! {
            @if let Some(module) = self.subject { (self.of_subject(module)) }
            p.standing role="status" {
                @if differing.is_empty() {
                    "No difference in " (words::many(self.sections.len(), "section")) "."
                } @else {
                    (words::many(differing.len(), "section")) " of " (self.sections.len()) " differ: "
                    (words::many(blocks, "block")) " and " (words::many(numbers, "number")) "."
                }
            }
            @if differing.len() > 1 {
                nav aria-label="Sections that differ" {
                    ul { @for one in &differing { li { a href=(format!("#section-{}", one.section)) { (one.title) } } } }
                }
            }
            @for (nth, one) in differing.iter().enumerate() { (self.section(one, nth == 0)) }
            @if !differing.is_empty() && differing.len() < self.sections.len() {
                p.quiet {
                    "The same in both: "
                    (self.sections.iter().filter(|one| one.found.is_clean()).map(|one| one.title.as_str()).collect::<Vec<_>>().join(", ")) "."
                }
            }
        }
    }

    /// Whether what the module itself made differs: other sections can tell of its version alone.
    fn of_subject(&self, module: &str) -> Markup {
        let made =
            |side: &Option<Side>| side.as_ref().is_some_and(|side| side.module.name == module);
        let own = self
            .sections
            .iter()
            .filter(|one| one.sides.iter().any(made));
        html! {
            @for one in own {
                p.standing {
                    strong { (one.title) } ": " (extent(&one.found)) "."
                }
            }
        }
    }

    /// One section. Its pages are open at once if it is the first: a browser loads the others when they are
    /// opened.
    fn section(&self, one: &ComparedSection, open: bool) -> Markup {
        let [before, after] = &one.sides;
        let place = format!("section-{}", one.section);
        let [before_name, after_name] = self.names;
        html! {
            article.panel id=(place) aria-labelledby=(format!("{place}-title")) {
                header.head { h2 id=(format!("{place}-title")) { (one.title) } span.state.retrying { "≠ differs" } }
                p.quiet {
                    (before_name) ": " (self.maker(before.as_ref())) " · "
                    (after_name) ": " (self.maker(after.as_ref()))
                }
                (difference(&one.found, self.names))
                details open[open] {
                    summary { "Both at the page" }
                    div.pair {
                        @for ((side, name), pdf) in one.sides.iter().zip(self.names).zip(&self.pdfs) {
                            @if let Some(side) = side {
                                figure {
                                    figcaption { (name) @if let Some(page) = side.page { ", page " (page) } }
                                    iframe.paper loading="lazy" title=(format!("{}: {name}", one.title))
                                        src=(format!("{pdf}#page={}&navpanes=0", side.page.unwrap_or(1))) {}
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn maker(&self, side: Option<&Side>) -> Markup {
        let Some(side) = side else {
            return html! { "not in the report" };
        };
        let module = &side.module;
        html! {
            @if self.visitor.may(Right::ReadAll) { a href=(format!("/console/modules/{}", module.name)) { (module.name) } }
            @else { (module.name) }
            " " (module.version) " " (words::digest(module.digest))
        }
    }
}

/// How much of a section differs, in words.
fn extent(found: &SectionDifference) -> String {
    if found.is_clean() {
        return "no difference".to_owned();
    }
    let [blocks, numbers] = [
        (found.blocks.len(), "block"),
        (found.numbers.len(), "number"),
    ]
    .map(|(count, one)| words::many(count, one));
    match &found.outcome {
        Some(_) => "it ends otherwise".to_owned(),
        None => format!("{blocks} and {numbers} differ"),
    }
}

#[cfg(test)]
mod tests {
    use quire_model::OutcomeChange;

    use super::*;

    #[test]
    fn a_section_that_failed_on_one_side_does_not_differ_by_nothing() {
        let failed = SectionDifference {
            outcome: Some(OutcomeChange {
                active: OutcomeChange::MADE.to_owned(),
                candidate: "module-crashed".to_owned(),
            }),
            ..SectionDifference::default()
        };

        assert_eq!(extent(&failed), "it ends otherwise");
        assert_eq!(extent(&SectionDifference::default()), "no difference");
    }
}
