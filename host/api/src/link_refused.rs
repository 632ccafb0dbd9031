//! A link that leads to no document, told to whoever has opened it: somebody without a key, so a person in a browser gets a
//! page, and a program the problem.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use quire_model::ProblemKind;

use crate::{
    ApiError, ProblemBody,
    envelope::RequestId,
    page::{HEADERS, escaped, page},
};

/// The refusal, as a page if a page is asked for.
pub(crate) fn told(refused: ApiError, asked: &HeaderMap, id: Option<&RequestId>) -> Response {
    let mut response = refused.into_response();
    if !wants_page(asked) {
        return response;
    }
    let Some(problem) = response.extensions_mut().remove::<ProblemBody>() else {
        return response;
    };
    let page = told_to_a_person(&problem, id.map_or("", |RequestId(id)| id));
    let (mut parts, _) = response.into_parts();
    let kept = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in HEADERS.into_iter().chain([kept]) {
        parts.headers.insert(name, value);
    }
    Response::from_parts(parts, page.into())
}

/// Whether HTML is named in `Accept`, as every browser does; a program that takes whatever comes does not.
fn wants_page(asked: &HeaderMap) -> bool {
    let named = asked.get_all(header::ACCEPT).into_iter();
    let mut named = named.filter_map(|value| value.to_str().ok());
    named.any(|accept| {
        let mut forms = accept.split(',').map(|form| form.split(';').next());
        forms.any(|form| form.is_some_and(|form| form.trim().eq_ignore_ascii_case("text/html")))
    })
}

fn told_to_a_person(problem: &ProblemBody, id: &str) -> String {
    let slug = problem.type_.rsplit('/').next().unwrap_or_default();
    let kind = ProblemKind::ALL.iter().find(|kind| kind.slug() == slug);
    // Only of this kind are its words meant for somebody who has a link and nothing else.
    let remedy = match kind {
        Some(kind @ ProblemKind::LinkInvalid) => kind.remedy(),
        Some(ProblemKind::NotFinished) => "Load this page again in a while.",
        Some(ProblemKind::TooManyRequests) => "Wait a minute, and load this page again.",
        _ => "Ask whoever gave you the link.",
    };
    // A detail repeats what was sent.
    let [title, detail, id] = [&problem.title, &problem.detail, id].map(escaped);
    let body = format!("<p>{detail}</p>\n<p>{remedy}</p>\n<p><small>Request {id}</small></p>");
    page(&title, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))])
    }

    #[test]
    fn a_page_is_for_whoever_names_html() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert!(wants_page(&asked(browser)));
        assert!(wants_page(&asked("application/json, text/HTML;q=0.5")));
        assert!(!wants_page(&asked("*/*")));
        assert!(!wants_page(&asked("application/json")));
        assert!(!wants_page(&HeaderMap::new()));
    }

    #[test]
    fn what_was_sent_is_no_markup_of_the_page() {
        let refused = ApiError::new(ProblemKind::LinkInvalid, "<script>alert(\"1\")</script>");
        let problem = refused.into_response().extensions_mut().remove();
        let page = told_to_a_person(&problem.unwrap(), "r-1");

        assert!(
            page.contains("&lt;script&gt;alert(&quot;1&quot;)"),
            "{page}"
        );
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("Ask whoever gave it to you") && page.contains("r-1"));
    }
}
