//! The audit trail: who did what to what, when and why; and whether it is whole.

use axum::{
    extract::{Multipart, Path, State},
    response::Response,
};
use jiff::Timestamp;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quire_api::{Params, exported_trail};
use quire_model::ProblemKind;
use quire_records::{AuditEvent, AuditFilter, Right, verify_export};
use serde::Deserialize;

use crate::{
    Console,
    assets::VERIFIER,
    event_table::{events, object},
    form::filled,
    key_names::KeyNames,
    page::Page,
    push::Pushed,
    refusal::Refusal,
    visitor::Visitor,
    words,
};

/// What is looked for most, as the trail calls it.
const ACTIONS: [&str; 20] = [
    "definition.put",
    "definition.used",
    "host.started",
    "key.created",
    "key.revoked",
    "module.activated",
    "module.added",
    "module.canary-started",
    "module.differences-accepted",
    "module.limits",
    "module.retired",
    "module.rolled-back",
    "module.shadow-started",
    "module.staged",
    "records.backed-up",
    "records.restored",
    "report.downloaded",
    "report.failed",
    "retention.removed",
    "sign-ins.refused",
];

/// Events on one page.
const PAGE: u32 = 100;

/// The filters, as they stand in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Filters {
    #[serde(deserialize_with = "filled")]
    object: Option<String>,
    #[serde(deserialize_with = "filled")]
    actor: Option<String>,
    #[serde(deserialize_with = "filled")]
    action: Option<String>,
    #[serde(deserialize_with = "filled")]
    before: Option<u64>,
}

/// The trail, the last event first.
pub(crate) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Params(filters): Params<Filters>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let filter = AuditFilter {
        object: filters.object.clone(),
        actor: filters.actor.clone(),
        action: filters.action.clone(),
        before: filters.before,
        after: None,
    };
    let mut rows = console.api.records.audit_newest(&filter, PAGE + 1).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let last = rows.last().filter(|_| more).map(|event| event.sequence);
    let names = KeyNames::of(&console, &visitor).await?;
    let registry = &console.api.maker.registry;
    let definitions = registry.definitions.list();
    let mut objects: Vec<String> = definitions.iter().map(|one| one.name.clone()).collect();
    let modules = console.api.records.modules().await?;
    objects.extend(modules.into_iter().map(|module| module.name));
    let content = html! {
        header.head { h1 { "Audit trail" }
            div.acts {
                a.button href="/console/audit/verify" { "Verify the trail" }
                (export_button())
            } }
        (filter_form(&filters, names.as_ref(), &objects))
        @if rows.is_empty() { p.empty { "No event is like that. A person or program is found by its key's label or id, a thing by its name, what was done by its whole name, such as module.activated." } }
        @else { (events(&rows, names.as_ref(), true)) }
        @if let Some(last) = last {
            nav.pages aria-label="Pages" { a rel="next" href=(filters.before(last)) { "Older events" } }
        }
        (words::same(&[
            ("On the command line:", format!("quire audit list{}\nquire audit verify\nquire audit export --output trail.jsonl", filters.flags())),
            ("By HTTP:", format!("curl -H \"Authorization: Bearer $KEY\" \"$QUIRE/api/admin/audit?{}order=newest\"", filters.query())),
        ]))
    };
    let page = Page::of("Audit trail", &visitor).under("/console/audit");
    Ok(page.whole(&content))
}

/// One event, whole.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(sequence): Path<u64>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let before = sequence.saturating_sub(1);
    let found = console.api.records.audit(before, 2).await?;
    let is_last = found.len() < 2;
    let event = found.into_iter().find(|event| event.sequence == sequence);
    let event =
        event.ok_or_else(|| Refusal::new(ProblemKind::NotFound, "the trail has no such event"))?;
    let names = KeyNames::of(&console, &visitor).await?;
    let title = format!("Event {sequence}");
    let content = html! {
        header.head { h1 { (title) ": " (event.action) } }
        (whole(&event, names.as_ref()))
        nav.pages aria-label="Events" {
            @if sequence > 1 { a rel="prev" href=(format!("/console/audit/{}", sequence - 1)) { "Event before" } " · " }
            @if !is_last { a rel="next" href=(format!("/console/audit/{}", sequence + 1)) { "Event after" } " · " }
            a href="/console/audit" { "All events" }
        }
    };
    let page = Page::of(&title, &visitor).under("/console/audit");
    Ok(page.whole(&content))
}

fn export_button() -> Markup {
    let file = format!(
        "quire-audit-{}.jsonl",
        Timestamp::now().strftime("%Y-%m-%d")
    );
    html! { a.button href="/console/audit/export" download=(file) { "Export" } }
}

fn whole(event: &AuditEvent, names: Option<&KeyNames>) -> Markup {
    html! {
        dl.facts {
            dt { "When" } dd { (words::exact(event.time)) }
            dt { "Who" } dd { @if let Some(names) = names { (names.name(&event.actor)) " " } code { (event.actor) } ", as " (event.role) }
            dt { "To what" } dd { (object(&event.object)) " " code { (event.object) } }
            @if let Some(reason) = &event.reason { dt { "Why" } dd { (reason) } }
            @if let Some(digest) = event.before { dt { "Before" } dd { code.digest.long { (digest) } } }
            @if let Some(digest) = event.after { dt { "After" } dd { code.digest.long { (digest) } } }
            @if let Some(id) = &event.request_id { dt { "Request" } dd { code { (id) } } }
            @if let Some(address) = &event.address { dt { "From" } dd { code { (address) } } }
            dt { "Hash of the event before" } dd { code.digest.long { (event.previous) } }
            dt { "Hash" } dd { code.digest.long { (event.hash) } }
        }
    }
}

