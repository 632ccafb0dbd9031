//! Callouts and key figures.

use maud::{Markup, html};
use quire_model::{Callout, KeyFigure, Paragraph, Tone};

use super::{list, page::Page, words::words};

/// A boxed remark.
pub(super) fn callout(page: &mut Page<'_>, callout: &Callout) -> Markup {
    let body: Vec<&Paragraph> = callout.body.iter().collect();
    html! {
        aside class={ "callout " (tone(callout.tone)) } role="note" {
            @if let Some(title) = &callout.title { p.title { (words(title)) } }
            (list::paragraphs(page, &body))
        }
    }
}

/// Numbers side by side.
pub(super) fn key_figures(figures: &[KeyFigure]) -> Markup {
    html! {
        @if !figures.is_empty() {
            dl.figures {
                @for figure in figures {
                    div class=(tone(figure.tone)) {
                        dt { (words(&figure.label)) }
                        dd.value {
                            (words(&figure.value))
                            @if let Some(unit) = &figure.unit { " " small { (words(unit)) } }
                        }
                        @if let Some(detail) = &figure.detail { dd.detail { (words(detail)) } }
                    }
                }
            }
        }
    }
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Info => "info",
        Tone::Good => "good",
        Tone::Caution => "caution",
        Tone::Danger => "danger",
    }
}
