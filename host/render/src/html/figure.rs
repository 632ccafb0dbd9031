//! Charts with their data, and pictures.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};
use quire_model::{Chart, Image, Span};

use super::{
    page::Page,
    svg, table,
    words::{spans, words},
};
use crate::chart::{ChartKind, tabulated, words_of};

/// A chart as it is drawn in the PDF, and its data as a table that can be opened below it. Of a
/// kind that cannot be drawn there is the table alone.
pub(super) fn chart(page: &mut Page<'_>, at: usize, chart: &Chart, label: &str) -> Markup {
    let data = tabulated::table(chart);
    let Some(kind) = ChartKind::of(chart) else {
        return table::table(page, at, &data, label);
    };
    let id = page.claim_or(Some(&chart.id), at);
    let drawing = svg::drawing(page.shaper, chart, kind);
    let caption = spans(page, &chart.caption);
    let data_id = format!("{id}.data");
    let data_caption = html! { "Data of " (label) };
    html! {
        figure id=(id) {
            div.plot role="group" tabindex="0" aria-label=(label) {
                (svg::written(&drawing, &id, label, &words_of(chart, label)))
            }
            figcaption { strong.label { (label) } " " (caption) }
            details {
                summary { "Data of " (label) }
                (table::written(&data, &data_id, &data_caption))
            }
        }
    }
}

/// A picture. Browsers run nothing in a picture, so even SVG is safe in one.
pub(super) fn image(page: &mut Page<'_>, image: &Image, label: &str) -> Markup {
    let known = ["image/png", "image/jpeg", "image/svg+xml"].contains(&image.media_type.as_str());
    let caption = caption(page, label, &image.caption);
    let alt = if image.alt.is_empty() {
        "A picture without a description"
    } else {
        &image.alt
    };
    html! {
        figure {
            @if known && !image.data.is_empty() {
                img class=(width(image.width)) alt=(crate::sanitise::sanitise(alt))
                    src={ "data:" (image.media_type) ";base64," (BASE64.encode(&image.data)) };
            } @else {
                p.callout.neutral { em { (words(alt)) } }
            }
            (caption)
        }
    }
}

fn caption(page: &mut Page<'_>, label: &str, caption: &[Span]) -> Markup {
    html! { figcaption { strong.label { (label) } " " (spans(page, caption)) } }
}

/// A class for a share of the text width, to the nearest tenth: the policy of the page allows no
/// styles beside the stylesheet.
fn width(share: f32) -> String {
    let share = if share.is_finite() { share } else { 1.0 };
    let tenths = (share * 10.0).round().clamp(1.0, 10.0) as u8;
    format!("width-{tenths}")
}
