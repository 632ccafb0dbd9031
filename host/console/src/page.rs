//! What all screens share: head, navigation, and who is signed in.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use quire_records::Right;

use crate::{
    assets::{Asset, HTMX, HTMX_SSE, STYLE},
    key_names::own,
    visitor::Visitor,
};

/// A screen of someone who is signed in.
pub(crate) struct Page<'a> {
    title: &'a str,
    visitor: &'a Visitor,
    /// The way around's entry that the screen belongs to.
    under: &'a str,
    /// Whether the page is told of changes, by script.
    live: bool,
    /// Without script it is loaded anew after so many seconds.
    again_s: Option<u32>,
    script: Option<&'a Asset>,
}

/// The way around: address, words, and which of these rights it needs.
const WAYS: [(&str, &str, &[Right]); 8] = [
    ("/console", "Home", &[Right::Request, Right::ReadAll]),
    (
        "/console/reports",
        "Reports",
        &[Right::Request, Right::ReadAll],
    ),
    ("/console/modules", "Modules", &[Right::ReadAll]),
    ("/console/definitions", "Definitions", &[Right::ReadAll]),
    ("/console/playground", "Playground", &[Right::Check]),
    ("/console/audit", "Audit trail", &[Right::ReadAll]),
    ("/console/keys", "Keys", &[Right::ReadAll]),
    ("/console/system", "System", &[Right::ReadAll]),
];

impl<'a> Page<'a> {
    /// A screen that belongs to no entry of the way around.
    pub(crate) const fn of(title: &'a str, visitor: &'a Visitor) -> Self {
        Self {
            title,
            visitor,
            under: "",
            live: false,
            again_s: None,
            script: None,
        }
    }

    /// It has a script of its own.
    pub(crate) const fn with_script(self, script: &'a Asset) -> Self {
        Self {
            script: Some(script),
            ..self
        }
    }

    /// It belongs to this entry.
    pub(crate) const fn under(self, address: &'a str) -> Self {
        Self {
            under: address,
            ..self
        }
    }

    /// It is told of changes; without script it is loaded anew.
    pub(crate) const fn live(self, again_s: u32) -> Self {
        Self {
            live: true,
            again_s: Some(again_s),
            ..self
        }
    }

    /// The whole page.
    pub(crate) fn whole(&self, content: &Markup) -> Response {
        let visitor = self.visitor;
        let body = html! {
            a.skip href="#content" { "Skip to the content" }
            div.shell {
                header.side {
                    a.mark href="/console" { "Quire" }
                    nav aria-label="Console" {
                        @for (address, words, rights) in WAYS {
                            @if rights.iter().any(|right| visitor.may(*right)) {
                                a href=(address) aria-current=[(self.under == address).then_some("page")] { (words) }
                            }
                        }
                    }
                    form.who method="post" action="/console/sign-out" {
                        span { (own(visitor.actor())) " " span.role { (visitor.actor().role) } }
                        button type="submit" { "Sign out" }
                    }
                }
                main #content tabindex="-1" { (content) }
            }
        };
        let head = html! {
            @if self.live {
                script src=(HTMX.address()) defer {}
                script src=(HTMX_SSE.address()) defer {}
            }
            @if let Some(script) = self.script { script src=(script.address()) defer {} }
            @if let Some(seconds) = self.again_s {
                noscript { meta http-equiv="refresh" content=(seconds); }
            }
        };
        Html(document(self.title, &head, &body).into_string()).into_response()
    }
}

/// A page that is shown again because of what was filled in.
pub(crate) fn unprocessable(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}

/// A page for someone who is not signed in; leads on to an address at once, if there is one.
pub(crate) fn bare(title: &str, lead_to: Option<&str>, content: &Markup) -> Html<String> {
    let head = html! {
        @if let Some(address) = lead_to {
            meta http-equiv="refresh" content=(format!("0; url={address}"));
        }
    };
    let body = html! {
        main.bare #content {
            p.mark { "Quire" }
            (content)
        }
    };
    Html(document(title, &head, &body).into_string())
}

/// A page of its own, with its head and body.
pub(crate) fn document(title: &str, head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Quire" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE.address());
                (head)
            }
            body { (body) }
        }
    }
}