/// Whether the trail is whole: by this server, and by the browser itself.
pub(crate) async fn verify(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    verdict(&console, &visitor, None).await
}

/// Whether an export that someone kept is whole, by this server: where a browser runs no script.
pub(crate) async fn verify_own(
    State(console): State<Console>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    let _turn = console.api.turns.take(&visitor.actor().key)?;
    let export = Pushed::read(parts).await?.component;
    let verified = tokio::task::spawn_blocking(move || {
        let text = String::from_utf8_lossy(&export);
        verify_export(text.lines(), None)
    });
    let verified = verified.await.map_err(|_| {
        let detail = "verifying the export crashed; the log says where";
        Refusal::new(ProblemKind::Internal, detail)
    })?;
    let own = match verified {
        Ok((events, key)) => html! { p.said.good role="status" {
            "✓ Whole: " (words::number(events)) " events, as this server finds. Signed with the key " code.digest.long { (key) }
        } },
        Err(error) => {
            html! { p.said.bad role="status" { "✕ " (words::sentence(&error.to_string())) } }
        }
    };
    verdict(&console, &visitor, Some(&own)).await
}

async fn verdict(
    console: &Console,
    visitor: &Visitor,
    own: Option<&Markup>,
) -> Result<Response, Refusal> {
    let verified = console.api.records.verify_audit().await?;
    let told = verified.as_ref().copied().map_err(ToString::to_string);
    console.trail.end(Some(told));
    let content = html! {
        header.head { h1 { "Is the trail whole?" }
            div.acts { (export_button()) a.button href="/console/audit" { "All events" } } }
        section aria-labelledby="server" {
            h2 #server { "As this server finds" }
            @match &verified {
                Ok(count) => p.said.good role="status" { "✓ Whole: " (words::number(*count)) " events, none altered, none missing, none put in between." },
                Err(broken) => p.said.bad role="status" { "✕ " (broken.to_string()) },
            }
        }
        section aria-labelledby="browser" {
            h2 #browser { "As your browser finds, without believing the server" }
            p { "A short script fetches the export, hashes every event anew and checks the signatures with the browser's own cryptography. It can count an event more than the server did: the signature at the end of an export is one." }
            p { "Note the key that it names where this server cannot change it, and compare it next time: whoever has the server's secret key could write another trail, but not under the key that you noted. Elsewhere, " code { "quire audit verify --file" } " checks an export without this server." }
            div #verifier data-export="/console/audit/export" aria-live="polite" {
                p.quiet { "This needs script, and HTTPS or this machine's own address. Without: keep the export, and run " code { "quire audit verify --file" } " elsewhere." }
            }
            h3 { "An export that you kept" }
            div #kept aria-live="polite" {}
            form #own method="post" action="/console/audit/verify#own" enctype="multipart/form-data" {
                @if let Some(own) = own { (own) }
                div {
                    label for="file" { "The file" }
                    input #file name="component" type="file" accept=".jsonl,.ndjson,application/x-ndjson" required;
                    p.below { "With script your browser verifies it as soon as you choose it. Without, the server does:" }
                }
                button type="submit" { "Let the server verify it" }
            }
        }
    };
    let page = Page::of("Verify the trail", visitor).under("/console/audit");
    Ok(page.with_script(&VERIFIER).whole(&content))
}

/// The whole trail, signed.
pub(crate) async fn export(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::ReadAll])?;
    Ok(exported_trail(console.api.records.clone()))
}

/// What is offered while a filter is typed.
fn choices<T: AsRef<str>>(id: &str, words: &[T]) -> Markup {
    html! { datalist id=(id) { @for word in words { option value=(word.as_ref()) {} } } }
}

fn filter_form(filters: &Filters, names: Option<&KeyNames>, objects: &[String]) -> Markup {
    let actors = names.map_or_else(Vec::new, KeyNames::labels);
    let value = |field: &Option<String>| field.clone().unwrap_or_default();
    html! {
        form.filters method="get" action="/console/audit" role="search" {
            div { label for="object" { "To what" }
                input #object name="object" value=(value(&filters.object)) placeholder="trend" spellcheck="false" list="objects"; }
            div { label for="action" { "What" }
                input #action name="action" value=(value(&filters.action)) placeholder="module.activated" spellcheck="false" list="actions"; }
            div { label for="actor" { "Who" }
                input #actor name="actor" value=(value(&filters.actor)) placeholder="label of a key, or operator" spellcheck="false" list="actors"; }
            (choices("objects", objects)) (choices("actions", &ACTIONS)) (choices("actors", &actors))
            button type="submit" { "Filter" }
            @if filters.object.is_some() || filters.action.is_some() || filters.actor.is_some() || filters.before.is_some() {
                a href="/console/audit" { "All" }
            }
        }
    }
}

impl Filters {
    fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("object", &self.object),
            ("action", &self.action),
            ("actor", &self.actor),
        ];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    /// As in an address, with an ampersand at the end.
    fn query(&self) -> String {
        let pair = |(name, value)| {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            format!("{name}={value}&")
        };
        self.given().map(pair).collect()
    }

    /// As on a command line.
    fn flags(&self) -> String {
        let flag =
            |(name, value): (_, &str)| format!(" --{name} '{}'", value.replace('\'', r"'\''"));
        self.given().map(flag).collect()
    }

    fn before(&self, sequence: u64) -> String {
        format!("/console/audit?{}before={sequence}", self.query())
    }
}
