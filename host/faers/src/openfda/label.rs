//! A page of `drug/label`: structured product labels, as openFDA cuts them into sections.

use quire_model::{Date, LabelPlace, LabelSection, LabelText, ProductNdc};
use quire_openfda::{Objects, Text, Texts};
use serde::Deserialize;

/// The first label of an answer that carries one of the codes.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelPage {
    pub(crate) label: Option<LabelText>,
}

impl LabelPage {
    /// Reads an answer; a label without any of the sections that are asked for is one all the same.
    pub(crate) fn parse(body: &[u8], candidates: &[ProductNdc]) -> serde_json::Result<Self> {
        let page: RawPage<'_> = serde_json::from_slice(body)?;
        let is_ours = |label: &RawLabel<'_>| {
            let codes = label
                .openfda
                .0
                .iter()
                .flat_map(|block| &block.product_ndc.0);
            let mut codes = codes.map(Text::tidy);
            codes.any(|code| candidates.iter().any(|known| known.as_str() == code))
        };
        let mut labels = page.results.0.into_iter();
        Ok(Self {
            label: labels.find(is_ours).map(|label| read(&label)),
        })
    }
}

fn read(label: &RawLabel<'_>) -> LabelText {
    use LabelPlace::{AdverseReactions, BoxedWarning, Contraindications, Warnings};
    let sections = [
        (BoxedWarning, &label.boxed_warning),
        (Contraindications, &label.contraindications),
        (Warnings, &label.warnings_and_cautions),
        (Warnings, &label.warnings),
        (Warnings, &label.precautions),
        (AdverseReactions, &label.adverse_reactions),
    ];
    let section = |(place, texts): (LabelPlace, &Texts<'_>)| {
        let text = text(texts);
        (!text.is_empty()).then_some(LabelSection { place, text })
    };
    let blocks = label.openfda.0.iter();
    let names = blocks.flat_map(|block| block.brand_name.0.iter().chain(&block.generic_name.0));
    let names = names.map(Text::tidy);
    LabelText {
        set_id: label.set_id.tidy(),
        version: label.version.tidy(),
        effective: Date::strptime("%Y%m%d", label.effective_time.tidy()).ok(),
        names: names.filter(|name| !name.is_empty()).collect(),
        indications: text(&label.indications_and_usage),
        sections: sections.into_iter().filter_map(section).collect(),
        queries: Vec::new(),
        stale: None,
    }
}

/// Each part keeps its own line, so that no phrase reaches from one into the next.
fn text(parts: &Texts<'_>) -> String {
    let parts = parts.0.iter().map(Text::tidy);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" | ")
}

#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct RawPage<'a> {
    results: Objects<RawLabel<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawLabel<'a> {
    set_id: Text<'a>,
    version: Text<'a>,
    effective_time: Text<'a>,
    openfda: Objects<RawBlock<'a>>,
    indications_and_usage: Texts<'a>,
    boxed_warning: Texts<'a>,
    contraindications: Texts<'a>,
    warnings_and_cautions: Texts<'a>,
    warnings: Texts<'a>,
    precautions: Texts<'a>,
    adverse_reactions: Texts<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct RawBlock<'a> {
    product_ndc: Texts<'a>,
    brand_name: Texts<'a>,
    generic_name: Texts<'a>,
}

#[cfg(test)]
mod tests {
    use quire_model::Ndc;

    use super::*;

    fn parse(body: &str) -> Option<LabelText> {
        let ndc: Ndc = "61958-0802".parse().unwrap();
        LabelPage::parse(body.as_bytes(), ndc.candidates())
            .unwrap()
            .label
    }

    #[test]
    fn sections_are_kept_by_place_however_they_are_written() {
        let label = parse(
            r#"{"meta": {}, "results": [
                {"set_id": "other", "openfda": {"product_ndc": ["61958-0801"]}},
                {"set_id": "a-b", "version": 17, "effective_time": "20250315",
                 "openfda": {"product_ndc": ["61958-0801", "61958-0802"], "brand_name": "Letairis",
                             "generic_name": ["AMBRISENTAN"]},
                 "warnings": "  Anemia ", "boxed_warning": ["One", "Two"], "precautions": null,
                 "indications_and_usage": ["For hypertension"], "adverse_reactions": []}]}"#,
        )
        .unwrap();

        assert_eq!((&*label.set_id, &*label.version), ("a-b", "17"));
        assert_eq!(label.effective, Some(Date::constant(2025, 3, 15)));
        assert_eq!(label.names, ["Letairis", "AMBRISENTAN"]);
        assert_eq!(label.indications, "For hypertension");
        let sections = label.sections.iter();
        let sections: Vec<_> = sections.map(|one| (one.place, &*one.text)).collect();
        assert_eq!(
            sections,
            [
                (LabelPlace::BoxedWarning, "One | Two"),
                (LabelPlace::Warnings, "Anemia")
            ]
        );
    }

    #[test]
    fn a_label_of_other_products_and_one_without_a_date_are_told_apart() {
        assert_eq!(parse(r#"{"results": [{"openfda": {}}]}"#), None);
        let undated =
            r#"{"results": {"effective_time": "soon", "openfda": {"product_ndc": "61958-0802"}}}"#;
        assert_eq!(parse(undated).unwrap().effective, None);
        assert!(LabelPage::parse(b"{}", &[]).is_err());
    }
}
